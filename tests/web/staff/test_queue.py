"""The queue shows what people ask, the most urgent first, and many claims are put aside at once."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiemchung.desk import claims, intake, publishing
from kiemchung.desk.models import Claim, ClaimState, Draft, Member, Message, MessageState, Page
from kiemchung.desk.queue import Row
from kiemchung.jobs import clock
from kiemchung.jobs.worker import run_now
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, publish, work
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import address, elements_of, text_of

BRIDGE = "Cầu Long Biên sẽ bị dỡ bỏ trong tháng này"
VACCINE = "Tiêm vắc xin cúm làm người già mất trí nhớ"


def _claim_of(message: Message) -> Claim:
    assert message.claim is not None
    return message.claim


def _many(claim_count: int) -> None:
    """Claims with ten messages each, without the engine."""
    now = clock.now()
    made = Claim.objects.bulk_create(
        Claim(statement=f"Chuyện số {number}", content_key=f"{number:064}") for number in range(claim_count)
    )
    Message.objects.bulk_create(
        Message(
            text=f"Chuyện số {number}, lần {time}",
            channel="test",
            channel_ref=f"{number}-{time}",
            ticket_digest=f"{number:032}{time:032}",
            state=MessageState.OPEN,
            claim=claim,
            received_at=now - timedelta(hours=3 * time),
            expires_at=now + timedelta(days=90),
        )
        for number, claim in enumerate(made)
        for time in range(10)
    )


def test_what_grew_in_the_last_day_stands_above_what_was_asked_more_often_before(desk: Desk, at: Browser) -> None:
    for _ in range(6):
        ask(TAMARIND)
    Message.objects.update(received_at=clock.now() - timedelta(days=5))
    for _ in range(3):
        ask(BRIDGE)
    browser = at(desk.linh)
    page = text_of(browser.get("/desk/"))
    assert page.index(BRIDGE) < page.index(TAMARIND)
    page = text_of(browser.get("/desk/?order=demand"))
    assert page.index(TAMARIND) < page.index(BRIDGE)


def test_each_claim_says_how_many_asked_and_who_has_it_open(desk: Desk, at: Browser, claim: Claim) -> None:
    claims.hold(claim.pk, actor=desk.minh)
    page = text_of(at(desk.linh).get("/desk/"))
    assert "3 tin hỏi" in page
    assert "Minh đang mở" in page


def test_a_claim_that_is_handed_in_lies_on_its_own_pile(desk: Desk, at: Browser, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    browser = at(desk.an)
    assert TAMARIND not in text_of(browser.get("/desk/?pile=open"))
    assert TAMARIND in text_of(browser.get("/desk/?pile=handed_in"))


@pytest.mark.parametrize(
    ("lang", "mark", "said"),
    [
        ("vi", "Đề nghị rút lại", "Linh đề nghị rút lại bài này."),
        ("en", "Withdrawal proposed", "Linh proposes to withdraw the review."),
    ],
)
def test_a_proposed_withdrawal_is_called_one_in_the_list_and_on_the_pages_of_the_claim(
    lang: str, mark: str, said: str, desk: Desk, at: Browser, claim: Claim
) -> None:
    browser, places = at(desk.an), ("/desk/?pile=handed_in", address(claim), address(claim, "/draft"))

    def shown() -> list[str]:
        return [text_of(browser.get(place, headers={"accept-language": lang})) for place in places]

    hand_in(claim, desk.linh)
    assert not any(mark in page for page in shown()), "a review that is to be published"
    publishing.publish(claim.pk, actor=desk.an, revision=Draft.objects.get().revision)
    work()
    revision = Draft.objects.get().revision
    done = at(desk.linh).post(
        address(claim, "/draft/withdraw"),
        {"revision": revision, "reason": "Nguồn chính đã bị rút."},
        headers={"accept-language": lang},
        follow=True,
    )
    assert ("đề nghị rút lại" if lang == "vi" else "withdrawal is proposed") in text_of(done)
    assert all(mark in page for page in shown())
    assert said in shown()[-1]


@pytest.mark.parametrize("words", ["me chua cao", "ME CHUA", "ăn me"])
def test_claims_are_found_by_words_with_or_without_marks(words: str, desk: Desk, at: Browser, claim: Claim) -> None:
    ask(BRIDGE)
    page = text_of(at(desk.linh).get("/desk/", {"words": words}))
    assert TAMARIND in page
    assert BRIDGE not in page


@pytest.mark.parametrize(
    "query", ["pile=everything&order=x&page=0", "page=99999999999999999999", "page=-1", "words=%00%5C(["]
)
def test_an_address_that_makes_no_sense_shows_the_queue(query: str, desk: Desk, at: Browser, claim: Claim) -> None:
    assert at(desk.linh).get(f"/desk/?{query}").status_code == 200


def test_ticked_claims_are_put_aside_and_come_back(desk: Desk, at: Browser, claim: Claim) -> None:
    other = _claim_of(ask(BRIDGE))
    browser = at(desk.linh)
    shown = browser.post("/desk/claims/dismiss", {"claim": [claim.pk, other.pk]}, follow=True)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.DISMISSED}
    (batch,) = [one["value"] for one in elements_of(shown, "input") if one.get("name") == "batch"]
    back = browser.post("/desk/claims/undo", {"batch": str(batch)}, follow=True)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.OPEN}
    assert "2 nhận định đã trở lại" in text_of(back)
    assert not [one for one in elements_of(browser.get(f"/desk/?undo={batch}"), "input") if one.get("name") == "batch"]


def test_nothing_is_put_aside_when_somebody_has_one_of_them_open(desk: Desk, at: Browser, claim: Claim) -> None:
    other = _claim_of(ask(BRIDGE))
    claims.hold(other.pk, actor=desk.minh)
    refused = at(desk.linh).post("/desk/claims/dismiss", {"claim": [claim.pk, other.pk]})
    assert refused.status_code == 409
    assert "Minh" in text_of(refused)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.OPEN}


def test_r7_the_first_administrator_is_told_what_is_missing(new_desk: Desk, at: Browser) -> None:
    page = at(new_desk.ha).get("/desk/")
    links = {one.get("href") for one in elements_of(page, "a")}
    assert {"/desk/pages/funding/vi", "/desk/pages/method/vi"} <= links
    assert "7 trang còn thiếu" in text_of(page)
    assert "Không có gì đang chờ" in text_of(page)


def _without(*members: Member) -> None:
    for member in members:
        member.is_active = False
        member.save()


def test_an_administrator_alone_is_told_to_invite_a_colleague(new_desk: Desk, at: Browser) -> None:
    _without(new_desk.an, new_desk.binh, new_desk.linh, new_desk.minh)
    assert "Mời một đồng nghiệp" in text_of(at(new_desk.ha).get("/desk/"))


def test_a_checker_and_an_administrator_can_publish_and_are_told_what_a_third_person_is_for(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    _without(desk.an, desk.binh, desk.minh)
    page = text_of(at(desk.ha).get("/desk/"))
    assert "Mời một đồng nghiệp" not in page
    assert "Nên có thêm người thứ ba" in page
    assert "Trước khi đăng" not in text_of(at(desk.linh).get("/desk/"))
    publish(claim, desk.linh, desk.ha)
    assert "Trước khi đăng" not in text_of(at(desk.ha).get("/desk/"))


def test_a_checker_of_an_unready_desk_is_told_but_sent_nowhere(new_desk: Desk, at: Browser) -> None:
    page = at(new_desk.linh).get("/desk/")
    assert "Quản trị viên còn phải viết" in text_of(page)
    assert "/desk/pages/funding/vi" not in {one.get("href") for one in elements_of(page, "a")}


def test_a_ready_desk_has_no_guide(desk: Desk, at: Browser) -> None:
    assert Page.objects.count() == 7
    assert "Trước khi đăng bài đầu tiên" not in text_of(at(desk.ha).get("/desk/"))


def test_a_queue_of_200_claims_takes_as_many_queries_as_one_of_two(desk: Desk, at: Browser) -> None:
    browser, counts = at(desk.linh), []
    for claim_count in (2, 198):
        Message.objects.all().delete()
        Claim.objects.all().delete()
        _many(claim_count)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get("/desk/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    assert "Trang 1/8" in text_of(page)
    assert len([one for one in elements_of(page, "svg") if one.get("class") == "spark"]) == 25


@pytest.mark.parametrize(
    ("last_day", "week_before", "is_unusual"),
    [(4, 0, False), (5, 0, True), (5, 8, True), (5, 9, False), (40, 70, True), (39, 70, False), (0, 0, False)],
)
def test_only_what_is_far_above_its_week_is_marked(last_day: int, week_before: int, is_unusual: bool) -> None:
    row = Row(
        Claim(),
        last_day + week_before,
        last_day,
        week_before,
        (),
        None,
        is_handed_in=False,
        has_draft=False,
        is_withdrawn=False,
    )
    assert row.is_unusual == is_unusual


def test_chance_marks_six_claims_in_a_thousand_at_most() -> None:
    def chance(mean: float) -> float:
        row = Row(Claim(), 0, 0, round(mean * 7), (), None, is_handed_in=False, has_draft=False, is_withdrawn=False)
        marked = next(day for day in range(1000) if replace(row, last_day=day).is_unusual)
        return 1 - sum(math.exp(-mean) * mean**day / math.factorial(day) for day in range(marked))

    assert max(chance(asked / 7) for asked in range(1, 140)) < 0.007


def test_a_sudden_wave_is_marked_and_explained(desk: Desk, at: Browser) -> None:
    for _ in range(2):
        ask(BRIDGE)
    assert "Tăng bất thường" not in text_of(at(desk.linh).get("/desk/"))
    for _ in range(5):
        ask(TAMARIND)
    page = text_of(at(desk.linh).get("/desk/"))
    assert page.count("Tăng bất thường") == 2  # the mark and its explanation
    assert "gấp bốn lần" in page


def test_the_queue_says_how_many_questions_are_still_being_grouped(desk: Desk, at: Browser) -> None:
    browser = at(desk.linh)
    assert "chưa vào hàng đợi" not in text_of(browser.get("/desk/"))
    for number in range(2):
        new = intake.ask(f"{VACCINE} {number}", channel="test", ref=f"g{number}", runs_here=True)
        assert new.job_id is not None
        assert run_now(new.job_id)
    assert "2 câu hỏi chưa vào hàng đợi" in text_of(browser.get("/desk/"))
    work()
    assert "chưa vào hàng đợi" not in text_of(browser.get("/desk/"))
