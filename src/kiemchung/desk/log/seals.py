"""Sealed parts of an entry: the log keeps a commitment, and forgets the text when its salt is deleted.

A bare hash of a phone number is the phone number: all of them can be tried in a minute. HMAC-SHA-256 under a random
256-bit key, of which no copy is left, tells nothing.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Seal:
    """A commitment (64 hexadecimal digits, public) and the salt that opens it (32 bytes, secret)."""

    commitment: str
    salt: bytes = field(repr=False)


def commit(text: str, salt: bytes | None = None) -> Seal:
    """Seal a text, under a new salt when none is given.

    >>> seal = commit("0912 345 678")
    >>> is_opened_by(seal.commitment, seal.salt, "0912 345 678"), is_opened_by(seal.commitment, seal.salt, "0912")
    (True, False)
    """
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return Seal(hmac.digest(salt, text.encode(), "sha256").hex(), salt)


def is_opened_by(commitment: str, salt: bytes, text: str) -> bool:
    """Whether the sealed text was this one."""
    return hmac.compare_digest(commitment, commit(text, salt).commitment)
