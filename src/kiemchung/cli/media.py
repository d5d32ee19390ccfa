"""`kiemchung media match`: files in a folder, and which reference files each of them shows or plays."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kiemchung.cli.answers import line_of, rounded
from kiemchung.cli.complaints import complain
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import chance, safe
from kiemchung.cli.words import say
from kiemchung.decoding import DecodeError, Decoder
from kiemchung.engine.errors import InputError
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.types import MediaMatch, Region
from kiemchung.recognising import MediaReferences, describe

COLUMNS = (
    "query",
    "reference",
    "probability",
    "query_region",
    "reference_region",
    "start_s",
    "end_s",
    "method",
)
_EVERY = 0.5  # seconds between two lines of progress
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def run(options: Options) -> int:
    """Match all files of a folder; 3 when a file was refused, else 1 when nothing was found."""
    references, queries = (
        _folder(name, option) for name, option in ((options.references, "--references"), (options.queries, "--queries"))
    )
    refused: list[str] = []
    found = False
    with Decoder() as decoder:
        index = MediaReferences(_described(decoder, references, options, refused))
        if options.format == "tsv":
            print("\t".join(COLUMNS))
        for name, query in _described(decoder, queries, options, refused):
            for match in index.match(query, top=options.top):
                found = True
                print(_FORMS[options.format](name, match))
            sys.stdout.flush()
    if options.format == "table" and not found:
        print(say("no_media", options.lang))
    if refused:
        return 3
    return 0 if found else 1


def _folder(name: str, option: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise InputError(
            f"{option} {name} is not a folder. Name the folder that holds the files.",
            f"{option} {name} không phải thư mục. Hãy nêu thư mục chứa các tệp.",
        )
    return path


def _described(decoder: Decoder, folder: Path, options: Options, refused: list[str]) -> Iterator[tuple[str, Described]]:
    """Yield the files below a folder, described, by their paths below it; a file that is refused is named and left."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    progress = _Progress(options, len(files), folder.name)
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            yield name, describe(decoder.decode(path, name=name))
        except DecodeError as error:
            refused.append(name)
            progress.clear()
            complain(f"{say('refused', options.lang)}: {error.text(options.lang)}")
        progress.step()
    progress.clear()


def _written(region: Region | None) -> str:
    return "" if region is None else ",".join(map(str, region))


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _tsv(query: str, match: MediaMatch) -> str:
    names = (one.translate(_ESCAPES) for one in (query, match.reference))
    regions = (_written(match.query_region), _written(match.reference_region))
    times = (_seconds(match.start_s), _seconds(match.end_s))
    return "\t".join([*names, f"{rounded(match.probability):g}", *regions, *times, match.method])


def _json(query: str, match: MediaMatch) -> str:
    row = {
        "query": query,
        "reference": match.reference,
        "probability": rounded(match.probability),
        "query_region": match.query_region,
        "reference_region": match.reference_region,
        "start_s": match.start_s,
        "end_s": match.end_s,
        "method": match.method,
    }
    return line_of(row)


def _row(query: str, match: MediaMatch) -> str:
    line = f"{safe(query)}  →  {safe(match.reference)}  {chance(match.probability)}"
    if match.start_s is not None and match.end_s is not None:
        line += f"  {match.start_s:.1f}-{match.end_s:.1f} s"
    if match.reference_region is not None:
        line += f"  {_written(match.query_region)} = {_written(match.reference_region)}"
    return line


_FORMS = {"tsv": _tsv, "jsonl": _json, "table": _row}


class _Progress:
    """One line on a terminal: files done of all, files a second, the time that remains."""

    def __init__(self, options: Options, total: int, label: str) -> None:
        self._is_on = not options.quiet and sys.stderr.isatty()
        self._total, self._label, self._done = total, label, 0
        self._started = self._told = time.monotonic()

    def step(self) -> None:
        """Take note of one file; say so now and then."""
        self._done += 1
        now = time.monotonic()
        if self._is_on and now - self._told >= _EVERY:
            self._told = now
            rate = self._done / (now - self._started)
            left = (self._total - self._done) / rate
            sys.stderr.write(
                f"\r{safe(self._label)}  {self._done:,} / {self._total:,}  {rate:,.1f}/s  {left:,.0f} s \x1b[K"
            )
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave a clean line."""
        if self._is_on:
            sys.stderr.write("\r\x1b[K")
