"""A text as its characters look: small letters, no marks, plain digits, nothing invisible; and where each came from.

What is found in it can be replaced in the text as it was received.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from .normalise import fold

_INVISIBLE_CLASSES = {"Mn", "Me", "Cf", "Cs"}
_LONGEST = 4  # characters that one character may stand for; Arabic ligatures of whole phrases are none of ours
# Letters that stand for a digit: o912…, 09l2….
_ZERO = re.compile(r"(?<![^\W\d_])o(?=\d)|(?<=\d)o(?=\d)|(?<=\d)o(?![^\W\d_])")
_ONE = re.compile(r"(?<=\d)[li](?=\d)")


@dataclass(frozen=True, slots=True)
class Seen:
    """`text` as it looks, and for each of its characters the place in the text that was given."""

    text: str
    places: tuple[int, ...] | range
    given: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the given text that looks like `text[start:end]`, with what is invisible around it."""
        first, last = self.places[start], self.places[end - 1] + 1
        while last < len(self.given) and not _looks(self.given[last]):
            last += 1
        # A mark before it belongs to the letter before it; a sign that turns the direction of writing to the number.
        while first > 0 and unicodedata.category(self.given[first - 1]) == "Cf":
            first -= 1
        return first, last


def seen(text: str) -> Seen:
    """Return how a text looks. Linear; never raises.

    >>> seen("０９1\u200b2 Số").text
    '0912 so'
    """
    if text.isascii():
        return Seen(_digits(text.lower()), range(len(text)), text)
    shown, places = list[str](), list[int]()
    for place, character in enumerate(text):
        looks = _looks(character)
        shown.append(looks)
        places.extend([place] * len(looks))
    return Seen(_digits("".join(shown)), tuple(places), text)


def _digits(shown: str) -> str:
    return _ONE.sub("1", _ZERO.sub("0", shown))


@lru_cache(maxsize=4096)
def _looks(character: str) -> str:
    if unicodedata.category(character) in _INVISIBLE_CLASSES:
        return ""
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) > _LONGEST:
        return " "
    looks = fold(unicodedata.normalize("NFD", plain).lower())
    return "".join(str(unicodedata.digit(one, one)) if one.isdigit() else one for one in looks)
