"""What a claim keeps of a message that is erased: nothing, unless members have made its words theirs.

A claim begins with the words of a message: they are its statement, stand on the shelf under which others are grouped,
and in its history when a member writes better ones. Messages move on to other claims; the history says which.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from kiemchung.desk import claims, grouping, source_files
from kiemchung.desk.models import Claim, ClaimDeed, ClaimEvent, ClaimState, Message, MessageState, Shelf, Shelved

_PART = 100


def claims_with_words_of(message: Message) -> list[Claim]:
    """Return the claim that a message asks about, and those that began with its words, whatever became of them."""
    said, file = grouping.said_in(message), getattr(message, "file", None)
    key = grouping.content_key(said) if said else (file.sha256 if file else "")
    return list(Claim.objects.filter(Q(pk=message.claim_id) | Q(content_key=key)).order_by("pk"))


def forget(found: Iterable[Claim], said: str) -> None:
    """Take the words of an erased message out of its claims, in the transaction in which it was erased.

    A claim that no message is left of, and that nobody has worked on, goes whole. One that is left says what the oldest
    of its messages says, unless a member has written better words.
    """
    for number in [one.pk for one in found]:
        claim = Claim.objects.filter(pk=number).first()
        if claim is None:  # it went with the one into which it was merged
            continue
        left = _left(claim)
        if not left and not _is_worked_on(claim):
            _delete(claim)
            continue
        texts = [grouping.said_in(one) for one in left]
        if said not in texts:
            _say_anew(claim, grouping.statement_of(said), texts)
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


def _say_anew(claim: Claim, before: str, texts: list[str]) -> None:
    """Let a claim say what another of its messages says, and let nothing of the erased one stay on the shelf."""
    first = next(filter(None, texts), "")
    if first and claim.statement == before:
        claim.statement = grouping.statement_of(first)
        key = grouping.content_key(first)
        if not Claim.objects.filter(state=ClaimState.OPEN, content_key=key).exclude(pk=claim.pk).exists():
            claim.content_key = key
        claim.save(update_fields=("statement", "content_key"))
    shelved = Shelved.objects.filter(shelf=Shelf.CLAIMS, ref=str(claim.pk), is_removed=False).first()
    if shelved is not None and (shelved.claim != claim.statement or shelved.body not in ("", *texts)):
        grouping.shelve(claim, first)


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


def _is_worked_on(claim: Claim) -> bool:
    """Whether members have made it theirs: then it says what they checked, not what one person sent."""
    if claim.state in (ClaimState.PUBLISHED, ClaimState.DECLINED):
        return True
    return claim.state != ClaimState.MERGED and claims.is_worked_on(claim)
