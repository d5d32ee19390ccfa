"""`kiemchung media add`: pictures, sound and video that were checked, into the collection."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiemchung.cli.complaints import complain
from kiemchung.cli.media_list import LineError, listed_files
from kiemchung.cli.parser import Options
from kiemchung.cli.progress import Progress, named_files
from kiemchung.cli.terminal import visible
from kiemchung.cli.usage import UsageError
from kiemchung.cli.words import number, say
from kiemchung.collection.home import default_home
from kiemchung.collection.media import Change, MediaCollection, MediaWriter
from kiemchung.collection.store import Collection
from kiemchung.decoding import DecodeError, Decoder
from kiemchung.engine.errors import IndexBusyError, InputError, KiemchungError
from kiemchung.engine.formats.answers import line_of
from kiemchung.recognising import as_compared, describe, open_decoder, previews

# Files are committed together, and then said to be in, when so many pictures and frames wait or after so many seconds.
_MOST_PENDING, _MOST_SECONDS = 64, 5.0
# So long another process is waited for that adds files: a few take a second or two.
_WAIT_S = 15.0
# So many ids of the reviews at one address are named.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _File:
    """A file to add: what it is called, where it lies, and the reviews it belongs to."""

    name: str
    path: Path
    reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a file; `is_plain`: it can be recognised by its bytes only."""

    file: _File
    change: Change
    is_plain: bool = False


def run(options: Options) -> int:
    """Add the files; 3 when one was refused, 1 when there was none."""
    if bool(options.files) == bool(options.source):
        raise UsageError(
            "Name files or folders, or a list of them with --from.",
            "Hãy nêu tệp hoặc thư mục, hoặc một bảng kê với --from.",
        )
    known = _Reviews()
    files = list(_files(options, known))
    with open_decoder() as decoder, MediaCollection.open(default_home()) as media:
        if any(isinstance(one, _File) for one in files):
            decoder.start()  # a machine that cannot decode says so before anything is begun
        with sole_writer(media) as writer:
            counts = _Adding(decoder, writer, options).add_all(files)
        if not options.json:
            total = number(media.count(), options.lang)
            told = {name: number(counts[name], options.lang) for name in (*Change, "refused")}
            print(say("media_summary", options.lang, total=total, **told))
            if count := counts["without_review"]:
                complain(say("added_without_review", options.lang, count=number(count, options.lang)))
    if counts["refused"]:
        return 3
    return 0 if files else 1


def sole_writer(media: MediaCollection) -> MediaWriter:
    """Return the writer, once another `add` or `remove` is done. Raises `IndexBusyError` when it is not for long."""
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            return MediaWriter(media)
        except IndexBusyError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


class _Reviews:
    """Which reviews the collection holds; opened when a review is named first."""

    def __init__(self) -> None:
        self._there: dict[str, bool] = {}

    def missing(self, reviews: Sequence[str]) -> list[str]:
        """Return those of the ids that no review has. Raises `CollectionError` where there is no collection."""
        unseen = [one for one in reviews if one not in self._there]
        if unseen:
            with Collection.open(default_home(), read_only=True) as record:
                found = record.get_many(unseen)
            self._there |= {one: one in found for one in unseen}
        return [one for one in reviews if not self._there[one]]

    def check(self, reviews: Sequence[str]) -> None:
        """Raise `InputError` when one of the reviews is not there; of an address it names those that are there."""
        if missing := self.missing(reviews):
            with Collection.open(default_home(), read_only=True) as record:
                there = [one.id for one in record.at_address(missing[0])]
            raise _no_review(missing[0], there)


def _no_review(named: str, there: Sequence[str]) -> InputError:
    if there:
        ids = ", ".join(there[:_MOST_NAMED])
        return InputError(
            f"{named} is the address of a review. Name the review by its id: {ids}.",
            f"{named} là địa chỉ của bài kiểm chứng. Hãy nêu bài bằng id: {ids}.",
        )
    return InputError(
        f"There is no review with the id {named}. Import it first, or check the id (kiemchung export).",
        f"Không có bài kiểm chứng nào có id {named}. Hãy nạp bài trước, hoặc xem lại id (kiemchung export).",
    )


