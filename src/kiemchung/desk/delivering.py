"""Gives a published version to everybody who asked, and a correction to all who had the version before."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kiemchung.desk import record
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    AnswerKind,
    Message,
    MessageState,
    Review,
    ReviewVersion,
    Shelf,
    Suggestion,
    VersionKind,
)
from kiemchung.jobs import clock

DELIVER_JOB = "desk.deliver"
_BATCH = 500
_DELIVERED_TO = (MessageState.OPEN, MessageState.ANSWERED)


def deliver(review_id: int, number: int) -> None:
    """Store the answer for each message that waits for it; harmless when it is repeated, at any point.

    Nothing when the review was withdrawn since: the claim is open again, and who asks about it waits. A withdrawal is
    told to those who had the review, and answers nobody.
    """
    review = Review.objects.select_related("claim").get(pk=review_id)
    version = review.versions.select_related("review__claim").get(number=number)
    while True:
        with transaction.atomic():
            record.lock(Shelf.CLAIMS)  # no withdrawal comes between this look and the end
            if review.versions.filter(number__gt=number, kind=VersionKind.WITHDRAWAL).exists():
                return
            some = list(_waiting(version).select_for_update(of=("self",)).order_by("pk")[:_BATCH])
            if not some:
                return
            # What was read before the lock may be over by now: who has refused the review since does not get it.
            some = list(_waiting(version).filter(pk__in=[one.pk for one in some]).order_by("pk"))
            _tell(version, some)


def _tell(version: ReviewVersion, messages: Sequence[Message]) -> None:
    review, number = version.review, version.number
    kinds = _kinds(version, messages)
    if version.kind != VersionKind.WITHDRAWAL:
        of_review = Answer.objects.filter(review_ref=review.ref, message__in=_of(review, messages))
        of_review.filter(IS_REFUSED).update(confirmed_at=clock.now())
        of_review.exclude(IS_ANSWER).delete()  # what was only possible is the answer now
        Message.objects.filter(pk__in=_of(review, messages)).update(state=MessageState.ANSWERED)
    Answer.objects.bulk_create(
        [Answer(message=one, review_ref=review.ref, version=number, kind=kind) for one, kind in kinds.items()],
        ignore_conflicts=True,
    )


def _kinds(version: ReviewVersion, messages: Sequence[Message]) -> dict[Message, AnswerKind]:
    """Return what the version is to each: to whom no earlier one was shown, as her claim was merged since, nothing is
    corrected; who was shown one as possible, and asks about another claim, has no answer by it."""
    ref = version.review.ref
    rows = Answer.objects.filter(review_ref=ref, message__in=messages)
    had = set(rows.filter(IS_ANSWER).values_list("message", flat=True))
    suggested = Suggestion.objects.filter(review_ref=ref, message__in=messages).values_list("message", flat=True)
    shown = {*rows.values_list("message", flat=True), *suggested}
    answered = had if version.kind == VersionKind.WITHDRAWAL else {*had, *_of(version.review, messages)}

    def kind(message: Message) -> AnswerKind:
        if message.pk not in answered:
            return AnswerKind.TOLD
        is_new = version.kind == VersionKind.FIRST or message.pk not in shown
        return AnswerKind.CHECKED if is_new else AnswerKind.CORRECTED

    return {one: kind(one) for one in messages}


def _of(review: Review, messages: Sequence[Message]) -> list[int]:
    return [one.pk for one in messages if one.claim_id == review.claim_id]


def _waiting(version: ReviewVersion) -> QuerySet[Message]:
    """Return the messages of the claim, and those that had the review as answer or suggestion, without this version; of
    a withdrawal the latter alone.

    Whoever said that it is about something else waits for another one, until a person has put the message to its claim.
    """
    review, number = version.review, version.number
    of_review = {"message": OuterRef("pk"), "review_ref": review.ref}
    had = Answer.objects.filter(**of_review)
    was_shown = Q(Exists(had))
    if number > 1:  # who was shown the earlier version as a possibility hears of the correction too
        was_shown |= Q(Exists(Suggestion.objects.filter(**of_review)))
    is_told = was_shown & ~Q(Exists(had.filter(IS_REFUSED)))
    has_it = Q(Exists(had.filter(version__gte=number)))
    if version.kind == VersionKind.WITHDRAWAL:
        return Message.objects.filter(is_told, ~has_it, state__in=_DELIVERED_TO)
    asked = Q(claim=review.claim) | is_told
    is_put_back = Q(claim=review.claim, state=MessageState.OPEN)
    return Message.objects.filter(asked, ~has_it | is_put_back, state__in=_DELIVERED_TO)
