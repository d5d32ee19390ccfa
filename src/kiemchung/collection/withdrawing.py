"""Taking off what its publisher has withdrawn, and remembering it, so that an older copy does not bring it back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from kiemchung.collection.schema import COLUMNS, KEEP, remove_addresses, review_of
from kiemchung.collection.types import Change, LeftOut
from kiemchung.engine.formats.dates import later
from kiemchung.engine.formats.withdrawals import Withdrawal, is_kept_out, is_newer, may_take_the_place, pages_of
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
        (address_number(address_key(withdrawal.url)),),
    ).fetchall()
    there = map(review_of, rows)
    gone = [one.id for one in there if withdrawal.page in pages_of(one) and not is_newer(one, date, now)]
    changes = [Change(one, id_, None) for one, id_ in enumerate(gone, start=last_change + 1)]
    remove_addresses(connection, gone)
    connection.executemany(KEEP, [(one.review_id, kept_at, one.change_number) for one in changes])
    connection.executemany("DELETE FROM reviews WHERE id = ?", [(id_,) for id_ in gone])
    removed = [(one.review_id, one.change_number) for one in changes]
    connection.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", removed)
    return changes


def kept_out(connection: sqlite3.Connection, reviews: Sequence[Review], *, now: datetime) -> dict[str, LeftOut]:
    """Return the ids of those reviews that do not come in, and why: what was withdrawn, and what is of another site
    than the review that was withdrawn under this id."""
    gone = _places_of_removed(connection, [review.id for review in reviews])
    pages = {review.id: pages_of(review, gone.get(review.id, "")) for review in reviews}
    dates = _dates(connection, frozenset().union(*pages.values()))
    return why_kept_out(reviews, gone, pages, dates, now=now)


def why_kept_out(
    reviews: Iterable[Review],
    gone: Mapping[str, str],
    pages: Mapping[str, frozenset[str]],
    dates: Mapping[str, str],
    *,
    now: datetime,
) -> dict[str, LeftOut]:
    """Return the ids of those reviews that do not come in, and why. `gone` has where reviews stood that were taken off,
    `pages` the pages of each review, both by id; `dates` when a page was withdrawn."""
    out: dict[str, LeftOut] = {}
    for review in reviews:
        if is_kept_out(review, {page: dates[page] for page in pages[review.id] & dates.keys()}, now):
            out[review.id] = LeftOut.WITHDRAWN
        elif not may_take_the_place(review, gone.get(review.id, "")):
            out[review.id] = LeftOut.ANOTHER_SITE
    return out


def _places_of_removed(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Where the reviews stood that were taken off and are not back: their last text is kept as a version."""
    rows = connection.execute(
        "SELECT removed.id, versions.url FROM removed JOIN versions"
        " ON versions.id = removed.id AND versions.replaced_by = removed.change"
        " WHERE removed.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


def _dates(connection: sqlite3.Connection, pages: Collection[str]) -> dict[str, str]:
    numbers = {address_number(page): page for page in pages}
    rows = connection.execute(
        "SELECT address, withdrawn_at FROM withdrawn WHERE address IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {numbers[number]: date for number, date in rows}
