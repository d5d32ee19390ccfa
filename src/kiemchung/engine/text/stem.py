"""A light stem for words of inflected languages; Vietnamese syllables have none and stay whole."""

from __future__ import annotations

import re
from functools import lru_cache

from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.spelling import is_syllable

EXAMPLES_STEM: tuple[tuple[str, str], ...] = (
    ("người", "nguoi"),
    ("vaccines", "vaccin"),
    ("vaccine", "vaccin"),
    ("vaccinated", "vaccina"),
    ("claimed", "claim"),
    ("claims", "claim"),
    ("stories", "stori"),
    ("story", "stori"),
    ("stopped", "stop"),
    ("running", "run"),
    ("bus", "bus"),
    ("5g", "5g"),
    ("вакцинация", "вакцин"),
)
# Weak suffixes of English, in the spirit of Harman's S stemmer (1991) and Porter's first steps (1980), and a cut after
# seven letters that serves the other languages with Latin letters. Measured against no stem, the same without the
# cut and a cut alone: docs/decisions/0003.
_SUFFIXES = (
    (re.compile(r"(?<=..)ies$"), "y"),
    (re.compile(r"(?<=.)sses$"), "ss"),
    (re.compile(r"(?<=.[sxz])es$"), ""),
    (re.compile(r"(?<=..[^sui])s$"), ""),
)
_ENDINGS = (("ing", 6), ("ed", 5), ("ly", 6))
_LONGEST = 7
_LONGEST_OTHER_SCRIPT = 6


@lru_cache(maxsize=65536)
def stem_token(token: str) -> str:
    """Return the folded token without its weak endings.

    >>> stem_token("Vaccines".lower()), stem_token("tiêm")
    ('vaccin', 'tiem')
    """
    folded = fold_token(token)
    if len(folded) < 4 or not folded.isalpha() or is_syllable(folded):
        return folded
    if not folded.isascii():
        return folded[:_LONGEST_OTHER_SCRIPT] if len(folded) > _LONGEST else folded
    for pattern, ending in _SUFFIXES if folded.endswith("s") else ():
        if pattern.search(folded):
            folded = pattern.sub(ending, folded)
            break
    for suffix, least in _ENDINGS:
        if len(folded) >= least and folded.endswith(suffix):
            folded = folded[: -len(suffix)]
            break
    return _closed(folded)[:_LONGEST]


def _closed(word: str) -> str:
    """Return a stem without doubled last consonant or silent e, with y written i."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("y"):
        word = word[:-1] + "i"
    return word
