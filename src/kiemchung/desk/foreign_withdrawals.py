"""Reviews that another publisher has withdrawn: they are taken off, whoever had them as the answer hears of it, and no
older copy brings them back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kiemchung.desk import record
from kiemchung.desk.foreign_changes import note_changes
from kiemchung.desk.models import OWN, Shelf, Shelved, WithdrawnAddress
from kiemchung.engine.formats.dates import later
from kiemchung.engine.formats.withdrawals import Withdrawal, is_withdrawn_by
from kiemchung.engine.links import address_key, address_number
from kiemchung.engine.types import Review


def take_off(withdrawal: Withdrawal, *, now: datetime) -> int:
    """Remember a withdrawal, and take the reviews off that stand at its address and are not newer; return how many.

    Joins the caller's transaction, which holds the shelf. What the desk itself has published stays.
    """
    date, number = withdrawal.at_most(now), address_number(withdrawal.page)
    noted, is_new = WithdrawnAddress.objects.get_or_create(
        number=number, defaults={"withdrawn_at": date, "why": withdrawal.why}
    )
    if not is_new and later(noted.withdrawn_at, date) != noted.withdrawn_at:
        noted.withdrawn_at, noted.why = date, withdrawal.why
        noted.save(update_fields=("withdrawn_at", "why"))
    rows = Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False, addresses__number=number)
    there = map(record.review_of, rows.exclude(ref__startswith=OWN).order_by("ref").distinct())
    gone = {one.id: one for one in there if is_withdrawn_by(one, withdrawal.page, date, now)}
    if gone:
        record.remove(Shelf.REVIEWS, gone)
        note_changes(gone, dict.fromkeys(gone), why=withdrawal.why)
    return len(gone)


def withdrawn_among(reviews: Collection[Review], *, now: datetime) -> set[str]:
    """Return the ids of those reviews that are withdrawn, and not newer than that. Cost: one query."""
    pages = {review.id: address_key(review.url) for review in reviews if review.url}
    numbers = {page: address_number(page) for page in pages.values() if page}
    noted = WithdrawnAddress.objects.filter(number__in=set(numbers.values()))
    dates = dict(noted.values_list("number", "withdrawn_at"))
    return {
        review.id
        for review in reviews
        if (page := pages.get(review.id))
        and (date := dates.get(numbers[page]))
        and is_withdrawn_by(review, page, date, now)
    }
