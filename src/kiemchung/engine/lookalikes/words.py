"""The words beside a brand: what promises or threatens, what serves, what talks about it, and what is just a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.spelling import is_syllable

_MOST_LETTERS = 16
_LONGEST_SYLLABLE = 7  # nghieng


def _table(name: str) -> str:
    return (files("kiemchung.engine") / "data" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def classes() -> dict[str, str]:
    """Return word -> class: `lure`, `service`, `generic`, `tech`, `mention` (`data/lookalike_words.tsv`)."""
    rows = (line.split("\t") for line in _table("lookalike_words.tsv").splitlines() if not line.startswith("#"))
    return {row[0]: row[1] for row in rows if len(row) == 2}


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return common English words in lower case (`data/english_words.txt`, SCOWL)."""
    return frozenset(line for line in _table("english_words.txt").splitlines() if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def place_names() -> frozenset[str]:
    """Return the names of places, folded and in one piece (`data/places.tsv`)."""
    rows = (line.split("\t") for line in _table("places.tsv").splitlines() if not line.startswith("#"))
    return frozenset(fold(name).lower().replace(" ", "") for row in rows if len(row) > 3 for name in row[3].split("|"))


def is_everyday(word: str) -> bool:
    """Return whether a folded name in one piece is also an English word, a place, or one of the words beside brands.

    >>> is_everyday("cake"), is_everyday("danang"), is_everyday("agribank")
    (True, True, False)
    """
    return word in english_words() or word in classes() or word in place_names()


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Return whether a folded word without blanks is an everyday word of English or at most two Vietnamese syllables.

    >>> is_common("apple"), is_common("danang"), is_common("vietcombank")
    (True, True, False)
    """
    if word in english_words() or is_syllable(word):
        return True
    longest, letters = _LONGEST_SYLLABLE, len(word)
    parts = range(max(1, letters - longest), min(longest, letters - 1) + 1)
    return any(is_syllable(word[:at]) and is_syllable(word[at:]) for at in parts)


@lru_cache(maxsize=65536)
def stem_of(alias: str) -> tuple[str, str]:
    """Return what is distinctive of a name and the general word it ends with, if it does.

    >>> stem_of("mbbank"), stem_of("aliexpress"), stem_of("garena")
    (('mb', 'bank'), ('ali', 'express'), ('garena', ''))
    """
    for at in range(1, len(alias) - 2):
        if alias[at:] in classes():
            return alias[:at], alias[at:]
    return alias, ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a run of letters falls into words: letters covered by each class, and by nothing known (`junk`)."""

    lure: int = 0
    service: int = 0
    generic: int = 0
    tech: int = 0
    mention: int = 0
    english: int = 0
    syllable: int = 0
    junk: int = 0

    @property
    def letters(self) -> int:
        """All letters that were read."""
        known = self.lure + self.service + self.generic + self.tech + self.mention
        return known + self.english + self.syllable + self.junk


# What a letter costs in a word of each class: the reading with the lowest sum is taken. Longer words are cheaper.
_WORD_COST = 1.0
_COSTS = {"lure": 0.0, "service": 0.0, "generic": 0.25, "tech": 0.0, "mention": 0.0, "english": 0.3, "syllable": 0.9}
_JUNK = 1.1
_ENDS = frozenset("aeiouycghmnpt")  # what a syllable of Vietnamese ends in


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Return word -> class: the words beside brands, and the English ones of three letters or more."""
    return {word: "english" for word in english_words() if len(word) >= 3} | classes()


def read_letters(text: str) -> Reading:
    """Return the cheapest reading of a run of folded letters as words.

    >>> read_letters("vaytien").lure, read_letters("usercontent").tech, read_letters("xqz").junk
    (7, 11, 3)
    """
    return _reading(text)[1]


def reading_cost(text: str) -> float:
    """Return how well a run of letters falls into words: 0 best, about 1 a letter for none."""
    return _reading(text)[0]


def pieces_of(text: str) -> list[tuple[str, str]]:
    """Return the words of the cheapest reading with their classes; `junk` letter by letter.

    >>> pieces_of("vaytienvn")
    [('vaytien', 'lure'), ('vn', 'generic')]
    """
    return _pieces(text[:64])[1]


@lru_cache(maxsize=65536)
def _reading(text: str) -> tuple[float, Reading]:
    cost, pieces = _pieces(text[:64])
    counts: dict[str, int] = {}
    for piece, name in pieces:
        counts[name] = counts.get(name, 0) + len(piece)
    return cost, Reading(**counts)


def _pieces(text: str) -> tuple[float, list[tuple[str, str]]]:
    known = _words()
    costs, last = [0.0], [(0, "")]
    for end in range(1, len(text) + 1):
        least, word, tail = costs[end - 1] + _JUNK, (end - 1, "junk"), text[end - 1]
        for begin in range(max(0, end - _MOST_LETTERS), end):
            before = costs[begin] + _WORD_COST
            if before >= least:
                continue
            piece = text[begin:end]
            name = known.get(piece)
            if name is None and 2 <= end - begin <= _LONGEST_SYLLABLE and tail in _ENDS and is_syllable(piece):
                name = "syllable"
            if name and before + _COSTS[name] < least:
                least, word = before + _COSTS[name], (begin, name)
        costs.append(least)
        last.append(word)
    pieces = []
    end = len(text)
    while end:
        begin, name = last[end]
        pieces.append((text[begin:end], name))
        end = begin
    return costs[-1], pieces[::-1]
