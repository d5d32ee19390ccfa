"""Takes reviews of other publishers into the searchable record, from wherever they were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kiemchung.collection.types import ImportSummary, LeftOut
from kiemchung.desk import record
from kiemchung.desk.following import follow
from kiemchung.desk.foreign_changes import note_changes
from kiemchung.desk.foreign_withdrawals import kept_out, take_off
from kiemchung.desk.models import OWN, Shelf, Shelved
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.dates import is_older
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.formats.withdrawals import FetchedWithdrawals, Withdrawal
from kiemchung.engine.open_hosts import own_site_of
from kiemchung.engine.types import Review

_CHUNK = 500
_LONGEST_ID = 1_000  # bytes: what an index of PostgreSQL holds
_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


@dataclass(frozen=True, slots=True)
class Collected(ImportSummary):
    """What taking in has done; `removed` counts reviews that their source has no more."""

    removed: int = 0


def collect(items: Iterable[Review | Refusal], *, now: datetime, is_whole: bool = False) -> Collected:
    """Take the reviews in, all or none; the same again changes nothing.

    A review with a known id replaces the stored one, but not when it is of another site, or older; nor does it take
    the place of one of another site that was taken off. With `is_whole` the items are all that their sites have
    published: what else is stored of these sites is taken off. So is what its publisher has withdrawn, and no older
    copy of it comes in. Open messages are matched with what is new, and who had a review as the answer hears of its
    change. Raises `InputError` for an id that cannot be stored, and when more than half of a site would go
    (because of withdrawals: only when they were fetched, and are more than ten).
    """
    added = updated = unchanged = withdrawn = removed = 0
    left_out: Counter[LeftOut] = Counter()
    refused: list[Refusal] = []
    fetched = FetchedWithdrawals()
    seen: dict[str, set[str]] = {}  # the ids of each site
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)
        for chunk in _in_chunks(items, refused):
            if isinstance(chunk, Withdrawal):
                gone = take_off(chunk, now=now)
                withdrawn += gone
                fetched.count(chunk, gone)
                continue
            new, newer = _taken(chunk, now, left_out)
            added, updated = added + new, updated + newer
            unchanged += len(chunk) - new - newer
            for one in chunk.values():
                seen.setdefault(own_site_of(one.url), set()).add(one.id)
        fetched.check(_addresses)
        if is_whole:
            removed = _take_off_the_rest(seen)
        if added or updated or withdrawn or removed:
            follow()
    return Collected(added, updated, unchanged, tuple(refused), withdrawn, dict(left_out), removed)


def _taken(chunk: Mapping[str, Review], now: datetime, left_out: Counter[LeftOut]) -> tuple[int, int]:
    """Take in what is new or newer and was not withdrawn since, and count what is `left_out`; return how many are new,
    and how many newer."""
    shelf = record.ShelfRecord(Shelf.REVIEWS)
    stored, gone = shelf.get_many(chunk), shelf.places_of_removed(chunk)
    out = kept_out(chunk.values(), gone, now=now)
    wanted = {ref: review for ref, review in chunk.items() if ref not in out}
    new = [review for ref, review in wanted.items() if ref not in stored]
    others = {ref: one for ref, one in wanted.items() if ref in stored and one != stored[ref]}
    why = {ref: _why_left_out(one, stored[ref], now) for ref, one in others.items()}
    newer = [one for ref, one in others.items() if why[ref] is None]
    left_out.update(reason for reason in (*out.values(), *why.values()) if reason)
    if new or newer:
        record.put(Shelf.REVIEWS, [*new, *newer])
        note_changes(stored, {one.id: one for one in (*new, *newer)})
    return len(new), len(newer)


def _addresses() -> Iterable[str]:
    return Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False).values_list("url", flat=True).iterator()


def _take_off_the_rest(seen: Mapping[str, Collection[str]]) -> int:
    gone = []
    shelved = Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False).exclude(ref__startswith=OWN)
    for ref, url in shelved.order_by("pk").values_list("ref", "url").iterator():
        site = own_site_of(url)
        if site and site in seen and ref not in seen[site]:
            gone.append(ref)
    if len(gone) > sum(map(len, seen.values())):
        raise InputError(
            f"{len(gone)} reviews would be taken off, more than would stay. Is this really all that the site has? "
            "Nothing was changed; import without --whole.",
            f"Sẽ gỡ {len(gone)} bài, nhiều hơn số còn lại. Đây có thật là mọi bài của trang đó không? Chưa có gì thay "
            "đổi; hãy nạp mà không dùng --whole.",
        )
    for at in range(0, len(gone), _CHUNK):
        some = gone[at : at + _CHUNK]
        before = record.ShelfRecord(Shelf.REVIEWS).get_many(some)
        record.remove(Shelf.REVIEWS, some)
        note_changes(before, dict.fromkeys(some))
    return len(gone)


def _in_chunks(items: Iterable[Review | Refusal], refused: list[Refusal]) -> Iterable[dict[str, Review] | Withdrawal]:
    chunk: dict[str, Review] = {}
    for item in items:
        if isinstance(item, Withdrawal):
            if chunk:  # what it withdraws may be among them
                yield chunk
                chunk = {}
            yield item
            continue
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


def _why_left_out(review: Review, stored: Review, now: datetime) -> LeftOut | None:
    """Why a review does not replace the other one that is stored under its id; `None` where it does."""
    if own_site_of(review.url) != own_site_of(stored.url):
        return LeftOut.ANOTHER_SITE
    if is_older(review.date, stored.date):
        return LeftOut.OLDER
    return LeftOut.AHEAD if is_older((now + _AHEAD).isoformat(), review.date) else None
