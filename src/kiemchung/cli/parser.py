"""The command line as it is written: commands and options. What they say about themselves stands in the manual."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from kiemchung.cli.manual import EXAMPLES, manual, place_of
from kiemchung.cli.usage import Parser
from kiemchung.cli.words import locale_names_a_language, preferred_language
from kiemchung.engine.formats.identity import web_address
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.version import VERSION

LANGUAGES = ("vi", "en")
KINDS = ("host", "url", "handle", "sender", "display_name", "page_title")


class Options(argparse.Namespace):
    """What was asked for; each command reads its own."""

    module: str
    lang: str
    usage_errors: bool
    json: bool
    messages: list[str]
    lines: bool
    limit: float
    fetch: bool
    top: int
    processes: int
    sources: list[str]
    ratings: bool
    claims: str
    queries: str
    format: str
    output: str
    page: str | None
    folder: str
    split: str
    kind: str
    shell: str
    quiet: bool
    given: list[str]
    references: str
    files: list[str]
    review: list[str]
    source: str
    sheet: str
    picture: str
    names: str
    organisations: str
    threshold: float | None
    explain: bool
    all: bool
    queue: list[str]
    once: bool
    host: str
    port: int
    no_worker: bool
    command: list[str]


def language_asked(arguments: Sequence[str]) -> str:
    """Return the language that `--lang` names, else that of the locale; known before the rest is understood.

    A demo where the locale names no language (`C`, or none set) is in Vietnamese, for which this is made first.

    >>> language_asked(["check", "--lang=vi", "--", "--lang", "en"])
    'vi'
    """
    given = list(arguments)
    given = given[: given.index("--")] if "--" in given else given
    asked = [one.partition("=")[2] for one in given if one.startswith("--lang=")]
    asked += [value for option, value in pairwise(given) if option == "--lang"]
    is_demo = next((one for one in given if not one.startswith("-") and one not in LANGUAGES), "") == "demo"
    by_locale = "vi" if is_demo and not locale_names_a_language() else preferred_language()
    return next((one for one in asked if one in LANGUAGES), by_locale)


class _Command:
    """One command being described."""

    def __init__(self, commands: argparse._SubParsersAction[Parser], name: str, module: str, lang: str) -> None:
        self._name, self.lang = name, lang
        self._parser = commands.add_parser(
            name.rpartition(" ")[2],
            lang=lang,
            help=manual(name, lang),
            description=manual(f"{name} details", lang),
            epilog=manual("examples", lang) + EXAMPLES[name],
        )
        self._parser.set_defaults(module=module, usage_errors=False, json=False)
        _add_language(self._parser, lang)

    def add(self, *names: str, shared: str = "", place: str = "", **settings: Any) -> None:
        """Add an option or operand; its help is the manual's for command and name, or for `shared`."""
        key = shared or f"{self._name} {names[-1].lstrip('-')}"
        if place:
            settings["metavar"] = place_of(place, self.lang)
        self._parser.add_argument(*names, help=manual(key, self.lang), **settings)

    def parts(self, place: str) -> argparse._SubParsersAction[Parser]:
        """Return where the parts of a command in several go."""
        return self._parser.add_subparsers(metavar=place_of(place, self.lang), required=True)

    def add_limit(self) -> None:
        """Add `--limit`."""
        self.add("--limit", shared="limit", type=_limit(self.lang), default=0.005, place="RATE")

    def set_defaults(self, **values: object) -> None:
        """Set what is not asked for on the command line."""
        self._parser.set_defaults(**values)


def build_parser(lang: str = "en") -> argparse.ArgumentParser:
    """Return the parser of the whole command line, speaking `lang`."""
    parser = Parser(
        lang=lang, prog="kiemchung", description=manual("program", lang), epilog=manual("program end", lang)
    )
    parser.add_argument("--version", action="version", version=f"kiemchung {VERSION}", help=manual("version", lang))
    _add_language(parser, lang)
    commands = parser.add_subparsers(metavar=place_of("COMMAND", lang), required=True)
    _describe_all(commands, _COMMANDS, lang)
    return parser


def _describe_all(commands: argparse._SubParsersAction[Parser], described: Sequence[_Described], lang: str) -> None:
    for describe, name, module in described:
        describe(_Command(commands, name, module, lang))


def _add_language(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=lang, help=manual("lang", lang))


def _limit(lang: str) -> Callable[[str], float]:
    def share(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise argparse.ArgumentTypeError(manual("no share", lang, repr(text)))
        return value

    return share


def _threshold(lang: str) -> Callable[[str], float]:
    def threshold(text: str) -> float:
        try:
            return _limit(lang)(text)
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(manual("no probability", lang, repr(text))) from None

    return threshold


def _kind(text: str) -> str:
    """Return a kind of name as it is called, however it was written: `Display name` is `display_name`."""
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def _count(lang: str) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text[:5]) <= 1000:
            raise argparse.ArgumentTypeError(manual("no count", lang, repr(text)))
        return int(text)

    return count


def _port(lang: str) -> Callable[[str], int]:
    def port(text: str) -> int:
        if not text.isdecimal() or int(text[:6]) > 65535:
            raise argparse.ArgumentTypeError(manual("no port", lang, repr(text)))
        return int(text)

    return port


