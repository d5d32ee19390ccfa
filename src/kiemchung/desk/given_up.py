"""Opens to a person the messages whose job was given up: their words or file make the engine fail each time."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from kiemchung.desk import record
from kiemchung.desk.grouping import GROUP_JOB, claim_of_unexamined, key_of
from kiemchung.desk.intake import ANSWER_JOB
from kiemchung.desk.models import Message, MessageState, Shelf
from kiemchung.jobs.models import UNFINISHED, Job, State


def open_given_up() -> int:
    """Put each message that waits without a job, for an answer or for its claim, under a claim; return how many.
    The engine is not asked.

    A transaction each. One that cannot be put there keeps none of the others waiting: its error is raised at the end.
    """
    opened, failed = 0, None
    for message_id in _given_up().order_by("pk").values_list("pk", flat=True):
        try:
            opened += _open(message_id)
        except Exception as error:
            failed = error
    if failed is not None:
        raise failed
    return opened


def is_examinable() -> Q:
    """Return the condition that a message's job is not in quarantine: what it failed on fails others' batches too."""
    is_quarantined = Q(state=State.QUARANTINED)
    return Q(~_has_job(ANSWER_JOB, is_quarantined), ~_has_job(GROUP_JOB, is_quarantined))


def _given_up() -> QuerySet[Message]:
    """Return the messages that wait for an answer, or for their claim, without a job."""
    is_unanswered = Q(~_has_job(ANSWER_JOB, UNFINISHED), state=MessageState.WAITING)
    is_ungrouped = Q(~_has_job(GROUP_JOB, UNFINISHED), state=MessageState.OPEN, claim=None)
    return Message.objects.filter(is_unanswered | is_ungrouped)


def _has_job(kind: str, condition: Q) -> Exists:
    return Exists(Job.objects.filter(condition, kind=kind, key=Cast(OuterRef("pk"), CharField())))


def _open(message_id: int) -> bool:
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)  # before the message, as answering does
        still = _given_up().filter(pk=message_id)
        message = still.select_for_update(of=("self",)).select_related("file").first()
        if message is None:
            return False  # deleted meanwhile, or its job was taken out of quarantine
        message.content_key = key_of(message)
        message.claim = claim_of_unexamined(message)
        message.state = MessageState.OPEN
        message.save(update_fields=("content_key", "state", "claim"))
        return True
