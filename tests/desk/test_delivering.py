"""Who is told of a version, and what it is to them: an answer, or word of what was only shown as possible."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from kiemchung.desk import answering, claims, delivering, intake, publishing, record
from kiemchung.desk.judging import Outcome, judge
from kiemchung.desk.models import Answer, Claim, Message, Shelf
from kiemchung.desk.reading import ticket_of
from kiemchung.desk.statistics import statistics
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, publish, wording, work
from tests.desk.test_judging import claim_of, kinds
from tests.desk.test_withdrawn import BRIDGE, published, withdraw

BETTER = wording(summary="Viết lại từ nguồn khác hẳn.")
OTHER = wording(claim_reviewed=BRIDGE, title="Cầu không bị dỡ")


def suggested(desk: Desk) -> tuple[Claim, Message, str]:
    """A published claim, and somebody with another question to whom its review was shown as possible."""
    claim = published(desk, ask(TAMARIND))
    asked = intake.ask(BRIDGE, channel="test", ref="suggested")
    work()
    message = Message.objects.get(pk=asked.message_id)
    message.suggestions.create(review_ref=claim.review.ref, rank=1, probability=0.6)
    return claim, message, asked.ticket


def page_of(ticket: str, lang: str = "en") -> str:
    reader = Client(headers={"accept-language": lang}, SERVER_NAME="localhost")
    return reader.get(f"/tra-cuu/{ticket}").content.decode()


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize(
    ("lang", "corrected", "withdrawn"),
    [
        ("en", "A review shown to you as possible was corrected", "A review shown to you as possible was withdrawn"),
        (
            "vi",
            "Một bài kiểm chứng từng được gợi ý cho bạn đã được đính chính",
            "Một bài kiểm chứng từng được gợi ý cho bạn đã được rút lại",
        ),
    ],
)
def test_who_was_only_shown_it_as_possible_reads_what_became_of_it_and_has_no_answer(
    desk: Desk, lang: str, corrected: str, withdrawn: str
) -> None:
    claim, message, ticket = suggested(desk)
    correct(claim, desk.linh, desk.an, BETTER, "Có nguồn mới.")
    page = page_of(ticket, lang)
    assert corrected in page
    assert "Có nguồn mới." in page
    assert (state_of(message), ticket_of(message).answers, kinds(message)[0][1]) == ("open", (), "told")
    withdraw(desk, claim)
    page = page_of(ticket, lang)
    assert withdrawn in page
    assert corrected not in page
    assert "Nguồn chính đã rút lại." in page
    for said in ("The answer was", "Your question is open again", "Did this answer you?"):
        assert said not in page
    assert (state_of(message), claim_of(message).state, statistics(2).all_waits.answers) == ("open", "open", 1)


def test_what_she_was_told_is_no_other_answer_when_hers_is_withdrawn(desk: Desk) -> None:
    claim, message, _ = suggested(desk)
    correct(claim, desk.linh, desk.an, BETTER, "Có nguồn mới.")
    own = claim_of(message)
    publish(own, desk.linh, desk.an, OTHER)
    assert state_of(message) == "answered"
    withdraw(desk, own)
    assert (state_of(message), claim_of(message)) == ("open", own)


def test_what_she_was_told_is_no_other_answer_when_she_refuses_hers(desk: Desk) -> None:
    claim, message, _ = suggested(desk)
    correct(claim, desk.linh, desk.an, BETTER, "Có nguồn mới.")
    own = claim_of(message)
    publish(own, desk.linh, desk.an, OTHER)
    told, answer = message.answers.order_by("pk")
    assert judge(message.pk, told.pk, is_helpful=False, reason="other_claim") is Outcome.UNKNOWN
    assert judge(message.pk, answer.pk, is_helpful=False, reason="other_claim") is Outcome.OPENED


@pytest.mark.parametrize("by", ["merging", "choosing", "next version"])
def test_what_she_was_told_of_becomes_her_answer_when_a_person_finds_that_it_is(desk: Desk, by: str) -> None:
    claim, message, _ = suggested(desk)
    version = correct(claim, desk.linh, desk.an, BETTER, "Có nguồn mới.")
    if by == "choosing":
        answering.answer_with(claim_of(message).pk, version.review.ref, actor=desk.an)
    else:
        if by == "next version":
            withdraw(desk, claim)
        claims.merge(claim_of(message).pk, claim.pk, actor=desk.linh)
        work()
    if by == "next version":
        assert (state_of(message), ticket_of(message).answers) == ("open", ())
        correct(claim, desk.linh, desk.an, wording(), "Lại có nguồn mới.")
    assert (state_of(message), claim_of(message)) == ("answered", claim)
    assert Answer.objects.filter(message=message).exclude(kind="told").count() == 1
    assert (len(ticket_of(message).answers), ticket_of(message).told) == (1, ())


def test_who_asked_first_about_it_has_an_answer_though_it_was_shown_as_possible(desk: Desk) -> None:
    message = ask(TAMARIND)
    claim = claim_of(message)
    version = publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh))
    message.suggestions.create(review_ref=version.review.ref, rank=1, probability=0.6)
    work()
    assert kinds(message) == [(version.review.ref, "checked")]


def test_it_waits_for_who_has_locked_the_claims_so_that_no_withdrawal_comes_between(desk: Desk) -> None:
    if desk.vendor != "postgresql":
        return  # SQLite has one writer
    claim = claim_of(ask(TAMARIND))
    version = publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh))
    waited: list[OperationalError] = []

    def deliver() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        try:
            delivering.deliver(version.review_id, version.number)
        except OperationalError as error:
            waited.append(error)
        connections.close_all()

    with transaction.atomic():
        record.lock(Shelf.CLAIMS)
        thread = Thread(target=deliver)
        thread.start()
        thread.join(20)
    assert len(waited) == 1
