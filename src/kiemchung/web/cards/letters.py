"""Writes words on pixels, in the letters of `letters.npz` (training/letters.py): Latin with all marks of Vietnamese."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_SHADES = 15
_UNKNOWN, _DOTS = "□", "…"
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212"), "-")
_PER_SIZE = 1000
_LONG_WORD = 16  # letters; a longer one is cut inside
_SIZES = {"large": 58, "middle": 48, "small": 38, "plain": 30}


@dataclass(frozen=True)
class Style:
    """The letters of one size: their shapes, how far each moves the pen, and how high a line is."""

    places: dict[str, int]
    shapes: tuple[NDArray[np.uint8], ...]
    lefts: tuple[int, ...]
    moves: tuple[float, ...]
    closer: dict[tuple[int, int], float]
    ascent: int
    height: int

    def width(self, text: str) -> float:
        """Return how wide a text is, in pixels."""
        return sum(self.moves[place] + closer for place, closer in self._read(text))

    def cut(self, text: str, width: float) -> str:
        """Return the text, or its beginning with "…" where it is wider: whole words, unless one is long."""
        if self.width(text) <= width:
            return text
        end = next((at for at in range(len(text) - 1, 0, -1) if self.width(text[:at] + _DOTS) <= width), 0)
        between = text.rfind(" ", max(0, end - _LONG_WORD), end + 1)
        return text[: between if between > 0 else end].rstrip(" ,.;:") + _DOTS

    def wrapped(self, text: str, width: float, most: int) -> tuple[list[str], bool]:
        """Return at most `most` lines, and whether all of the text is in them; a word wider than a line is broken."""
        lines = [""]
        for word in _pieces(self, text.split(), width):
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) <= most:
            return lines, True
        last = self.cut(" ".join(lines[most - 1 :]), width)
        return [*lines[: most - 1], last if last.endswith(_DOTS) else last + _DOTS], False

    def cover(self, text: str) -> NDArray[np.float64]:
        """Return how far the text covers each pixel of its line, shape `(height, columns)`, 0-1."""
        line = np.zeros((self.height, round(self.width(text)) + self.height), np.uint8)
        at = 0.0
        for place, closer in self._read(text):
            at += closer
            shape, begin = self.shapes[place], max(round(at) + self.lefts[place], 0)
            there = line[:, begin : begin + shape.shape[1]]
            np.maximum(there, shape[:, : there.shape[1]], out=there)
            at += self.moves[place]
        return line / _SHADES

    def _read(self, text: str) -> list[tuple[int, float]]:
        places = [self.places.get(letter, self.places[_UNKNOWN]) for letter in text]
        before = [-1, *places]
        return [(place, self.closer.get((before[at], place), 0.0)) for at, place in enumerate(places)]


@lru_cache(maxsize=4)
def style(name: str) -> Style:
    """Return the letters of a size: `large`, `middle` and `small` are bold, `plain` is not."""
    with (files("kiemchung.web.cards") / "letters.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        ascent, descent = map(int, stored[f"{name}_lines"])
        widths = stored[f"{name}_widths"].astype(int)
        height = ascent + descent
        ends = np.cumsum(widths * height)
        shades = np.split(stored[f"{name}_shades"], ends[:-1])
        is_bold = name != "plain"
        rows = stored["pairs"].tolist() if is_bold else []
        return Style(
            places={chr(code): place for place, code in enumerate(stored["codes"].tolist())},
            shapes=tuple(flat.reshape(width, height).T for flat, width in zip(shades, widths, strict=True)),
            lefts=tuple(stored[f"{name}_lefts"].tolist()),
            moves=tuple(stored[f"{name}_moves"].tolist()),
            closer={(one, two): value * _SIZES[name] / _PER_SIZE for one, two, value in rows},
            ascent=ascent,
            height=height,
        )


def writable(text: str) -> tuple[str, float]:
    """Return a text as it can be written, in one line, and which share of its letters have no shape here.

    Signs that are no words (emoji, controls, what turns the direction of writing) are left out; a letter of another
    writing becomes an empty box.
    """
    known = style("plain").places
    whole = unicodedata.normalize("NFC", " ".join(text.split())).translate(_HYPHENS)
    kept = "".join(letter for letter in whole if letter in known or unicodedata.category(letter)[0] in "LN")
    letters = [letter for letter in kept if unicodedata.category(letter)[0] in "LN"]
    strange = sum(letter not in known for letter in letters)
    shown = "".join(letter if letter in known else _UNKNOWN for letter in kept)
    return " ".join(shown.split()), strange / max(len(letters), 1)


def _pieces(style: Style, words: list[str], width: float) -> list[str]:
    pieces = []
    for word in words:
        while style.width(word) > width:
            end = next(at for at in range(len(word), 0, -1) if at == 1 or style.width(word[:at]) <= width)
            pieces.append(word[:end])
            word = word[end:]
        pieces.append(word)
    return pieces
