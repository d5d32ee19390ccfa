"""What members do with claims before a review: hold, select, restate, merge, split, dismiss, decline."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kiemchung.desk import grouping, hands, log, record, statements
from kiemchung.desk.access import require_work
from kiemchung.desk.delivering import DELIVER_JOB
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.following import look_at
from kiemchung.desk.models import (
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimResemblance,
    ClaimState,
    Declining,
    Draft,
    Member,
    Message,
    MessageState,
    Note,
    ReviewVersion,
    Selection,
    Shelf,
    VersionKind,
)
from kiemchung.jobs import clock
from kiemchung.jobs.queue import enqueue

LEASE = timedelta(minutes=30)


@dataclass(frozen=True)
class Held:
    """Who has a claim open, and until when."""

    member: Member
    until: datetime


def holder_of(claim: Claim) -> Held | None:
    """Return who has the claim open now."""
    if claim.lease_by is None or claim.lease_until is None or claim.lease_until <= clock.now():
        return None
    return Held(claim.lease_by, claim.lease_until)


def hold(claim_id: int, *, actor: Member, take_over: bool = False) -> Held:
    """Open the claim for half an hour, again each time; return who holds it now.

    It stays with another member who has it open, unless `take_over`, which that one sees.
    """
    require_work(actor)
    with transaction.atomic():
        claim = _locked(claim_id)
        held = holder_of(claim)
        if held is not None and held.member != actor and not take_over:
            return held
        claim.lease_by, claim.lease_until = actor, clock.now() + LEASE
        claim.save(update_fields=("lease_by", "lease_until"))
        return Held(actor, claim.lease_until)


def let_go(claim_id: int, *, actor: Member) -> None:
    """Close the claim, so that others may open it."""
    Claim.objects.filter(pk=claim_id, lease_by=actor).update(lease_by=None, lease_until=None)


def require_held(claim: Claim, actor: Member) -> None:
    """Raise `ConflictError` while another member has the claim open."""
    held = holder_of(claim)
    if held is not None and held.member != actor:
        raise ConflictError(
            f"{held.member} has this claim open. Talk to them, or take it over.",
            f"{held.member} đang mở nhận định này. Hãy trao đổi với họ, hoặc tiếp quản.",
        )


def note(claim_id: int, text: str, *, actor: Member) -> Note:
    """Leave a note for colleagues."""
    require_work(actor)
    if not text.strip():
        raise NotReadyError("The note is empty.", "Ghi chú chưa có nội dung.", missing=("text",))
    return Note.objects.create(claim_id=claim_id, text=text.strip(), member=actor)


def restate(claim_id: int, statement: str, *, actor: Member) -> None:
    """Say in better words what the claim is; messages are grouped by them from now on."""
    with transaction.atomic():
        claim = workable(claim_id, actor)
        said = grouping.statement_of(statement)
        if not said:
            raise NotReadyError("The claim has no words.", "Nhận định chưa có chữ.", missing=("statement",))
        write_down(claim, ClaimDeed.RESTATED, actor, {"from": claim.statement, "to": said})
        claim.statement = said
        claim.save(update_fields=("statement",))
        first = claim.messages.order_by("pk").values_list("text", flat=True).first()
        grouping.shelve(claim, first or "")
        hands.claim_changed_by(claim, actor)


def select(claim_id: int, reason: Selection, *, actor: Member) -> None:
    """Choose the claim to be checked, for one of the reasons that are neutral as to what it says (R3).

    That is no writing (R18): a draft is handed in anew, as its review would state another reason, but whoever chose may
    publish it, whether a draft was begun before or after.
    """
    with transaction.atomic():
        claim = workable(claim_id, actor)
        claim.selection = reason
        claim.save(update_fields=("selection",))
        write_down(claim, ClaimDeed.SELECTED, actor, {"reason": reason})
        hands.hand_in_anew(claim)


def merge(from_id: int, into_id: int, *, actor: Member) -> None:
    """Let the messages of one open claim count for another one; `split` gives them back.

    Of one that is published they get the review; where it was withdrawn they wait for the next. Raises `ConflictError`
    for a target that is neither open nor has a review to give.
    """
    with transaction.atomic():
        source, target = workable(from_id, actor), _locked(into_id)
        newest = ReviewVersion.objects.filter(review__claim=target).order_by("-number").first()
        is_withdrawn = newest is not None and newest.kind == VersionKind.WITHDRAWAL
        is_there = target.state == ClaimState.OPEN or (target.state == ClaimState.PUBLISHED and not is_withdrawn)
        if source == target or not is_there:
            raise ConflictError(
                "A claim is merged into another one that is open or published.",
                "Chỉ gộp vào một nhận định khác đang mở hoặc đã đăng.",
            )
        moved = _in_order(source.messages.all())
        Message.objects.filter(pk__in=moved).update(claim=target)
        if newest is not None and not is_withdrawn:
            payload = {"review": newest.review_id, "version": newest.number}
            enqueue(DELIVER_JOB, payload, key=f"{newest.pk} merged {source.pk}")  # that of publishing may be at its end
        source.state, source.merged_into = ClaimState.MERGED, target
        source.save(update_fields=("state", "merged_into"))
        grouping.unshelve(source)
        hands.send_to_writers(source)
        ClaimResemblance.objects.filter(claim__in=(source, target), other__in=(source, target)).delete()
        write_down(source, ClaimDeed.MERGED, actor, {"into": target.pk, "messages": moved})


def split(claim_id: int, message_ids: Collection[int], *, actor: Member) -> Claim:
    """Give some of a claim's messages an open claim of their own, with the words of the first of them that has any."""
    with transaction.atomic():
        claim = workable(claim_id, actor)
        chosen = claim.messages.filter(pk__in=message_ids).select_for_update(of=("self",))
        moved = list(chosen.select_related("file").order_by("pk"))
        if not moved or len(moved) == claim.messages.count():
            raise NotReadyError(
                "Choose some of the messages: at least one goes, at least one stays.",
                "Hãy chọn một phần các tin: ít nhất một tin tách ra, ít nhất một tin ở lại.",
                missing=("messages",),
            )
        new = grouping.open_claim(_distinct(moved))
        Message.objects.filter(pk__in=[one.pk for one in moved]).update(claim=new)
        write_down(claim, ClaimDeed.SPLIT, actor, {"into": new.pk, "messages": [one.pk for one in moved]})
        return new


