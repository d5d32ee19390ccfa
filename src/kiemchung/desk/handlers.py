"""Which jobs of the desk there are."""

from __future__ import annotations

from datetime import timedelta

from kiemchung.desk import answering, delivering, erasing, intake
from kiemchung.jobs.handlers import Payload, handler
from kiemchung.jobs.queue import Run


@handler(intake.ANSWER_JOB, queue="answers")
def answer(payload: Payload, run: Run) -> None:
    """Answer one message."""
    answering.answer(payload["message"], run)


@handler(delivering.DELIVER_JOB, queue="answers")
def deliver(payload: Payload, _run: Run) -> None:
    """Give a published version to everybody who asked."""
    delivering.deliver(payload["review"], payload["version"])


@handler("desk.erase_expired", every=timedelta(hours=6))
def erase_expired(_payload: Payload, _run: Run) -> None:
    """Delete the messages whose time is over."""
    erasing.erase_expired()
