"""The media references of a collection: which files belong to which reviews, and the index that finds them.

Folder `media`: the record `media.sqlite` and the segments of the index (`engine.media.directory`). The record also
keeps the list of the segments, so that one transaction changes both. Nothing here can be worked out anew from the rest:
the files themselves are not kept, only what is compared, small copies of pictures, and no place, time or name that a
file says about itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiemchung.collection.media_schema import FILE_NAME, connect, translated_media
from kiemchung.engine.errors import IndexDamagedError
from kiemchung.engine.media.directory import Listed, Writer, open_parts
from kiemchung.engine.media.index import Described, MediaIndex
from kiemchung.engine.media.segments import MediaSegments
from kiemchung.engine.media.types import MediaKind, MediaMatch
from kiemchung.engine.writing import LOCKS

FOLDER = "media"
_COLUMNS = "media.id, sha256, kind, name, size, seconds, width, height, added_at"
_WITH_REVIEWS = (  # put together from constants only
    f"SELECT {_COLUMNS}, (SELECT json_group_array(review) FROM belongs WHERE belongs.media = media.id) FROM media"  # noqa: S608
)
# What is described waits in memory until it is so many pictures and frames (150 kB each), then becomes a segment.
_MOST_PENDING = 256


@dataclass(frozen=True, slots=True)
class MediaReference:
    """A stored reference: `size` in bytes, `seconds` (0 for a picture), `width` and `height` as shown (0 for sound),
    the ids of the reviews it belongs to, `added_at` (ISO 8601, UTC)."""

    id: int
    sha256: str
    kind: MediaKind
    name: str
    size: int
    seconds: float
    width: int
    height: int
    added_at: str
    reviews: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A match and the stored reference that was found."""

    match: MediaMatch
    reference: MediaReference