def _files(options: Options, known: _Reviews) -> Iterator[_File | LineError]:
    if not options.source:
        known.check(options.review)
        for name, path in named_files(options.files):
            yield _File(name, path, tuple(options.review))
        return
    known.check(options.review)
    for line in listed_files(options.source):
        if isinstance(line, LineError):
            yield line
            continue
        try:
            known.check(line.reviews)
            yield _File(line.file, line.path, (*options.review, *line.reviews))
        except InputError as error:
            yield LineError(f"{options.source}:{line.number}", error)


class _Adding:
    """Adds files one after the other, commits them in batches, and says of each what became of it once it is in."""

    def __init__(self, decoder: Decoder, writer: MediaWriter, options: Options) -> None:
        self._decoder, self._writer, self._options = decoder, writer, options
        self._waiting: list[_Taken] = []
        self._committed_at = time.monotonic()
        self._counts: Counter[str] = Counter()

    def add_all(self, files: Sequence[_File | LineError]) -> Counter[str]:
        """Add all; return how many were added, updated, unchanged, refused, and added `without_review`.

        Whatever stops it leaves what was committed, and that was said to be in; how much that is is said.
        """
        self._progress = Progress(len(files), say("adding", self._options.lang), quiet=self._options.quiet)
        try:
            for one in files:
                self._take(one)
                self._progress.step()
                if self._writer.pending >= _MOST_PENDING or time.monotonic() - self._committed_at > _MOST_SECONDS:
                    self._commit()
            self._commit()
        except BaseException:
            self._progress.clear()
            self._tell_kept(len(files))
            raise
        self._progress.clear()
        return self._counts

    def _tell_kept(self, every: int) -> None:
        lang = self._options.lang
        kept = sum(self._counts[change] for change in Change)
        complain(say("media_kept", lang, kept=number(kept, lang), all=number(every, lang)))

    def _take(self, one: _File | LineError) -> None:
        if isinstance(one, LineError):
            self._refuse(one.place, one.error)
            return
        try:
            self._waiting.append(self._added(one))
        except DecodeError as error:
            self._refuse(one.name, error)

    def _added(self, one: _File) -> _Taken:
        sha256, size = _identity(one.path)
        if change := self._writer.known(sha256, one.reviews):
            return _Taken(one, change)
        decoded = as_compared(self._decoder.decode(one.path, name=one.name))
        described = describe(decoded)
        change = self._writer.add(
            described,
            name=one.path.name,
            size=size,
            reviews=one.reviews,
            previews=previews(decoded),
            now=datetime.now(UTC),
        )
        return _Taken(one, change, is_plain=described.is_plain)

    def _commit(self) -> None:
        self._writer.commit()
        self._committed_at = time.monotonic()
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._progress.clear()
        for taken in waiting:
            one, change = taken.file, taken.change
            self._counts[change] += 1
            self._counts["without_review"] += change is Change.ADDED and not one.reviews
            if self._options.json:
                plain = {"plain": True} if taken.is_plain else {}
                reviews = list(one.reviews)
                print(line_of({"file": one.name, "change": change.value, "reviews": reviews} | plain), flush=True)
            else:
                plainly = f"  ({say('plain', self._options.lang)})" if taken.is_plain else ""
                print(f"{say(change.value, self._options.lang)}  {visible(one.name)}{plainly}", flush=True)

    def _refuse(self, name: str, error: KiemchungError) -> None:
        self._counts["refused"] += 1
        self._progress.clear()
        if self._options.json:
            refused = {"file": name, "change": "refused", "reason": error.text(self._options.lang)}
            print(line_of(refused), flush=True)
        complain(f"{say('refused', self._options.lang)}: {error.text(self._options.lang)}")


def _identity(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of a file that can simply be read; of others nothing, the decoder says what is wrong."""
    try:
        if not path.is_file():
            return "", 0
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    except (OSError, ValueError):
        return "", 0
