"""What a claim keeps of a message that is erased: nothing, unless members have put its words into a draft.

A claim begins with the words of a message: they are its statement, stand on the shelf under which others are grouped,
and in its history when a member writes better ones. Messages move on to other claims; the history says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from kiemchung.desk import claims, grouping, source_files
from kiemchung.desk.models import (
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimState,
    Draft,
    Message,
    MessageState,
    Review,
    Shelf,
    Shelved,
)

_PART = 100


def claims_with_words_of(message: Message) -> list[Claim]:
    """Return the claim that a message asks about, and those that began with its words, whatever became of them."""
    asked_of = Q(pk=message.claim_id) | Q(content_key=grouping.key_of(message))
    return list(Claim.objects.filter(asked_of).order_by("pk"))


def is_forgotten(claim: Claim) -> bool:
    """Whether no message is left of a claim that members have worked on, so that it has lost the words of its own."""
    return claim.content_key == _forgotten(claim)


def forget(found: Iterable[Claim], said: str, key: str) -> None:
    """Take the words of an erased message, and the digest of what it said, out of its claims, in the transaction in
    which it was erased.

    A claim that no message is left of, and that nobody has worked on, goes whole. One that is left says what the oldest
    of its messages says, unless a member has written better words; without any message, what its draft says, if any.
    """
    for number in [one.pk for one in found]:
        claim = Claim.objects.filter(pk=number).first()
        if claim is None:  # it went with the one into which it was merged
            continue
        left = _left(claim)
        if not left and not _is_worked_on(claim):
            _delete(claim)
            continue
        _say_anew(claim, said, key, left)
        if said not in [grouping.said_in(one) for one in left]:
            _forget_restating(claim, grouping.statement_of(said), is_over=not left)


def _left(claim: Claim) -> list[Message]:
    """Return the messages that a claim has; of one that is not open also those that went on to another one."""
    there = Message.objects.filter(claim=claim)
    left = list(there.select_related("file").order_by("pk")[:_PART])
    if left or claim.state == ClaimState.OPEN:
        return left
    details = ClaimEvent.objects.filter(claim=claim).values_list("detail", flat=True)
    moved = sorted({pk for detail in details for pk in detail.get("messages", ())})
    for at in range(0, len(moved), _PART):
        some = Message.objects.filter(pk__in=moved[at : at + _PART]).exclude(state=MessageState.DELETED)
        if found := list(some.select_related("file").order_by("pk")):
            return found
    return []


def _say_anew(claim: Claim, said: str, key: str, left: Sequence[Message]) -> None:
    """Let a claim say what another of its messages says, and let nothing of the erased one stay on the shelf."""
    texts = [grouping.said_in(one) for one in left]
    first = next(filter(grouping.said_in, left), left[0] if left else None)
    text = grouping.said_in(first) if first is not None else ""
    if said not in texts and _says(claim, said, key):
        claim.statement = grouping.statement_of(text or _drafted(claim))
        claim.content_key = _free_key(claim, first)
    elif claim.content_key == key and key not in map(grouping.key_of, left):  # words of a member are no message's
        claim.content_key = _forgotten(claim) if claim.statement else _free_key(claim, first)
    claim.save(update_fields=("statement", "content_key"))
    shelved = Shelved.objects.filter(shelf=Shelf.CLAIMS, ref=str(claim.pk), is_removed=False).first()
    if shelved is None:
        return
    if not claim.statement:
        grouping.unshelve(claim)
    elif shelved.claim != claim.statement or shelved.body not in ("", *texts):
        grouping.shelve(claim, text)


def _says(claim: Claim, said: str, key: str) -> bool:
    """Whether the statement is that of the message, and no member's who has written the same as somebody sent."""
    if claim.statement != grouping.statement_of(said):
        return False
    return claim.content_key == key or not claim.events.filter(deed=ClaimDeed.RESTATED).exists()


def _drafted(claim: Claim) -> str:
    draft = Draft.objects.filter(claim=claim).first()
    return draft.claim_reviewed if draft is not None else ""


def _free_key(claim: Claim, first: Message | None) -> str:
    """Return the key of the message that a claim goes on with, while no open claim has it; there is one of each."""
    key = grouping.key_of(first) if first is not None else ""
    others = Claim.objects.filter(state=ClaimState.OPEN, content_key=key).exclude(pk=claim.pk)
    return key if key and not others.exists() else _forgotten(claim)


def _forgotten(claim: Claim) -> str:
    return f"erased {claim.pk}"


def _forget_restating(claim: Claim, before: str, *, is_over: bool) -> None:
    for event in ClaimEvent.objects.filter(claim=claim, deed=ClaimDeed.RESTATED):
        if is_over or (before and before in (event.detail.get("from"), event.detail.get("to"))):
            event.detail = {}
            event.save(update_fields=("detail",))


def _delete(claim: Claim) -> None:
    for merged in claim.merged.all():
        _delete(merged)
    if claim.state == ClaimState.OPEN:
        grouping.unshelve(claim)
    named = [file for one in claim.evidence.all() for file in (one.file, one.public_file) if file is not None]
    claim.evidence.all().delete()
    source_files.forget_unnamed(claim.pk, list({file.pk: file for file in named}.values()))
    claim.delete()


def _is_of_a_review(claim: Claim) -> bool:
    """Whether a review that stays readable belongs to it, or to one that was merged into it after a withdrawal."""
    return Review.objects.filter(claim=claim).exists() or any(map(_is_of_a_review, claim.merged.all()))


def _is_worked_on(claim: Claim) -> bool:
    """Whether members have made it theirs: then it says what they checked, not what one person sent."""
    if claim.state in (ClaimState.PUBLISHED, ClaimState.DECLINED) or _is_of_a_review(claim):
        return True
    return claim.state != ClaimState.MERGED and claims.is_worked_on(claim)
