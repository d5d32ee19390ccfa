"""Encrypts what whoever has the database or a backup alone must not read, under a key of the service (AES-256-GCM).

The keys are derived from the secret key, which lies outside the database and outside of every backup. A sealed text
is bound to what it was sealed for: moved to another place it does not open.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kiemchung.engine.errors import KiemchungError

FORM = "sealed1:"  # how a sealed text begins
_NONCE = 12


class SealedError(KiemchungError):
    """What was sealed does not open: another secret key, another place, or it was changed."""

    def __init__(self) -> None:
        super().__init__(
            "This was encrypted with another key, or it was changed. Copy `secret-key` of that time back.",
            "Phần này được mã hóa bằng khóa khác, hoặc đã bị sửa. Hãy chép lại `secret-key` của lúc đó.",
        )


def seal(text: str, purpose: str) -> str:
    """Return a text that only this service opens, and only with the same `purpose`; each time another one."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + cipher("texts").encrypt(nonce, text.encode(), purpose.encode())
    return FORM + base64.b64encode(sealed).decode()


def opened(sealed: str, purpose: str) -> str:
    """Return the text that was sealed. Raises `SealedError`."""
    try:
        raw = base64.b64decode(sealed.removeprefix(FORM), validate=True)
        if not sealed.startswith(FORM):
            raise SealedError
        return cipher("texts").decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise SealedError from None


def cipher(of: str) -> AESGCM:
    """Return the cipher for one kind of things, with a key of its own."""
    kdf = HKDF(SHA256(), length=32, salt=None, info=f"kiemchung {of}".encode())
    return AESGCM(kdf.derive(str(settings.SECRET_KEY).encode()))


class SealedJson:
    """How sessions are written down: while an authenticator is added, its secret is in one."""

    def dumps(self, content: Any) -> bytes:
        """Return the content, sealed."""
        return seal(json.dumps(content, separators=(",", ":")), "session").encode()

    def loads(self, data: bytes) -> Any:
        """Return the content. Raises `SealedError`; Django begins a new session then."""
        return json.loads(opened(data.decode(), "session"))
