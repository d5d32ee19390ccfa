"""After a withdrawal: the claim is open again, all who asked wait, and what is published next reaches them once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kiemchung.desk import answering, claims, delivering, erasing, grouping, intake, publishing, record
from kiemchung.desk.collecting import collect
from kiemchung.desk.errors import NotReadyError
from kiemchung.desk.judging import Outcome, judge
from kiemchung.desk.models import (
    Claim,
    Declining,
    LogEntry,
    Message,
    Review,
    ReviewVersion,
    Shelf,
    Shelved,
)
from kiemchung.desk.queue import Pile, queue
from kiemchung.desk.reading import ticket_of
from kiemchung.desk.statistics import statistics
from kiemchung.jobs.models import Job
from tests.desk.conftest import Desk, Hands
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, know, publish, wording
from tests.desk.newsroom import work as work_once
from tests.desk.test_catching_up import FOREIGN, NOW
from tests.desk.test_judging import claim_of, kinds, refuse
from tests.desk.test_withdrawn import BRIDGE, published, withdraw

BETTER = wording(summary="Viết lại từ nguồn khác hẳn.")


def work() -> None:
    work_once()
    work_once()


def again(desk: Desk, claim: Claim) -> ReviewVersion:
    return correct(claim, desk.linh, desk.an, BETTER, "Có nguồn mới.")


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_all_who_asked_wait_again_and_get_what_is_published_next(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    matched = ask(TAMARIND.lower())
    withdraw(desk, claim)
    claim.refresh_from_db()
    assert (claim.state, state_of(first), state_of(matched)) == ("open", "open", "open")
    assert [row.asked for row in queue(Pile.OPEN).rows] == [2]
    later = ask(TAMARIND.upper())
    assert (claim_of(later), later.answers.count()) == (claim, 0)
    again(desk, claim)
    claim.refresh_from_db()
    assert claim.state == "published"
    assert {state_of(one) for one in (first, matched, later)} == {"answered"}
    assert [kind for _, kind in kinds(first)] == ["checked", "corrected", "corrected"]
    assert [kind for _, kind in kinds(later)] == ["checked"]


def test_the_ticket_says_that_it_was_withdrawn_why_and_that_nobody_has_promised_a_new_answer(desk: Desk) -> None:
    asked = intake.ask(TAMARIND, channel="test", ref="r1")
    work()
    claim = published(desk, Message.objects.get(pk=asked.message_id))
    withdraw(desk, claim)
    reader = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    page = reader.get(f"/tra-cuu/{asked.ticket}").content.decode()
    for said in ("<h1>The answer was withdrawn", "Nguồn chính đã rút lại.", "Nobody has promised a new answer"):
        assert said in page
    claims.decline(claim.pk, Declining.NOT_CHECKABLE, actor=desk.linh)
    page = reader.get(f"/tra-cuu/{asked.ticket}").content.decode()
    assert "The desk does not check this" in page
    assert "Nobody has promised" not in page


def test_what_its_reader_had_refused_stays_refused_and_waits_at_a_claim_of_its_own(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other = ask(TAMARIND.lower())
    refuse(other)
    own = claim_of(other)
    version = withdraw(desk, claim)
    claim.refresh_from_db()
    assert (claim.state, claim.statement) == ("open", version.claim_reviewed)
    assert claim_of(other) == own
    again(desk, claim)
    assert (state_of(other), claim_of(other), len(kinds(other))) == ("open", own, 1)
    assert not ticket_of(other).answers


def test_who_refuses_it_while_it_is_withdrawn_waits_on_when_it_is_published_anew(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    second = ask(TAMARIND.lower())
    withdraw(desk, claim)
    refuse(second)
    assert claim_of(second) == claim
    again(desk, claim)
    work()
    assert (state_of(first), state_of(second)) == ("answered", "open")
    assert claim_of(second) != claim
    assert claim_of(second).state == "open"
    assert not ticket_of(second).answers


def test_whom_a_member_merged_into_it_is_told_though_she_had_refused_it(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other = ask(TAMARIND.lower())
    refuse(other)
    withdraw(desk, claim)
    claims.merge(claim_of(other).pk, claim.pk, actor=desk.linh)
    assert not ticket_of(other).answers
    again(desk, claim)
    assert (state_of(other), len(ticket_of(other).answers)) == ("answered", 2)


def test_whoever_takes_back_a_refusal_waits_with_the_others(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other = ask(TAMARIND.lower())
    refuse(other)
    withdraw(desk, claim)
    judge(other.pk, other.answers.get().pk, is_helpful=True)
    work()
    assert (state_of(other), claim_of(other)) == ("open", claim)
    again(desk, claim)
    assert state_of(other) == "answered"


def test_whoever_has_another_answer_keeps_it(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    know(("kiem-5", "Me chua không làm cao thêm"))
    first.answers.create(review_ref="kiem-5", version=1, kind="checked")
    withdraw(desk, claim)
    assert state_of(first) == "answered"
    assert [one.answer.review_ref for one in ticket_of(first).answers if one.review] == ["kiem-5"]


def test_a_delivery_that_comes_late_answers_nobody_with_what_was_withdrawn(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = claim_of(first)
    version = publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh))
    Job.objects.all().delete()
    withdraw(desk, claim)
    later = ask(TAMARIND.lower())
    delivering.deliver(version.review_id, version.number)
    assert [(state_of(one), one.answers.count()) for one in (first, later)] == [("open", 0), ("open", 0)]
    again(desk, claim)
    assert [state_of(one) for one in (first, later)] == ["answered", "answered"]


def test_a_withdrawal_that_is_told_late_answers_nobody(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    version = withdraw(desk, claim)
    later = ask(TAMARIND.lower())
    delivering.deliver(version.review_id, version.number)
    assert (state_of(later), later.answers.count()) == ("open", 0)


def test_what_others_published_meanwhile_answers_those_who_wait_again(desk: Desk) -> None:
    text = "uong nuoc chanh nong moi sang chua khoi ung thu"
    first = ask(text)
    claim = claim_of(first)
    publish(claim, desk.linh, desk.an, wording(claim_reviewed=text, title="Nước chanh không chữa ung thư"))
    collect([FOREIGN], now=NOW)
    work()
    assert [ref for ref, _ in kinds(first)] == [claim.review.ref]
    withdraw(desk, claim)
    work()
    assert state_of(first) == "answered"
    assert ("kiem-1", "later") in kinds(first)


def test_a_reopened_claim_can_be_answered_with_another_review_and_its_own_stays_readable(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    target = ask(BRIDGE)
    publish(claim_of(target), desk.linh, desk.an, wording(claim_reviewed=BRIDGE, title="Cầu không bị dỡ"))
    version = withdraw(desk, claim)
    answering.answer_with(claim.pk, claim_of(target).review.ref, actor=desk.an)
    assert (state_of(first), claim_of(first)) == ("answered", claim_of(target))
    erasing.erase(first.pk)
    assert Review.objects.filter(pk=version.review_id).exists()


def test_r25_a_claim_that_was_merged_with_its_review_outlives_its_messages(desk: Desk) -> None:
    first, second = ask(TAMARIND), ask(BRIDGE)
    claim = published(desk, first)
    withdraw(desk, claim)
    claims.merge(claim.pk, claim_of(second).pk, actor=desk.linh)
    for message in (first, second):
        erasing.erase(message.pk)
    assert not Claim.objects.filter(statement__in=(TAMARIND, BRIDGE)).exclude(pk=claim.pk).exists()
    assert Review.objects.get().claim == claim


def test_of_questions_whose_time_was_over_nothing_comes_back(desk: Desk, hands: Hands) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    hands.forward(minutes=60 * 24 * 91)
    erasing.erase_expired()
    withdraw(desk, claim)
    claim.refresh_from_db()
    assert (state_of(first), claim.state, claim.messages.count()) == ("deleted", "open", 0)


def test_it_can_be_put_aside_and_brought_back_and_split(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    second = ask(TAMARIND.lower())
    withdraw(desk, claim)
    batch = claims.dismiss([claim.pk], actor=desk.linh)
    assert state_of(first) == "dismissed"
    claims.undo(batch, actor=desk.linh)
    assert state_of(first) == "open"
    third = ask(BRIDGE)
    claims.merge(claim_of(third).pk, claim.pk, actor=desk.linh)
    apart = claims.split(claim.pk, [third.pk], actor=desk.linh)
    again(desk, claim)
    assert [state_of(one) for one in (first, second, third)] == ["answered", "answered", "open"]
    assert claim_of(third) == apart


def test_nobody_has_it_open_and_a_new_version_says_why_there_is_one(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    claims.hold(claim.pk, actor=desk.linh)
    withdraw(desk, claim)
    claim.refresh_from_db()
    assert claims.holder_of(claim) is None
    with pytest.raises(NotReadyError) as refused:
        hand_in(claim, desk.linh, BETTER)
    assert refused.value.missing == ("correction_reason",)


def test_the_log_has_one_line_of_it_and_the_history_who_opened_it(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    before = LogEntry.objects.count()
    withdraw(desk, claim)
    assert LogEntry.objects.count() == before + 1
    assert [(one.deed, one.member) for one in claim.events.order_by("-pk")[:1]] == [("reopened", desk.an)]


def test_statistics_count_a_wait_once_and_whom_a_withdrawal_left_waiting(desk: Desk, hands: Hands) -> None:
    first = ask(TAMARIND)
    hands.forward(minutes=10)
    claim = published(desk, first)
    matched = ask(TAMARIND.lower())
    withdraw(desk, claim)
    found = statistics(2)
    assert (found.answered, found.automatic, found.waiting) == (0, 0, 2)
    hands.forward(minutes=600)
    again(desk, claim)
    found = statistics(2)
    assert (found.answered, found.waiting, found.all_waits.answers) == (2, 0, 2)
    assert found.all_waits.p90 is not None
    assert found.all_waits.p90 < timedelta(minutes=20)
    assert (found.reviews.published, found.reviews.corrected, found.reviews.withdrawn) == (1, 1, 1)
    assert state_of(matched) == "answered"


def two_answers(desk: Desk) -> tuple[Message, Claim, Claim]:
    """Somebody to whom two reviews of the desk are the answer, and their claims; she counts for the second."""
    first, second = published(desk, ask(TAMARIND)), claim_of(ask(BRIDGE))
    publish(second, desk.linh, desk.an, wording(claim_reviewed=BRIDGE, title="Cầu không bị dỡ"))
    message = ask(TAMARIND.lower())
    refuse(message)
    answering.answer_with(claim_of(message).pk, second.review.ref, actor=desk.an)
    judge(message.pk, message.answers.order_by("pk")[0].pk, is_helpful=True)
    assert (state_of(message), claim_of(message)) == ("answered", second)
    return message, first, second


@pytest.mark.parametrize("is_second_first", [False, True])
def test_of_two_answers_the_last_that_is_withdrawn_leaves_her_waiting_in_either_order(
    desk: Desk, is_second_first: bool
) -> None:
    message, first, second = two_answers(desk)
    for claim in (second, first) if is_second_first else (first, second):
        assert state_of(message) == "answered"
        withdraw(desk, claim)
    assert (state_of(message), claim_of(message)) == ("open", second)
    again(desk, second)
    assert state_of(message) == "answered"


def test_whose_claim_is_not_open_any_more_waits_at_that_of_her_last_answer(desk: Desk) -> None:
    message, first, second = two_answers(desk)
    withdraw(desk, second)
    claims.dismiss([second.pk], actor=desk.linh)
    assert state_of(message) == "answered"
    withdraw(desk, first)
    assert (state_of(message), claim_of(message)) == ("open", first)
    again(desk, first)
    assert state_of(message) == "answered"


def test_whoever_refuses_it_after_a_member_merged_her_question_is_not_told_of_the_next_version(desk: Desk) -> None:
    first, other = ask(TAMARIND), ask(BRIDGE)
    claim = claim_of(first)
    claims.merge(claim_of(other).pk, claim.pk, actor=desk.linh)
    publish(claim, desk.linh, desk.an)
    withdraw(desk, claim)
    refuse(other)
    again(desk, claim)
    work()
    assert (state_of(other), claim_of(other).state) == ("open", "open")
    assert claim_of(other) != claim
    assert not ticket_of(other).answers


def test_who_has_refused_it_reads_nothing_of_its_withdrawal(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other, later = ask(TAMARIND.lower()), ask(TAMARIND.upper())
    refuse(other)
    version = withdraw(desk, claim)
    assert ticket_of(other).withdrawn is None
    assert (state_of(later), ticket_of(later).withdrawn) == ("open", version)


def test_what_was_kept_off_the_shelf_of_claims_stays_off_it(desk: Desk) -> None:
    asked = intake.ask(BRIDGE, channel="test", ref="fails")
    message = Message.objects.get(pk=asked.message_id)
    claim = message.claim = grouping.claim_of_unexamined(message)
    message.state = "open"
    message.save()
    Job.objects.all().delete()
    publish(claim, desk.linh, desk.an, wording(claim_reviewed=BRIDGE, title="Cầu không bị dỡ"))
    withdraw(desk, claim)
    claims.undo(claims.dismiss([claim.pk], actor=desk.linh), actor=desk.linh)
    claim.refresh_from_db()
    assert claim.state == "open"
    assert not Shelved.objects.filter(shelf=Shelf.CLAIMS, ref=str(claim.pk)).exists()


def test_put_aside_while_the_same_words_come_again_it_comes_back_beside_them_and_has_its_next_version(
    desk: Desk,
) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    withdraw(desk, claim)
    batch = claims.dismiss([claim.pk], actor=desk.linh)
    new = ask(TAMARIND.upper())
    assert claim_of(new) != claim
    assert claims.undo(batch, actor=desk.linh) == 1
    assert (claim_of(first), claim_of(first).state, claim_of(new).state) == (claim, "open", "open")
    again(desk, claim)
    work()
    assert (state_of(first), state_of(new)) == ("answered", "answered")


def test_an_answer_that_is_not_in_the_record_any_more_keeps_nobody_from_waiting(desk: Desk) -> None:
    first = ask(TAMARIND)
    claim = published(desk, first)
    know(("kiem-5", "Me chua không làm cao thêm"))
    first.answers.create(review_ref="kiem-5", version=1, kind="later")
    record.remove(Shelf.REVIEWS, ["kiem-5"])
    withdraw(desk, claim)
    assert state_of(first) == "open"


def test_a_yes_to_what_was_withdrawn_and_put_aside_changes_nothing(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other = ask(TAMARIND.lower())
    refuse(other)
    own = claim_of(other)
    withdraw(desk, claim)
    claims.decline(claim.pk, Declining.NOT_CHECKABLE, actor=desk.linh)
    assert judge(other.pk, other.answers.get().pk, is_helpful=True) is Outcome.KEPT
    assert (state_of(other), claim_of(other)) == ("open", own)


def test_a_yes_where_she_never_left_the_claim_leaves_it_as_it_is(desk: Desk) -> None:
    other = ask(TAMARIND)
    claim = published(desk, other)
    withdraw(desk, claim)
    refuse(other)
    said = claim_of(other).statement
    assert judge(other.pk, other.answers.order_by("pk")[1].pk, is_helpful=True) is Outcome.GIVEN_BACK
    assert (state_of(other), claim_of(other), claim_of(other).statement) == ("open", claim, said)
