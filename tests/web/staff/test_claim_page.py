"""What members do with a claim, through their browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kiemchung.desk import claims, drafting, publishing
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.models import (
    Claim,
    ClaimResemblance,
    ClaimState,
    Declining,
    Draft,
    Message,
    Note,
    Selection,
    Suggestion,
)
from kiemchung.jobs import clock
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, know, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import address, elements_of, fields_of, text_of

BRIDGE = "Cầu Long Biên sẽ bị dỡ bỏ trong tháng này"


def _claim_of(message: Message) -> Claim:
    assert message.claim is not None
    return message.claim


def test_looking_opens_nothing(desk: Desk, at: Browser, claim: Claim) -> None:
    page = at(desk.linh).get(address(claim))
    claim.refresh_from_db()
    assert (page.status_code, claim.lease_by) == (200, None)
    assert "3 tin hỏi điều này" in text_of(page)


def test_who_opens_it_holds_it_and_the_next_one_sees_that(desk: Desk, at: Browser, claim: Claim) -> None:
    at(desk.linh).post(address(claim, "/open"))
    page = at(desk.minh).post(address(claim, "/open"), follow=True)
    claim.refresh_from_db()
    assert claim.lease_by == desk.linh
    assert "Linh đang mở nhận định này" in text_of(page)
    assert "statement" not in fields_of(page)


def test_it_is_taken_over_only_by_the_button_that_says_so(desk: Desk, at: Browser, claim: Claim) -> None:
    at(desk.linh).post(address(claim, "/open"))
    at(desk.minh).post(address(claim, "/open"), {"take_over": "yes"})
    claim.refresh_from_db()
    assert claim.lease_by == desk.minh


def test_who_leaves_it_lets_others_open_it(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    browser.post(address(claim, "/close"))
    claim.refresh_from_db()
    assert claim.lease_by is None


@pytest.mark.parametrize("reason", list(Selection))
def test_r3_it_is_chosen_for_one_of_the_neutral_reasons(
    reason: Selection, desk: Desk, at: Browser, claim: Claim
) -> None:
    at(desk.linh).post(address(claim, "/choose"), {"reason": reason})
    claim.refresh_from_db()
    assert claim.selection == reason


@pytest.mark.parametrize("step", ["/choose", "/decline"])
@pytest.mark.parametrize("reason", ["", "party", "opinion of the left"])
def test_r3_another_reason_is_refused(step: str, reason: str, desk: Desk, at: Browser, claim: Claim) -> None:
    refused = at(desk.linh).post(address(claim, step), {"reason": reason})
    claim.refresh_from_db()
    assert (refused.status_code, claim.selection, claim.state) == (422, "", ClaimState.OPEN)
    assert "Hãy chọn một lý do" in text_of(refused)


def test_r4_it_is_declined_with_a_reason_that_the_page_shows(desk: Desk, at: Browser, claim: Claim) -> None:
    page = at(desk.linh).post(address(claim, "/decline"), {"reason": Declining.OPINION}, follow=True)
    claim.refresh_from_db()
    assert (claim.state, claim.declined_because) == (ClaimState.DECLINED, Declining.OPINION)
    assert "Đã từ chối công khai: Là ý kiến" in text_of(page)


def test_a_note_stays_for_colleagues(desk: Desk, at: Browser, claim: Claim) -> None:
    at(desk.linh).post(address(claim, "/note"), {"text": "Đã gọi Viện Dinh dưỡng."})
    assert (Note.objects.get().member, Note.objects.get().text) == (desk.linh, "Đã gọi Viện Dinh dưỡng.")
    assert "Đã gọi Viện Dinh dưỡng." in text_of(at(desk.minh).get(address(claim)))


def test_an_empty_note_is_refused_in_words(desk: Desk, at: Browser, claim: Claim) -> None:
    refused = at(desk.linh).post(address(claim, "/note"), {"text": " "})
    assert (refused.status_code, Note.objects.count()) == (422, 0)
    assert "Ghi chú chưa có nội dung." in text_of(refused)


def test_better_words_are_kept_with_those_before(desk: Desk, at: Browser, claim: Claim) -> None:
    page = at(desk.linh).post(address(claim, "/words"), {"statement": "Me chua làm người ta cao thêm"}, follow=True)
    claim.refresh_from_db()
    assert claim.statement == "Me chua làm người ta cao thêm"
    assert TAMARIND in text_of(page)


def test_what_was_typed_is_still_there_when_a_colleague_has_it_open(desk: Desk, at: Browser, claim: Claim) -> None:
    claims.hold(claim.pk, actor=desk.minh)
    refused = at(desk.linh).post(address(claim, "/words"), {"statement": "Lời tôi vừa gõ"})
    assert refused.status_code == 409
    assert "Minh đang mở" in text_of(refused)


def test_similar_claims_are_merged(desk: Desk, at: Browser, claim: Claim) -> None:
    other = _claim_of(ask(BRIDGE))
    ClaimResemblance.objects.create(claim=claim, other=other, probability=0.4)
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    assert BRIDGE in text_of(browser.get(address(claim)))
    page = browser.post(address(claim, "/merge"), {"other": str(other.pk)}, follow=True)
    claim.refresh_from_db()
    assert (claim.state, claim.merged_into) == (ClaimState.MERGED, other)
    assert "4 tin hỏi điều này" in text_of(page)


def test_two_that_are_not_the_same_are_not_suggested_again(desk: Desk, at: Browser, claim: Claim) -> None:
    other = _claim_of(ask(BRIDGE))
    ClaimResemblance.objects.create(claim=other, other=claim, probability=0.4)
    page = at(desk.linh).post(address(claim, "/apart"), {"other": str(other.pk)}, follow=True)
    assert BRIDGE not in text_of(page)
    assert ClaimResemblance.objects.get().is_refused


@pytest.mark.parametrize(("other", "status"), [("", 422), ("x", 422), ("999999", 422), ("9" * 40, 422)])
def test_a_claim_that_is_not_there_takes_no_messages(
    other: str, status: int, desk: Desk, at: Browser, claim: Claim
) -> None:
    assert at(desk.linh).post(address(claim, "/merge"), {"other": other}).status_code == status


def test_ticked_messages_and_those_of_the_same_words_become_a_claim(desk: Desk, at: Browser, claim: Claim) -> None:
    message = ask("Ăn me chua trước khi ngủ giúp cao thêm 2 cm, bác sĩ Nam nói")
    Message.objects.filter(pk=message.pk).update(claim=claim)
    shouted = Message.objects.get(text=TAMARIND.upper())
    twin = Message.objects.create(
        text=TAMARIND.upper(),
        channel="test",
        channel_ref="twin",
        ticket_digest="twin",
        state="open",
        claim=claim,
        expires_at=shouted.expires_at,
    )
    Claim.objects.filter(pk=claim.pk).update(content_key="moved on")
    at(desk.linh).post(address(claim, "/split"), {"message": [shouted.pk]})
    shouted.refresh_from_db()
    twin.refresh_from_db()
    assert shouted.claim == twin.claim != claim
    assert claim.messages.count() == 3


def test_all_or_none_of_the_messages_cannot_be_split_off(desk: Desk, at: Browser, claim: Claim) -> None:
    every = list(claim.messages.values_list("pk", flat=True))
    for ticked in ([], every):
        assert at(desk.linh).post(address(claim, "/split"), {"message": ticked}).status_code == 422


def test_messages_of_another_claim_cannot_be_taken(desk: Desk, at: Browser, claim: Claim) -> None:
    other = ask(BRIDGE)
    refused = at(desk.linh).post(address(claim, "/split"), {"message": [other.pk]})
    other.refresh_from_db()
    assert (refused.status_code, other.claim != claim) == (422, True)


def test_an_editor_answers_with_a_suggested_review(desk: Desk, at: Browser, claim: Claim) -> None:
    know(("kiem-1", "Quả me không làm tăng chiều cao"))
    Suggestion.objects.create(message=claim.messages.all()[0], review_ref="kiem-1", rank=1, probability=0.8)
    browser = at(desk.an)
    page = browser.post(address(claim, "/open"), follow=True)
    assert "Quả me không làm tăng chiều cao" in text_of(page)
    page = browser.post(address(claim, "/answer"), {"review": "kiem-1"}, follow=True)
    assert "Đã trả lời 3 tin." in text_of(page)
    assert set(Message.objects.values_list("state", flat=True)) == {"answered"}


def test_an_editor_finds_a_review_that_was_not_suggested_and_answers_with_it(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    know(("kiem-9", "Uống nước chanh nóng chữa khỏi ung thư"))
    editor = at(desk.an)
    editor.post(address(claim, "/open"))
    offer = 'name="review" value="kiem-9"'
    assert offer not in editor.get(address(claim)).content.decode()
    assert offer in editor.get(address(claim, "?find=nuoc+chanh+chua+ung+thu")).content.decode()
    assert offer not in at(desk.linh).get(address(claim, "?find=nuoc+chanh+chua+ung+thu")).content.decode()
    page = editor.post(address(claim, "/answer"), {"review": "kiem-9"}, follow=True)
    assert "Đã trả lời 3 tin." in text_of(page)


def test_a_checker_answers_nobody_with_a_review(desk: Desk, at: Browser, claim: Claim) -> None:
    know(("kiem-1", "Quả me không làm tăng chiều cao"))
    refused = at(desk.linh).post(address(claim, "/answer"), {"review": "kiem-1"})
    claim.refresh_from_db()
    assert (refused.status_code, claim.state) == (403, ClaimState.OPEN)


def test_equal_messages_are_shown_once_with_their_number(desk: Desk, at: Browser, claim: Claim) -> None:
    page = at(desk.linh).get(address(claim))
    assert "× 2" in text_of(page)
    assert len([one for one in elements_of(page, "li") if one.get("class") == "text"]) == 2


def test_a_claim_that_is_not_there_is_404(desk: Desk, at: Browser) -> None:
    browser = at(desk.linh)
    assert browser.get("/desk/claims/4711").status_code == 404
    for step in ("open", "note", "words", "choose", "decline", "dismiss", "split", "draft", "sources", "draft/preview"):
        data = {"reason": "harm" if step == "choose" else "opinion", "text": "x", "statement": "x", "title": "x"}
        refused = browser.post(f"/desk/claims/4711/{step}", {**data, "url": "https://x.example", "revision": "0"})
        assert refused.status_code == 404, step


def test_what_was_put_aside_before_is_said_without_names_and_is_not_put_aside_by_itself(
    desk: Desk, at: Browser
) -> None:
    browser, chatter = at(desk.linh), "Chào cả nhà buổi sáng vui vẻ"
    said = "Ban kiểm chứng đã gác lại"
    for times in range(3):
        asked = ask(chatter.upper() if times else chatter, ref=f"hello-{times}")
        assert asked.claim is not None
        assert (asked.state, asked.claim.state) == ("open", ClaimState.OPEN)
        page = text_of(browser.get(address(asked.claim)))
        told = re.findall(rf"{said} (\d+) tin cùng lời hoặc cùng tệp trước đây, lần gần nhất: [\d:/ ]+\.", page)
        assert told == ([str(times)] if times else [])
        claims.dismiss([asked.claim.pk], actor=desk.minh)
        assert said not in text_of(browser.get(address(asked.claim))), "it lies aside itself"


def test_the_history_is_in_the_order_of_time_versions_among_deeds(desk: Desk, at: Browser, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có nghiên cứu mới.")
    revision = Draft.objects.get().revision
    prepared = drafting.propose_withdrawal(claim.pk, "Nguồn chính đã bị rút.", actor=desk.linh, revision=revision)
    drafting.submit(claim.pk, actor=desk.linh, revision=prepared.revision)
    publishing.publish(claim.pk, actor=desk.an, revision=prepared.revision)
    claims.select(claim.pk, Selection.HARM, actor=desk.minh)
    page = text_of(at(desk.linh).get(address(claim)))
    history = page[page.index("Lịch sử") :]
    told = (
        "Minh đã chọn kiểm chứng",
        "An đã đưa trở lại",
        "An đã rút bài",
        "An đã đăng bản đính chính",
        "phiên bản 1",
        "Linh đã chọn kiểm chứng",
        "lần đầu có người hỏi",
    )
    places = [history.find(one) for one in told]
    assert places == sorted(places)
    assert -1 not in places


def test_in_the_history_what_has_the_same_time_stands_in_the_order_in_which_it_was_stored(
    desk: Desk, claim: Claim
) -> None:
    with clock.showing(lambda: claim.opened_at):
        claims.select(claim.pk, Selection.HARM, actor=desk.linh)
        claims.select(claim.pk, Selection.REACH, actor=desk.linh)
    with clock.showing(lambda: claim.opened_at + timedelta(days=2)):
        claims.select(claim.pk, Selection.REQUESTS, actor=desk.linh)
    with clock.showing(lambda: claim.opened_at + timedelta(days=1)):
        claims.select(claim.pk, Selection.CHECKABILITY, actor=desk.linh)
    told = [step.event.detail["reason"] if step.event else "asked" for step in dossier_of(claim.pk).history]
    assert told == ["requests", "checkability", "reach", "harm", "asked"]
