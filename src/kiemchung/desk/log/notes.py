"""A signed head as a note of a few lines that anybody can keep, post or print.

The form is that of other transparency logs (C2SP `tlog-checkpoint` and `signed-note`): name, size, root, then the time
as an extra line; an empty line; the signature with the id of its key.

    kiemchung-log
    128
    qnzC7G4…=
    at 2026-03-01T00:00:00Z

    — kiemchung-log 2k8x…==
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "kiemchung-log"
_ED25519 = b"\1"
_ID_BYTES, _KEY_BYTES, _ROOT_BYTES = 4, 32, 32
_NOTE = re.compile(
    rf"(?P<text>{NAME}\n(?P<size>0|[1-9]\d{{0,17}})\n(?P<root>[\w+/]{{43}}=)\nat (?P<at>[\dT:-]{{19}}Z)\n)"
    rf"\n— {NAME} (?P<signature>[\w+/]{{91}}=)\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says: how many entries, the root over them, when it was signed, the id of the key."""

    size: int
    root: bytes
    at: datetime
    key_id: str


def public_text(key: Ed25519PublicKey) -> str:
    """Return the public key as one word, `name+id+key`, as it stands in the log and in `--key`."""
    raw = _ED25519 + key.public_bytes_raw()
    return f"{NAME}+{_id_of(raw).hex()}+{base64.b64encode(raw).decode()}"


def key_id(public: str) -> str:
    """Return the id of a public key in its text form. Raises `ValueError` when it is none."""
    return _read_key(public)[0].hex()


def signed(size: int, root: bytes, at: datetime, key: Ed25519PrivateKey) -> str:
    """Return the note that binds `size` entries."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"{NAME}\n{size}\n{base64.b64encode(root).decode()}\nat {moment}\n"
    mark = _id_of(_ED25519 + key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return f"{text}\n— {NAME} {base64.b64encode(mark).decode()}\n"


def read(note: str) -> Checkpoint | None:
    """Return what a note says, whoever signed it; None when it is no such note. Never raises."""
    parts = _parts(note)
    return None if parts is None else parts[0]


def is_signed_by(note: str, public: str) -> bool:
    """Whether the note was signed with this key. Never raises."""
    parts = _parts(note)
    if parts is None:
        return False
    checkpoint, text, signature = parts
    try:
        found_id, key = _read_key(public)
        if found_id.hex() == checkpoint.key_id:
            key.verify(signature, text.encode())
            return True
    except (InvalidSignature, ValueError):
        pass
    return False


def _parts(note: str) -> tuple[Checkpoint, str, bytes] | None:
    match = _NOTE.fullmatch(note)
    if match is None:
        return None
    try:
        mark = base64.b64decode(match["signature"], validate=True)
        root = base64.b64decode(match["root"], validate=True)
        at = datetime.fromisoformat(match["at"])
    except (binascii.Error, ValueError):
        return None
    if len(mark) != _ID_BYTES + 64 or len(root) != _ROOT_BYTES or base64.b64encode(mark).decode() != match["signature"]:
        return None
    return Checkpoint(int(match["size"]), root, at, mark[:_ID_BYTES].hex()), match["text"], mark[_ID_BYTES:]


def _read_key(public: str) -> tuple[bytes, Ed25519PublicKey]:
    name, _, rest = public.partition("+")
    stated, _, encoded = rest.partition("+")
    raw = base64.b64decode(encoded, validate=True)
    if name != NAME or len(raw) != 1 + _KEY_BYTES or raw[:1] != _ED25519 or stated != _id_of(raw).hex():
        raise ValueError("not a public key of the log")
    return _id_of(raw), Ed25519PublicKey.from_public_bytes(raw[1:])


def _id_of(raw: bytes) -> bytes:
    return sha256(f"{NAME}\n".encode() + raw).digest()[:_ID_BYTES]
