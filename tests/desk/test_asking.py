"""From a message to its answer, or to its claim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connection

from kiemchung.desk import claims, intake
from kiemchung.desk.collecting import collect
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.desk.models import (
    Answer,
    AnswerKind,
    Claim,
    ClaimResemblance,
    ClaimState,
    Declining,
    Message,
    MessageState,
)
from kiemchung.jobs import clock
from kiemchung.jobs.models import Job
from kiemchung.jobs.worker import run_now
from kiemchung.starter import starter_reviews
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, know, publish, wording, work


def test_a_known_claim_is_answered_with_its_review_and_the_reasons(desk: Desk) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))
    message = ask("mn oi uong nuoc chanh nong chua khoi ung thu that ko")
    answer = message.answers.get()
    assert (message.state, answer.review_ref, answer.kind) == (MessageState.ANSWERED, "a", AnswerKind.MATCHED)
    assert answer.reasons
    assert message.claim is None


def test_an_unknown_message_opens_a_claim_and_keeps_its_words(desk: Desk) -> None:
    message = ask("Nghe nói ăn me chua trước khi ngủ thì cao thêm 2 cm")
    assert message.state == MessageState.OPEN
    assert message.claim is not None
    assert message.claim.statement == "Nghe nói ăn me chua trước khi ngủ thì cao thêm 2 cm"


def test_the_same_words_without_marks_count_for_the_same_claim(desk: Desk) -> None:
    first = ask(TAMARIND)
    second = ask("an me chua truoc khi ngu giup cao them 2 cm 😱")
    third = ask("Nghe đâu ăn me chua trước khi ngủ sẽ giúp cao thêm 2 cm đó")
    assert first.claim == second.claim == third.claim
    assert Claim.objects.count() == 1


def test_something_like_an_open_claim_is_suggested_not_grouped(desk: Desk) -> None:
    first = ask(TAMARIND)
    other = ask("Ăn me chua trước khi ngủ giúp cao thêm 5 cm")
    assert other.claim != first.claim
    assert ClaimResemblance.objects.get(claim=other.claim).other == first.claim


def test_the_same_delivery_twice_is_one_message_with_one_ticket(desk: Desk) -> None:
    first = intake.ask(TAMARIND, channel="web", ref="nonce")
    again = intake.ask(TAMARIND, channel="web", ref="nonce")
    assert (first.ticket, first.message_id) == (again.ticket, again.message_id)
    assert again.job_id is None
    assert Message.objects.count() == Job.objects.filter(kind=intake.ANSWER_JOB).count() == 1


def test_f25_one_delivery_from_many_threads_at_once_is_one_message(desk: Desk) -> None:
    def deliver(_: int) -> str:
        try:
            return intake.ask(TAMARIND, channel="web", ref="same").ticket
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        tickets = set(threads.map(deliver, range(20)))
    assert len(tickets) == 1
    assert Message.objects.count() == 1


def test_f26_three_senders_of_the_same_content_at_once_make_one_claim_and_have_three_tickets(desk: Desk) -> None:
    def send(number: int) -> str:
        try:
            asked = intake.ask(TAMARIND, channel="web", ref=f"sender-{number}")
            assert asked.job_id is not None
            run_now(asked.job_id)
            return asked.ticket
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        tickets = set(threads.map(send, range(3)))
    work()
    assert len(tickets) == 3
    assert Claim.objects.get().messages.count() == 3


def test_the_ticket_leads_to_the_message_however_it_is_typed(desk: Desk) -> None:
    asked = intake.ask(TAMARIND, channel="web", ref="nonce")
    typed = " " + asked.ticket.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    found = intake.message_for(typed)
    assert found is not None
    assert found.pk == asked.message_id
    for kept in (asked.ticket.removeprefix("KC-"), f"https://kiemchung.example/tra-cuu/{asked.ticket}/"):
        assert intake.message_for(kept) == found
    assert intake.message_for("KC-0000-0000-0000-0000") is None
    assert asked.ticket not in str(list(Message.objects.values()))


@pytest.mark.parametrize("text", ["", " \n ", "\0\x07", "\u202e\u200b\u00a0", "a" * (intake.LONGEST + 1)])
def test_what_is_no_message_is_refused_with_what_to_do(text: str, desk: Desk) -> None:
    with pytest.raises(RefusedMessageError):
        intake.ask(text, channel="web", ref="nonce")
    assert not Message.objects.exists()
    assert not Job.objects.filter(kind=intake.ANSWER_JOB).exists()


def test_who_waits_has_the_answer_when_the_review_is_published_and_the_correction_after_it(desk: Desk) -> None:
    message = ask(TAMARIND)
    assert message.claim is not None
    publish(message.claim, desk.linh, desk.an)
    assert [(one.kind, one.version) for one in message.answers.order_by("pk")] == [(AnswerKind.CHECKED, 1)]
    later = ask("an me chua truoc khi ngu giup cao them 2 cm")
    assert later.answers.get().kind == AnswerKind.MATCHED
    correct(message.claim, desk.minh, desk.binh, wording("mostly_true"), "Một nghiên cứu mới.")
    for one in (message, later):
        assert list(one.answers.order_by("pk").values_list("version", flat=True)) == [1, 2]
    assert Answer.objects.filter(kind=AnswerKind.CORRECTED).count() == 2


def test_r25_what_belongs_to_a_person_is_never_stored(desk: Desk) -> None:
    ask("Chị Hoa 0912 345 678 (hoa.nguyen@vi.example, CCCD 001301234567) bảo uống nước dừa chữa khỏi sốt xuất huyết")
    rows = str([list(model._default_manager.values()) for model in apps.get_models()])
    assert "nước dừa chữa khỏi sốt xuất huyết" in rows
    for secret in ("345 678", "hoa.nguyen", "001301234567"):
        assert secret not in rows


def test_a_sender_that_imitates_a_bank_is_warned_of_although_addresses_are_masked(desk: Desk) -> None:
    message = ask("Tôi nhận thư từ hotro@vietcombank-quatang.top báo khóa thẻ")
    assert "@" not in message.text
    assert "vietcombank" in {one["organisation"] for one in message.lookalikes}


def test_a_reader_is_shown_what_may_be_meant_and_nothing_far_from_it(desk: Desk) -> None:
    collect(starter_reviews(), now=clock.now())
    message = ask("Bà nội bảo phỏng thì lấy kem đánh răng trát lên cho mát, khỏi sẹo, cả nhà tin răm rắp")
    assert message.state == MessageState.OPEN
    shown = list(message.suggestions.all())
    assert shown
    assert all(one.probability > 0.1 for one in shown)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("mn oi uong nuoc chanh nong chua dc ung thu hok", "Uống nước chanh nóng không chữa được ung thư"),
        ("Uống nước chanh nóng không chữa được ung thư", "uống nước chanh nóng chữa được ung thư không?"),
    ],
)
def test_who_asks_about_the_opposite_asks_about_another_claim(first: str, then: str, desk: Desk) -> None:
    one, other = ask(first), ask(then)
    assert one.claim != other.claim
    assert other.claim is not None
    assert [it.other for it in other.claim.resemblances.all()] == [one.claim]  # a person may see it otherwise


def test_who_asks_again_what_was_declined_reads_why(desk: Desk) -> None:
    message = ask(TAMARIND)
    assert message.claim is not None
    claims.decline(message.claim.pk, Declining.TOO_SMALL, actor=desk.linh)
    again = ask(TAMARIND.upper())
    assert again.claim == message.claim
    assert not Claim.objects.filter(state=ClaimState.OPEN).exists()


def test_strangers_do_not_look_alike_at_a_desk_that_has_just_begun(desk: Desk) -> None:
    ask("Bà nội bảo phỏng thì lấy kem đánh răng trát lên cho mát, khỏi sẹo, cả nhà tin răm rắp")
    ask("Nghe nói ăn me chua trước khi ngủ thì sáng dậy cao thêm 2 cm, thật không cả nhà?")
    assert not ClaimResemblance.objects.exists()
