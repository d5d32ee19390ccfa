"""Reviews that their publisher has withdrawn, as a dump or a feed says it; ClaimReview itself has no field for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.claimreview import is_type
from kiemchung.engine.formats.dates import is_older, iso_date
from kiemchung.engine.formats.fields import Node, node_of, required, text_in, text_of
from kiemchung.engine.formats.identity import web_address
from kiemchung.engine.formats.refusals import Refusal, RefusalError, clip
from kiemchung.engine.links import address_key, anchor_of, site_of
from kiemchung.engine.open_hosts import own_site_of
from kiemchung.engine.types import Review

_LONGEST_REASON = 1_000  # characters
_LISTS = frozenset(("@graph", "dataFeedElement"))
_FEW = 10  # as many as a small desk may withdraw of what it has
_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


@dataclass(frozen=True, slots=True)
class Withdrawal(Refusal):
    """An item that holds no review, but says that the one at `url` was withdrawn on `date` (ISO 8601), and `why`.

    Whoever keeps reviews takes that one off; to everybody else it is an item that was refused. `fetched_from` is the
    address of its source, empty for a file or pipe.
    """

    url: str = ""
    date: str = ""
    why: str = ""
    fetched_from: str = ""

    @property
    def page(self) -> str:
        """The address as a key, with the anchor where that names one review of several on the page."""
        page, anchor = address_key(self.url), anchor_of(self.url)
        return f"{page}#{anchor}" if page and anchor else page

    def at_most(self, now: datetime) -> str:
        """The date, or `now` where it lies ahead: else a mistyped year would shut the review out for good."""
        return now.astimezone(UTC).isoformat() if _is_ahead(self.date, now) else self.date


def pages_of(review: Review, before: str = "") -> frozenset[str]:
    """The keys that a withdrawal of this review may have: its page, and with its anchor that of the address or the id.

    `before` is the address at which a review of this id stood that was taken off.

    >>> sorted(pages_of(Review("https://vi.example/a#2", "Chanh chữa ung thư", url="https://vi.example/a")))
    ['vi.example/a', 'vi.example/a#2']
    """
    addresses = [url for url in (review.url, before, review.id if "://" in review.id else "") if url]
    pages = {address_key(url) for url in addresses}
    anchors = {anchor for url in addresses if (anchor := anchor_of(url))}
    return frozenset(f"{page}#{anchor}" for page in pages if page for anchor in anchors) | pages - {""}


def is_newer(review: Review, date: str, now: datetime) -> bool:
    """Whether a review is newer than its withdrawal of `date`; what has no date is not, nor is what lies ahead.

    >>> one = Review("a", "Chanh chữa ung thư", url="https://vi.example/1", date="2024-05-31")
    >>> now = datetime(2024, 6, 2, tzinfo=UTC)
    >>> [is_newer(one, date, now) for date in ("2024-06-01", "2024-05-30")]
    [False, True]
    """
    return is_older(date, review.date) and not _is_ahead(review.date, now)


class FetchedWithdrawals:
    """How many reviews of each site were taken off by what was fetched: a feed that went wrong, or is another's by now,
    does not empty a site. What comes in a file somebody has looked at."""

    def __init__(self) -> None:
        self._gone: Counter[str] = Counter()

    def count(self, withdrawal: Withdrawal, gone: int) -> None:
        """Count what a withdrawal has taken off."""
        if withdrawal.fetched_from:
            self._gone[own_site_of(withdrawal.url)] += gone

    def check(self, stored: Callable[[], Iterable[str]]) -> None:
        """Raise `InputError` when more than ten of a site went, and more than stay; `stored` has the addresses of all
        that stay, and is asked only when there are as many."""
        many = {site: gone for site, gone in self._gone.items() if gone > _FEW}
        if not many:
            return
        left = Counter(own_site_of(url) for url in stored())
        for site, gone in many.items():
            if gone > left[site]:
                raise InputError(
                    f"{gone} reviews of {clip(site)} would be taken off as withdrawn, more than would stay. Has that"
                    " site really withdrawn so many? Nothing was changed. If so, save what was fetched and import the"
                    " file.",
                    f"Sẽ gỡ {gone} bài của {clip(site)} vì đã bị rút lại, nhiều hơn số còn lại. Trang đó có thật đã"
                    " rút lại nhiều như vậy không? Chưa có gì thay đổi. Nếu đúng, hãy tải nguồn về rồi nạp từ tệp.",
                )


def may_take_the_place(review: Review, before: str) -> bool:
    """Whether a review is of the same site as the one of its id that was taken off, which stood at `before` ("": not
    known, then anybody's)."""
    return not before or own_site_of(review.url) == own_site_of(before)


def is_kept_out(review: Review, withdrawn: Mapping[str, str], now: datetime) -> bool:
    """Whether a review is withdrawn: by one of the `withdrawn` pages, each with its date, that it is of.

    What was withdrawn comes back only when it is newer, and from its own site, or from a file or pipe, which has none.
    """
    return any(
        not is_newer(review, date, now)
        or (review.fetched_from and own_site_of(review.fetched_from) != own_site_of(f"https://{page}"))
        for page, date in withdrawn.items()
    )


def _is_ahead(date: str, now: datetime) -> bool:
    return is_older((now.astimezone(UTC) + _AHEAD).isoformat(), date)


def of_version(node: Node, number: int, unit: str, base_url: str) -> Withdrawal:
    """The withdrawal that a version in a desk's dump is. Raises `RefusalError`, also when it is not its publisher's."""
    url = web_address(text_of(node.get("url"), "url"), "url")
    publisher = node_of(node.get("publisher"), "publisher")
    named = web_address(text_in(publisher, "url"), "publisher.url")
    date, why = text_of(node.get("published_at"), "published_at"), text_of(node.get("reason"), "reason")
    return _withdrawal(url, date, "published_at", why, named, base_url, Refusal(number, "withdrawn", unit=unit))


def deleted_items(value: object) -> Iterator[Node]:
    """The items of a feed that say, by `dateDeleted`, that they are none any more: one, or those of a list, graph or
    feed."""
    if isinstance(value, dict):
        for key in _LISTS & value.keys():
            yield from deleted_items(value[key] if isinstance(value[key], list) else [])
    for node in value if isinstance(value, list) else [value]:
        if _is_deleted(node):
            yield node


def without_deleted(value: object) -> object:
    """The same without its `deleted_items`: what one of them still holds is no review."""
    if isinstance(value, list):
        return [node for node in value if not _is_deleted(node)]
    if isinstance(value, dict) and not _is_deleted(value):
        return value | {key: without_deleted(value[key]) for key in _LISTS & value.keys()}
    return [] if isinstance(value, dict) else value


def _is_deleted(node: object) -> TypeGuard[Node]:
    return isinstance(node, dict) and is_type(node, "DataFeedItem") and node.get("dateDeleted") is not None


def of_item(node: Node, number: int, unit: str, base_url: str) -> Withdrawal:
    """The withdrawal that an item of `deleted_items` is. Raises `RefusalError`, also when it is not its publisher's."""
    url = web_address(text_of(node.get("url"), "url"), "url", base_url)
    date, why = text_of(node.get("dateDeleted"), "dateDeleted"), text_of(node.get("description"), "description")
    return _withdrawal(url, date, "dateDeleted", why, "", base_url, Refusal(number, "withdrawn", unit=unit))


def _withdrawal(url: str, date: str, field: str, why: str, named: str, source: str, at: Refusal) -> Withdrawal:
    """Nobody withdraws the review of another: whoever says so, and where it was read, is of the review's own site."""
    if not address_key(required(url, "url")):
        raise RefusalError("no_page", "url")
    # A publisher is named by its site, which on a host of many is only the host.
    if (named and site_of(named) != site_of(url)) or (source and own_site_of(source) != own_site_of(url)):
        raise RefusalError("withdrawn_elsewhere", detail=url)
    read = iso_date(required(date, field))
    if not read:
        raise RefusalError("not_a_date", field)
    return Withdrawal(at.number, at.code, "", clip(url), at.unit, url, read, why[:_LONGEST_REASON], source)
