"""What goes to standard error: one printable line each."""

from __future__ import annotations

import sys

from kiemchung.cli.words import number, say
from kiemchung.engine.formats.refusals import Refusal, clip

_MOST_CHARACTERS = 2_000
MOST_NAMED = 10


def complain(text: str) -> None:
    """Say one line to the person at the keyboard; names in it cannot break the line or steer the terminal."""
    sys.stderr.write(clip(text, _MOST_CHARACTERS) + "\n")


def bad_byte(argument: str) -> int:
    """Return the number, from 1, of the first byte of an argument that is not UTF-8; 0 where all is well.

    >>> bad_byte("chanh"), bad_byte("chanh \\udcff")
    (0, 7)
    """
    try:
        argument.encode("utf-8")
    except UnicodeEncodeError as error:
        return len(argument[: error.start].encode("utf-8")) + 1
    return 0


def place(source: str, refusal: Refusal, lang: str) -> str:
    """Return where and why an item was refused.

    >>> place("-", Refusal(2, "missing", "claim"), "vi")
    "đầu vào chuẩn, dòng 2: thiếu 'claim' hoặc để trống"
    """
    name = say("stdin", lang) if source == "-" else source or say("arguments", lang)
    return f"{name}, {say(refusal.unit, lang)} {refusal.number}: {refusal.text(lang)}"


class Complaints:
    """What was refused of one source: the first few are named, the others counted."""

    def __init__(self, source: str, lang: str, *, more: str = "more") -> None:
        self._source, self._lang, self._more = source, lang, more
        self._named: list[Refusal] = []
        self.count = 0

    @property
    def first(self) -> Refusal | None:
        """The first that was refused."""
        return self._named[0] if self._named else None

    def add(self, refusal: Refusal) -> None:
        """Remember what was refused."""
        self.count += 1
        if len(self._named) < MOST_NAMED:
            self._named.append(refusal)

    def say(self) -> None:
        """Name the first few and count the rest."""
        for refusal in self._named:
            complain(f"{say('refused', self._lang)}: {place(self._source, refusal, self._lang)}")
        if more := self.count - len(self._named):
            complain(say(self._more, self._lang, count=number(more, self._lang)))