def dismiss(claim_ids: Sequence[int], *, actor: Member) -> str:
    """Put claims aside that hold nothing to check (greetings, tests); return what `undo` wants to bring them back.

    One line of the public log names their numbers: nobody drops a claim unseen (R4, R19).
    """
    batch = secrets.token_hex(16)
    with transaction.atomic():
        for claim_id in claim_ids:
            claim = workable(claim_id, actor)
            open_ones = _in_order(claim.messages.filter(state=MessageState.OPEN))
            Message.objects.filter(pk__in=open_ones).update(state=MessageState.DISMISSED)
            close(claim, ClaimState.DISMISSED)
            write_down(claim, ClaimDeed.DISMISSED, actor, {"messages": open_ones}, batch)
        if claim_ids:
            facts = {"claims": sorted(claim_ids), "reason": "nothing_to_check"}
            log.append("dismissed", facts | statements.about_claims(), at=clock.now())
    return batch


def undo(batch: str, *, actor: Member) -> int:
    """Bring back the claims that were dismissed together; return how many came back."""
    require_work(actor)
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)
        events = list(ClaimEvent.objects.filter(batch=batch, deed=ClaimDeed.DISMISSED))
        found = {one.claim_id: _reopen(_locked(one.claim_id), one.detail["messages"], actor) for one in events}
        back = sorted(claim for claim, now_at in found.items() if now_at == claim)
        moved = sorted((claim, now_at) for claim, now_at in found.items() if now_at not in (claim, None))
        facts = {"claims": back, "into": [list(pair) for pair in moved]} if moved else {"claims": back}
        if back or moved:
            log.append("reopened", facts, at=clock.now())
    return len(back) + len(moved)


def decline(claim_id: int, reason: Declining, *, actor: Member) -> None:
    """Say publicly that the claim is not checked, and why (R4); its askers read it at their tickets."""
    with transaction.atomic():
        claim = workable(claim_id, actor)
        claim.declined_because = reason
        claim.save(update_fields=("declined_because",))
        close(claim, ClaimState.DECLINED)
        write_down(claim, ClaimDeed.DECLINED, actor, {"reason": reason})
        facts = {"claim": claim.pk, "reason": reason}
        log.append("declined", facts | statements.about_claims(), at=clock.now())


