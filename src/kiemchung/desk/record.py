"""Changes of the searchable record, and the record as the indexes follow it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from kiemchung.collection.types import Change
from kiemchung.desk.models import Shelf, ShelfCommit, ShelfState, Shelved, ShelvedAddress
from kiemchung.engine.links import address_key, address_number, without_account
from kiemchung.engine.types import MappedRating, Rating, Review

_PAGE = 500
_MOST_AT_AN_ADDRESS = 50
_REPLACED = (
    *("change", "is_removed", "claim", "title", "body", "rating_published", "rating_mapped", "rating_basis"),
    *("url", "publisher", "publisher_url", "date", "lang", "appearances"),
)


@dataclass(frozen=True)
class ShelfRecord:
    """One shelf of the record, as `kiemchung.collection.searchable.Record` wants it; cheap to make."""

    shelf: Shelf

    def last_change(self) -> int:
        """Return the number of the last change; 0 before the first."""
        found = ShelfState.objects.filter(shelf=self.shelf).values_list("last_change", flat=True).first()
        return found or 0

    def mark_of(self, change_number: int) -> int | None:
        """Return the random mark of the commit that ended with this change; `None` when there was none."""
        if not change_number:
            return 0
        marks = ShelfCommit.objects.filter(shelf=self.shelf, change=change_number)
        return marks.values_list("mark", flat=True).first()

    def commits_from(self, change_number: int) -> list[tuple[int, int]]:
        """Return the commits that ended with this change or a later one, each with its mark, in their order."""
        commits = ShelfCommit.objects.filter(shelf=self.shelf, change__gte=change_number).order_by("change")
        return list(commits.values_list("change", "mark"))

    def changes_since(self, change_number: int) -> Iterator[Change]:
        """Give what has changed since, in the order of the changes; a review that changed twice comes once."""
        last = self.last_change()
        while True:
            rows = list(
                Shelved.objects.filter(shelf=self.shelf, change__gt=change_number, change__lte=last).order_by("change")[
                    :_PAGE
                ]
            )
            for row in rows:
                yield Change(row.change, row.ref, None if row.is_removed else review_of(row))
            if len(rows) < _PAGE:
                return
            change_number = rows[-1].change

    def get_many(self, review_ids: Iterable[str]) -> dict[str, Review]:
        """Return the reviews that exist among the ids, in the order of the ids."""
        wanted = list(dict.fromkeys(review_ids))
        found = {}
        for at in range(0, len(wanted), _PAGE):
            some = wanted[at : at + _PAGE]
            for row in Shelved.objects.filter(shelf=self.shelf, ref__in=some, is_removed=False):
                found[row.ref] = review_of(row)
        return {ref: found[ref] for ref in wanted if ref in found}

    def places_of_removed(self, review_ids: Iterable[str]) -> dict[str, str]:
        """Return, of the ids that were taken off, the addresses at which they stood; of at most some hundred ids."""
        rows = Shelved.objects.filter(shelf=self.shelf, ref__in=list(review_ids), is_removed=True)
        return dict(rows.values_list("ref", "url"))

    def at_address(self, url: str) -> list[Review]:
        """Return the reviews published at an address, or whose claim appeared there, at most 50."""
        key = address_key(url)
        if not key:
            return []
        rows = Shelved.objects.filter(shelf=self.shelf, is_removed=False, addresses__number=address_number(key))
        return [review_of(row) for row in rows.order_by("ref").distinct()[:_MOST_AT_AN_ADDRESS]]


def matched_until() -> int:
    """Return the change of the reviews up to which the messages that nobody has answered were matched anew."""
    return ShelfState.objects.filter(shelf=Shelf.REVIEWS).values_list("matched", flat=True).first() or 0


def put(shelf: Shelf, reviews: Sequence[Review]) -> int:
    """Store reviews with distinct ids, in place of older ones with the same id; return the last change number.

    Joins the caller's transaction; others who change the shelf wait for its end.
    """
    return _change(shelf, {review.id: review for review in reviews})


def remove(shelf: Shelf, refs: Iterable[str]) -> int:
    """Take reviews off the shelf; their ids stay, so that every index hears of it, and where they stood, so that no
    other site takes their place."""
    return _change(shelf, dict.fromkeys(refs))


def lock(shelf: Shelf) -> ShelfState:
    """Let nobody else change the shelf until the caller's transaction ends; return its state."""
    states = ShelfState.objects.select_for_update().filter(shelf=shelf)
    if (state := states.first()) is not None:
        return state
    ShelfState.objects.get_or_create(shelf=shelf)
    return states.get()


