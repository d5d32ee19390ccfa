"""Reviews of other publishers that change or vanish after they were somebody's answer: that person hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from kiemchung.desk import claims, record, reopening
from kiemchung.desk.following import TELL_JOB
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    AnswerKind,
    Claim,
    ClaimDeed,
    ForeignChange,
    Message,
    MessageState,
    Shelf,
    Shelved,
)
from kiemchung.engine.types import Review
from kiemchung.jobs.queue import enqueue

_BATCH = 100  # whoever waits again is put to a claim one by one, while others wait for the claims
_LONGEST = 400  # of a text that is repeated to say what changed


def version_of_foreign(ref: str) -> int:
    """Return the number of a foreign review's newest state that is known; 1 until it has changed."""
    newest = ForeignChange.objects.filter(ref=ref).aggregate(newest=Max("number"))["newest"]
    return newest or 1


def note_changes(before: Mapping[str, Review], now: Mapping[str, Review | None], *, why: str | None = None) -> None:
    """Write down what was changed in reviews that somebody had as the answer, and have these people told.

    In the transaction that changes the record. `now` has None for a review that its source has no more; one that is
    not in `before` has come back, if it was ever known. `why`: what is gone was withdrawn, for this reason (or "").
    """
    refs = set(Answer.objects.filter(review_ref__in=now).values_list("review_ref", flat=True))
    for ref in sorted(refs):
        review, old = now[ref], before.get(ref)
        if review is None:
            rating = _rating(old)[:_LONGEST] if old else ""
            changed = [["gone", rating, ""] if why is None else ["withdrawn", rating, why[:_LONGEST]]]
        else:
            changed = _changed(old, review) if old else _changed_on_return(ref, review)
        if old is None or review is None or changed:
            number = version_of_foreign(ref) + 1
            noted = ForeignChange.objects.create(ref=ref, number=number, changed=changed, is_gone=review is None)
            enqueue(TELL_JOB, {"change": noted.pk}, key=str(noted.pk), queue="answers")


def _changed(old: Review, new: Review) -> list[list[str]]:
    pairs = {
        "rating": (_rating(old), _rating(new)),
        "claim": (old.claim, new.claim),
        "title": (old.title, new.title),
    }
    changed = [[name, a[:_LONGEST], b[:_LONGEST]] for name, (a, b) in pairs.items() if a != b]
    return changed + ([["text", "", ""]] if old.body != new.body else [])


def _changed_on_return(ref: str, review: Review) -> list[list[str]]:
    """What a review that is there again says, and its rating where that is another than when it was taken off."""
    gone = ForeignChange.objects.filter(ref=ref, is_gone=True).order_by("-number").first()
    before = next((rating for field, rating, _ in gone.changed if field in ("gone", "withdrawn")), "") if gone else ""
    rating = _rating(review)[:_LONGEST]
    return [["back", "", ""], *([["rating", before, rating]] if before and rating != before else [])]


def _rating(review: Review) -> str:
    return review.rating.published or (str(review.rating.mapped.value) if review.rating.mapped else "")


def tell_again(ref: str, message_id: int) -> None:
    """Ask, in the caller's transaction, that what has changed in a review while it was no answer be told now."""
    change = ForeignChange.objects.filter(ref=ref).order_by("-number").first()
    if change is not None:
        enqueue(TELL_JOB, {"change": change.pk}, key=f"{change.pk} given back {message_id}", queue="answers")


def tell(change_id: int) -> None:
    """Give the correction to each who had the review as the answer; harmless when it is repeated, at any point.

    Whose only answer is gone waits again, at the claim that she asked about or at one that is found for her; when it is
    there again, it answers those who wait.
    """
    change = ForeignChange.objects.get(pk=change_id)
    while True:
        with transaction.atomic():
            record.lock(Shelf.CLAIMS)  # before the messages, as grouping does
            some = _batch(change)
            if some is None:
                return
            Answer.objects.bulk_create(
                [
                    Answer(message=one, review_ref=change.ref, version=change.number, kind=AnswerKind.CORRECTED)
                    for one in some
                ],
                ignore_conflicts=True,
            )
            # As it is now: what was changed since is told by a job of its own.
            if is_there(change.ref):
                _answer(change.ref, [one for one in some if one.state == MessageState.OPEN])
            else:
                waiting = Message.objects.filter(pk__in=[one.pk for one in some], state=MessageState.ANSWERED)
                reopening.wait_again(waiting.filter(~reopening.has_another_answer(change.ref)))


def is_there(ref: str) -> bool:
    """Whether a review is in the record."""
    return Shelved.objects.filter(shelf=Shelf.REVIEWS, ref=ref, is_removed=False).exists()


def _answer(ref: str, messages: Sequence[Message]) -> None:
    """Let a review that is there again answer those who wait; a claim that nobody waits for leaves the queue."""
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(state=MessageState.ANSWERED)
    by_claim: dict[int, list[int]] = {}
    for one in messages:
        if one.claim_id is not None:
            by_claim.setdefault(one.claim_id, []).append(one.pk)
    for claim_id, answered in by_claim.items():
        claim = Claim.objects.get(pk=claim_id)
        claims.write_down(claim, ClaimDeed.ANSWERED, None, {"review": ref, "messages": answered})
        claims.close_if_over(claim_id)


def _batch(change: ForeignChange) -> Sequence[Message] | None:
    """Return some who were not told yet, locked: nobody erases their messages before they are; None when none is
    left."""
    had = Answer.objects.filter(IS_ANSWER, message=OuterRef("pk"), review_ref=change.ref)
    asked = Message.objects.filter(Exists(had), state__in=(MessageState.OPEN, MessageState.ANSWERED))
    refused = had.filter(IS_REFUSED)  # who said that it is about something else has nothing to hear of it
    waiting = asked.exclude(Exists(had.filter(version__gte=change.number))).exclude(Exists(refused))
    locked = [one.pk for one in waiting.select_for_update(of=("self",)).order_by("pk")[:_BATCH]]
    if not locked:
        return None
    # What was read before the lock may be over by now: who has refused the review since hears nothing of it.
    return list(waiting.filter(pk__in=locked).order_by("pk"))
