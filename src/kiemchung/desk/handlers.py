"""Which jobs of the desk there are."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from kiemchung.desk import (
    answering,
    catching_up,
    delivering,
    erasing,
    files,
    following,
    foreign_changes,
    given_up,
    grouping,
    intake,
    requests,
)
from kiemchung.desk.log import signing
from kiemchung.desk.log.entries import SIGN_JOB, lock
from kiemchung.jobs import clock
from kiemchung.jobs.handlers import Payload, handler
from kiemchung.jobs.queue import Run


@handler(intake.ANSWER_JOB, queue="answers", is_urgent=True)
def answer(payload: Payload, run: Run) -> None:
    """Answer one message."""
    answering.answer(payload["message"], run)


@handler(grouping.GROUP_JOB, queue="answers")
def group(payload: Payload, run: Run) -> None:
    """Put one message to its claim."""
    answering.group(payload["message"], run)


@handler(delivering.DELIVER_JOB, queue="answers")
def deliver(payload: Payload, _run: Run) -> None:
    """Give a published version to everybody who asked."""
    delivering.deliver(payload["review"], payload["version"])


@handler(following.CATCH_UP_JOB, queue="answers")
def catch_up(payload: Payload, run: Run) -> None:
    """Match messages that nobody has answered with what is new in the record."""
    catching_up.catch_up(payload, run)


@handler(following.TELL_JOB, queue="answers")
def tell_foreign_change(payload: Payload, _run: Run) -> None:
    """Tell who had another publisher's review that it was changed."""
    foreign_changes.tell(payload["change"])


@handler("desk.open_given_up", every=timedelta(minutes=5))
def open_given_up(_payload: Payload, _run: Run) -> None:
    """Let a person see the messages that the engine fails on."""
    given_up.open_given_up()


@handler("desk.erase_expired", every=timedelta(hours=6))
def erase_expired(_payload: Payload, _run: Run) -> None:
    """Delete what readers sent and wrote, and sign-ins, whose time is over."""
    erasing.erase_expired()
    requests.erase_expired()
    files.forget_left_behind()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    erasing.empty_write_ahead_log()  # also after a deletion whose own attempt met a reader in the way


@handler(SIGN_JOB, every=timedelta(hours=1))
def sign_log(_payload: Payload, run: Run) -> None:
    """Sign a head of the public log when it has grown."""
    # The log is locked before the job's row, as `append` does it: two that do both never wait for each other.
    with transaction.atomic():
        lock()
        with run.finishing():
            signing.sign(clock.now())
