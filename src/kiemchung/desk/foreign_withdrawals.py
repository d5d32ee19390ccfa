"""Reviews that another publisher has withdrawn: they are taken off, whoever had them as the answer hears of it, and no
older copy brings them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from kiemchung.collection.types import LeftOut
from kiemchung.collection.withdrawing import why_kept_out
from kiemchung.desk import record
from kiemchung.desk.foreign_changes import note_changes
from kiemchung.desk.models import OWN, Shelf, Shelved, WithdrawnAddress
from kiemchung.engine.formats.dates import later
from kiemchung.engine.formats.withdrawals import Withdrawal, is_newer, pages_of
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
    at_page = address_number(address_key(withdrawal.url))
    rows = Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False, addresses__number=at_page)
    there = map(record.review_of, rows.exclude(ref__startswith=OWN).order_by("ref").distinct())
    gone = {one.id: one for one in there if withdrawal.page in pages_of(one) and not is_newer(one, date, now)}
    if gone:
        record.remove(Shelf.REVIEWS, gone)
        note_changes(gone, dict.fromkeys(gone), why=withdrawal.why)
    return len(gone)


def kept_out(reviews: Collection[Review], gone: Mapping[str, str], *, now: datetime) -> dict[str, LeftOut]:
    """Return the ids of those reviews that do not come in, and why: what was withdrawn, and what is of another site
    than the review that was taken off under this id. `gone` has the ids that were taken off, and where they stood.
    Cost: one query.
    """
    pages = {review.id: pages_of(review, gone.get(review.id, "")) for review in reviews}
    numbers = {address_number(page): page for page in frozenset().union(*pages.values())}
    noted = WithdrawnAddress.objects.filter(number__in=numbers).values_list("number", "withdrawn_at")
    dates = {numbers[number]: date for number, date in noted}
    return why_kept_out(reviews, gone, pages, dates, now=now)
