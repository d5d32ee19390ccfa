"""argparse with its own few words in the reader's language, and every mistake on one line."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterable
from typing import Any, NoReturn

from kiemchung.cli.manual import manual
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.refusals import clip


class UsageError(InputError):
    """Options or operands that do not go together: code 2, as where argparse finds it out."""


# What argparse says about a wrong call, in every Python we support, and the same in Vietnamese.
MISTAKES: tuple[tuple[str, str], ...] = (
    (r"argument (.+?): (.+)", "{0}: {1}"),
    (r"the following arguments are required: (.+)", "thiếu {0}"),
    (r"one of the arguments (.+) is required", "cần một trong {0}"),
    (r"unrecognized arguments: (.+)", "không có tùy chọn nào như {0}"),
    (r"invalid choice: (.+) \(choose from (.+)\)", "không có lựa chọn {0} (hãy chọn trong {1})"),
    (r"ambiguous option: (.+) could match (.+)", "tùy chọn {0} chưa rõ, có thể là {1}"),
    (r"expected one argument", "cần một giá trị theo sau"),
    (r"expected at least one argument", "cần ít nhất một giá trị theo sau"),
    (r"expected at most one argument", "chỉ nhận nhiều nhất một giá trị"),
    (r"expected (\d+) arguments?", "cần {0} giá trị theo sau"),
    (r"ignored explicit argument (.+)", "không nhận giá trị {0}"),
    (r"not allowed with argument (.+)", "không dùng chung được với {0}"),
)


def in_words(mistake: str, lang: str) -> str:
    """Return what argparse says in `vi` or `en`.

    >>> in_words("argument --top: expected one argument", "vi")
    '--top: cần một giá trị theo sau'
    """
    if lang != "vi":
        return mistake
    for english, vietnamese in MISTAKES:
        if found := re.fullmatch(english, mistake, re.S):
            return vietnamese.format(*(in_words(part, lang) for part in found.groups()))
    return mistake


class Parser(argparse.ArgumentParser):
    """A parser that speaks `lang`; a wrong call ends with 2 and one line."""

    def __init__(self, *, lang: str, **settings: Any) -> None:
        def formatter(prog: str) -> argparse.HelpFormatter:
            return _Formatter(prog, lang)

        super().__init__(**settings, add_help=False, allow_abbrev=False, formatter_class=formatter)
        self._lang = lang
        self._positionals.title = manual("operands", lang)
        self._optionals.title = manual("options", lang)
        self.add_argument("-h", "--help", action="help", help=manual("help", lang))

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse passes over an output that is full or closed.
        if message:
            (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        words = clip(in_words(message, self._lang), 500)
        self.exit(2, f"{self.prog}: {words}. {manual('see help', self._lang, self.prog)}\n")


class _Formatter(argparse.HelpFormatter):
    """Wraps what is a paragraph and leaves examples as they are."""

    def __init__(self, prog: str, lang: str) -> None:
        super().__init__(prog, max_help_position=26)
        self._lang = lang

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, manual("usage", self._lang) if prefix is None else prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return textwrap.indent(text, indent)
        return super()._fill_text(text, width, indent)
