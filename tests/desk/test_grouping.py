"""A message that nothing answers is open at once, and put to its claim by a job of its own."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiemchung.desk import answering, claims, erasing, grouping, intake, publishing
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import Claim, Message
from kiemchung.desk.reading import ticket_of
from kiemchung.engine.text.normalise import fold
from kiemchung.jobs import queue
from kiemchung.jobs.handlers import HANDLERS
from kiemchung.jobs.models import Job, State
from kiemchung.jobs.worker import run_now
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, know, wording, work
from tests.desk.test_catching_up import FOREIGN, LEMON, NOW

ALIKE = "An me chua truoc khi di ngu giup cao them 2cm"


def asked(text: str, ref: str = "one") -> Message:
    """Ask, and let the page answer; no worker runs."""
    new = intake.ask(text, channel="test", ref=ref, runs_here=True)
    assert new.job_id is not None
    assert run_now(new.job_id)
    return Message.objects.get(pk=new.message_id)


def grouped(message: Message) -> Message:
    work()
    message.refresh_from_db()
    return message


def test_the_answer_does_not_wait_for_the_claim(desk: Desk) -> None:
    message = asked(TAMARIND)
    assert (message.state, message.claim, ticket_of(message).is_being_grouped) == ("open", None, True)
    assert Job.objects.filter(kind=grouping.GROUP_JOB, key=str(message.pk)).count() == 1
    assert grouped(message).claim is not None
    assert not ticket_of(message).is_being_grouped


def test_f26_the_same_words_count_for_their_claim_at_once(desk: Desk) -> None:
    first = ask(TAMARIND)
    again = asked(fold(TAMARIND).upper())
    assert again.claim == first.claim is not None
    assert not Job.objects.filter(kind=grouping.GROUP_JOB).exists()


def test_f26_the_same_words_before_the_first_is_grouped_are_one_claim(desk: Desk) -> None:
    both = [asked(TAMARIND, "one"), asked(TAMARIND, "two")]
    work()
    assert {one.claim_id for one in Message.objects.filter(pk__in=[one.pk for one in both])} == {Claim.objects.get().pk}


def test_while_the_claims_are_locked_new_words_are_answered(desk: Desk) -> None:
    with CaptureQueriesContext(connection) as queries:
        asked(TAMARIND)
    assert not [one for one in queries if "'claims'" in one["sql"] and "FOR UPDATE" in one["sql"]]


def test_a_claim_that_was_opened_since_the_look_is_seen_under_the_lock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, plain = asked(ALIKE), grouping.alike

    def late(text: str) -> grouping.Alike:
        monkeypatch.setattr(grouping, "alike", plain)
        found = plain(text)
        grouping.open_claim(Message(text=TAMARIND, lang="vi"))
        return found

    monkeypatch.setattr(grouping, "alike", late)
    claim = grouped(message).claim
    assert claim is not None
    assert claim.statement == TAMARIND


def test_what_is_answered_before_it_is_grouped_opens_no_claim(desk: Desk) -> None:
    message = asked(LEMON)
    group = Job.objects.get(kind=grouping.GROUP_JOB)
    collect([FOREIGN], now=NOW)
    Job.objects.filter(pk=group.pk).delete()
    work()
    message.refresh_from_db()
    assert (message.state, message.answers.get().kind) == ("answered", "later")
    grouping.ask_to_group(message)
    assert grouped(message).claim is None
    assert not Claim.objects.exists()


def publishes_late(desk: Desk, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the review of a claim be published between the look for alike claims and their lock."""
    plain = grouping.alike

    def late(text: str) -> grouping.Alike:
        monkeypatch.setattr(grouping, "alike", plain)
        found = plain(text)
        said = wording(claim_reviewed="Me chua không phải thuốc tăng chiều cao", title="Me chua và chiều cao")
        publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh, said))
        Job.objects.exclude(kind=grouping.GROUP_JOB).delete()  # so that nothing else brings the answer
        return found

    monkeypatch.setattr(grouping, "alike", late)


def test_who_asks_about_a_claim_that_is_published_while_they_are_grouped_gets_its_review(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    message = asked(ALIKE)
    assert message.claim is None
    publishes_late(desk, claim, monkeypatch)
    message = grouped(message)
    assert (message.state, message.claim) == ("answered", claim)
    assert [(one.review_ref, one.kind) for one in message.answers.all()] == [(claim.review.ref, "checked")]


def test_what_waits_to_be_grouped_while_a_review_is_published_is_not_lost(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    message = asked(ALIKE)
    publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh))
    assert grouping.being_grouped() == 1
    message = grouped(message)
    assert grouping.being_grouped() == 0
    assert message.state == "answered" or (message.claim is not None and message.claim.state == "open")


def test_what_a_person_gave_to_the_same_words_meanwhile_is_the_answer(desk: Desk) -> None:
    second = asked(ALIKE, "two")
    first = ask(ALIKE)  # its worker groups both
    assert second.pk < first.pk
    know(("kiem-1", "Dán băng keo lên miệng khi ngủ giúp khỏe tim"))
    third = asked(TAMARIND, "three")
    claim = Claim.objects.get()
    Message.objects.filter(pk=third.pk).update(content_key=claim.content_key)
    answering.answer_with(claim.pk, "kiem-1", actor=desk.an)
    assert (grouped(third).state, third.answers.get().review_ref) == ("answered", "kiem-1")


def test_r25_a_question_that_is_deleted_before_it_is_grouped_leaves_no_claim(desk: Desk) -> None:
    message = asked(TAMARIND)
    erasing.erase(message.pk)
    assert grouping.being_grouped() == 0
    work()
    assert not Claim.objects.exists()


def test_f9_what_the_grouping_fails_on_comes_before_a_person_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: str) -> grouping.Alike:
        raise ZeroDivisionError

    message = asked(TAMARIND)
    monkeypatch.setattr(grouping, "alike", fails)
    Job.objects.filter(kind=grouping.GROUP_JOB).update(attempts=HANDLERS[grouping.GROUP_JOB].attempts - 1)
    work()
    assert Job.objects.get(kind=grouping.GROUP_JOB).state == State.QUARANTINED
    HANDLERS["desk.open_given_up"].function({}, queue.Run(0, "", {}, 1, 1, 1))
    message.refresh_from_db()
    assert message.claim is not None
    assert message.claim.statement == TAMARIND


def test_members_may_work_on_the_other_claims_meanwhile(desk: Desk) -> None:
    claim = ask("Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ").claim
    message = asked(TAMARIND)
    assert claim is not None
    claims.dismiss([claim.pk], actor=desk.linh)
    assert grouped(message).state == "open"
