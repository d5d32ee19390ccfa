"""What was worked out for a word once: the same few thousand words come again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Some 20 MB in the worst case; a collection of 300,000 reviews has about 150,000 different words.
_MOST_WORDS = 100_000
# Longer pieces without blanks (links, writing without spaces) hardly come twice.
_LONGEST = 40


class Remembered(dict[str, T]):
    """The results of a function of a short text, worked out when first asked for; long texts are never kept.

    A dictionary, so that `map(remembered.__getitem__, words)` costs some 30 nanoseconds a word.

    >>> lengths = Remembered(len)
    >>> lengths["chanh"], "chanh" in lengths
    (5, True)
    """

    def __init__(self, work_out: Callable[[str], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> T:
        found = self._work_out(text)
        if len(text) <= _LONGEST and len(self) < _MOST_WORDS:
            self[text] = found
        return found