class Change(StrEnum):
    """What adding a file did: a new reference, a known one that belongs to one more review, or nothing."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class MediaCollection:
    """The media references in the folder of a collection; use as a context manager, one object for one thread.

    Any number of processes read while one writes; each reads the last commit. Every method raises `CollectionError`
    when the record cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False) -> Self:
        """Open the references of the collection in `home`; made when missing, unless `read_only`.

        Raises `CollectionError` when there are none, or when they were written by another version.
        """
        path = home.absolute() / FOLDER
        return cls(connect(path, read_only=read_only), path)

    @staticmethod
    def is_in(home: Path) -> bool:
        """Return whether a collection has ever had media references."""
        return (home / FOLDER / FILE_NAME).exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def count(self) -> int:
        """How many references there are."""
        with translated_media(self.path):
            (number,) = self.connection.execute("SELECT count(*) FROM media").fetchone()
        return int(number)

    def references(self) -> Iterator[MediaReference]:
        """All references, in the order in which they were added."""
        with translated_media(self.path):
            yield from map(_reference, self.connection.execute(f"{_WITH_REVIEWS} ORDER BY id"))

    def get_many(self, ids: Iterable[int]) -> dict[int, MediaReference]:
        """The references that exist among the ids."""
        return {one.id: one for one in self._where("id IN (SELECT value FROM json_each(?))", list(ids))}

    def with_sha256(self, sha256: str) -> MediaReference | None:
        """The reference with these very bytes."""
        return next(iter(self._where("sha256 IN (SELECT value FROM json_each(?))", [sha256])), None)

    def of_review(self, review_id: str) -> list[MediaReference]:
        """The references that belong to a review."""
        condition = "id IN (SELECT media FROM belongs WHERE review IN (SELECT value FROM json_each(?)))"
        return self._where(condition, [review_id])

    def preview(self, reference_id: int, at_s: float | None = None) -> bytes | None:
        """The small JPEG of a picture, or of the frame of a video nearest to a time; `None` for sound."""
        with translated_media(self.path):
            row = self.connection.execute(
                "SELECT jpeg FROM previews WHERE media = ? ORDER BY abs(at_s - ?) LIMIT 1", (reference_id, at_s or 0.0)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def index(self) -> MediaIndex:
        """The index at the last commit, memory-mapped. Raises `IndexDamagedError` when a file is not what it was."""
        for attempt in range(3):
            files = self.listed()
            try:
                return MediaSegments(open_parts(self.path, files)).index()
            except IndexDamagedError:
                # A writer may have committed and swept the files between our two reads.
                if attempt == 2 or self.listed() == files:
                    raise
        raise AssertionError("unreachable")

    def match(self, index: MediaIndex, query: Described, *, top: int = 5) -> list[Found]:
        """Return the references that are found in a file, the likeliest first; see `MediaIndex.match`."""
        same = self.with_sha256(query.sha256)
        found = index.match(query, top=top, same=[] if same is None else [str(same.id)])
        references = self.get_many(int(match.reference) for match in found)
        return [Found(match, references[int(match.reference)]) for match in found if int(match.reference) in references]

    def listed(self) -> tuple[Listed, ...]:
        """The files of the index, as of the last commit."""
        with translated_media(self.path):
            rows = self.connection.execute("SELECT file, kind, length, checksum, dead FROM segments ORDER BY file")
            return tuple(Listed(*row) for row in rows)

    def _where(self, condition: str, values: Sequence[int | str]) -> list[MediaReference]:
        with translated_media(self.path):
            rows = self.connection.execute(f"{_WITH_REVIEWS} WHERE {condition} ORDER BY id", (json.dumps(values),))
            return [_reference(row) for row in rows]


class MediaWriter:
    """Adds and removes references, as the only writer; use as a context manager.

    Nothing is there for others before `commit`, and everything is after it, whatever ends the process. Leaving without
    it changes nothing. Raises `IndexBusyError` when another process writes.
    """

    def __init__(self, collection: MediaCollection) -> None:
        self._collection = collection
        self._connection = collection.connection
        self._segments = _sole_writer(collection)
        self._pending: list[tuple[str, Described]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with translated_media(self._collection.path):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                # The log of SQLite still holds pages as they were, those of what a killed process removed too. Where
                # somebody reads them just now, the next writer empties it.
                if kind is None:
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            # By the record, not by what we remember: Ctrl-C may have come right after the commit.
            self._segments.sweep(self._collection.listed())
        finally:
            self._segments.close()

    @property
    def pending(self) -> int:
        """How many pictures and frames wait in memory."""
        return sum(max(1, len(one.pictures)) for _, one in self._pending)

    def known(self, sha256: str, reviews: Sequence[str]) -> Change | None:
        """Take note that a known file belongs to these reviews too; `None` when the file is not known.

        So a file that was added before need not be decoded again.
        """
        there = self._collection.with_sha256(sha256)
        if there is None:
            return None
        return Change.UPDATED if self._belongs(there.id, set(reviews) - set(there.reviews)) else Change.UNCHANGED

    def add(
        self,
        file: Described,
        *,
        name: str,
        size: int,
        reviews: Sequence[str],
        previews: Mapping[float, bytes],
        now: datetime,
    ) -> Change:
        """Add a described file of `size` bytes; `previews` are small JPEGs by their time (0 for a picture)."""
        if change := self.known(file.sha256, reviews):
            return change
        picture = file.pictures[0] if file.pictures else None
        shape = (picture.width, picture.height) if picture else (0, 0)
        with translated_media(self._collection.path):
            self._begin()
            row = (file.sha256, file.kind.value, name, size, file.seconds, *shape, now.isoformat(timespec="seconds"))
            added = self._connection.execute(
                "INSERT INTO media (sha256, kind, name, size, seconds, width, height, added_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            assert added is not None  # noqa: S101 - an INSERT has one
            self._connection.executemany(
                "INSERT INTO previews VALUES (?, ?, ?)", [(added, at_s, jpeg) for at_s, jpeg in previews.items()]
            )
        self._belongs(added, reviews)
        self._pending.append((str(added), file))
        if self.pending >= _MOST_PENDING:
            self._flush()
        return Change.ADDED

    def remove(self, ids: Sequence[int]) -> int:
        """Remove references; return how many there were.

        When this writer is left, nothing of them is in the files of the collection, unless somebody reads at that
        moment (then after the next one): their segments are written anew, which takes seconds of each 16,384 pictures.
        """
        self._flush()
        with translated_media(self._collection.path):
            self._begin()
            gone = json.dumps(list(ids))
            removed = 0
            for table, column in (("belongs", "media"), ("previews", "media"), ("media", "id")):
                removed = self._connection.execute(
                    f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
                    (gone,),
                ).rowcount
        self._segments.remove(str(one) for one in ids)
        return removed

    def commit(self) -> None:
        """Make all of it durable and visible at once. Cost: some 20 ms, more when segments are merged."""
        if not self._connection.in_transaction:
            return
        self._flush()
        self._segments.tidy()
        rows = [(one.file, one.kind, one.length, one.checksum, one.dead) for one in self._segments.listed()]
        with translated_media(self._collection.path):
            self._connection.execute("DELETE FROM segments")
            self._connection.executemany("INSERT INTO segments VALUES (?, ?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        self._segments.sweep(self._collection.listed())

    def _belongs(self, reference_id: int, reviews: Iterable[str]) -> bool:
        rows = [(reference_id, review) for review in reviews]
        if rows:
            with translated_media(self._collection.path):
                self._begin()
                self._connection.executemany("INSERT OR IGNORE INTO belongs VALUES (?, ?)", rows)
        return bool(rows)

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            self._segments.add(pending)


def _sole_writer(collection: MediaCollection) -> Writer:
    """Return the writer of the index at the last commit, with what a killed one left behind taken away."""
    while True:
        files = collection.listed()
        try:
            writer = Writer(collection.path, files)
        except IndexDamagedError:
            if collection.listed() == files:
                raise
            continue
        if collection.listed() == files:  # nobody committed between reading the list and having the lock
            if LOCKS:
                writer.sweep(files)
            return writer
        writer.close()


def _reference(row: tuple[Any, ...]) -> MediaReference:
    number, sha256, kind, name, size, seconds, width, height, added_at, reviews = row
    return MediaReference(
        number,
        sha256,
        MediaKind(kind),
        name,
        size,
        seconds,
        width,
        height,
        added_at,
        tuple(sorted(json.loads(reviews))),
    )
