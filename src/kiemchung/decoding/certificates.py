"""Certificates in a file (PEM, RFC 7468): whether they are there, and each is whole. Nothing is verified here."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_BLOCK = re.compile(_BEGIN + rb"(.*?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _BIT_STRING = 0x30, 0x03
_LONG = 0x80  # of a length: how many bytes of it follow


def count_certificates(pem: bytes) -> int:
    """Return how many certificates there are. Raises `ValueError` for one that is not whole.

    Of each its frame is looked at: the content, the algorithm and the signature, as long as they say (RFC 5280, 4.1).
    """
    blocks = _BLOCK.findall(pem)
    if len(blocks) != pem.count(_BEGIN):
        raise ValueError("a certificate has no end")
    for block in blocks:
        whole = dict(_parts(base64.b64decode(b"".join(block.split()), validate=True)))
        inside = _parts(whole.get(_SEQUENCE, b""))
        if len(whole) != 1 or [tag for tag, _ in inside] != [_SEQUENCE, _SEQUENCE, _BIT_STRING]:
            raise ValueError("not the frame of a certificate")
    return len(blocks)


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element of DER. Raises `ValueError` for one that is cut off."""
    while der:
        tag, size, at = der[0], der[1] if len(der) > 1 else len(der), 2
        if size >= _LONG:
            at += size - _LONG
            size = int.from_bytes(der[2:at], "big")
        if at + size > len(der):
            raise ValueError("an element is cut off")
        yield tag, der[at : at + size]
        der = der[at + size :]
