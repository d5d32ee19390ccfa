"""Masks what belongs to a person in a message: telephone, e-mail, identity, passport, card, account, tax, insurance.

By rule alone, so that what is masked can be said in a sentence. Addresses of pages stay: they are what is checked.
Public numbers stay (1800, 1900, 113 to 115, short codes), and so do dates, amounts, statistics and the numbers of laws.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .personal_numbers import Found, Kind, personal_numbers
from .seen import seen

__all__ = ["Kind", "Masked", "Passage", "masked", "personal_passages"]
# Signs, not words: words would count in matching (docs/decisions/0026). Every telephone since 2012 shows them.
MASKS = {
    Kind.PHONE: "[☎ •••]",
    Kind.EMAIL: "[✉ •••]",
    Kind.IDENTITY: "[🆔 •••]",
    Kind.PASSPORT: "[🆔 •••]",
    Kind.CARD: "[💳 •••]",
    Kind.ACCOUNT: "[🏦 •••]",
    Kind.TAX: "[🆔 •••]",
    Kind.INSURANCE: "[🆔 •••]",
}


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with masks, and which kinds were found, in the order in which they first stand."""

    text: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text that belongs to a person by our rules: of which kind, and as it is written."""

    kind: Kind
    text: str


# A page: with scheme, with www., or a name with a path; below, a bare name that ends as pages do.
_ENDS = (
    "com|net|org|vn|info|top|xyz|vip|cc|shop|online|site|club|app|io|me|ly|gov|edu|co|link|live|store|icu|tk|asia|biz|"
    "click|pro|work|life|world|website|space|fun|tv|gl|gg|to|us|uk|de|fr|ru|cn|jp|kr|sg|au"
)
_PAGE = re.compile(r"(?<![\w.@/-])(?:https?://|www\.|(?=(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/))[^\s<>\"“”«»,;|]+")
_NAME = re.compile(rf"(?<![\w.@/-])(?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDS})(?![\w@]|\.\w|-\w)")
_DATE = re.compile(
    r"(?<![0-9.\-/])(?:0?[1-9]|[12][0-9]|3[01])([./-])(?:0?[1-9]|1[0-2])\1"
    r"(?:(?:19|20)[0-9]{2}(?![0-9]|[./-][0-9])|[0-9]{2}(?![0-9]|[ ./-][0-9]))"
    r"|(?<![0-9.\-/])(?:19|20)[0-9]{2}([./-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12][0-9]|3[01])(?![0-9]|[./-][0-9])"
)
_AT = re.compile(r"@| @ |[ ]?[(\[{][ ]?(?:at|a cong|@)[ ]?[)\]}][ ]?| a cong ")
# Not after @ or #: names of accounts follow each other.
_LOCAL = re.compile(r"(?<![@#])(?<![@#\w.%+-])[a-z0-9_%+-](?:[a-z0-9._%+-]{0,62}[a-z0-9_%+-])?$")
_DOT = r"(?:\.|[ ]?[(\[{](?:dot|cham|\.)[)\]}][ ]?|[ ](?:dot|cham)[ ])"
_DOMAIN = re.compile(rf"(?:[a-z0-9-]{{1,63}}{_DOT}){{1,4}}[a-z]{{2,24}}(?![a-z0-9])")
_LONGEST_LOCAL = 64
_DIGIT_WORD = "khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin"
_IN_WORDS = re.compile(rf"(?<![a-z])khong(?:[ ,.-]{{1,3}}(?:{_DIGIT_WORD})){{9}}(?![a-z])")


def masked(text: str) -> Masked:
    """Return the text with what belongs to a person replaced by a sign for its kind, in brackets.

    The rest stays as it was received, to the character. Written in whatever digits, with spaces, dots, dashes or
    invisible characters inside, decomposed or not. Idempotent. Linear: two seconds a million characters, for 64 KB that
    are made to be slow about one second.

    >>> masked("Gọi 0912.345.678 hoặc 1900 1234, stk 0071000123456 VCB").text
    'Gọi [☎ •••] hoặc 1900 1234, stk [🏦 •••] VCB'
    """
    looks = seen(text)
    kinds, parts, at = dict[Kind, None](), list[str](), 0
    for found in _all(looks.text):
        start, end = looks.span(found.start, found.end)
        parts += (text[at:start], MASKS[found.kind])
        kinds[found.kind] = None
        at = end
    return Masked("".join((*parts, text[at:])), tuple(kinds))


def personal_passages(text: str) -> tuple[Passage, ...]:
    """Return what `masked` would replace, in order, as it stands in the text; cost and rules are the same.

    >>> personal_passages("Gọi 0912.345.678 hoặc 1900 1234")[0].text
    '0912.345.678'
    """
    looks = seen(text)
    spans = ((found.kind, looks.span(found.start, found.end)) for found in _all(looks.text))
    return tuple(Passage(kind, text[start:end]) for kind, (start, end) in spans)


def _all(text: str) -> Iterator[Found]:
    """Yield what is found in a text as it looks, in order and apart."""
    text = _PAGE.sub(_blank, text)
    found = list(_emails(text))
    text = _DATE.sub(_blank, _NAME.sub(_blank, text))
    found += (Found(*match.span(), Kind.PHONE) for match in _IN_WORDS.finditer(text))
    found += personal_numbers(text)
    end = 0
    for one in sorted(found, key=lambda each: each.start):
        if one.start >= end:
            yield one
            end = one.end


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _emails(text: str) -> Iterator[Found]:
    for at in _AT.finditer(text):
        local = _LOCAL.search(text, max(0, at.start() - _LONGEST_LOCAL), at.start())
        domain = _DOMAIN.match(text, at.end())
        if local and domain:
            yield Found(local.start(), domain.end(), Kind.EMAIL)
