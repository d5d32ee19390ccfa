"""After a withdrawal: the claim is open again, and whoever had the review as the answer waits for a new one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kiemchung.desk import claims, forgetting, grouping
from kiemchung.desk.following import look_at, look_at_claim
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimState,
    Message,
    MessageState,
    Review,
    ReviewVersion,
    Shelf,
    Shelved,
)


def reopen(version: ReviewVersion) -> None:
    """Open the claim of a review that is withdrawn by this version, in its transaction, which has locked the claims.

    Its askers wait in the same transaction, and not when they are told: nothing that is done to the open claim between
    the two passes them by. They are looked up anew: what came in while they had an answer was not compared with them.
    """
    claim = Claim.objects.get(pk=version.review.claim_id)
    first = claim.messages.order_by("pk").values_list("text", flat=True).first()
    if Claim.objects.filter(state=ClaimState.OPEN, content_key=claim.content_key).exists():
        grouping.go_on_with(claim, version.claim_reviewed)  # of the same words, by readers who refused the review
        first = ""
    claim.state = ClaimState.OPEN
    claim.save(update_fields=("state",))
    grouping.shelve_again(claim, first or "")
    waiting = _let_askers_wait(claim, version.review.ref)
    claims.write_down(claim, ClaimDeed.REOPENED, version.published_by, {"messages": waiting})
    if waiting:
        look_at_claim(claim.pk, version.pk)


def _let_askers_wait(claim: Claim, ref: str) -> list[int]:
    """Let those wait who ask about the claim, or have had its review, and have no other answer; return who waits here.

    Who has asked about another claim since, and lost its review first, waits there while it is open, else here.
    """
    had = Answer.objects.filter(IS_ANSWER, ~IS_REFUSED, review_ref=ref).values("message")
    asked = Message.objects.filter(Q(claim=claim) | Q(pk__in=had), state=MessageState.ANSWERED)
    here = Q(claim=None) | Q(claim=claim) | ~Q(claim__state=ClaimState.OPEN)
    # In the order of their ids, as delivering locks them.
    locked = asked.filter(~has_another_answer(ref)).select_for_update(of=("self",)).order_by("pk")
    waiting = Message.objects.filter(pk__in=list(locked.values_list("pk", flat=True)))
    moved = list(waiting.filter(here).order_by("pk").values_list("pk", flat=True))
    for message_id in waiting.exclude(pk__in=moved).values_list("pk", flat=True):
        look_at(message_id)
    waiting.update(state=MessageState.OPEN)
    Message.objects.filter(pk__in=moved).update(claim=claim)
    return moved


def wait_again(messages: QuerySet[Message]) -> None:
    """Let answered messages wait whose review another publisher has taken off; in the caller's transaction, which has
    locked the claims and them.

    At their claim while it is open, or was declined, else at the one that is found for them next. They are looked up
    anew: what came in while they had an answer was not compared with them.
    """
    for message in messages.select_related("file", "claim").order_by("pk"):
        left = message.claim
        message.state = MessageState.OPEN
        if left is None or left.state not in (ClaimState.OPEN, ClaimState.DECLINED):
            message.claim = None
            grouping.ask_to_group(message)
        message.save(update_fields=("state", "claim"))
        if left is not None and message.claim is None:
            forgetting.forget([left], grouping.said_in(message), grouping.key_of(message))
        look_at(message.pk)


def has_another_answer(ref: str) -> Q:
    """Whether a message has another review that is still there, and that its reader has not refused."""
    there = Shelved.objects.filter(shelf=Shelf.REVIEWS, ref=OuterRef("review_ref"), is_removed=False)
    others = Answer.objects.filter(IS_ANSWER, ~IS_REFUSED, message=OuterRef("pk")).exclude(review_ref=ref)
    return Q(Exists(others.filter(Exists(there))))


def set_apart_who_refused(review: Review) -> None:
    """Let whoever has refused the review wait for another one when it is published anew, at a claim of their own.

    While the claim was open they counted for it by their words alone. Whom a member has merged into it since she has
    refused it is told.
    """
    answers = Answer.objects.filter(
        IS_REFUSED, review_ref=review.ref, message__claim=review.claim_id, message__state=MessageState.OPEN
    )
    refused = dict(answers.order_by(F("refused_at").asc(nulls_first=True)).values_list("message", "refused_at"))
    if not refused:
        return
    merged = ClaimEvent.objects.filter(deed=ClaimDeed.MERGED, detail__into=review.claim_id)
    put_there = {pk: event.happened_at for event in merged.order_by("pk") for pk in event.detail["messages"]}
    ids = {pk for pk, at in refused.items() if not _is_since(put_there.get(pk), at)}
    found = Message.objects.filter(pk__in=ids).select_related("file").select_for_update(of=("self",))
    for message in found.order_by("pk"):
        message.claim = None
        message.save(update_fields=("claim",))
        claim = Claim.objects.get(pk=review.claim_id)
        forgetting.forget([claim], grouping.said_in(message), grouping.key_of(message))
        grouping.ask_to_group(message)


def _is_since(merged_at: datetime | None, refused_at: datetime | None) -> bool:
    """Whether a member merged her question after her refusal; of an old one it is not known when that was."""
    return merged_at is not None and (refused_at is None or merged_at > refused_at)
