"""Matches the messages that nobody has answered with what has come into the record since, a batch a run.

The job that ends enqueues the next one in the same transaction: whatever is killed, the next attempt goes on there, and
doing a batch again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from kiemchung.desk import claims, record
from kiemchung.desk.answering import MOST_SUGGESTIONS, store_answer, store_suggestions
from kiemchung.desk.following import CATCH_UP_JOB, follow
from kiemchung.desk.given_up import is_examinable
from kiemchung.desk.grouping import said_in
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import (
    IS_REFUSED,
    Answer,
    AnswerKind,
    Claim,
    ClaimDeed,
    Message,
    MessageState,
    Review,
    Shelf,
    Shelved,
    Suggestion,
    own_number,
)
from kiemchung.engine import types
from kiemchung.engine.types import Outcome
from kiemchung.jobs import clock
from kiemchung.jobs.handlers import Payload
from kiemchung.jobs.queue import Run, enqueue

BATCH = 200
_WAIT = timedelta(seconds=5)


@dataclass(frozen=True)
class _Part:
    """Which messages, and the reviews that changed after `since`; `until` is the last change when the look began."""

    since: int
    until: int
    after: int = 0
    only: int | None = None
    claim: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is part of a look at all open messages."""
        return self.only is None and self.claim is None


def catch_up(payload: Payload, run: Run) -> None:
    """Do one batch: above the limit an open message is answered like a new one, below it gets suggestions.

    With a file nothing is answered here: what it shows was compared when it came, its words are no more than a hint.
    """
    part = _part(payload)
    messages = _open_ones(part)
    found = _answers(messages) if messages else {}
    if messages and indexes().reviews_index().change < part.until:
        _end(run, part, is_waiting=True)  # another process writes the index just now
        return
    with transaction.atomic():
        state = record.lock(Shelf.REVIEWS)  # in the order of publishing, and before the job's row
        record.lock(Shelf.CLAIMS)
        with run.finishing():
            _take(messages, found, part.since)
            if len(messages) == BATCH:
                _enqueue(replace(part, after=messages[-1].pk))
            elif part.is_whole:
                state.matched = part.until
                state.save(update_fields=("matched",))
                if state.last_change > part.until:
                    follow()


def _part(payload: Payload) -> _Part:
    last = record.ShelfRecord(Shelf.REVIEWS).last_change()
    if "since" not in payload:
        return _Part(record.matched_until(), last)
    asked_for = payload.get("only"), payload.get("claim")
    return _Part(payload["since"], payload.get("until", last), payload.get("after", 0), *asked_for)


def _open_ones(part: _Part) -> list[Message]:
    ready = Message.objects.filter(is_examinable(), state=MessageState.OPEN, pk__gt=part.after)
    waiting = ready.select_related("file").order_by("pk")
    if part.claim is not None:
        waiting = waiting.filter(claim=part.claim)
    if part.since >= part.until:
        return []
    return list(waiting[:BATCH] if part.only is None else waiting.filter(pk=part.only))


def _answers(messages: Sequence[Message]) -> Mapping[str, types.Answer]:
    """Return what the record answers to each of the texts; the same words are looked up once."""
    texts = {text: one.lang for one in messages if (text := said_in(one))}
    asked = [types.Message(text, lang=lang) for text, lang in texts.items()]
    answers = indexes().answers(asked, top=MOST_SUGGESTIONS) if asked else []
    return {text: answer for text, (answer, _) in zip(texts, answers, strict=True)}


def _take(messages: Sequence[Message], found: Mapping[str, types.Answer], since: int) -> None:
    """Store what was found, for those messages that are still open."""
    still = Message.objects.filter(pk__in=[one.pk for one in messages], state=MessageState.OPEN)
    changed, refused = _changed(messages, found, since), _refused(messages)
    answered: dict[int, list[tuple[int, str]]] = {}
    for message in still.select_for_update(of=("self",)).select_related("file", "claim").order_by("pk"):
        answer = found.get(said_in(message))
        if answer is None:
            continue
        matches = [one for one in answer.matches if (message.pk, one.review_id) not in refused]
        is_answered = answer.outcome is Outcome.ANSWER and matches[:1] == list(answer.matches[:1])
        best = matches[0] if is_answered else None
        if best is not None and best.review_id in changed and not hasattr(message, "file"):
            asked_of = message.claim
            if (asked_of is None or not _is_of_claim(best.review_id, asked_of)) and store_answer(
                message, best, AnswerKind.LATER
            ):
                message.save(update_fields=("state", "claim"))
                if asked_of is not None:
                    answered.setdefault(asked_of.pk, []).append((message.pk, best.review_id))
            continue
        shown = {*message.suggestions.values_list("review_ref", flat=True), *(one.review_id for one in matches)}
        if shown & changed:
            message.suggestions.all().delete()
            store_suggestions(message, matches)
    for claim_id, given in answered.items():
        _note(claim_id, given)


def _refused(messages: Sequence[Message]) -> set[tuple[int, str]]:
    """Return the answers of which the one who asked said that they are about something else."""
    refused = Answer.objects.filter(IS_REFUSED, message__in=[one.pk for one in messages])
    return set(refused.values_list("message_id", "review_ref"))


def _changed(messages: Sequence[Message], found: Mapping[str, types.Answer], since: int) -> set[str]:
    refs = {match.review_id for answer in found.values() for match in answer.matches}
    suggested = Suggestion.objects.filter(message__in=[one.pk for one in messages])
    refs |= set(suggested.values_list("review_ref", flat=True))
    new = Shelved.objects.filter(shelf=Shelf.REVIEWS, ref__in=refs, change__gt=since)
    return set(new.values_list("ref", flat=True))


def _is_of_claim(ref: str, claim: Claim) -> bool:
    """Whether it is the review of the message's own claim: who asked about that is told by `delivering`."""
    number = own_number(ref)
    return number is not None and Review.objects.filter(pk=number, claim=claim).exists()


def _note(claim_id: int, given: Sequence[tuple[int, str]]) -> None:
    """Write down which messages of a claim were answered; it leaves the queue when none is left and nobody works."""
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    for ref in dict.fromkeys(ref for _, ref in given):
        detail: dict[str, object] = {"review": ref, "messages": [pk for pk, one in given if one == ref]}
        claims.write_down(claim, ClaimDeed.ANSWERED, None, detail)
    claims.close_if_over(claim_id)


def _end(run: Run, part: _Part, *, is_waiting: bool) -> None:
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)
        with run.finishing():
            _enqueue(part, is_waiting=is_waiting)


def _enqueue(part: _Part, *, is_waiting: bool = False) -> None:
    payload: Payload = {"since": part.since, "until": part.until, "after": part.after}
    key = "grown"
    if part.only is not None:
        payload, key = {"since": part.since, "only": part.only}, f"message {part.only} {part.since}"
    elif part.claim is not None:
        payload, key = {**payload, "claim": part.claim}, f"claim {part.claim} after {part.after}"
    later = clock.now() + _WAIT if is_waiting else None
    enqueue(CATCH_UP_JOB, payload, key=key, queue="answers", run_after=later)
