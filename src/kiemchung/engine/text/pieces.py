"""Texts cut at blanks: what was worked out for a piece once is remembered, for the same words come again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, compress, count
from typing import TypeVar

T = TypeVar("T")

# Some 8 MB for each function when full; then it begins anew. Ten of them are full while a large feed is imported.
_MOST_PIECES = 50_000
# Longer pieces without blanks (links, writing without spaces) hardly come twice.
_LONGEST = 40
_AFTER_WORDS = ',.;:!?)"”'


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


_recent: dict[str, list[str]] = {}  # several readers ask for the pieces of the same text
_MOST_RECENT = 16


def cut(text: str) -> list[str]:
    """Return the pieces between blanks.

    >>> cut("giá 5 triệu")
    ['giá', '5', 'triệu']
    """
    found = _recent.get(text)
    return _kept(text, text.split(" ")) if found is None else found


def joined(pieces: list[str]) -> str:
    """Return the text of pieces with blanks between them; `cut` knows it then."""
    text = " ".join(pieces)
    if text.count(" ") == len(pieces) - 1:
        _kept(text, pieces)
    return text


def _kept(text: str, pieces: list[str]) -> list[str]:
    if len(_recent) >= _MOST_RECENT:
        _recent.clear()
    _recent[text] = pieces
    return pieces


class Signs:
    r"""Where a pattern may begin at all, so that it need not be tried at every character.

    `sign` is a regular expression for the beginning, within one word, of everything that the pattern matches; it sees
    one piece between blanks at a time, and is asked once for each piece. Of the pieces that are letters only, or have
    the marks of a sentence after their letters, it must match `words`, at their beginning, and no others. The pieces
    of a text are gone through once for all signs.

    >>> digits = Signs(r"\d", words=())
    >>> [match.group() for match in digits.finditer(re.compile(r"\d+ (?:kg|km)"), "từ 5 đến 10 kg, 3 km")]
    ['10 kg', '3 km']
    """

    def __init__(self, sign: str, *, words: Iterable[str]) -> None:
        self.sign = re.compile(f"(?={sign})")
        self.bit = 1 << len(_signs)
        self._offsets = Remembered(self._offsets_in)
        _signs.append(self)
        for word in set(words):
            _word_bits[word] = _word_bits.get(word, 0) | self.bit
        _bits.clear()
        _recent_places.clear()
        _any_sign.cache_clear()

    def _offsets_in(self, piece: str) -> tuple[int, ...]:
        if (word := piece.rstrip(_AFTER_WORDS)).isalpha():
            return (0,) if _word_bits.get(word, 0) & self.bit else ()
        return tuple(match.start() for match in self.sign.finditer(piece))

    @staticmethod
    def bits_in(piece: str) -> int:
        """Return the bits of the signs that stand in a piece."""
        if (word := piece.rstrip(_AFTER_WORDS)).isalpha():
            return _word_bits.get(word, 0)
        if _any_sign().search(piece) is None:  # most have none: one search instead of one for each
            return 0
        return sum(sign.bit for sign in _signs if sign.sign.search(piece))

    def pieces(self, text: str) -> list[str]:
        """Return the pieces of `text` that have the sign, in order."""
        return [piece for _begin, piece, bits in _signed(text) if bits & self.bit]

    def places(self, text: str) -> list[int]:
        """Return where the sign stands in `text`, in order."""
        bit, offsets = self.bit, self._offsets
        return [begin + offset for begin, piece, bits in _signed(text) if bits & bit for offset in offsets[piece]]

    def finditer(self, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """Yield what `pattern.finditer(text)` does, for a pattern that never matches nothing."""
        end = 0
        for place in self.places(text):
            if place >= end and (match := pattern.match(text, place)):
                end = match.end()
                yield match


@lru_cache(maxsize=1)
def _any_sign() -> re.Pattern[str]:
    return re.compile("|".join(sign.sign.pattern for sign in _signs))


_Signed = list[tuple[int, str, int]]
_signs: list[Signs] = []
_word_bits: dict[str, int] = {}
_bits = Remembered(Signs.bits_in)
_recent_places: dict[str, _Signed] = {}


def _signed(text: str) -> _Signed:
    """Return the pieces that have any sign: where each begins, the piece, the bits of its signs."""
    found = _recent_places.get(text)
    if found is None:
        pieces = cut(text)
        bits = list(map(_bits.__getitem__, pieces))
        ends = list(accumulate(map(len, pieces)))  # the blanks not counted
        found = [(ends[at] - len(pieces[at]) + at, pieces[at], bits[at]) for at in compress(count(), bits)]
        _remember_places(text, found)
    return found


def _remember_places(text: str, found: _Signed) -> None:
    if len(_recent_places) >= _MOST_RECENT:
        _recent_places.clear()
    _recent_places[text] = found


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    r"""Return text of the same length in which nothing can be read, nor read across, at these spans, in order.

    >>> blanked("từ 5 kg", [(3, 5)])
    'từ \x00\x00kg'
    """
    if not spans:
        return text
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], "\0" * (end - start)]
        last = end
    new = "".join(parts) + text[last:]
    if (known := _recent_places.get(text)) is not None:
        _remember_places(new, _signed_again(known, new, spans))
    return new


def _signed_again(known: _Signed, new: str, spans: Sequence[tuple[int, int]]) -> _Signed:
    """Return `_signed` of a text that differs at the spans alone from the one of which it is known."""
    for start, end in spans:
        begin, after = new.rfind(" ", 0, start) + 1, new.find(" ", end)
        piece = new[begin:] if after < 0 else new[begin:after]
        last = begin + len(piece)
        apart = [one for one in known if not begin <= one[0] <= last]
        if bits := _bits[piece]:
            apart.append((begin, piece, bits))
            apart.sort()
        known = apart
    return known
