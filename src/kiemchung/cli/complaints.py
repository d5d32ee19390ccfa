"""What goes to standard error: one printable line each."""

from __future__ import annotations

import sys

from kiemchung.cli.words import say
from kiemchung.engine.formats.refusals import Refusal, clip

_MOST_CHARACTERS = 2_000


def complain(text: str) -> None:
    """Say one line to the person at the keyboard; names in it cannot break the line or steer the terminal."""
    sys.stderr.write(clip(text, _MOST_CHARACTERS) + "\n")


def place(source: str, refusal: Refusal, lang: str) -> str:
    """Return where and why an item was refused.

    >>> place("-", Refusal(2, "missing", "claim"), "vi")
    "đầu vào chuẩn, dòng 2: thiếu 'claim' hoặc để trống"
    """
    name = say("stdin", lang) if source == "-" else source
    return f"{name}, {say(refusal.unit, lang)} {refusal.number}: {refusal.text(lang)}"
