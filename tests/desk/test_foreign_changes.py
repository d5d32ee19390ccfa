"""A review of another publisher is gone: who had it as the only answer waits before the desk, until there is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiemchung.desk import answering, claims, erasing, foreign_changes, intake
from kiemchung.desk.collecting import collect
from kiemchung.desk.judging import Outcome, judge
from kiemchung.desk.models import Claim, ForeignChange, Message, Selection
from kiemchung.desk.queue import Pile, queue
from kiemchung.desk.reading import ticket_of
from kiemchung.desk.statistics import statistics
from tests.desk.conftest import Desk
from tests.desk.newsroom import ask, know, publish, wording
from tests.desk.newsroom import work as work_once
from tests.desk.test_catching_up import FOREIGN, LEMON, NOW
from tests.desk.test_foreign_withdrawals import WITHDRAWN, page_of
from tests.desk.test_judging import claim_of, kinds, refuse
from tests.desk.test_withdrawn import BRIDGE, withdraw

OURS = wording(claim_reviewed=LEMON, title="Chanh không chữa ung thư")
BACK = replace(FOREIGN, date="2026-02-20")


def work() -> None:
    while work_once():
        pass


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def taken_off() -> None:
    assert collect([WITHDRAWN], now=NOW).withdrawn == 1
    work()


def test_who_had_it_waits_where_others_ask_the_same_and_gets_the_desks_review(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    asked = intake.ask(LEMON, channel="test", ref="first")
    work()
    first = Message.objects.get(pk=asked.message_id)
    taken_off()
    later = ask(LEMON)
    assert (state_of(first), claim_of(first)) == ("open", claim_of(later))
    assert [row.asked for row in queue(Pile.OPEN).rows] == [2]
    found = statistics(2)
    assert (found.answered, found.waiting) == (0, 2)
    page = page_of(asked.ticket)
    assert "Your question is open again" in page
    assert "ask again" not in page
    publish(claim_of(first), desk.linh, desk.an, OURS)
    work()
    assert [(state_of(one), kinds(one)[-1][1]) for one in (first, later)] == [("answered", "checked")] * 2


def test_who_waited_after_a_withdrawal_of_the_desk_waits_again(desk: Desk) -> None:
    first = ask(LEMON)
    claim = claim_of(first)
    publish(claim, desk.linh, desk.an, OURS)
    withdraw(desk, claim)
    collect([FOREIGN], now=NOW)
    work()
    assert state_of(first) == "answered"
    taken_off()
    assert (state_of(first), claim_of(first).state) == ("open", "open")


def test_whoever_has_another_answer_or_has_refused_it_goes_on_as_before(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    first, other = ask(LEMON), ask(LEMON.upper())
    know(("kiem-5", "Nước chanh không thay được thuốc"))
    first.answers.create(review_ref="kiem-5", version=1, kind="later")
    refuse(other)
    before = claim_of(other)
    taken_off()
    assert (state_of(first), state_of(other), claim_of(other)) == ("answered", "open", before)
    assert (len(kinds(first)), len(kinds(other))) == (3, 1)


def test_at_a_claim_that_a_member_works_on_she_waits_there(desk: Desk) -> None:
    message = ask(LEMON)
    claim = claim_of(message)
    claims.select(claim.pk, Selection.REQUESTS, actor=desk.linh)
    collect([FOREIGN], now=NOW)
    work()
    assert state_of(message) == "answered"
    taken_off()
    assert (state_of(message), claim_of(message)) == ("open", claim)


@pytest.mark.parametrize("is_chosen", [False, True])
def test_when_it_is_there_again_it_answers_those_who_wait_and_their_claim_leaves_the_queue(
    desk: Desk, is_chosen: bool
) -> None:
    asked = intake.ask(BRIDGE if is_chosen else LEMON, channel="test", ref="first")
    work()
    message = Message.objects.get(pk=asked.message_id)
    collect([FOREIGN], now=NOW)
    work()
    if is_chosen:
        answering.answer_with(claim_of(message).pk, FOREIGN.id, actor=desk.an)
    assert state_of(message) == "answered"
    taken_off()
    assert state_of(message) == "open"
    collect([BACK], now=NOW)
    work()
    assert state_of(message) == "answered"
    assert "It had been taken away, and is there again." in page_of(asked.ticket)
    assert not Claim.objects.filter(state="open").exists()


def test_what_is_told_late_opens_nobody_whose_review_is_there_again(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    message = ask(LEMON)
    collect([WITHDRAWN], now=NOW)
    collect([BACK], now=NOW)
    foreign_changes.tell(ForeignChange.objects.get(number=2).pk)
    assert state_of(message) == "answered"
    work()
    assert (state_of(message), len(kinds(message))) == ("answered", 3)


def test_a_yes_to_what_is_gone_brings_no_answer_back(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    message = ask(LEMON)
    refuse(message)
    taken_off()
    before = claim_of(message)
    assert judge(message.pk, message.answers.get().pk, is_helpful=True) is Outcome.GIVEN_BACK
    work()
    assert (state_of(message), claim_of(message)) == ("open", before)
    (given,) = [one for one in ticket_of(message).answers if one.is_newest]
    assert given.is_withdrawn_elsewhere


def test_r25_a_claim_that_she_leaves_keeps_none_of_her_words_when_she_deletes_her_question(desk: Desk) -> None:
    message = ask(BRIDGE)
    collect([FOREIGN], now=NOW)
    work()
    answering.answer_with(claim_of(message).pk, FOREIGN.id, actor=desk.an)
    taken_off()
    erasing.erase(message.pk)
    assert not Claim.objects.filter(statement__contains="Ánh Dương").exists()
