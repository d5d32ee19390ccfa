"""How the desk does: questions a day, how long an answer takes, what was reported and corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.timezone import get_current_timezone, localdate

from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    AnswerKind,
    Claim,
    Message,
    MessageState,
    ReviewVersion,
    Unhelpful,
    VersionKind,
)
from kiemchung.jobs import clock

_MOST_CLAIMS = 10


@dataclass(frozen=True)
class Day:
    """A day at the desk: how many asked, and how many of them were answered at once by the engine, and rightly so as
    far as readers have said."""

    day: date
    asked: int
    automatic: int


@dataclass(frozen=True)
class Waits:
    """How long answers took: half of them at most `median`, nine of ten at most `p90`; None without answers."""

    answers: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class Reports:
    """What readers said of their answers."""

    helpful: int
    unhelpful: tuple[tuple[Unhelpful, int], ...]

    @property
    def unhelpful_in_all(self) -> int:
        """How many answers were reported as none."""
        return sum(times for _, times in self.unhelpful)


@dataclass(frozen=True)
class Reviews:
    """What the desk published."""

    published: int
    corrected: int
    withdrawn: int


@dataclass(frozen=True)
class TopClaim:
    """A claim that many asked about."""

    claim: Claim
    asked: int


@dataclass(frozen=True)
class Statistics:
    """Everything of a span of days, today included."""

    days: tuple[Day, ...]
    asked: int
    answered: int
    automatic: int
    waiting: int
    all_waits: Waits
    desk_waits: Waits
    reports: Reports
    reviews: Reviews
    top: tuple[TopClaim, ...]

    @property
    def share_automatic(self) -> float | None:
        """Which part of the answered was answered at once by the engine; None while nothing is answered."""
        return self.automatic / self.answered if self.answered else None


def statistics(days: int) -> Statistics:
    """Count the last `days` days, by the calendar of the desk. Cost: some twelve queries."""
    first = localdate(clock.now()) - timedelta(days=days - 1)
    since = datetime.combine(first, time(), get_current_timezone())
    messages = Message.objects.filter(received_at__gte=since)
    answers = Answer.objects.filter(message=OuterRef("pk"))
    matched = (  # whose answer was withdrawn waits again
        Q(Exists(answers.filter(kind=AnswerKind.MATCHED)), state=MessageState.ANSWERED)
        & ~Q(Exists(answers.filter(IS_REFUSED)))
    )
    totals = messages.aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(state=MessageState.ANSWERED)),
        automatic=Count("pk", filter=matched),
        waiting=Count("pk", filter=Q(state__in=(MessageState.OPEN, MessageState.WAITING))),
    )
    return Statistics(
        days=_days(messages.annotate(is_matched=matched), first, days),
        **totals,
        all_waits=_waits(messages, Answer.objects.filter(IS_ANSWER)),
        desk_waits=_waits(messages, Answer.objects.filter(kind=AnswerKind.CHECKED)),
        reports=_reported(since),
        reviews=_published(since),
        top=_top(since),
    )


def _days(messages: QuerySet[Message], first: date, days: int) -> tuple[Day, ...]:
    counted = (
        messages.values(day=TruncDate("received_at"))
        .annotate(asked=Count("pk"), automatic=Count("pk", filter=Q(is_matched=True)))
        .values_list("day", "asked", "automatic")
    )
    found = {day: (asked, automatic) for day, asked, automatic in counted}
    every = (first + timedelta(days=number) for number in range(days))
    return tuple(Day(day, *found.get(day, (0, 0))) for day in every)


def _waits(messages: QuerySet[Message], answers: QuerySet[Answer]) -> Waits:
    first = answers.filter(message=OuterRef("pk")).order_by("answered_at").values("answered_at")[:1]
    waited = ExpressionWrapper(F("first_at") - F("received_at"), output_field=DurationField())
    answered = messages.annotate(first_at=Subquery(first)).filter(first_at__isnull=False).annotate(waited=waited)
    count = answered.count()
    if not count:
        return Waits(0, None, None)
    in_order = answered.order_by("waited").values_list("waited", flat=True)
    return Waits(count, in_order[(count - 1) // 2], in_order[-(-count * 9 // 10) - 1])


def _reported(since: datetime) -> Reports:
    reported = Answer.objects.filter(answered_at__gte=since, is_helpful__isnull=False)
    found = {
        (is_helpful, reason): times
        for is_helpful, reason, times in reported.values_list("is_helpful", "unhelpful_reason").annotate(Count("pk"))
    }
    unhelpful = tuple((reason, found.get((False, reason.value), 0)) for reason in Unhelpful)
    return Reports(found.get((True, ""), 0), unhelpful)


def _published(since: datetime) -> Reviews:
    versions = ReviewVersion.objects.filter(published_at__gte=since)
    counts = versions.aggregate(
        published=Count("pk", filter=Q(kind=VersionKind.FIRST)),
        corrected=Count("pk", filter=Q(kind=VersionKind.CORRECTION)),
        withdrawn=Count("pk", filter=Q(kind=VersionKind.WITHDRAWAL)),
    )
    return Reviews(**counts)


def _top(since: datetime) -> tuple[TopClaim, ...]:
    asked = Count("messages", filter=Q(messages__received_at__gte=since))
    claims = Claim.objects.filter(messages__received_at__gte=since).annotate(times=asked)
    return tuple(TopClaim(claim, claim.times) for claim in claims.order_by("-times", "pk")[:_MOST_CLAIMS])
