"""A refused answer stays refused, whatever else happens: corrections, imports, second thoughts, two at once."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Thread

from django.db import connection, connections, transaction
from django.test import Client

from kiemchung.desk import answering, claims, delivering, erasing, grouping, intake, publishing, record
from kiemchung.desk.collecting import collect
from kiemchung.desk.judging import Outcome, judge
from kiemchung.desk.models import Claim, Message, Shelf, Suggestion
from kiemchung.desk.reading import ticket_of
from kiemchung.desk.statistics import statistics
from kiemchung.engine.types import MappedRating, Rating
from kiemchung.jobs import queue
from kiemchung.jobs.models import Job, State
from tests.desk.conftest import Desk, Hands
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, know, publish, wording, work
from tests.desk.test_catching_up import FOREIGN, NOW
from tests.desk.test_judging import SAME, answered, claim_of, kinds, refuse
from tests.desk.test_withdrawn import withdraw

__all__ = ["answered"]
GINGER = "Trà gừng giúp trẻ em cao thêm trước khi ngủ"
ALIKE = "An me chua truoc khi di ngu giup cao them 2cm"
BETTER = "Viết lại cho rõ hơn một chút."


def page_of(ticket: str) -> str:
    reader = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    return reader.get(f"/tra-cuu/{ticket}").content.decode()


def published(desk: Desk) -> Message:
    first = ask(TAMARIND)
    publish(claim_of(first), desk.linh, desk.an)
    return first


def test_another_no_while_a_person_looks_leaves_it_refused_and_keeps_nobody_waiting(answered: Message) -> None:
    refuse(answered)
    answer = answered.answers.get()
    assert judge(answered.pk, answer.pk, is_helpful=False, reason="unclear") is Outcome.KEPT
    assert not ticket_of(answered).answers
    bystander = ask("Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ")
    collect([replace(FOREIGN, date="2026-02-01")], now=NOW)
    know(("kiem-77", bystander.text))
    work()
    work()
    bystander.refresh_from_db()
    answered.refresh_from_db()
    assert (bystander.state, answered.state) == ("answered", "open")
    assert not Job.objects.filter(state=State.QUARANTINED).exists()


def test_what_was_put_aside_while_refused_has_no_answer_by_a_late_yes(desk: Desk, answered: Message) -> None:
    refuse(answered)
    batch = claims.dismiss([claim_of(answered).pk], actor=desk.linh)
    assert judge(answered.pk, answered.answers.get().pk, is_helpful=True) is Outcome.KEPT
    claims.undo(batch, actor=desk.linh)
    answered.refresh_from_db()
    assert (answered.state, ticket_of(answered).answers) == ("open", ())


def test_what_was_a_suggestion_once_does_not_bring_a_refused_review_back(desk: Desk) -> None:
    first = published(desk)
    ref = first.answers.get().review_ref
    other = ask(GINGER)
    Suggestion.objects.get_or_create(message=other, review_ref=ref, defaults={"rank": 1, "probability": 0.6})
    answering.answer_with(claim_of(other).pk, ref, actor=desk.an)
    refuse(other)
    assert ticket_of(other).suggestions == ()
    know(("kiem-5", "Trà gừng uống buổi tối"))
    answering.answer_with(claim_of(other).pk, "kiem-5", actor=desk.an)
    correct(claim_of(first), desk.linh, desk.an, wording(summary=BETTER), "Viết lại.")
    other.refresh_from_db()
    assert [one.answer.review_ref for one in ticket_of(other).answers] == ["kiem-5"]


def test_a_correction_on_its_way_does_not_overtake_the_refusal(desk: Desk) -> None:
    if desk.vendor != "postgresql":
        return  # SQLite has one writer
    first = published(desk)
    other = ask(TAMARIND.lower())
    revision = hand_in(claim_of(first), desk.linh, wording(summary=BETTER), "Viết lại.")
    version = publishing.publish(claim_of(first).pk, actor=desk.an, revision=revision)
    Job.objects.all().delete()

    def deliver() -> None:
        delivering.deliver(version.review_id, version.number)
        connections.close_all()

    with transaction.atomic():
        judge(other.pk, other.answers.get().pk, is_helpful=False, reason="other_claim")
        thread = Thread(target=deliver)
        thread.start()
        time.sleep(1.0)  # it waits for the message
    thread.join(30)
    other.refresh_from_db()
    assert (other.state, len(kinds(other))) == ("open", 1)


def test_whoever_takes_a_withdrawn_review_back_reads_that_it_was_withdrawn(desk: Desk) -> None:
    first = published(desk)
    asked = intake.ask(TAMARIND.lower(), channel="test", ref="r1")
    work()
    other = Message.objects.get(pk=asked.message_id)
    refuse(other)
    withdraw(desk, claim_of(first))
    assert "This review was withdrawn." in page_of(asked.ticket)
    assert judge(other.pk, other.answers.get().pk, is_helpful=True) is Outcome.GIVEN_BACK
    work()
    assert "<h1>The answer was withdrawn" in page_of(asked.ticket)


def test_whoever_takes_anothers_changed_review_back_reads_what_was_changed(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    asked = intake.ask(SAME, channel="test", ref="r1")
    work()
    message = Message.objects.get(pk=asked.message_id)
    refuse(message)
    collect([replace(FOREIGN, date="2026-02-01", rating=Rating("Đúng", MappedRating.TRUE, "words"))], now=NOW)
    work()
    judge(message.pk, message.answers.get().pk, is_helpful=True)
    work()
    assert kinds(message) == [("kiem-1", "matched"), ("kiem-1", "corrected")]
    assert "The rating was “Sai”, it is “Đúng”." in page_of(asked.ticket)


def test_refusing_a_corrected_version_refuses_the_review(desk: Desk) -> None:
    first = published(desk)
    asked = intake.ask(TAMARIND.lower(), channel="test", ref="r1")
    work()
    other = Message.objects.get(pk=asked.message_id)
    correct(claim_of(first), desk.linh, desk.an, wording(summary=BETTER), "Viết lại.")
    refuse(other)
    ticket = ticket_of(other)
    assert (other.state, ticket.answers, len(ticket.refused)) == ("open", (), 1)
    assert "<h1>Your question is with the desk now" in page_of(asked.ticket)
    assert statistics(1).automatic == 0
    judge(other.pk, ticket.refused[0].answer.pk, is_helpful=True)
    other.refresh_from_db()
    assert (other.state, [one.is_newest for one in ticket_of(other).answers]) == ("answered", [True, False])


def test_where_another_answer_stands_a_refusal_opens_nothing(desk: Desk, answered: Message) -> None:
    refuse(answered)
    know(("kiem-2", "Uống giấm táo chữa khỏi cảm cúm"))
    answering.answer_with(claim_of(answered).pk, "kiem-2", actor=desk.an)
    old, new = answered.answers.order_by("pk")
    assert judge(answered.pk, old.pk, is_helpful=True) is Outcome.COUNTED
    assert judge(answered.pk, old.pk, is_helpful=False, reason="other_claim") is Outcome.COUNTED
    assert judge(answered.pk, new.pk, is_helpful=False, reason="other_claim") is Outcome.OPENED


def test_going_back_and_forth_leaves_no_empty_claims(answered: Message) -> None:
    for _ in range(3):
        refuse(answered)
        judge(answered.pk, answered.answers.get().pk, is_helpful=True)
        answered.refresh_from_db()
    assert not Claim.objects.exists()


def test_who_is_answered_by_a_person_after_all_counts_as_answered_by_the_software(
    desk: Desk, answered: Message
) -> None:
    refuse(answered)
    answering.answer_with(claim_of(answered).pk, "kiem-1", actor=desk.an)
    found = statistics(1)
    assert (found.automatic, found.answered, found.reports.unhelpful_in_all) == (1, 1, 1)
    assert judge(answered.pk, answered.answers.get().pk, is_helpful=False, reason="other_claim") is Outcome.COUNTED


def test_r25_the_claim_that_a_refusal_leaves_keeps_no_words_of_it(desk: Desk) -> None:
    first, second = ask(TAMARIND), ask(ALIKE)
    third = ask(f"{ALIKE} .")
    assert first.claim_id == second.claim_id == third.claim_id
    publish(claim_of(first), desk.linh, desk.an)
    refuse(second)
    erasing.erase(first.pk)
    refuse(third)
    erasing.erase(third.pk)
    erasing.erase(second.pk)
    work()
    assert not Claim.objects.filter(statement__contains=ALIKE).exists()


def test_a_refusal_while_the_last_grouping_ends_is_grouped_too(answered: Message) -> None:
    answer = answered.answers.get()
    judge(answered.pk, answer.pk, is_helpful=False, reason="other_claim")
    judge(answered.pk, answer.pk, is_helpful=True)
    run = queue.claim(only=Job.objects.get(kind=grouping.GROUP_JOB).pk)
    assert run is not None
    answering.group(answered.pk, run)
    assert run.is_finished
    judge(answered.pk, answer.pk, is_helpful=False, reason="other_claim")
    assert Job.objects.filter(kind=grouping.GROUP_JOB).count() == 1


def test_a_yes_waits_for_nobody(desk: Desk, answered: Message) -> None:
    if desk.vendor != "postgresql":
        return  # SQLite has one writer
    done: list[Outcome] = []

    def says_yes() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        done.append(judge(answered.pk, answered.answers.get().pk, is_helpful=True))
        connections.close_all()

    with transaction.atomic():
        record.lock(Shelf.CLAIMS)
        thread = Thread(target=says_yes)
        thread.start()
        thread.join(10)
    assert done == [Outcome.COUNTED]


def test_what_nobody_waits_for_waits_a_minute_at_most_for_what_somebody_waits_for(desk: Desk, hands: Hands) -> None:
    asked = intake.ask(TAMARIND, channel="test", ref="one")
    work()
    grouping.ask_to_group(Message.objects.get(pk=asked.message_id))
    Job.objects.exclude(kind=grouping.GROUP_JOB).delete()

    def taken(number: int) -> str:
        queue.enqueue(intake.ANSWER_JOB, {"message": 10_000 + number}, key=f"x{number}")
        run = queue.claim()
        assert run is not None
        return run.kind

    assert taken(1) == intake.ANSWER_JOB
    hands.forward(minutes=2)
    assert taken(2) == grouping.GROUP_JOB
