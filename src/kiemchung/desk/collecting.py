"""Takes reviews of other publishers into the searchable record, from wherever they were read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from kiemchung.collection.types import ImportSummary
from kiemchung.desk import record
from kiemchung.desk.models import OWN, Shelf
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.dates import is_older
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.links import site_of
from kiemchung.engine.types import Review

_CHUNK = 500
_LONGEST_ID = 1_000  # bytes: what an index of PostgreSQL holds
_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


def collect(items: Iterable[Review | Refusal], *, now: datetime) -> ImportSummary:
    """Take the reviews in, all or none; the same again changes nothing.

    A review with a known id replaces the stored one, but not when it is of another site, or older. Raises
    `InputError` for an id that cannot be stored.
    """
    added = updated = unchanged = 0
    refused: list[Refusal] = []
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)
        for chunk in _in_chunks(items, refused):
            stored = record.ShelfRecord(Shelf.REVIEWS).get_many(chunk)
            new = [review for ref, review in chunk.items() if ref not in stored]
            newer = [one for ref, one in chunk.items() if ref in stored and _replaces(one, stored[ref], now)]
            if new or newer:
                record.put(Shelf.REVIEWS, [*new, *newer])
            added, updated = added + len(new), updated + len(newer)
            unchanged += len(chunk) - len(new) - len(newer)
    return ImportSummary(added, updated, unchanged, tuple(refused))


def _in_chunks(items: Iterable[Review | Refusal], refused: list[Refusal]) -> Iterable[dict[str, Review]]:
    chunk: dict[str, Review] = {}
    for item in items:
        if isinstance(item, Refusal):
            refused.append(item)
            continue
        if len(item.id.encode()) > _LONGEST_ID or item.id.startswith(OWN) or _has_nul(item):
            raise InputError(
                f"The review {item.id[:60]!r} has an id that cannot be used here. Give it one of at most {_LONGEST_ID} "
                f"bytes that does not begin with {OWN!r}, and no NUL character in its text.",
                f"Bài kiểm chứng {item.id[:60]!r} có id không dùng được. Hãy đặt id tối đa {_LONGEST_ID} byte, không "
                f"bắt đầu bằng {OWN!r}, và bỏ ký tự NUL trong bài.",
            )
        if len(chunk) >= _CHUNK or item.id in chunk:
            yield chunk
            chunk = {}
        chunk[item.id] = item
    if chunk:
        yield chunk


def _has_nul(review: Review) -> bool:
    """Whether there is a character that PostgreSQL does not store."""
    texts = (review.id, review.claim, review.title, review.body, review.url, review.publisher, review.publisher_url)
    return any("\0" in text for text in (*texts, review.rating.published, review.lang, *review.appearances))


def _replaces(review: Review, stored: Review, now: datetime) -> bool:
    if review == stored or site_of(review.url) != site_of(stored.url):
        return False
    latest = (now + _AHEAD).isoformat()
    return not is_older(review.date, stored.date) and not is_older(latest, review.date)
