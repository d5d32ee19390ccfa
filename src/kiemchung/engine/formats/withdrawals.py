"""Reviews that their publisher has withdrawn, as a dump or a feed says it; ClaimReview itself has no field for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiemchung.engine.formats.claimreview import is_type
from kiemchung.engine.formats.dates import is_older, iso_date
from kiemchung.engine.formats.fields import Node, node_of, required, text_in, text_of
from kiemchung.engine.formats.identity import web_address
from kiemchung.engine.formats.refusals import Refusal, RefusalError, clip
from kiemchung.engine.links import address_key, site_of
from kiemchung.engine.types import Review

_LONGEST_REASON = 1_000  # characters
_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


@dataclass(frozen=True, slots=True)
class Withdrawal(Refusal):
    """An item that holds no review, but says that the one at `url` was withdrawn on `date` (ISO 8601), and `why`.

    Whoever keeps reviews takes that one off; to everybody else it is an item that was refused.
    """

    url: str = ""
    date: str = ""
    why: str = ""

    @property
    def page(self) -> str:
        """The address as a key: two that are equal name one page."""
        return address_key(self.url)

    def at_most(self, now: datetime) -> str:
        """The date, or `now` where it lies ahead: else a mistyped year would shut the review out for good."""
        return now.astimezone(UTC).isoformat() if _is_ahead(self.date, now) else self.date


def is_withdrawn_by(review: Review, page: str, date: str, now: datetime) -> bool:
    """Whether a review stands at the page and is not newer than its withdrawal of `date`; what has no date is not, nor
    is what is dated later than `now`.

    >>> one = Review("a", "Chanh chữa ung thư", url="https://vi.example/1", date="2024-05-31")
    >>> now = datetime(2024, 6, 2, tzinfo=UTC)
    >>> [is_withdrawn_by(one, "vi.example/1", date, now) for date in ("2024-06-01", "2024-05-30")]
    [True, False]
    """
    is_newer = is_older(date, review.date) and not _is_ahead(review.date, now)
    return bool(page) and address_key(review.url) == page and not is_newer


def _is_ahead(date: str, now: datetime) -> bool:
    return is_older((now.astimezone(UTC) + _AHEAD).isoformat(), date)


def of_version(node: Node, number: int, unit: str, base_url: str) -> Withdrawal:
    """The withdrawal that a version in a desk's dump is. Raises `RefusalError`, also when it is not its publisher's."""
    url = web_address(text_of(node.get("url"), "url"), "url")
    publisher = node_of(node.get("publisher"), "publisher")
    named = web_address(text_in(publisher, "url"), "publisher.url")
    date, why = text_of(node.get("published_at"), "published_at"), text_of(node.get("reason"), "reason")
    return _withdrawal(url, date, "published_at", why, (named, base_url), Refusal(number, "withdrawn", unit=unit))


def deleted_items(value: object) -> Iterator[Node]:
    """The items of a feed that say, by `dateDeleted`, that they are none any more: one, or those of a list or graph."""
    if isinstance(value, dict) and isinstance(value.get("@graph"), list):
        value = value["@graph"]
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict) and is_type(node, "DataFeedItem") and node.get("dateDeleted") is not None:
            yield node


def of_item(node: Node, number: int, unit: str, base_url: str) -> Withdrawal:
    """The withdrawal that an item of `deleted_items` is. Raises `RefusalError`, also when it is not its publisher's."""
    url = web_address(text_of(node.get("url"), "url"), "url", base_url)
    date, why = text_of(node.get("dateDeleted"), "dateDeleted"), text_of(node.get("description"), "description")
    return _withdrawal(url, date, "dateDeleted", why, (base_url,), Refusal(number, "withdrawn", unit=unit))


def _withdrawal(url: str, date: str, field: str, why: str, sources: tuple[str, ...], at: Refusal) -> Withdrawal:
    """Nobody withdraws the review of another: whoever says so, and where it was read, is of the review's own site."""
    if not address_key(required(url, "url")):
        raise RefusalError("no_page", "url")
    if any(site_of(source) != site_of(url) for source in sources if source):
        raise RefusalError("withdrawn_elsewhere", detail=url)
    read = iso_date(required(date, field))
    if not read:
        raise RefusalError("not_a_date", field)
    return Withdrawal(at.number, at.code, "", clip(url), at.unit, url, read, why[:_LONGEST_REASON])
