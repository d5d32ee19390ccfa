"""`kiemchung import`: reviews into the local collection."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol

from kiemchung.cli.complaints import Complaints, complain
from kiemchung.cli.parser import Options
from kiemchung.cli.ratings import RatingTable
from kiemchung.cli.terminal import wrapped
from kiemchung.cli.words import number, say
from kiemchung.collection.home import SITE_FILE, default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.collection.types import ImportSummary, LeftOut
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.answers import line_of
from kiemchung.engine.formats.refusals import Refusal, clip
from kiemchung.engine.types import Review
from kiemchung.fetch import FetchError
from kiemchung.sources import read_source
from kiemchung.starter import starter_reviews


def run(options: Options) -> int:
    """Import each source; 4 when one could not be read (the others go in), else 3 when some items were refused."""
    refused = broken = False
    totals: Counter[str] = Counter()
    with SearchableCollection.open(default_home(), encoder=encoder_from_environment()) as collection:
        for source in options.sources:
            table = RatingTable()
            try:
                summary = _imported(collection, source, options, table)
            except (InputError, FetchError) as error:
                if len(options.sources) == 1:
                    raise
                broken = True
                complain(f"{say('error', options.lang)}: {error.text(options.lang)}")
                continue
            refused = refused or bool(summary.refused)
            totals += _counts(summary)
            _report(summary, source, collection.record.count(), options, table)
        if len(options.sources) > 1 and not options.json:
            print(_summary(totals, collection.record.count(), say("all_sources", options.lang), options.lang))
    if not options.json and (default_home() / SITE_FILE).exists():
        complain(say("site_apart", options.lang))
    return 4 if broken else 3 if refused else 0


def _imported(collection: SearchableCollection, source: str, options: Options, table: RatingTable) -> ImportSummary:
    with _progress(source, options) as bar:
        items: Iterator[Review | Refusal]
        items = (
            iter(starter_reviews())
            if source == "starter"
            else read_source(source, progress=bar.read, input_name=say("stdin", options.lang))
        )
        return collection.import_reviews(table.seen(bar.counted(items)), now=datetime.now(UTC))


def _report(summary: ImportSummary, source: str, total: int, options: Options, table: RatingTable) -> None:
    lang = options.lang
    if options.json:
        counts = {"added": summary.added, "updated": summary.updated, "unchanged": summary.unchanged}
        refused = [{"line": one.number, "code": one.code, "reason": one.reason} for one in summary.refused]
        named = {"source": source} if len(options.sources) > 1 else {}
        ratings = {"ratings": table.data()} if options.ratings else {}
        withdrawn = {"withdrawn": summary.withdrawn} if summary.withdrawn else {}
        left_out = {"left_out": dict(sorted(summary.left_out.items()))} if summary.left_out else {}
        print(line_of(named | counts | {"refused": refused} | withdrawn | left_out | ratings))
        return
    complaints = Complaints(source, lang, more="more_refused")
    for refusal in summary.refused:
        complaints.add(refusal)
    complaints.say()
    label = (say("stdin", lang) if source == "-" else clip(source)) if len(options.sources) > 1 else ""
    print(_summary(_counts(summary), total, label, lang))
    if options.ratings or sys.stdout.isatty():
        for line in table.lines(lang, whole=options.ratings):
            print(wrapped(line))


def _counts(summary: ImportSummary) -> Counter[str]:
    """What people are told: unchanged is only what the collection holds as it was read."""
    return Counter(
        added=summary.added,
        updated=summary.updated,
        unchanged=summary.unchanged - sum(summary.left_out.values()),
        refused=len(summary.refused),
        withdrawn=summary.withdrawn,
        **{f"left_out_{why}": count for why, count in summary.left_out.items()},
    )


def _summary(counts: Counter[str], total: int, source: str, lang: str) -> str:
    shown = {name: number(counts[name], lang) for name in ("added", "updated", "unchanged", "refused")}
    told = {
        key: say(key, lang, count=number(counts[key], lang)) if counts[key] else ""
        for key in ("withdrawn", *(f"left_out_{why}" for why in LeftOut))
    }
    withdrawn, *left_out = told.values()
    sentence = (
        withdrawn + say("summary", lang, **shown) + "".join(left_out) + say("holds", lang, total=number(total, lang))
    )
    return wrapped(f"{source}: {sentence}" if source else sentence)


class _Progress(Protocol):
    def read(self, done: int, total: int | None) -> None: ...

    def counted(self, items: Iterator[Review | Refusal]) -> Iterator[Review | Refusal]: ...


class _Silent:
    def read(self, done: int, total: int | None) -> None:
        pass

    def counted(self, items: Iterator[Review | Refusal]) -> Iterator[Review | Refusal]:
        return items


class _Bar:
    """A bar with the share read, reviews a second and the time that remains."""

    def __init__(self, label: str, lang: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[done]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=None, done="")
        self._lang = lang
        self._started = datetime.now(UTC)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def read(self, done: int, total: int | None) -> None:
        self._progress.update(self._task, completed=done, total=total)

    def counted(self, items: Iterator[Review | Refusal]) -> Iterator[Review | Refusal]:
        for count, item in enumerate(items, 1):
            yield item
            if count % 100 == 0:
                seconds = max((datetime.now(UTC) - self._started).total_seconds(), 1e-3)
                reviews, rate = number(count, self._lang), number(count / seconds, self._lang)
                self._progress.update(self._task, done=f"{reviews} {say('reviews', self._lang)} · {rate}/s")


def _short(source: str) -> str:
    return source.rstrip("/").rpartition("/")[2] or source


def _progress(source: str, options: Options) -> AbstractContextManager[_Progress]:
    if options.quiet or not sys.stderr.isatty():
        return nullcontext(_Silent())
    return _Bar(f"{say('importing', options.lang)} {clip(_short(source), 30)}", options.lang)
