"""Ticket codes: how somebody without an account follows a message; the record keeps their digests alone."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings

# Crockford's base 32 without letters that are read as digits: a code is copied from paper and told by telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_PARTS, _PART = (
    4,
    4,
)  # 80 bits: a hundred guesses a second for a year hit one of a million tickets with odds of 1 in 10^8
_SHAPE = re.compile(r"KC((?:-?[0-9A-HJKMNP-TV-Z]{4}){4})")


def code_for(channel: str, ref: str) -> str:
    """Return the code of what was delivered as `ref`: the same delivery has the same code, and nobody can guess it.

    `ref` itself must not be guessable, or not be known to others.
    """
    key = str(settings.SECRET_KEY).encode()
    digest = hmac.digest(key, f"ticket\0{channel}\0{ref}".encode(), "sha256")
    number = int.from_bytes(digest[: _PARTS * _PART * 5 // 8], "big")
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_PARTS * _PART))
    return "KC-" + "-".join(letters[at : at + _PART] for at in range(0, len(letters), _PART))


def ref_of_form(once: str, *said: bytes) -> str:
    """Return the `ref` of a form that was sent: the same form sent twice is one delivery, with another text in it
    (after "back" in the browser) it is another.

    Under the key of the service: what is stored of it tells nobody what was written.
    """
    key = str(settings.SECRET_KEY).encode()
    digests = b"".join(hashlib.sha256(part).digest() for part in said)
    return f"{once}-{hmac.new(key, b'form' + digests, 'sha256').hexdigest()[:32]}"


def digest_of(code: str) -> str:
    """Return what is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_code(typed: str) -> str:
    """Return a code as it was given out, from what somebody typed; "" when it is none.

    >>> read_code(" kc-7f3k 9oil abcd 2345 ")
    'KC-7F3K-9011-ABCD-2345'
    >>> read_code("https://kiemchung.example/tra-cuu/KC-7F3K-9011-ABCD-2345") == read_code("7f3k 9011 abcd 2345")
    True
    >>> read_code("KC-123")
    ''
    """
    typed = typed.strip().rstrip("/").rpartition("/")[2]  # the address of its page may be kept instead
    plain = re.sub(r"[\s\u2010-\u2015_.-]+", "", typed.upper())
    if len(plain) == _PARTS * _PART:
        plain = f"KC{plain}"
    head, letters = plain[:2], plain[2:].translate(_READ_AS)
    if head != "KC" or not _SHAPE.fullmatch(head + letters):
        return ""
    return "KC-" + "-".join(letters[at : at + _PART] for at in range(0, len(letters), _PART))
