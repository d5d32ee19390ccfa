"""Deletes messages: when their time is over, or when the one who asked wants it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from kiemchung.desk import files, grouping, record
from kiemchung.desk.models import Claim, ClaimState, Draft, Message, MessageFile, MessageState, Shelf
from kiemchung.jobs import clock

_BATCH = 200


def erase(message_id: int) -> None:
    """Delete what a message said, its file, answers and suggestions; its row stays empty, so that it never comes again.

    A claim that rests on this message alone, and that nobody has worked on, goes with it.
    """
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)
        message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
        claim = message.claim
        stored = list(MessageFile.objects.filter(message=message).values_list("stored_as", flat=True))
        MessageFile.objects.filter(message=message).delete()
        for name in stored:
            transaction.on_commit(partial(files.forget, name))
        message.answers.all().delete()
        message.suggestions.all().delete()
        message.text, message.lookalikes, message.lang = "", [], ""
        message.claim, message.state = None, MessageState.DELETED
        message.save()
        if claim is not None:
            _erase_words(claim)


def erase_expired(now: datetime | None = None) -> int:
    """Delete the messages whose time is over; return how many."""
    done = 0
    expired = Message.objects.filter(expires_at__lte=now or clock.now()).exclude(state=MessageState.DELETED)
    while ids := list(expired.order_by("expires_at").values_list("pk", flat=True)[:_BATCH]):
        for message_id in ids:
            erase(message_id)
        done += len(ids)
    return done


def _erase_words(claim: Claim) -> None:
    if claim.messages.exists() or claim.merged.exists() or _is_worked_on(claim):
        return
    if claim.state == ClaimState.OPEN:
        grouping.unshelve(claim)
    claim.delete()


def _is_worked_on(claim: Claim) -> bool:
    """Whether members have made it theirs: then it says what they checked, not what one person sent."""
    if claim.state in (ClaimState.PUBLISHED, ClaimState.DECLINED, ClaimState.MERGED):
        return True
    return bool(claim.selection) or claim.evidence.exists() or Draft.objects.filter(claim=claim).exists()