def refuse_resemblance(claim_id: int, other_id: int, *, actor: Member) -> None:
    """Say that two claims are not one; they are not suggested to each other again."""
    require_work(actor)
    ClaimResemblance.objects.filter(claim__in=(claim_id, other_id), other__in=(claim_id, other_id)).update(
        is_refused=True
    )


def _reopen(claim: Claim, message_ids: Sequence[int], actor: Member) -> int | None:
    """Bring a claim back, or its messages alone, and return the claim that they count for; None when nothing lay
    aside."""
    if claim.state != ClaimState.DISMISSED:
        return None
    # Some may be erased by now; the others are looked up anew: they were passed by while they lay aside.
    back = _in_order(Message.objects.filter(pk__in=message_ids, state=MessageState.DISMISSED))
    for message_id in back:
        look_at(message_id)
    dismissed = Message.objects.filter(pk__in=back)
    twin = Claim.objects.filter(state=ClaimState.OPEN, content_key=claim.content_key).first()
    version = ReviewVersion.objects.filter(review__claim=claim).order_by("-number").first()
    if twin is not None and version is None:  # the same words came again: they count for the claim that is open now
        return twin.pk if dismissed.update(claim=twin, state=MessageState.OPEN) else None
    dismissed.update(state=MessageState.OPEN)
    first = claim.messages.order_by("pk").values_list("text", flat=True).first()
    if twin is not None and version is not None:  # the next version of its review is published here, and nowhere else
        grouping.go_on_with(claim, version.claim_reviewed)
        first = ""
    claim.state = ClaimState.OPEN
    claim.save(update_fields=("state",))
    grouping.shelve_again(claim, first or "")
    write_down(claim, ClaimDeed.REOPENED, actor, {"messages": list(message_ids)})
    return claim.pk


def close(claim: Claim, state: ClaimState) -> None:
    """Give a claim another state than open: nobody has it open, no message is grouped under it any more, and nobody
    publishes a draft that was handed in."""
    claim.state, claim.lease_by, claim.lease_until = state, None, None
    claim.save(update_fields=("state", "lease_by", "lease_until"))
    grouping.unshelve(claim)
    hands.send_to_writers(claim)


def _distinct(messages: Sequence[Message]) -> Message:
    """Return the first message whose words, or bytes where none has words, no open claim has yet."""
    for one in sorted(messages, key=lambda message: not grouping.said_in(message)):
        if not Claim.objects.filter(state=ClaimState.OPEN, content_key=grouping.key_of(one)).exists():
            return one
    raise ConflictError(
        "These messages have the words or the file of other open claims. Merge them with one of these instead.",
        "Các tin này trùng lời hoặc trùng tệp với nhận định khác đang mở. Hãy gộp thay vì tách.",
    )


def _in_order(messages: QuerySet[Message]) -> list[int]:
    """Lock messages in the order of their ids, as delivering does, so that neither waits for the other for ever."""
    return list(messages.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _locked(claim_id: int) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).select_related("lease_by").get(pk=claim_id)


def workable(claim_id: int, actor: Member) -> Claim:
    """Return an open claim, locked until the caller's transaction ends. Raises `ConflictError` for others."""
    require_work(actor)
    record.lock(Shelf.CLAIMS)  # before the rows, as grouping does: two who wait for each other would wait for ever
    claim = _locked(claim_id)
    require_held(claim, actor)
    if claim.state != ClaimState.OPEN:
        raise ConflictError(
            "This claim is not open any more. Reload the page.",
            "Nhận định này không còn mở. Hãy tải lại trang.",
        )
    return claim


def close_if_over(claim_id: int) -> None:
    """Let a claim leave the queue that nobody waits for any more and nobody works on; in the caller's transaction."""
    claim = _locked(claim_id)
    is_over = not claim.messages.filter(state=MessageState.OPEN).exists()
    if claim.state == ClaimState.OPEN and is_over and not is_worked_on(claim) and holder_of(claim) is None:
        close(claim, ClaimState.ANSWERED)


def is_worked_on(claim: Claim) -> bool:
    """Whether members have made an open claim theirs: chosen it, collected sources, or begun to write."""
    return bool(claim.selection) or claim.evidence.exists() or Draft.objects.filter(claim=claim).exists()


def write_down(claim: Claim, deed: ClaimDeed, actor: Member | None, detail: dict[str, object], batch: str = "") -> None:
    """Add to the claim's history; `actor` is None for what the software has done by its rules."""
    ClaimEvent.objects.create(claim=claim, deed=deed, detail=detail, member=actor, batch=batch)
