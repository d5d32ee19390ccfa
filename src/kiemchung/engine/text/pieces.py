"""Texts cut at blanks: what was worked out for a piece once is remembered, for the same words come again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, compress
from operator import add
from typing import TypeVar

T = TypeVar("T")

# Some 15 MB for each function when full; then it begins anew.
_MOST_PIECES = 100_000
# Longer pieces without blanks (links, writing without spaces) hardly come twice.
_LONGEST = 40


class Remembered(dict[str, T]):
    """The results of a function of a short text, worked out when first asked for; long texts are never kept.

    A dictionary, so that `map(remembered.__getitem__, pieces)` costs some 30 nanoseconds a piece.

    >>> lengths = Remembered(len)
    >>> lengths["chanh"], "chanh" in lengths
    (5, True)
    """

    def __init__(self, work_out: Callable[[str], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> T:
        found = self._work_out(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST_PIECES:
                self.clear()
            self[text] = found
        return found


_Cut = tuple[list[str], list[int]]
_recent: dict[str, _Cut] = {}  # several readers ask for the pieces of the same text
_MOST_RECENT = 16


def cut(text: str) -> _Cut:
    """Return the pieces between blanks and where each begins.

    >>> cut("giá 5 triệu")
    (['giá', '5', 'triệu'], [0, 4, 6])
    """
    found = _recent.get(text)
    return _kept(text, text.split(" ")) if found is None else found


def joined(pieces: list[str]) -> str:
    """Return the text of pieces with blanks between them; `cut` knows it then."""
    text = " ".join(pieces)
    if text.count(" ") == len(pieces) - 1:
        _kept(text, pieces)
    return text


def _kept(text: str, pieces: list[str]) -> _Cut:
    if len(_recent) >= _MOST_RECENT:
        _recent.clear()
    found = pieces, list(map(add, accumulate(map(len, pieces), initial=0), range(len(pieces))))
    _recent[text] = found
    return found


class Signs:
    r"""Where a pattern may begin at all, so that it need not be tried at every character.

    `sign` is a regular expression for the beginning, within one word, of everything that the pattern matches; it sees
    one piece between blanks at a time, and is asked once for each piece. Of the pieces that are letters only it must
    match `words`, at their beginning, and no others.

    >>> digits = Signs(r"\d", words=())
    >>> [match.group() for match in digits.finditer(re.compile(r"\d+ (?:kg|km)"), "từ 5 đến 10 kg, 3 km")]
    ['10 kg', '3 km']
    """

    def __init__(self, sign: str, *, words: Iterable[str]) -> None:
        self._sign = re.compile(f"(?={sign})")
        self._words = frozenset(words)
        self._offsets = Remembered(self._offsets_in)

    def _offsets_in(self, piece: str) -> tuple[int, ...]:
        if piece.isalpha():
            return (0,) if piece in self._words else ()
        return tuple(match.start() for match in self._sign.finditer(piece))

    def places(self, text: str) -> list[int]:
        """Return where the sign stands in `text`, in order."""
        pieces, begins = cut(text)
        offsets = list(map(self._offsets.__getitem__, pieces))
        return [
            begin + offset
            for begin, inside in compress(zip(begins, offsets, strict=True), offsets)
            for offset in inside
        ]

    def finditer(self, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """Yield what `pattern.finditer(text)` does, for a pattern that never matches nothing."""
        end = 0
        for place in self.places(text):
            if place >= end and (match := pattern.match(text, place)):
                end = match.end()
                yield match
