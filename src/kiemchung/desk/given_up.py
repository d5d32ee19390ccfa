"""Opens to a person the messages whose job was given up: their words or file make the engine fail each time."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from kiemchung.desk import record
from kiemchung.desk.grouping import claim_of_unexamined, key_of
from kiemchung.desk.intake import ANSWER_JOB
from kiemchung.desk.models import Message, MessageState, Shelf
from kiemchung.jobs.models import UNFINISHED, Job, State


def open_given_up() -> int:
    """Put each message that waits without a job under a claim, without the engine; return how many.

    A transaction each. One that cannot be put there keeps none of the others waiting: its error is raised at the end.
    """
    opened, failed = 0, None
    waiting = Message.objects.filter(~_has_job(UNFINISHED), state=MessageState.WAITING).order_by("pk")
    for message_id in waiting.values_list("pk", flat=True):
        try:
            opened += _open(message_id)
        except Exception as error:
            failed = error
    if failed is not None:
        raise failed
    return opened


def is_examinable() -> Q:
    """Return the condition that a message's job is not in quarantine: what it failed on fails others' batches too."""
    return Q(~_has_job(Q(state=State.QUARANTINED)))


def _has_job(condition: Q) -> Exists:
    return Exists(Job.objects.filter(condition, kind=ANSWER_JOB, key=Cast(OuterRef("pk"), CharField())))


def _open(message_id: int) -> bool:
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)  # before the message, as answering does
        still = Message.objects.filter(~_has_job(UNFINISHED), pk=message_id, state=MessageState.WAITING)
        message = still.select_for_update(of=("self",)).select_related("file").first()
        if message is None:
            return False  # deleted meanwhile, or its job was taken out of quarantine
        message.content_key = key_of(message)
        message.claim = claim_of_unexamined(message)
        message.state = MessageState.OPEN
        message.save(update_fields=("content_key", "state", "claim"))
        return True
