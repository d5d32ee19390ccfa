"""Taking reviews in: which of them are new, newer, or known."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiemchung.collection.schema import (
    COLUMN_COUNT,
    COLUMNS,
    KEEP,
    add_addresses,
    content_hash,
    mark_commit,
    remove_addresses,
    row_of,
    translated,
)
from kiemchung.collection.types import Change, ImportSummary, LeftOut
from kiemchung.collection.withdrawing import kept_out, take_off
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.dates import is_older, later
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.formats.withdrawals import FetchedWithdrawals, Withdrawal
from kiemchung.engine.open_hosts import own_site_of
from kiemchung.engine.types import Review

CHUNK = 1000
MAX_REFUSED = 100_000
_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already

# Put together from constants only; values go in as parameters.
_INSERT = f"INSERT INTO reviews ({COLUMNS}, hash, newest_date, change) VALUES ({', '.join('?' * (COLUMN_COUNT + 3))})"  # noqa: S608
_REPLACE = (
    f"UPDATE reviews SET ({COLUMNS}, hash, newest_date, change) ="  # noqa: S608
    f" ({', '.join(f'?{n}' for n in range(1, COLUMN_COUNT + 4))}) WHERE id = ?1"
)


@dataclass(frozen=True, slots=True)
class _Incoming:
    review: Review
    row: tuple[str | None, ...]
    hash: bytes
    newest_date: str  # of all that was ever stored under this id: nothing older than that comes back


class Importer:
    """One import, inside the transaction of the caller."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        now: datetime,
        on_chunk: Callable[[Sequence[Change]], None] | None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._now = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._moment = now
        self._latest = (now.astimezone(UTC) + _AHEAD).isoformat()
        self._on_chunk = on_chunk
        self._counts = {"added": 0, "updated": 0, "unchanged": 0, "withdrawn": 0}
        self._left_out: Counter[LeftOut] = Counter()
        self._last_change = 0
        self._fetched = FetchedWithdrawals()

    def run(self, items: Iterable[Review | Refusal]) -> ImportSummary:
        """Takes all the items in."""
        with translated(self._path):
            (self._last_change,) = self._connection.execute(
                "SELECT value FROM counters WHERE name = 'last_change'"
            ).fetchone()
        refused: list[Refusal] = []
        chunk: dict[str, Review] = {}
        for item in items:
            if isinstance(item, Withdrawal):
                self._take(list(chunk.values()))  # what it withdraws may be among them
                chunk.clear()
                self._withdraw(item)
                continue
            if isinstance(item, Refusal):
                refused.append(item)
                if len(refused) > MAX_REFUSED:
                    raise InputError(
                        f"More than {MAX_REFUSED:,} items were refused, the last because it {item.reason}."
                        " This does not look like a file of reviews; nothing was imported.",
                        f"Hơn {MAX_REFUSED:,} mục bị từ chối, mục cuối vì {item.text('vi')}."
                        " Đây có vẻ không phải tệp bài kiểm chứng; không nạp gì cả.",
                    )
                continue
            # The ids of a chunk differ, so that a whole chunk can be compared and written at once.
            if len(chunk) >= CHUNK or item.id in chunk:
                self._take(list(chunk.values()))
                chunk.clear()
            chunk[item.id] = item
        self._take(list(chunk.values()))
        with translated(self._path):
            self._fetched.check(lambda: (url for (url,) in self._connection.execute("SELECT url FROM reviews")))
            if self._counts["added"] or self._counts["updated"] or self._counts["withdrawn"]:
                self._connection.execute(
                    "UPDATE counters SET value = ? WHERE name = 'last_change'", (self._last_change,)
                )
                mark_commit(self._connection, self._last_change)
        return ImportSummary(**self._counts, refused=tuple(refused), left_out=dict(self._left_out))

    def _withdraw(self, withdrawal: Withdrawal) -> None:
        with translated(self._path):
            changes = take_off(self._connection, withdrawal, self._last_change, now=self._moment, kept_at=self._now)
        self._last_change += len(changes)
        self._counts["withdrawn"] += len(changes)
        self._fetched.count(withdrawal, len(changes))
        if changes and self._on_chunk:
            self._on_chunk(changes)

    def _take(self, reviews: list[Review]) -> None:
        if not reviews:
            return
        with translated(self._path):
            added, updated = self._sorted_out(reviews)
            changes = self._numbered(added) + self._numbered(updated)
            self._write(added, updated, changes)
        self._counts["added"] += len(added)
        self._counts["updated"] += len(updated)
        self._counts["unchanged"] += len(reviews) - len(added) - len(updated)
        if changes and self._on_chunk:
            self._on_chunk(changes)

    def _sorted_out(self, reviews: list[Review]) -> tuple[list[_Incoming], list[_Incoming]]:
        """The reviews that are new, and those that replace a stored one."""
        stored: dict[str, tuple[bytes, str, str]] = {
            id_: (hash_, self._passed(newest_date), own_site_of(url))
            for id_, hash_, newest_date, url in self._connection.execute(
                "SELECT id, hash, newest_date, url FROM reviews WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps([review.id for review in reviews]),),
            )
        }
        out = kept_out(self._connection, reviews, now=self._moment)
        added: list[_Incoming] = []
        updated: list[_Incoming] = []
        for review in reviews:
            if review.id in out:
                self._left_out[out[review.id]] += 1
                continue
            known, newest_date, site = stored.get(review.id, (b"", "", ""))
            one = self._incoming(review, newest_date)
            if not known:
                added.append(one)
            elif known == one.hash:
                continue
            elif not _is_of(site, review):
                self._left_out[LeftOut.ANOTHER_SITE] += 1
            elif self._is_newer(one, newest_date):
                updated.append(one)
            else:
                self._left_out[LeftOut.OLDER] += 1
        return added, updated

    def _incoming(self, review: Review, newest_date: str) -> _Incoming:
        if missing := next((name for name in ("id", "claim") if not getattr(review, name).strip()), ""):
            raise InputError(
                f"The review {review.id!r} has no {missing}. Give each review an id and a claim.",
                f"Bài kiểm chứng {review.id!r} không có {missing}. Mỗi bài cần có id và nhận định.",
            )
        row = row_of(review)
        try:
            return _Incoming(review, row, content_hash(row), later(newest_date, self._passed(review.date)))
        except UnicodeEncodeError:
            raise InputError(
                f"The review {review.id!r} contains half a character; remove it.",
                f"Bài kiểm chứng {review.id!r} chứa nửa ký tự; hãy bỏ nó đi.",
            ) from None

    def _is_newer(self, one: _Incoming, newest_date: str) -> bool:
        """Whether another text for a stored review takes its place.

        Where dates do not decide, what was already replaced once does not come back: else two files with two
        texts for one id would replace each other at every import.
        """
        date = self._passed(one.review.date)
        if is_older(date, newest_date):
            return False
        if is_older(newest_date, date):
            return True
        return (
            self._connection.execute(
                "SELECT 1 FROM versions WHERE id = ? AND hash = ?", (one.review.id, one.hash)
            ).fetchone()
            is None
        )

    def _passed(self, date: str) -> str:
        """A date that orders versions; "" for one that is still to come, which would lock the review until then."""
        return "" if is_older(self._latest, date) else date

    def _numbered(self, ones: list[_Incoming]) -> list[Change]:
        first = self._last_change + 1
        self._last_change += len(ones)
        return [Change(number, one.review.id, one.review) for number, one in enumerate(ones, start=first)]

    def _write(self, added: list[_Incoming], updated: list[_Incoming], changes: list[Change]) -> None:
        execute_many = self._connection.executemany
        numbers = [change.change_number for change in changes]
        if added:
            execute_many(
                _INSERT,
                [(*one.row, one.hash, one.newest_date, n) for one, n in zip(added, numbers, strict=False)],
            )
            ids = json.dumps([one.review.id for one in added])
            self._connection.execute("DELETE FROM removed WHERE id IN (SELECT value FROM json_each(?))", (ids,))
        following = numbers[len(added) :]
        if updated:
            remove_addresses(self._connection, [one.review.id for one in updated])
            execute_many(KEEP, [(one.review.id, self._now, n) for one, n in zip(updated, following, strict=True)])
            execute_many(
                _REPLACE,
                [(*one.row, one.hash, one.newest_date, n) for one, n in zip(updated, following, strict=True)],
            )
        add_addresses(
            self._connection,
            ((change.change_number, one.review) for change, one in zip(changes, added + updated, strict=True)),
        )


def _is_of(site: str, review: Review) -> bool:
    """Whether a review may replace one of the site; without an address it is of where it was fetched."""
    return site in ("", own_site_of(review.url or review.fetched_from) or site)
