"""The collection of reviews in one folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from kiemchung.collection.importing import Importer
from kiemchung.collection.schema import (
    COLUMN_COUNT,
    COLUMNS,
    FILE_NAME,
    connect,
    mark_commit,
    remove_addresses,
    review_of,
    transaction,
    translated,
)
from kiemchung.collection.types import Change, ImportSummary, Version
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.links import address_key, address_number
from kiemchung.engine.types import Review

OnChunk: TypeAlias = Callable[[Sequence[Change]], None]

_PAGE = 1000


class Collection:
    """Reviews on disk. Open it with `Collection.open`; usable as a context manager; one object for one
    thread.

    Any number of processes read while one writes; readers see the state before or after an import, never
    between. Every method raises `CollectionError` (full or unreadable disk, damaged file) and writers
    `IndexBusyError`.

    >>> import datetime, tempfile, pathlib
    >>> now = datetime.datetime(2024, 5, 31, tzinfo=datetime.UTC)
    >>> with tempfile.TemporaryDirectory() as folder, Collection.open(pathlib.Path(folder)) as collection:
    ...     summary = collection.import_reviews([Review("a", "Chanh chữa ung thư")], now=now)
    ...     summary.added, collection.get("a").claim, [c.review_id for c in collection.changes_since(0)]
    (1, 'Chanh chữa ung thư', ['a'])
    """

    def __init__(self, connection: sqlite3.Connection, home: Path, *, read_only: bool, wait_s: float) -> None:
        self.home = home
        self._connection = connection
        self._read_only = read_only
        self._wait_s = wait_s
        self._path = home / FILE_NAME

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False, wait_s: float = 5.0) -> Self:
        """The collection in the folder `home`, which is made when missing (not with `read_only`).

        `wait_s`: how long to wait for another writer. Raises `CollectionError`.
        """
        home = home.absolute()
        connection = connect(home, read_only=read_only, wait_s=wait_s)
        return cls(connection, home, read_only=read_only, wait_s=wait_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def count(self) -> int:
        """How many reviews there are."""
        return self._number("SELECT count(*) FROM reviews")

    def last_change(self) -> int:
        """The number of the last change; 0 before the first."""
        return self._number("SELECT value FROM counters WHERE name = 'last_change'")

    def mark_of(self, change_number: int) -> int | None:
        """The random mark of the state after a commit that ended with this change; `None` when there was none.

        A copy that carries both number and mark knows that it was made from this record, not from another one of the
        same length. The state before the first change has the mark 0.
        """
        if not change_number:
            return 0
        with translated(self._path):
            row = self._connection.execute("SELECT mark FROM commits WHERE change = ?", (change_number,)).fetchone()
        return None if row is None else int(row[0])

    def at_address(self, url: str) -> list[Review]:
        """The reviews that are published at an address or whose claim appeared there, at most 50, by id.

        Addresses are compared as `address_key` says; one that names no single page finds nothing.
        """
        key = address_key(url)
        if not key:
            return []
        with translated(self._path):
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM addresses JOIN reviews USING (change) WHERE address = ? ORDER BY id LIMIT 50",  # noqa: S608
                (address_number(key),),
            ).fetchall()
        return [review_of(row) for row in rows]

    def get(self, review_id: str) -> Review | None:
        """The review with this id."""
        return self.get_many([review_id]).get(review_id)

    def get_many(self, review_ids: Iterable[str]) -> dict[str, Review]:
        """The reviews that exist among the ids, by id, in the order of the ids."""
        wanted = list(dict.fromkeys(review_ids))
        with translated(self._path):
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM reviews WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (json.dumps(wanted),),
            ).fetchall()
        found = {row[0]: review_of(row) for row in rows}
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def versions(self, review_id: str) -> list[Version]:
        """The older versions of a review, oldest first; the current one is not among them."""
        with translated(self._path):
            rows = self._connection.execute(
                f"SELECT {COLUMNS}, replaced_at, replaced_by FROM versions WHERE id = ? ORDER BY replaced_by",  # noqa: S608
                (review_id,),
            ).fetchall()
        return [Version(review_of(row), row[COLUMN_COUNT], row[COLUMN_COUNT + 1]) for row in rows]

    def changes_since(self, change_number: int) -> Iterator[Change]:
        """What has changed after `change_number`, in the order of the changes, one state in time.

        A review that changed more than once comes once, as it is now; a removed one with `None`. A copy that
        applies them is equal to the collection. Reads in pages over its own connection: memory stays flat,
        and imports go on.
        """
        if change_number >= self.last_change():
            return
        connection = connect(self.home, read_only=True, wait_s=self._wait_s)
        try:
            with translated(self._path):
                cursor = connection.execute(
                    f"SELECT {COLUMNS}, change FROM reviews WHERE change > :after"  # noqa: S608
                    " UNION ALL SELECT id, '', '', '', '', NULL, NULL, '', '', '', '', '', '', change"
                    " FROM removed"
                    " WHERE change > :after ORDER BY change",
                    {"after": change_number},
                )
                rows = cursor.fetchmany(_PAGE)
            while rows:
                for row in rows:
                    yield Change(row[COLUMN_COUNT], row[0], None if row[6] is None else review_of(row))
                with translated(self._path):
                    rows = cursor.fetchmany(_PAGE)
        finally:
            connection.close()

    def import_reviews(
        self,
        items: Iterable[Review | Refusal],
        *,
        now: datetime,
        on_chunk: OnChunk | None = None,
        before_commit: Callable[[], None] | None = None,
    ) -> ImportSummary:
        """Takes the reviews in, in one transaction: whatever stops it (an error of `items` or `on_chunk`,
        Ctrl-C, a full disk, a kill) leaves the collection as it was. A `Refusal` among the items is passed on
        to the summary.

        A review with a known id replaces the stored one, which is kept as a version with `now` as the time it
        was replaced; but not when its date is before the stored date, nor when it equals the stored one, nor
        when it equals an older version and is not dated later, nor when its address is of another site than the
        stored one's, nor when it was withdrawn since (then it has to come from its own site again, and be newer):
        then it is unchanged. A date after `now` counts as none. So
        importing the same again changes nothing. A `Withdrawal` takes off what stands at its address and is not
        newer, and keeps older copies of it out; its text stays among the versions. `on_chunk` is called inside the
        transaction with the applied changes, some hundreds at a time, `before_commit` when all are applied. `now` is
        aware. Raises `InputError` when more than 100,000 items were refused, and when what was fetched withdraws most
        of a site (`FetchedWithdrawals`).
        """
        with translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            importer = Importer(self._connection, self._path, now, on_chunk)
            summary = importer.run(items)
            if before_commit:
                before_commit()
            with translated(self._path):
                self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        return summary

    def remove(self, review_id: str, *, on_chunk: OnChunk | None = None) -> bool:
        """Removes a review and its older versions for good; False when there was none.

        The removal is a change of its own (with `None`), so that every copy and index follows.
        """
        with translated(self._path), transaction(self._connection):
            remove_addresses(self._connection, [review_id])
            removed = self._connection.execute("DELETE FROM reviews WHERE id = ?", (review_id,)).rowcount
            if not removed:
                return False
            self._connection.execute("DELETE FROM versions WHERE id = ?", (review_id,))
            self._connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'last_change'")
            number = self.last_change()
            self._connection.execute("INSERT OR REPLACE INTO removed VALUES (?, ?)", (review_id, number))
            mark_commit(self._connection, number)
            if on_chunk:
                on_chunk([Change(number, review_id, None)])
        return True

    def _number(self, query: str) -> int:
        with translated(self._path):
            (number,) = self._connection.execute(query).fetchone()
        return int(number)

    def _roll_back(self) -> None:
        with translated(self._path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