def _page(lang: str) -> Callable[[str], str]:
    def page(text: str) -> str:
        try:
            web_address(text.replace("{id}", "1"), "page")
        except RefusalError:
            raise argparse.ArgumentTypeError(manual("no page", lang, repr(text))) from None
        if "{id}" not in text:
            raise argparse.ArgumentTypeError(manual("no page", lang, repr(text)))
        return text

    return page


def _check(command: _Command) -> None:
    command.set_defaults(usage_errors=True)
    command.add("messages", nargs="+", place="TEXT|URL|FILE")
    command.add("--lines", action="store_true")
    command.add("--json", shared="json", action="store_true")
    command.add("--top", type=_count(command.lang), default=5, metavar="N")
    command.add("--fetch", action="store_true")
    command.add_limit()


def _import(command: _Command) -> None:
    command.add("sources", nargs="+", place="SOURCE")
    command.add("--json", shared="json", action="store_true")
    command.add("--ratings", action="store_true")
    command.add("--quiet", action="store_true")


def _export(command: _Command) -> None:
    command.add("--format", choices=("jsonl", "claimreview", "feed"), default="jsonl", place="FORM")
    command.add("-o", "--output", default="", place="FILE")
    command.add("--page", type=_page(command.lang), metavar="URL")


def _match(command: _Command) -> None:
    command.add("--claims", required=True, place="FILE")
    command.add("--queries", required=True, place="FILE")
    command.add("--top", type=_count(command.lang), default=10, metavar="N")
    command.add("--format", choices=("trec", "jsonl"), default="trec")
    command.add("--processes", type=_count(command.lang), default=0, metavar="N")
    command.add_limit()


def _lookalike(command: _Command) -> None:
    command.add("given", nargs="*", place="NAME")
    command.add("--names", default="", place="FILE")
    command.add("--organisations", default="", place="FILE")
    command.add("--kind", type=_kind, choices=KINDS, place="KIND")
    command.add("--threshold", type=_threshold(command.lang), default=None, metavar="P")
    command.add("--explain", action="store_true")
    command.add("--all", action="store_true")
    command.add("--format", choices=("table", "tsv", "jsonl"), default="table")
    command.add("--quiet", action="store_true")


def _media(command: _Command) -> None:
    parts = (
        (_media_match, "media match", "media"),
        (_media_add, "media add", "adding_media"),
        (_media_show, "media show", "showing_media"),
        (_media_remove, "media remove", "removing_media"),
    )
    _describe_all(command.parts("ACTION"), parts, command.lang)


def _media_match(command: _Command) -> None:
    command.add("files", nargs="*", place="FILE")
    command.add("--references", default="", place="DIR")
    command.add("--queries", default="", place="DIR")
    command.add("--top", type=_count(command.lang), default=5, metavar="N")
    command.add("--format", choices=("table", "tsv", "jsonl"), default="table", place="FORM")
    command.add("--json", shared="json", action="store_const", const="jsonl", dest="format")
    command.add("--picture", default="", place="FILE")
    command.add("--quiet", action="store_true")


def _media_add(command: _Command) -> None:
    command.add("files", nargs="*", place="FILE|DIR")
    command.add("--review", action="append", default=[], metavar="ID")
    command.add("--from", dest="source", default="", place="FILE")
    command.add("--json", shared="json", action="store_true")
    command.add("--quiet", action="store_true")


def _media_show(command: _Command) -> None:
    command.add("files", nargs="*", place="FILE|ID")
    command.add("--review", action="append", default=[], metavar="ID")
    command.add("--sheet", default="", place="FILE")
    command.add("--json", shared="json", action="store_true")


def _media_remove(command: _Command) -> None:
    command.add("files", nargs="+", place="FILE|ID")
    command.add("--json", shared="json", action="store_true")


def _evaluate(command: _Command) -> None:
    command.add("kind", choices=("claims", "lookalikes", "media"))
    command.add("folder", place="DIR")
    command.add("--split", default="", place="NAME")
    command.add("--organisations", default="", place="FILE")
    command.add("--json", shared="json", action="store_true")
    command.add_limit()


def _demo(command: _Command) -> None:
    command.add("--no-site", action="store_true")
    command.add("--port", type=_port(command.lang), default=8000, metavar="N")


def _serve(command: _Command) -> None:
    command.add("--host", default="127.0.0.1", place="ADDRESS")
    command.add("--port", type=_port(command.lang), default=8000, metavar="N")
    command.add("--no-worker", action="store_true")


def _work(command: _Command) -> None:
    command.add("--once", action="store_true")
    command.add("--queue", action="append", default=[], place="NAME")


def _manage(command: _Command) -> None:
    command.add("command", nargs=argparse.REMAINDER, place="COMMAND")


def _completion(command: _Command) -> None:
    command.add("shell", choices=("bash", "zsh", "tcsh"))


_Described = tuple[Callable[[_Command], None], str, str]
_COMMANDS: tuple[_Described, ...] = (
    (_check, "check", "checking"),
    (_import, "import", "importing"),
    (_export, "export", "exporting"),
    (_match, "match", "matching"),
    (_lookalike, "lookalike", "lookalike"),
    (_media, "media", "media"),
    (_evaluate, "evaluate", "evaluating"),
    (_demo, "demo", "demo"),
    (_serve, "serve", "serving"),
    (_work, "work", "working"),
    (_manage, "manage", "managing"),
    (_completion, "completion", "completion"),
)
