"""Slips of typing and reading: Telex keys left in a word, digits read for letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.pieces import Remembered

EXAMPLES_SYLLABLE: tuple[tuple[str, bool], ...] = (
    ("nguyen", True),
    ("duoc", True),
    ("duojc", False),
    ("khoong", False),
    ("bank", False),
    ("quyet", True),
    ("gi", True),
    ("street", False),
)
EXAMPLES_VARIANTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("đươjc", ("duoc",)),
    ("khoong", ("khong",)),
    ("tieefn", ("tien",)),
    ("ddieenj", ("dien",)),
    ("m0t", ("mot",)),
    ("nh1ễm", ("nhiem",)),
    ("covid", ()),
    ("uống", ()),
)

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_RIME = (
    "(?:a(?:ch|ng|nh|[cimnoptuy])?|e(?:ch|ng|nh|[cmnoptu])?|i(?:ch|nh|[amnptu]|e[cmnptu]|eng)?|"
    "o(?:ng|[cimnpt]|a(?:ch|ng|nh|[cimnoty])?|e(?:[mnot])?)?|"
    "u(?:ng|[acimntpu]|a(?:[nty]|ng)|e(?:ch|nh)?|o(?:ng|[cimnptu])?|y(?:[aunpt]|ch|nh|e[nt])?)?|"
    "y(?:e[mntu]|eng)?)"
)
_SYLLABLE = re.compile(f"{_ONSET}{_RIME}")
_TONE_KEYS = str.maketrans("", "", "sfrxjw")
_DOUBLED = re.compile(r"([aeo])\1|([d])\2")
_DIGIT_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "b", "8": "b", "9": "g"})
_MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])", re.S)


@lru_cache(maxsize=16384)
def is_syllable(folded: str) -> bool:
    """Return whether an unmarked token has the form of a Vietnamese syllable.

    >>> is_syllable("nghieng"), is_syllable("bank")
    (True, False)
    """
    return len(folded) <= 7 and _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=16384)
def variants(token: str) -> tuple[str, ...]:
    """Return the folded syllables that `token` may be a slip of: at most two, none if it is a syllable already.

    Telex writes marks as letters after the vowel (`tieefn` for `tiền`); when the keyboard does not take them they
    stay in the word. Text read from pictures has digits for letters.

    >>> variants("tieefn")
    ('tien',)
    """
    folded = fold_token(token)
    if len(folded) > 12 or not folded.isalnum() or is_syllable(folded):
        return ()
    tried = []
    if _MIXED.match(folded):
        tried += [folded.translate(_DIGIT_LETTERS), folded.replace("1", "l").translate(_DIGIT_LETTERS)]
    single = _DOUBLED.sub(lambda m: m.group()[0], folded)
    first = folded[:1]
    tried += [single, first + single[1:].translate(_TONE_KEYS), first + folded[1:].translate(_TONE_KEYS)]
    found = [way for way in tried if way != folded and is_syllable(way)]
    return tuple(dict.fromkeys(found))[:2]


def looks_vietnamese(tokens: Sequence[str]) -> bool:
    """Return whether most words have the form of Vietnamese syllables, with or without marks.

    >>> looks_vietnamese(["uong", "nuoc", "chanh"]), looks_vietnamese(["drinking", "lemon", "water"])
    (True, False)
    """
    words = [token for token in tokens if not token.isdigit()]
    return bool(words) and sum(map(_shaped.__getitem__, words)) >= 0.6 * len(words)


_shaped = Remembered(lambda token: is_syllable(fold_token(token)))
