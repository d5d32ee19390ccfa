"""Taking off what its publisher has withdrawn, and remembering it, so that an older copy does not bring it back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from kiemchung.collection.schema import COLUMN_COUNT, COLUMNS, KEEP, remove_addresses, review_of
from kiemchung.collection.types import Change
from kiemchung.engine.formats.dates import later
from kiemchung.engine.formats.withdrawals import Withdrawal, is_withdrawn_by
from kiemchung.engine.links import address_key, address_number
from kiemchung.engine.types import Review


def take_off(
    connection: sqlite3.Connection, withdrawal: Withdrawal, last_change: int, *, now: datetime, kept_at: str
) -> list[Change]:
    """Remember a withdrawal, and take the reviews off that stand at its address and are not newer.

    Joins the caller's transaction; the changes are numbered on from `last_change`. What is taken off stays as an older
    version, replaced at `kept_at`.
    """
    date, number = withdrawal.at_most(now), address_number(withdrawal.page)
    known = connection.execute("SELECT withdrawn_at FROM withdrawn WHERE address = ?", (number,)).fetchone()
    if known is None or later(known[0], date) != known[0]:
        connection.execute("INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?)", (number, date, withdrawal.why))
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM addresses JOIN reviews USING (change) WHERE address = ? ORDER BY id",  # noqa: S608
        (number,),
    ).fetchall()
    gone = [row[0] for row in rows if is_withdrawn_by(review_of(row[:COLUMN_COUNT]), withdrawal.page, date, now)]
    changes = [Change(one, id_, None) for one, id_ in enumerate(gone, start=last_change + 1)]
    remove_addresses(connection, gone)
    connection.executemany(KEEP, [(one.review_id, kept_at, one.change_number) for one in changes])
    connection.executemany("DELETE FROM reviews WHERE id = ?", [(id_,) for id_ in gone])
    removed = [(one.review_id, one.change_number) for one in changes]
    connection.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", removed)
    return changes


def withdrawn_among(connection: sqlite3.Connection, reviews: Sequence[Review], *, now: datetime) -> set[str]:
    """Return the ids of those reviews that are withdrawn, and not newer than that."""
    pages = {review.id: address_key(review.url) for review in reviews if review.url}
    dates = _dates(connection, pages)
    return {
        review.id
        for review in reviews
        if (page := pages.get(review.id)) and page in dates and is_withdrawn_by(review, page, dates[page], now)
    }


def _dates(connection: sqlite3.Connection, pages: Mapping[str, str]) -> dict[str, str]:
    numbers = {address_number(page): page for page in pages.values() if page}
    rows = connection.execute(
        "SELECT address, withdrawn_at FROM withdrawn WHERE address IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {numbers[number]: date for number, date in rows}
