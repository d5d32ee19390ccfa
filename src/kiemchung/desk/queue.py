"""The queue: claims by how many people ask, and by how fast that grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from django.db.models import Count, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Greatest, TruncDate
from django.utils.timezone import localdate

from kiemchung.desk.claims import Held, holder_of
from kiemchung.desk.models import Claim, ClaimState, DraftState, Message
from kiemchung.desk.withdrawn import withdrawals_of
from kiemchung.engine.text.normalise import fold, normalise
from kiemchung.jobs import clock

ON_A_PAGE = 25
SPARK_DAYS = 14
_SEARCHED = 20_000  # newest claims of a pile that a search looks through
_LEAST_UNUSUAL, _TIMES_UNUSUAL = 5, 4
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class Pile(StrEnum):
    """What can be looked at; a claim lies on one of the first two at most."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    PUBLISHED = "published"
    ANSWERED = "answered"
    DECLINED = "declined"
    DISMISSED = "dismissed"


class Order(StrEnum):
    """What comes first.

    `urgent`: by how many will have asked in a week if the claim goes on gaining as in the last 24 hours, that is, all
    who have asked, and seven times what the last day has above the daily average of the week before it.
    """

    URGENT = "urgent"
    DEMAND = "demand"
    NEWEST = "newest"


@dataclass(frozen=True)
class Row:
    """A claim in the queue: who asks, how that goes, and who has it open. `days` counts messages a day, oldest
    first."""

    claim: Claim
    asked: int
    last_day: int
    week_before: int
    days: tuple[int, ...]
    holder: Held | None
    is_handed_in: bool
    has_draft: bool
    is_withdrawn: bool  # its review was published, and withdrawn

    @property
    def is_growing(self) -> bool:
        """Whether more asked in the last 24 hours than on an average day of the week before."""
        return self.last_day * _WEEK.days > self.week_before

    @property
    def is_unusual(self) -> bool:
        """Whether the last 24 hours are far above the week before: five messages at least, and four times its daily
        average. Of claims that only go on as before chance marks six in a thousand a day at most (Poisson)."""
        return self.last_day >= _LEAST_UNUSUAL and self.last_day * _WEEK.days >= _TIMES_UNUSUAL * self.week_before


@dataclass(frozen=True)
class Found:
    """A page of the queue."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    piles: dict[Pile, int]


def queue(pile: Pile = Pile.OPEN, *, order: Order = Order.URGENT, words: str = "", page: int = 1) -> Found:
    """Return a page of a pile; with `words`, the claims whose statement has them all, whatever their marks.

    Cost: seven queries, whatever the number of claims.
    """
    claims = Claim.objects.filter(_on(pile))
    if words.strip():
        claims = claims.filter(pk__in=_with_words(claims, words))
    total = claims.count()
    pages = max(1, -(-total // ON_A_PAGE))
    page = min(max(page, 1), pages)
    some = _ordered(claims, order)[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return Found(_rows([_Demand(*counts) for counts in some]), total, page, pages, _piles())


def _on(pile: Pile) -> Q:
    handed_in = Q(draft__state=DraftState.SUBMITTED)
    if pile is Pile.OPEN:
        return Q(state=ClaimState.OPEN) & (Q(draft=None) | ~handed_in)
    if pile is Pile.HANDED_IN:
        return Q(state__in=(ClaimState.OPEN, ClaimState.PUBLISHED)) & handed_in
    return Q(state=pile.value)


def _piles() -> dict[Pile, int]:
    counts = {pile.value: Count("pk", filter=_on(pile)) for pile in Pile}
    found = Claim.objects.aggregate(**counts)
    return {pile: found[pile.value] for pile in Pile}


@dataclass(frozen=True)
class _Demand:
    claim_id: int
    asked: int
    last_day: int
    week_before: int


def _ordered(claims: QuerySet[Claim], order: Order) -> QuerySet[Claim, tuple[int, int, int, int]]:
    """Return number and demand of each claim, the first first: nothing else, which the database would have to group."""
    now = clock.now()
    last_day = Count("messages", filter=Q(messages__received_at__gt=now - _DAY))
    week = Q(messages__received_at__gt=now - _DAY - _WEEK, messages__received_at__lte=now - _DAY)
    counted = claims.annotate(asked=Count("messages"), last_day=last_day, week_before=Count("messages", filter=week))
    gained = Greatest(F("last_day") * _WEEK.days - F("week_before"), Value(0), output_field=IntegerField())
    ordered = {
        Order.URGENT: counted.annotate(urgency=F("asked") + gained).order_by("-urgency", "-asked", "pk"),
        Order.DEMAND: counted.order_by("-asked", "pk"),
        Order.NEWEST: counted.order_by("-opened_at", "-pk"),
    }[order]
    return ordered.values_list("pk", "asked", "last_day", "week_before")


def _rows(demands: Sequence[_Demand]) -> tuple[Row, ...]:
    wanted = [one.claim_id for one in demands]
    days = messages_a_day(wanted, SPARK_DAYS)
    claims = Claim.objects.select_related("lease_by", "draft").in_bulk(wanted)
    withdrawn = withdrawals_of(claims)
    found = ((one, claims[one.claim_id]) for one in demands if one.claim_id in claims)
    return tuple(
        Row(
            claim,
            asked=one.asked,
            last_day=one.last_day,
            week_before=one.week_before,
            days=days[claim.pk],
            holder=holder_of(claim),
            is_handed_in=hasattr(claim, "draft") and claim.draft.state == DraftState.SUBMITTED,
            has_draft=hasattr(claim, "draft"),
            is_withdrawn=claim.pk in withdrawn,
        )
        for one, claim in found
    )


def messages_a_day(claim_ids: Sequence[int], days: int) -> dict[int, tuple[int, ...]]:
    """Return how many messages came on each of the last days, by claim, oldest first, today last."""
    today = localdate(clock.now())
    first = today - timedelta(days=days - 1)
    since: datetime = clock.now() - timedelta(days=days)
    counted = (
        Message.objects.filter(claim__in=claim_ids, received_at__gt=since)
        .values("claim", day=TruncDate("received_at"))
        .annotate(asked=Count("pk"))
        .values_list("claim", "day", "asked")
    )
    found: dict[int, dict[date, int]] = {claim_id: {} for claim_id in claim_ids}
    for claim_id, day, asked in counted:
        found[claim_id][day] = asked
    every = [first + timedelta(days=number) for number in range(days)]
    return {claim_id: tuple(by_day.get(day, 0) for day in every) for claim_id, by_day in found.items()}


def _with_words(claims: QuerySet[Claim], words: str) -> list[int]:
    wanted = _plain(words).split()
    newest = claims.order_by("-pk").values_list("pk", "statement")[:_SEARCHED]
    return [pk for pk, statement in newest if all(word in _plain(statement) for word in wanted)]


@lru_cache(maxsize=_SEARCHED)
def _plain(text: str) -> str:
    """Return a text without marks and capitals: people search as they type on a telephone."""
    return fold(normalise(text))
