"""What is to be done when the record of reviews has changed: open messages are matched anew, askers hear of changes."""

from __future__ import annotations

from kiemchung.desk.models import Message, Shelf
from kiemchung.desk.record import ShelfRecord
from kiemchung.jobs.queue import enqueue

CATCH_UP_JOB = "desk.catch_up"
TELL_JOB = "desk.tell_foreign_change"


def follow() -> None:
    """Ask, in the transaction that has changed the record, that open messages be matched with what is new in it."""
    enqueue(CATCH_UP_JOB, {}, key="grown", queue="answers")


def look_again_at(message: Message, seen_until: int) -> None:
    """Ask for another look at one message when reviews came in since the change up to which it was answered.

    In the transaction that leaves it open: the look at all open messages may have passed it by then.
    """
    if ShelfRecord(Shelf.REVIEWS).last_change() > seen_until:
        look_at(message.pk, seen_until)


def look_at_claim(claim_id: int, because_of: int) -> int:
    """Ask for a look at the open messages of a claim, at all reviews, once for each version `because_of` which they are
    open again; return the job's id."""
    payload = {"since": 0, "claim": claim_id}
    return enqueue(CATCH_UP_JOB, payload, key=f"claim {claim_id} {because_of}", queue="answers")


def look_at(message_id: int, since: int = 0) -> int:
    """Ask for a look at one open message, at the reviews that changed after `since`; return the job's id."""
    payload = {"since": since, "only": message_id}
    return enqueue(CATCH_UP_JOB, payload, key=f"message {message_id} {since}", queue="answers")
