"""Answers a message: with a published review above the limit, else the message waits at its claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiemchung.desk.grouping import claim_of
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Answer, AnswerKind, Claim, Message, MessageState, Review, Suggestion
from kiemchung.engine import types
from kiemchung.engine.types import Outcome
from kiemchung.jobs.queue import Run

_MOST_SUGGESTIONS = 3


def answer(message_id: int, run: Run) -> None:
    """Answer the message, or group it under a claim; writes and ends the job in one transaction."""
    message = Message.objects.filter(pk=message_id, state=MessageState.WAITING).first()
    if message is None:
        return  # answered by an earlier attempt, or deleted by the one who asked
    ((found, _),) = indexes().answers([types.Message(message.text, lang=message.lang)])
    with run.finishing():
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.state != MessageState.WAITING:
            return
        if found.outcome is Outcome.ANSWER:
            _store_answer(message, found.matches[0])
        else:
            if found.outcome is Outcome.SUGGEST:
                _store_suggestions(message, found.matches)
            message.claim = claim_of(message)
            message.state = MessageState.OPEN
        message.save(update_fields=("state", "claim"))


def _store_answer(message: Message, match: types.Match) -> None:
    ours = _review_of(match.review_id)
    Answer.objects.create(
        message=message,
        review_ref=match.review_id,
        version=current_version(ours) if ours else 1,
        kind=AnswerKind.MATCHED,
        probability=match.probability,
        reasons=_reasons(match),
    )
    message.claim = ours.claim if ours else None
    message.state = MessageState.ANSWERED


def _store_suggestions(message: Message, matches: Sequence[types.Match]) -> None:
    Suggestion.objects.bulk_create(
        Suggestion(
            message=message,
            review_ref=match.review_id,
            rank=match.rank,
            probability=match.probability,
            reasons=_reasons(match),
        )
        for match in matches[:_MOST_SUGGESTIONS]
    )


def _review_of(ref: str) -> Review | None:
    kind, _, number = ref.partition(":")
    if kind != "desk" or not number.isdigit():
        return None
    return Review.objects.select_related("claim").filter(pk=int(number)).first()


def current_version(review: Review) -> int:
    """Return the number of a review's newest version."""
    return review.versions.order_by("-number").values_list("number", flat=True)[0]


def _reasons(match: types.Match) -> list[list[Any]]:
    return [[reason.code, list(reason.values)] for reason in match.reasons]


def reasons_from(stored: Sequence[Sequence[Any]]) -> tuple[types.Reason, ...]:
    """Return the reasons that were stored with an answer."""
    return tuple(types.Reason(code, tuple(values)) for code, values in stored)


def lookalike_from(stored: Mapping[str, Any]) -> types.Lookalike:
    """Return a lookalike that was stored with a message."""
    return types.Lookalike(
        stored["name"],
        stored["kind"],
        stored["organisation"],
        stored["probability"],
        reasons_from(stored["reasons"]),
        is_alert=True,
    )


def askers_of(claim: Claim) -> int:
    """Return how many messages ask about a claim, those of claims merged into it included."""
    return Message.objects.filter(claim=claim).exclude(state=MessageState.DELETED).count()