def _change(shelf: Shelf, changes: dict[str, Review | None]) -> int:
    with transaction.atomic():
        state = lock(shelf)
        if not changes:
            return state.last_change
        items = list(changes.items())
        for at in range(0, len(items), _PAGE):
            some = dict(items[at : at + _PAGE])
            numbered = enumerate(some.items(), state.last_change + 1)
            places = _places_of(shelf, [ref for ref, review in some.items() if review is None])
            rows = [_row(shelf, ref, review, number, places.get(ref, "")) for number, (ref, review) in numbered]
            _write(shelf, rows, some)
            state.last_change += len(rows)
        state.save()
        ShelfCommit.objects.create(shelf=shelf, change=state.last_change, mark=secrets.randbits(62) + 1)
    return state.last_change


def _write(shelf: Shelf, rows: list[Shelved], reviews: dict[str, Review | None]) -> None:
    if shelf == Shelf.REVIEWS:  # an open claim has no address, and is written while others wait for the shelf
        ShelvedAddress.objects.filter(shelved__shelf=shelf, shelved__ref__in=[row.ref for row in rows]).delete()
    Shelved.objects.bulk_create(rows, update_conflicts=True, unique_fields=("shelf", "ref"), update_fields=_REPLACED)
    keys = {ref: _numbers(review) for ref, review in reviews.items() if review is not None}
    if any(keys.values()):
        stored = dict(Shelved.objects.filter(shelf=shelf, ref__in=keys).values_list("ref", "id"))
        ShelvedAddress.objects.bulk_create(
            [ShelvedAddress(number=number, shelved_id=stored[ref]) for ref, some in keys.items() for number in some]
        )


def _numbers(review: Review) -> set[int]:
    keys = map(address_key, filter(None, (review.url, *review.appearances)))
    return {address_number(key) for key in keys if key}


def _places_of(shelf: Shelf, gone: Sequence[str]) -> dict[str, str]:
    if shelf != Shelf.REVIEWS or not gone:
        return {}
    return dict(Shelved.objects.filter(shelf=shelf, ref__in=gone).values_list("ref", "url"))


def _row(shelf: Shelf, ref: str, review: Review | None, number: int, place: str) -> Shelved:
    if review is None:
        return Shelved(shelf=shelf, ref=ref, change=number, is_removed=True, claim="", url=place)
    return Shelved(
        shelf=shelf,
        ref=ref,
        change=number,
        claim=review.claim,
        title=review.title,
        body=review.body,
        rating_published=review.rating.published,
        rating_mapped=review.rating.mapped,
        rating_basis=review.rating.basis,
        url=review.url,
        publisher=review.publisher,
        publisher_url=review.publisher_url,
        date=review.date,
        lang=review.lang,
        appearances="\n".join(filter(None, map(without_account, review.appearances))),
    )


def review_of(row: Shelved) -> Review:
    """Return the review in a row."""
    mapped = MappedRating(row.rating_mapped) if row.rating_mapped else None
    return Review(
        id=row.ref,
        claim=row.claim,
        title=row.title,
        body=row.body,
        rating=Rating(row.rating_published, mapped, row.rating_basis),
        url=row.url,
        publisher=row.publisher,
        publisher_url=row.publisher_url,
        date=row.date,
        lang=row.lang,
        appearances=tuple(row.appearances.split("\n")) if row.appearances else (),
    )
