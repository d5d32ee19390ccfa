"""Noise made by rule: the same message typed without marks, with slips, read from a picture."""

from __future__ import annotations

import random
import unicodedata

from kiemchung.engine.text.normalise import fold

_TELEX_TONE = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_SHAPE = {"\u0302": None, "\u0306": "w", "\u031b": "w"}
_OCR = {"o": "0", "l": "1", "i": "l", "O": "0", "I": "l", "B": "8", "S": "5"}


def unmarked(text: str) -> str:
    """Return `text` as typed without marks."""
    return fold(unicodedata.normalize("NFC", text))


def telex_slips(text: str, rng: random.Random, *, share: float = 0.25) -> str:
    """Return `text` with the Telex keys of some words left in them (`tiền` becomes `tieefn`)."""
    return " ".join(_telex(word) if rng.random() < share else word for word in text.split(" "))


def _telex(word: str) -> str:
    typed: list[str] = []
    tone = ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TELEX_TONE:
            tone = _TELEX_TONE[letter]
        elif letter in _TELEX_SHAPE:
            typed.append(_TELEX_SHAPE[letter] or (typed[-1] if typed else ""))
        elif letter in "đĐ":
            typed.append("dd")
        else:
            typed.append(letter)
    return "".join(typed) + tone


def letter_slips(text: str, rng: random.Random, *, share: float = 0.06) -> str:
    """Return `text` with letters dropped, doubled or swapped."""
    letters = list(text)
    for at in range(len(letters) - 1):
        if letters[at].isalpha() and rng.random() < share:
            kind = rng.randrange(3)
            if kind == 0:
                letters[at] = ""
            elif kind == 1:
                letters[at] *= 2
            else:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def read_from_picture(text: str, rng: random.Random, *, share: float = 0.12) -> str:
    """Return `text` as a poor reader of pictures gives it: some marks lost, letters taken for digits, lines broken."""
    out = []
    for letter in text:
        if rng.random() < share:
            out.append(_OCR.get(letter) or unmarked(letter))
        else:
            out.append("\n" if letter == " " and rng.random() < 0.1 else letter)
    return "".join(out)


def lost_marks(text: str, rng: random.Random, *, share: float = 0.4) -> str:
    """Return `text` with the marks of some words missing."""
    return " ".join(unmarked(word) if rng.random() < share else word for word in text.split(" "))
