"""After a withdrawal: the claim is open again, and whoever had the review as the answer waits for a new one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from kiemchung.desk import claims, forgetting, grouping
from kiemchung.desk.following import look_at_claim
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
        # Of the same words, by readers who refused the review: later ones count for theirs. This one goes on with the
        # words that were published, so that it keeps none of a message which it may not be found by.
        claim.statement, claim.content_key = grouping.statement_of(version.claim_reviewed), f"withdrawn {claim.pk}"
        first = ""
    claim.state = ClaimState.OPEN
    claim.save(update_fields=("statement", "content_key", "state"))
    grouping.shelve(claim, first or "")
    had_it = claim.messages.filter(~_has_another_answer(version.review), state=MessageState.ANSWERED)
    # In the order of their ids, as delivering locks them.
    waiting = list(had_it.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=waiting).update(state=MessageState.OPEN)
    claims.write_down(claim, ClaimDeed.REOPENED, version.published_by, {"messages": waiting})
    if waiting:
        look_at_claim(claim.pk, version.pk)


def _has_another_answer(review: Review) -> Q:
    """Whether a message has another review that is still there, and that its reader has not refused."""
    there = Shelved.objects.filter(shelf=Shelf.REVIEWS, ref=OuterRef("review_ref"), is_removed=False)
    others = Answer.objects.filter(IS_ANSWER, ~IS_REFUSED, message=OuterRef("pk")).exclude(review_ref=review.ref)
    return Q(Exists(others.filter(Exists(there))))


def set_apart_who_refused(review: Review) -> None:
    """Let whoever has refused the review wait for another one when it is published anew, at a claim of their own.

    While the claim was open they counted for it by their words alone. Whom a member has merged into it is told.
    """
    refused = Answer.objects.filter(
        IS_REFUSED, review_ref=review.ref, message__claim=review.claim_id, message__state=MessageState.OPEN
    )
    ids = set(refused.values_list("message", flat=True))
    if not ids:
        return
    merged = ClaimEvent.objects.filter(deed=ClaimDeed.MERGED, detail__into=review.claim_id)
    ids -= {pk for detail in merged.values_list("detail", flat=True) for pk in detail["messages"]}
    found = Message.objects.filter(pk__in=ids).select_related("file").select_for_update(of=("self",))
    for message in found.order_by("pk"):
        message.claim = None
        message.save(update_fields=("claim",))
        claim = Claim.objects.get(pk=review.claim_id)
        forgetting.forget([claim], grouping.said_in(message), grouping.key_of(message))
        grouping.ask_to_group(message)
