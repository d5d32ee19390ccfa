"""Texts cut at blanks: what was worked out for a piece once is remembered, for the same words come again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
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


@lru_cache(maxsize=8)
def cut(text: str) -> tuple[list[str], list[int]]:
    """Return the pieces between blanks and where each begins; several readers ask for those of the same text.

    >>> cut("giá 5 triệu")
    (['giá', '5', 'triệu'], [0, 4, 6])
    """
    pieces = text.split(" ")
    return pieces, list(map(add, accumulate(map(len, pieces), initial=0), range(len(pieces))))


class Signs:
    r"""Where a pattern may begin at all, so that it need not be tried at every character.

    `sign` is a regular expression for the beginning, within one word, of everything that the pattern matches; it sees
    one piece between blanks at a time, and is asked once for each piece.

    >>> digits = Signs(r"\d")
    >>> [match.group() for match in digits.finditer(re.compile(r"\d+ (?:kg|km)"), "từ 5 đến 10 kg, 3 km")]
    ['10 kg', '3 km']
    """

    def __init__(self, sign: str) -> None:
        self._sign = re.compile(f"(?={sign})")
        self._offsets = Remembered(self._offsets_in)

    def _offsets_in(self, piece: str) -> tuple[int, ...]:
        if self._sign.search(piece) is None:
            return ()
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
