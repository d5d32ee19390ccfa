"""Passwords that are long and still guessed: repetitions, rows of keys, common ones strung together."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_FEWEST_DIFFERENT = 6
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "0123456789", "1234567890")
_MOST_OF_IT = 0.7
_FEWEST_PIECES = 2  # four words that are each common are a good password together
_SHORTEST_PIECE = 4
_OUR_OWN = ("kiemchung", "kiểmchứng", "kiểm chứng", "factcheck", "matkhau", "mậtkhẩu")


class NotGuessedEasily:
    """Refuses a password of which common passwords and rows of keys make up most, or that has few different letters."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002
        """Raise `ValidationError` for such a password."""
        word = password.lower()
        share, pieces = guessed(word)
        is_strung = share >= _MOST_OF_IT and pieces <= _FEWEST_PIECES
        if len(set(word)) < _FEWEST_DIFFERENT or is_repetition(word) or is_strung:
            raise ValidationError(_("This password is long but easily guessed. Take four unrelated words."))

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("Four unrelated words make a good one.")


def is_repetition(word: str) -> bool:
    """Whether a shorter piece, said several times, is all there is.

    >>> is_repetition("hanoi2024hanoi2024hanoi"), is_repetition("chín con mèo đi chợ")
    (True, False)
    """
    return any(word == (word[:size] * len(word))[: len(word)] for size in range(1, len(word) // 2 + 1))


def guessed(word: str) -> tuple[float, int]:
    """Return the share of the letters that lie in common passwords or rows of keys, and in how many pieces.

    >>> guessed("password12345678"), guessed("correct horse battery staple")[1]
    ((0.875, 1), 2)
    """
    place, size_guessed, pieces = 0, 0, 0
    while place < len(word):
        size = next((size for size in range(len(word) - place, 3, -1) if _is_common(word[place : place + size])), 0)
        size_guessed += size
        pieces += size > 0
        place += size or 1
    return size_guessed / max(1, len(word)), pieces


def _is_common(piece: str) -> bool:
    if len(piece) < _SHORTEST_PIECE:
        return False
    return piece in _common() or piece in _OUR_OWN or any(piece in row or piece in row[::-1] for row in _ROWS)


@cache
def _common() -> frozenset[str]:
    words = CommonPasswordValidator().passwords
    return frozenset(word for word in words if len(word) >= _SHORTEST_PIECE and not re.fullmatch(r"(.)\1*", word))
