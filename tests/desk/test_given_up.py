"""A message that the engine fails on each time is seen by a person all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from kiemchung.desk import answering, catching_up, following, given_up, intake
from kiemchung.desk.grouping import key_of
from kiemchung.desk.models import Claim, Message, MessageState
from kiemchung.desk.queue import queue
from kiemchung.engine.types import Answer
from kiemchung.jobs.models import Job, State
from kiemchung.jobs.queue import again
from tests.desk.conftest import Desk, Hands
from tests.desk.dying import dies_at
from tests.desk.newsroom import TAMARIND, ask, know, work

BRIDGE = "Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ"


def fails(*_: object) -> None:
    raise ValueError("these words make the engine fail")


def kills(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def given_up_after(hands: Hands) -> None:
    for _ in range(8):
        work()
        hands.forward(minutes=6)
    assert Job.objects.get(kind=intake.ANSWER_JOB).state == State.QUARANTINED


def test_a_question_whose_job_fails_each_time_is_kept_and_seen_by_a_person(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_found", fails)
    asked = intake.ask(BRIDGE, channel="test", ref="poison")
    given_up_after(hands)
    message = Message.objects.get(pk=asked.message_id)
    assert (message.state, queue().total) == (MessageState.OPEN, 1)
    assert message.claim is not None
    assert message.claim.statement == BRIDGE
    page = Client(HTTP_HOST="localhost", headers={"accept-language": "en"}).get(reverse("ticket", args=(asked.ticket,)))
    assert "We are looking it up" not in page.content.decode()
    again(Job.objects.get(kind=intake.ANSWER_JOB).pk)
    work()
    message.refresh_from_db()
    assert message.state == MessageState.OPEN, "the job that is tried again finds nothing to do"


@pytest.mark.slow
def test_a_question_that_kills_its_worker_each_time_is_seen_by_a_person(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_found", kills)
    asked = intake.ask(BRIDGE, channel="test", ref="poison")
    for _ in range(5):
        assert dies_at(10_000, work)
        hands.forward(minutes=6)
    given_up_after(hands)
    assert Message.objects.get(pk=asked.message_id).state == MessageState.OPEN


def test_the_same_words_or_file_are_one_claim_and_one_that_fails_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ref, text, file in (("a", TAMARIND, b""), ("b", BRIDGE, b""), ("c", BRIDGE, b""), ("d", "", b"film")):
        intake.ask(text, channel="test", ref=ref, file=file)
    assert given_up.open_given_up() == 0, "their jobs wait"
    Job.objects.all().delete()
    key = "kiemchung.desk.given_up.key_of"
    monkeypatch.setattr(key, lambda message: fails() if message.text == TAMARIND else key_of(message))
    with pytest.raises(ValueError, match="make the engine fail"):
        given_up.open_given_up()
    states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == [MessageState.WAITING, *[MessageState.OPEN] * 3]
    assert sorted(Claim.objects.values_list("statement", flat=True)) == ["", BRIDGE]


def test_what_the_engine_fails_on_keeps_no_other_message_from_hearing_of_a_new_review(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(answering, "_found", fails)
        intake.ask(BRIDGE, channel="test", ref="poison")
        given_up_after(hands)
    other = ask(TAMARIND)
    answers = catching_up._answers

    def examines(messages: list[Message]) -> Mapping[str, Answer]:
        if BRIDGE in [one.text for one in messages]:
            fails()
        return answers(messages)

    monkeypatch.setattr(catching_up, "_answers", examines)
    know(("a", TAMARIND))
    following.follow()
    work()
    other.refresh_from_db()
    assert other.state == MessageState.ANSWERED
