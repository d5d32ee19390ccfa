"""The second person reads all of it, and publishes or sends it back; whoever wrote is refused in clear words (R18)."""

from __future__ import annotations

import pytest
from django.test import Client

from kiemchung.desk import drafting, members
from kiemchung.desk.models import Claim, ClaimState, Draft, DraftState, Member, Note, ReviewVersion
from tests.desk.conftest import Desk
from tests.desk.newsroom import hand_in, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import address, elements_of, text_of


def _publishes(browser: Client, claim: Claim, revision: int) -> int:
    return browser.post(address(claim, "/publish"), {"revision": str(revision)}).status_code


def _buttons(page: object) -> list[str | None]:
    return [one.get("action") for one in elements_of(page, "form") if "publish" in str(one.get("action"))]


def test_a_second_editor_publishes(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    browser = at(desk.an)
    assert _buttons(browser.get(address(claim, "/publish")))
    assert _publishes(browser, claim, revision) == 302
    claim.refresh_from_db()
    version = ReviewVersion.objects.get()
    assert (claim.state, version.written_by, version.published_by) == (ClaimState.PUBLISHED, desk.linh, desk.an)


def test_r18_whoever_wrote_sees_no_button_and_is_refused_in_words(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.an)
    browser = at(desk.an)
    page = browser.get(address(claim, "/publish"))
    assert not _buttons(page)
    assert "Bạn có tham gia viết bài này" in text_of(page)
    refused = browser.post(address(claim, "/publish"), {"revision": str(revision)})
    assert refused.status_code == 403
    assert "không tham gia viết" in text_of(refused)
    assert not ReviewVersion.objects.exists()


@pytest.mark.parametrize("step", ["/publish", "/send-back"])
def test_r18_a_checker_reads_along_and_decides_nothing(step: str, desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    browser = at(desk.minh)
    page = browser.get(address(claim, "/publish"))
    assert (page.status_code, _buttons(page)) == (200, [])
    assert browser.post(address(claim, step), {"revision": str(revision), "note": "x"}).status_code == 403
    assert (ReviewVersion.objects.count(), Draft.objects.get().state) == (0, DraftState.SUBMITTED)


def test_r18_who_was_reset_within_a_day_reads_why_there_is_no_button(desk: Desk, at: Browser, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    members.take_password(desk.an, actor=desk.ha)
    page = at(Member.objects.get(pk=desk.an.pk)).get(address(claim, "/publish"))
    assert not _buttons(page)
    assert "vừa đặt lại tài khoản của bạn trong 24 giờ qua" in text_of(page)


def test_r18_an_administrator_who_wrote_is_refused_like_everybody(desk: Desk, at: Browser, claim: Claim) -> None:
    assert _publishes(at(desk.ha), claim, hand_in(claim, desk.ha)) == 403


def test_the_page_says_who_wrote_and_shows_the_sources(desk: Desk, at: Browser, claim: Claim) -> None:
    drafting.save(claim.pk, wording(), actor=desk.minh, revision=0)
    hand_in(claim, desk.linh)
    page = at(desk.an).get(address(claim, "/publish"))
    shown = text_of(page)
    assert "Linh đã nộp" in shown
    assert "Minh" in shown
    assert "Viện Dinh dưỡng" in shown
    assert {"https://nguon.example/Việ"} <= {one.get("href") for one in elements_of(page, "a")}


@pytest.mark.parametrize(
    ("lang", "words", "tick"),
    [
        ("vi", "Nội dung: số điện thoại 0912 345 678", "những mục này được phép đăng"),
        ("en", "Text: telephone number 0912 345 678", "they may be published"),
    ],
)
def test_a_find_of_personal_data_is_shown_to_both_and_published_only_with_a_tick(
    lang: str, words: str, tick: str, desk: Desk, at: Browser, claim: Claim
) -> None:
    revision = hand_in(claim, desk.linh, wording(body="Hỏi Cục theo số 0912 345 678."))
    browser, in_language = at(desk.an), {"accept-language": lang}
    assert words in text_of(at(desk.linh).get(address(claim, "/draft"), headers=in_language))
    page = browser.get(address(claim, "/publish"), headers=in_language)
    assert words in text_of(page)
    assert tick in text_of(page)
    assert [one for one in elements_of(page, "input") if one.get("name") == "may_be_published" and "required" in one]
    refused = browser.post(address(claim, "/publish"), {"revision": str(revision)}, headers=in_language)
    assert (refused.status_code, ReviewVersion.objects.count()) == (422, 0)
    done = browser.post(address(claim, "/publish"), {"revision": str(revision), "may_be_published": "yes"})
    assert (done.status_code, ReviewVersion.objects.count()) == (302, 1)


def test_without_a_find_nothing_is_to_be_ticked(desk: Desk, at: Browser, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    page = at(desk.an).get(address(claim, "/publish"))
    assert not [one for one in elements_of(page, "input") if one.get("name") == "may_be_published"]


def test_what_was_changed_after_reading_is_shown_anew(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    drafting.save(claim.pk, wording("true"), actor=desk.linh, revision=revision)
    drafting.submit(claim.pk, actor=desk.linh, revision=revision + 1)
    browser = at(desk.an)
    refused = browser.post(address(claim, "/publish"), {"revision": str(revision)})
    assert refused.status_code == 409
    assert "Hãy đọc lại" in text_of(refused)
    assert not ReviewVersion.objects.exists()
    assert _publishes(browser, claim, revision + 1) == 302


@pytest.mark.parametrize("revision", ["", "x", "9" * 30])
def test_a_revision_that_is_none_publishes_nothing(revision: str, desk: Desk, at: Browser, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    assert at(desk.an).post(address(claim, "/publish"), {"revision": revision}).status_code == 409


def test_what_is_missing_meanwhile_is_listed_in_words(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    Claim.objects.update(selection="")
    refused = at(desk.an).post(address(claim, "/publish"), {"revision": str(revision)})
    assert refused.status_code == 422
    assert "lý do chọn kiểm chứng" in text_of(refused)
    assert not ReviewVersion.objects.exists()


def test_the_draft_is_sent_back_with_a_note_and_may_be_published_later(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    browser = at(desk.an)
    assert browser.post(address(claim, "/send-back"), {"revision": revision, "note": " "}).status_code == 422
    done = browser.post(address(claim, "/send-back"), {"revision": revision, "note": "Thiếu ngày đo."}, follow=True)
    assert (Draft.objects.get().state, Note.objects.get().text) == (DraftState.WRITING, "Thiếu ngày đo.")
    assert "An đã trả lại bản nháp" in text_of(done)
    drafting.submit(claim.pk, actor=desk.linh, revision=revision)
    assert _publishes(browser, claim, revision) == 302


def test_a_correction_shows_what_it_changes(desk: Desk, at: Browser, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    claim.refresh_from_db()
    hand_in(claim, desk.minh, wording("mixed", title="Ăn me chưa chắc làm cao thêm"), "Nghiên cứu mới.")
    page = at(desk.binh).get(address(claim, "/publish"))
    body = page.content.decode()
    assert "Khác gì so với phiên bản 1" in text_of(page)
    assert "Ăn me <del>không</del> <ins>chưa chắc</ins> làm cao thêm" in body
    assert "Đã đính chính · Nghiên cứu mới." in text_of(page)


def test_what_is_not_handed_in_cannot_be_published(desk: Desk, at: Browser, claim: Claim) -> None:
    drafting.save(claim.pk, wording(), actor=desk.linh, revision=0)
    browser = at(desk.an)
    assert "còn đang viết" in text_of(browser.get(address(claim, "/publish")))
    assert _publishes(browser, claim, 1) == 409


def test_after_publication_the_page_says_who_published_and_the_claim_leads_to_the_review(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    publish(claim, desk.linh, desk.an)
    browser = at(desk.minh)
    page = browser.get(address(claim, "/publish"))
    assert "Phiên bản 1 đã đăng" in text_of(page)
    assert "Linh viết, An đăng" in text_of(page)
    slug = ReviewVersion.objects.get().review.slug
    for shown in (page, browser.get(address(claim))):
        assert f"/kiem-chung/{slug}" in {one.get("href") for one in elements_of(shown, "a")}


def test_a_withdrawal_is_not_called_a_publication(desk: Desk, at: Browser, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    revision = Draft.objects.get().revision
    prepared = drafting.propose_withdrawal(claim.pk, "Nguồn chính đã bị rút.", actor=desk.linh, revision=revision)
    handed_in = drafting.submit(claim.pk, actor=desk.linh, revision=prepared.revision)
    browser = at(desk.an)
    said = text_of(browser.post(address(claim, "/publish"), {"revision": str(handed_in.revision)}, follow=True))
    assert "Đã rút bài: " in said
    assert "Đã đăng: " not in said


def test_two_sources_of_the_same_words_are_said_to_be_perhaps_one(desk: Desk, at: Browser, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    warning = "Hai nguồn có lời giống hệt nhau"
    assert warning not in text_of(at(desk.an).get(address(claim, "/publish")))
    for site, said in (("a", "Me chua  không làm cao thêm."), ("b", "me chua không làm cao thêm.")):
        drafting.add_evidence(
            claim.pk, drafting.Source(site, f"https://{site}.example", quotation=said), actor=desk.linh
        )
    revision = drafting.submit(claim.pk, actor=desk.linh, revision=drafting.draft_of(claim).revision).revision
    assert warning in text_of(at(desk.an).get(address(claim, "/publish")))
    assert _publishes(at(desk.an), claim, revision) == 302
