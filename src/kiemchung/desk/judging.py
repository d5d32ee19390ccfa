"""What a reader says of an answer: it counts, and a message that was answered with something else goes to a person."""

from __future__ import annotations

from django.db import transaction

from kiemchung.desk import claims, grouping, record
from kiemchung.desk.answering import own_review
from kiemchung.desk.models import Answer, Message, MessageState, Shelf, Unhelpful


def judge(message_id: int, answer_id: int, *, is_helpful: bool, reason: str = "") -> bool:
    """Keep whether an answer answered; `reason` is one of `Unhelpful`, or nothing. False when there is no such answer.

    One that is about something else is nobody's answer: its message counts for an open claim from then on, which a
    person looks at. Once: after that look the reader's word counts, and no more. Who says so is not kept.
    """
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)  # before the message, as answering does
        message = Message.objects.select_for_update(of=("self",)).select_related("file").filter(pk=message_id).first()
        answer = Answer.objects.filter(pk=answer_id, message=message).first()
        if message is None or answer is None:
            return False
        was_refused = answer.is_refused
        if was_refused and message.state == MessageState.OPEN and is_helpful:
            _give_back(message, answer)
        answer.is_helpful = is_helpful
        answer.unhelpful_reason = reason if not is_helpful and reason in Unhelpful.values else ""
        answer.save(update_fields=("is_helpful", "unhelpful_reason"))
        if answer.is_refused and not was_refused and message.state == MessageState.ANSWERED:
            _open(message)
    return True


def _open(message: Message) -> None:
    """Let the message count for an open claim, as one that nobody has answered."""
    message.claim, message.state = None, MessageState.OPEN
    message.save(update_fields=("state", "claim"))
    grouping.ask_to_group(message)


def _give_back(message: Message, answer: Answer) -> None:
    """Let the answer stand after all: its reader has changed her mind before a person has looked."""
    left, ours = message.claim, own_review(answer.review_ref)
    message.claim = ours.claim if ours else left
    message.state = MessageState.ANSWERED
    message.save(update_fields=("state", "claim"))
    if left is not None:
        claims.close_if_over(left.pk)
