"""What a reader says of an answer: it counts, and a message that was answered with something else goes to a person."""

from __future__ import annotations

from enum import Enum, auto

from django.db import transaction

from kiemchung.desk import claims, forgetting, grouping, record
from kiemchung.desk.answering import own_review
from kiemchung.desk.delivering import DELIVER_JOB
from kiemchung.desk.foreign_changes import is_there, tell_again
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    Claim,
    ClaimState,
    Message,
    MessageState,
    Shelf,
    Unhelpful,
)
from kiemchung.desk.withdrawn import is_withdrawn
from kiemchung.jobs import clock
from kiemchung.jobs.queue import enqueue


class Outcome(Enum):
    """What became of a reader's word."""

    UNKNOWN = auto()  # there is no such answer
    COUNTED = auto()
    OPENED = auto()  # a person looks at the question
    GIVEN_BACK = auto()  # the answer stands again
    KEPT = auto()  # a question that is open has no answer that could be judged otherwise


def judge(message_id: int, answer_id: int, *, is_helpful: bool, reason: str = "") -> Outcome:
    """Keep whether an answer answered; `reason` is one of `Unhelpful`, or nothing.

    A review that is about something else is no answer at any of its versions: where no other one stands, the message
    counts for an open claim from then on, which a person looks at. Once for each review: when a person has found that
    it is the answer, the reader's word counts, and no more. Who says so is not kept.
    """
    with transaction.atomic():
        is_other = not is_helpful and reason == Unhelpful.OTHER_CLAIM
        if is_other or Answer.objects.filter(IS_REFUSED, message=message_id).exists():
            record.lock(Shelf.CLAIMS)  # before the message, as grouping does
        message = Message.objects.select_for_update(of=("self",)).select_related("file").filter(pk=message_id).first()
        answer = Answer.objects.filter(IS_ANSWER, pk=answer_id, message=message_id).first()
        if message is None or answer is None:
            return Outcome.UNKNOWN
        outcome = _outcome(message, answer, is_helpful=is_helpful, is_other=is_other)
        if outcome is Outcome.KEPT:
            return outcome
        answer.is_helpful = is_helpful
        answer.unhelpful_reason = reason if not is_helpful and reason in Unhelpful.values else ""
        answer.refused_at = clock.now() if is_other else None
        if is_other and _is_confirmed(answer):
            answer.confirmed_at = clock.now()
        answer.save(update_fields=("is_helpful", "unhelpful_reason", "refused_at", "confirmed_at"))
        if outcome is Outcome.OPENED:
            _open(message, answer)
        elif outcome is Outcome.GIVEN_BACK:
            _give_back(message, answer)
        return outcome


def _outcome(message: Message, answer: Answer, *, is_helpful: bool, is_other: bool) -> Outcome:
    not_meant = set(Answer.objects.filter(IS_REFUSED, message=message).values_list("review_ref", flat=True))
    if answer.review_ref in not_meant and message.state != MessageState.ANSWERED:
        if _is_over(answer.review_ref):
            return Outcome.KEPT
        return Outcome.GIVEN_BACK if is_helpful and message.state == MessageState.OPEN else Outcome.KEPT
    if not is_other or message.state != MessageState.ANSWERED or _is_confirmed(answer):
        return Outcome.COUNTED
    others = Answer.objects.filter(IS_ANSWER, message=message).exclude(review_ref__in={*not_meant, answer.review_ref})
    return Outcome.COUNTED if others.exists() else Outcome.OPENED


def _is_over(ref: str) -> bool:
    """Whether a review was withdrawn, and nobody waits at its claim for another one."""
    ours = own_review(ref)
    return ours is not None and is_withdrawn(ours) and ours.claim.state != ClaimState.OPEN


def _is_confirmed(answer: Answer) -> bool:
    same = Answer.objects.filter(message=answer.message_id, review_ref=answer.review_ref)
    return same.filter(confirmed_at__isnull=False).exists()


def _open(message: Message, answer: Answer) -> None:
    """Let the message count for an open claim, as one that nobody has answered; the claim that it leaves keeps none of
    its words, unless others have sent them."""
    left = message.claim
    message.claim, message.state = None, MessageState.OPEN
    message.save(update_fields=("state", "claim"))
    message.suggestions.filter(review_ref=answer.review_ref).delete()
    if left is not None:
        forgetting.forget([left], grouping.said_in(message), grouping.key_of(message))
    grouping.ask_to_group(message)


def _give_back(message: Message, answer: Answer) -> None:
    """Let the answer stand after all: its reader has changed her mind before it was answered otherwise. What was
    corrected meanwhile she is told now."""
    left, ours = message.claim, own_review(answer.review_ref)
    refused = Answer.objects.filter(IS_REFUSED, message=message, review_ref=answer.review_ref)
    refused.update(is_helpful=None, unhelpful_reason="", refused_at=None)
    if ours is None and not is_there(answer.review_ref):  # gone meanwhile: she hears that, and waits where she is
        tell_again(answer.review_ref, message.pk)
        return
    message.claim = ours.claim if ours else None
    # Of a review that was withdrawn meanwhile she hears that, and waits for the next one with all who had it.
    message.state = MessageState.OPEN if ours is not None and is_withdrawn(ours) else MessageState.ANSWERED
    message.save(update_fields=("state", "claim"))
    if ours is None:
        tell_again(answer.review_ref, message.pk)
    else:
        newest = ours.versions.order_by("-number")[0]
        payload = {"review": ours.pk, "version": newest.number}
        enqueue(DELIVER_JOB, payload, key=f"{newest.pk} given back {message.pk}")
    if left is not None:
        _leave(left, message)


def _leave(left: Claim, message: Message) -> None:
    """Let the claim that was opened go with the message, unless others ask about it or somebody works on it, as on the
    claim of the review itself."""
    if claims.holder_of(left) is None and not claims.is_worked_on(left):
        forgetting.forget([left], grouping.said_in(message), grouping.key_of(message))
