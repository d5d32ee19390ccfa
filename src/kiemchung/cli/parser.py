"""The command line as it is written: commands, options, examples."""

from __future__ import annotations

import argparse
from typing import NoReturn

from kiemchung.cli.words import preferred_language
from kiemchung.engine.formats.refusals import clip
from kiemchung.version import VERSION

_EXAMPLES = {
    "check": """examples:
  kiemchung check "uống nước chanh nóng chữa được ung thư phải không"
  kiemchung check --json "Hot lemon water kills cancer cells"
  pbpaste | kiemchung check -
  kiemchung check --lines - < messages.txt
  kiemchung check https://example.org/story --fetch""",
    "import": """examples:
  kiemchung import starter
  kiemchung import reviews.jsonl page.html feed.json.gz
  kiemchung import https://example.org/factcheck.html
  zcat feed.json.gz | kiemchung import - --json""",
    "match": """examples:
  kiemchung match --claims claims.jsonl.gz --queries tweets.jsonl --top 10 > run.trec
  kiemchung match --claims claims.jsonl --queries messages.jsonl --format jsonl --limit 0.01""",
    "lookalike": """examples:
  kiemchung lookalike vietcombank-diemthuong.top "CSKH VlETCOMBANK" https://bidv.com.vn@example.top/
  kiemchung lookalike --names hosts.txt --organisations ours.jsonl --format tsv > alerts.tsv
  certstream-names | kiemchung lookalike --kind host --format jsonl""",
    "evaluate": """examples:
  kiemchung evaluate claims data/claims/vifactcheck
  kiemchung evaluate claims data/messages_vi --json
  kiemchung evaluate lookalikes data/lookalike""",
    "demo": """examples:
  kiemchung demo
  kiemchung demo --lang vi""",
    "completion": """examples:
  kiemchung completion bash > ~/.local/share/bash-completion/completions/kiemchung
  kiemchung completion zsh > "${fpath[1]}/_kiemchung\"""",
}


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
    sources: list[str]
    claims: str
    queries: str
    format: str
    folder: str
    split: str
    kind: str
    shell: str
    quiet: bool
    given: list[str]
    names: str
    organisations: str
    threshold: float | None
    explain: bool
    all: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {clip(message, 500)}. See {self.prog} --help.\n")


def _limit(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share: give a number from 0 to 1, for example 0.005")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="kiemchung",
        description="Kiểm Chứng: trả lời một tin đáng ngờ bằng bài kiểm chứng đã đăng. "
        "Answers a doubtful message from published fact-checks, with the reasons.",
        epilog="Collections live in KIEMCHUNG_HOME (default: the platform's data folder). "
        "Exit codes: 0 done, 1 nothing found, 2 wrong usage, 3 done but some input refused, 4 could not be done, "
        "130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"kiemchung {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _check(commands)
    _import(commands)
    _match(commands)
    _lookalike(commands)
    _evaluate(commands)
    _demo(commands)
    _completion(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[_Parser], name: str, module: str, summary: str, details: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=details,
        epilog=_EXAMPLES[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # names are a promise: half a name would become one too
    )
    parser.set_defaults(module=module, usage_errors=False, json=False)
    parser.add_argument(
        "--lang",
        choices=("vi", "en"),
        default=preferred_language(),
        help="language of the answers (default: by locale)",
    )
    return parser


def _check(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "check",
        "checking",
        "hỏi về một tin / answer a message",
        "Answer a message from the local collection. A web address is looked up by its address and the words in it; "
        "it is only opened with --fetch.",
    )
    parser.set_defaults(usage_errors=True)
    parser.add_argument("messages", nargs="+", metavar="TEXT|URL|FILE", help="a message; `-` reads standard input")
    parser.add_argument("--lines", action="store_true", help="one message a line (of standard input or files)")
    parser.add_argument("--json", action="store_true", help="one JSON object a message")
    parser.add_argument("--top", type=_count, default=5, metavar="N", help="matches to give (default: 5)")
    parser.add_argument("--fetch", action="store_true", help="open web addresses and read the page")
    _add_limit(parser)


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit",
        type=_limit,
        default=0.005,
        metavar="RATE",
        help="highest expected share of wrong answers among all automatic answers (default: 0.005)",
    )


def _import(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "import",
        "importing",
        "nạp bài kiểm chứng / bring in reviews",
        "Take reviews into the local collection: JSON Lines, ClaimReview JSON-LD, web pages that hold it, the Data "
        "Commons DataFeed; plain or gzip. `starter` is the collection that comes with kiemchung. Each source goes in "
        "whole or, when it is broken, not at all; single bad items are refused and named.",
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a web address, `-` or `starter`")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _match(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "match",
        "matching",
        "so khớp hàng loạt / match in bulk",
        "Make an index in memory from the claims and give one ranked list for each query. Both files are .jsonl or "
        ".jsonl.gz with `id` and `text`; claims may have `title`, `body`, `rating`, `lang`.",
    )
    parser.add_argument("--claims", required=True, metavar="FILE")
    parser.add_argument("--queries", required=True, metavar="FILE")
    parser.add_argument("--top", type=_count, default=10, metavar="N", help="candidates a query (default: 10)")
    parser.add_argument("--format", choices=("trec", "jsonl"), default="trec")
    _add_limit(parser)


def _lookalike(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "lookalike",
        "lookalike",
        "ai đang mạo danh / who imitates an organisation",
        "Say which protected organisation a host, link, handle, SMS sender, display name or page title imitates, how "
        "probably, and why. Without names they are read from standard input, one a line, and answered as they come.",
    )
    parser.add_argument("given", nargs="*", metavar="NAME", help="a name; `-` reads standard input")
    parser.add_argument("--names", default="", metavar="FILE", help="names, one a line, plain or gzip")
    parser.add_argument(
        "--organisations",
        default="",
        metavar="FILE",
        help="the protected organisations, JSON Lines (default: well-known Vietnamese ones that come with kiemchung)",
    )
    parser.add_argument(
        "--kind",
        choices=("host", "url", "handle", "sender", "display_name", "page_title"),
        help="what all names are (default: each is looked at)",
    )
    parser.add_argument(
        "--threshold",
        type=_limit,
        default=None,
        metavar="P",
        help="alert from this probability (default: the one the models were measured with)",
    )
    parser.add_argument("--explain", action="store_true", help="give the reasons in words")
    parser.add_argument("--all", action="store_true", help="every name, not only the alerts")
    parser.add_argument("--format", choices=("table", "tsv", "jsonl"), default="table")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "evaluate",
        "evaluating",
        "đo chất lượng / measure quality",
        "The standard measures over a labelled folder. claims: claims.jsonl[.gz], queries.jsonl[.gz], qrels.tsv and, "
        "if there are any, negatives.jsonl (messages that no review answers). lookalikes: organisations.jsonl with "
        "positives*.tsv, benign*.tsv and stream*.txt, or names*.tsv.",
    )
    parser.add_argument("kind", choices=("claims", "lookalikes"))
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--split", default="", help="only queries of this split (default: all that qrels.tsv names)")
    parser.add_argument("--json", action="store_true", help="print the measures as JSON")
    parser.add_argument("--organisations", default="", metavar="FILE", help="lookalikes: the protected organisations")
    _add_limit(parser)


def _demo(commands: argparse._SubParsersAction[_Parser]) -> None:
    _command(
        commands,
        "demo",
        "demo",
        "xem thử / see it work",
        "Load the starter collection into a folder of its own and answer three messages.",
    )


def _completion(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "completion",
        "completion",
        "gợi ý lệnh cho shell / shell completion",
        "Print a completion script.",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))
