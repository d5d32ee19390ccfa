"""Sources and the draft: nothing typed is lost, every rating has the same form, and the preview stores nothing."""

from __future__ import annotations

import json

import pytest

from kiemchung.desk import claims, drafting, publishing
from kiemchung.desk.models import Claim, Draft, DraftState, Evidence, PageKind, Selection
from kiemchung.engine.types import MappedRating
from kiemchung.web.public.markup import claim_review
from tests.desk.conftest import Desk, write_pages
from tests.desk.newsroom import TAMARIND, ask, hand_in, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import Elements, address, elements_of, fields_of, source, text_of, typed

FIRST_FIELD = {"vi": "Nhận định, trong một câu", "en": "The claim, in one sentence"}


def _markup_of(page: str) -> dict[str, object]:
    shown = Elements(page).text
    return dict(json.loads(shown[shown.index("{") : shown.rindex("}") + 1]))


def test_sources_are_added_and_removed(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    page = browser.post(address(claim, "/sources"), source(is_primary="on"), follow=True)
    assert "Viện Dinh dưỡng" in text_of(page)
    found = Evidence.objects.get()
    assert (found.is_primary, found.added_by, found.is_withheld) == (True, desk.linh, False)
    browser.post(address(claim, f"/sources/{found.pk}/remove"))
    assert not Evidence.objects.exists()


def test_r6_a_source_that_is_kept_back_shows_outside_that_it_exists_and_why(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/sources"), source("Y tá Hoa", withheld_because="Bảo vệ người cung cấp tin"))
    shown = text_of(browser.post(address(claim, "/draft/preview"), typed(1), headers={"hx-request": "true"}))
    assert "Bảo vệ người cung cấp tin" in shown
    assert "Y tá Hoa" not in shown
    assert "vien.example" not in shown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "vien.example", "https://a b", "//x.example"]
)
def test_only_web_addresses_are_taken(url: str, desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    for changed in ({"url": url}, {"archived_at_url": url}):
        refused = browser.post(address(claim, "/sources"), source(**changed))
        assert (refused.status_code, Evidence.objects.count()) == (422, 0)
        assert "Viện Dinh dưỡng" in {one.get("value") for one in elements_of(refused, "input")}
    refused = browser.post(address(claim, "/draft"), typed(0, appearance=url))
    assert (refused.status_code, Draft.objects.count()) == (422, 0)


def test_r1_the_form_is_the_same_for_every_rating(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    shown = []
    for revision, rating in enumerate(MappedRating):
        browser.post(address(claim, "/draft"), typed(revision, rating=rating))
        page = browser.get(address(claim, "/draft"))
        assert Draft.objects.get().rating == rating
        shown.append((page.status_code, fields_of(page)))
    assert len(shown) == 8
    assert all(one == shown[0] for one in shown)
    assert {"claim_reviewed", "rating", "title", "summary", "body", "search_described"} <= shown[0][1]


def test_each_rating_is_a_card_with_drawing_and_word(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    page = browser.post(address(claim, "/open"), {"back": "draft"}, follow=True)
    cards = [one for one in elements_of(page, "input") if one.get("name") == "rating"]
    assert [one["value"] for one in cards] == list(MappedRating)
    for word in ("Đúng", "Sai", "Lừa đảo", "Chưa có căn cứ"):
        assert word in text_of(page)


def test_what_is_missing_is_said_in_words(new_desk: Desk, at: Browser) -> None:
    write_pages(new_desk.ha, [one for one in PageKind if one != PageKind.FUNDING])
    message = ask(TAMARIND)
    assert message.claim is not None
    refused = at(new_desk.linh).post(address(message.claim, "/draft"), {**typed(0, summary=""), "submit": "yes"})
    shown = text_of(refused)
    assert refused.status_code == 422
    for words in ("tóm tắt", "hai nguồn, trong đó có nguồn gốc", "lý do chọn kiểm chứng", "trang về tài chính"):
        assert words in shown
    assert "evidence" not in shown
    assert Draft.objects.get().title == "Ăn me không làm cao thêm"  # saved all the same


def test_a_complete_draft_is_handed_in_and_taken_back(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    claims.select(claim.pk, Selection.REACH, actor=desk.linh)
    browser.post(address(claim, "/sources"), source(is_primary="on"))
    browser.post(address(claim, "/sources"), source("Báo Sức khỏe", url="https://bao.example/me"))
    done = browser.post(address(claim, "/draft"), {**typed(2), "submit": "yes"})
    claim.refresh_from_db()
    assert (done.status_code, Draft.objects.get().state, claim.lease_by) == (302, DraftState.SUBMITTED, None)
    browser.post(address(claim, "/draft/take-back"))
    assert Draft.objects.get().state == DraftState.WRITING


def test_the_preview_shows_the_page_and_its_claimreview_and_stores_nothing(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    page = at(desk.linh).post(address(claim, "/draft/preview"), typed(0), headers={"hx-request": "true"})
    assert not elements_of(page, "html")
    assert "Ăn me không làm cao thêm" in text_of(page)
    markup = _markup_of(page.content.decode())
    assert markup["claimReviewed"] == TAMARIND
    assert not Draft.objects.exists()


def test_the_preview_works_without_javascript_and_keeps_what_was_typed(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    page = browser.post(address(claim, "/draft/preview"), typed(0, body="Đang gõ dở câu này"))
    assert (page.status_code, text_of(page).count("Đang gõ dở câu này")) == (200, 2)  # the form and the page
    assert not Draft.objects.exists()


def test_r11_the_preview_is_what_is_published(desk: Desk, at: Browser, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    page = at(desk.an).get(address(claim, "/publish"))
    before = _markup_of(page.content.decode())
    version = publish(claim, desk.linh, desk.an)
    after = claim_review(version)
    changing = {"datePublished": "", "dateModified": ""}
    assert {**before, **changing} == {**after, **changing}


def test_two_editors_at_once_see_both_versions_and_lose_nothing(desk: Desk, at: Browser, claim: Claim) -> None:
    at(desk.linh).post(address(claim, "/draft"), typed(0, title="Lời của Linh", rating="mixed"))
    Claim.objects.update(lease_by=None, lease_until=None)
    browser = at(desk.minh)
    conflict = browser.post(address(claim, "/draft"), typed(0, title="Lời của Minh"))
    assert conflict.status_code == 409
    assert Draft.objects.get().title == "Lời của Linh"
    shown = text_of(conflict)
    assert "Phiên bản đã lưu bên cạnh phiên bản của bạn" in shown
    assert "Lời của" in shown
    assert elements_of(conflict, "del")
    inputs = {one.get("name"): one.get("value") for one in elements_of(conflict, "input")}
    assert (inputs["title"], inputs["revision"]) == ("Lời của Minh", "1")
    browser.post(address(claim, "/draft"), typed(1, title="Lời của Minh"))
    assert Draft.objects.get().title == "Lời của Minh"


def test_while_a_colleague_has_it_open_what_was_typed_is_kept_and_saved_by_taking_over(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    claims.hold(claim.pk, actor=desk.linh)
    browser = at(desk.minh)
    conflict = browser.post(address(claim, "/draft"), typed(0, title="Lời của Minh"))
    assert (conflict.status_code, Draft.objects.count()) == (409, 0)
    assert "take_over" in fields_of(conflict)
    assert "Lời của Minh" in {one.get("value") for one in elements_of(conflict, "input")}
    browser.post(address(claim, "/draft"), typed(0, title="Lời của Minh", take_over="yes"))
    claim.refresh_from_db()
    assert (Draft.objects.get().title, claim.lease_by) == ("Lời của Minh", desk.minh)


def test_fields_that_are_not_in_the_form_are_ignored(desk: Desk, at: Browser, claim: Claim) -> None:
    more = {"state": "submitted", "writers": str(desk.an.pk), "submitted_by": str(desk.an.pk), "is_withdrawal": "1"}
    at(desk.linh).post(
        address(claim, "/draft"), typed(0, **more, claim_id="99", correction_reason="x", member=str(desk.an.pk))
    )
    draft = Draft.objects.get()
    assert (draft.state, draft.claim_id, draft.is_withdrawal) == (DraftState.WRITING, claim.pk, False)
    assert (draft.submitted_by, list(draft.writers.all()), draft.correction_reason) == (None, [desk.linh], "")
    at(desk.linh).post(address(claim, "/sources"), source(added_by=str(desk.an.pk), file_id="1", sealed="y", claim="9"))
    found = Evidence.objects.get()
    assert (found.added_by, found.file, found.sealed, found.claim_id) == (desk.linh, None, "", claim.pk)


@pytest.mark.parametrize(
    "wrong", [{"rating": "very false"}, {"lang": "xx"}, {"revision": "x"}, {"revision": "-1"}, {"title": "x" * 201}]
)
def test_a_value_that_cannot_be_is_refused_with_the_rest_kept(
    wrong: dict[str, str], desk: Desk, at: Browser, claim: Claim
) -> None:
    refused = at(desk.linh).post(address(claim, "/draft"), {**typed(0), **wrong})
    assert (refused.status_code, Draft.objects.count()) == (422, 0)
    assert "Chưa có nghiên cứu nào" in text_of(refused)


def test_r9_a_correction_asks_for_its_reason(desk: Desk, at: Browser, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    browser = at(desk.minh)
    page = browser.post(address(claim, "/open"), {"back": "draft"}, follow=True)
    assert "correction_reason" in fields_of(page)
    revision = Draft.objects.get().revision
    refused = browser.post(address(claim, "/draft"), {**typed(revision, rating="mixed"), "submit": "yes"})
    assert refused.status_code == 422
    assert "lý do có phiên bản mới" in text_of(refused)
    reason = {"correction_reason": "Có nghiên cứu mới.", "submit": "yes"}
    done = browser.post(address(claim, "/draft"), {**typed(revision + 1, rating="mixed"), **reason})
    assert (done.status_code, Draft.objects.get().state) == (302, DraftState.SUBMITTED)


def test_a_withdrawal_is_proposed_with_a_reason_and_waits_for_a_second_person(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    publish(claim, desk.linh, desk.an)
    browser, revision = at(desk.minh), Draft.objects.get().revision
    assert browser.post(address(claim, "/draft/withdraw"), {"revision": revision, "reason": " "}).status_code == 422
    browser.post(address(claim, "/draft/withdraw"), {"revision": revision, "reason": "Nguồn chính đã bị rút."})
    draft = Draft.objects.get()
    assert (draft.is_withdrawal, draft.state) == (True, DraftState.SUBMITTED)
    assert "Nguồn chính đã bị rút." in text_of(at(desk.an).get(address(claim, "/publish")))


def test_who_does_not_have_it_open_reads_and_writes_nothing(desk: Desk, at: Browser, claim: Claim) -> None:
    drafting.save(claim.pk, wording(), actor=desk.linh, revision=0)
    page = at(desk.minh).get(address(claim, "/draft"))
    assert "Ăn me không làm cao thêm" in text_of(page)
    assert "title" not in fields_of(page)


def test_a_draft_in_a_readers_words_asks_for_words_of_your_own(desk: Desk, at: Browser) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    hint = "Hãy viết bằng lời của bạn"
    assert hint in text_of(at(desk.linh).get(address(claim, "/draft")))
    said = wording(claim_reviewed="Me chua ăn buổi tối làm người ta cao lên hai phân")
    drafting.save(claim.pk, said, actor=desk.linh, revision=0)
    assert hint not in text_of(at(desk.linh).get(address(claim, "/draft")))


@pytest.mark.parametrize(
    ("lang", "heading", "who"),
    [
        ("vi", "Bị trả lại: cần sửa như sau", "An (Biên tập viên)"),
        ("en", "Sent back: this has to change", "An (Editor)"),
    ],
)
def test_what_was_sent_back_says_above_the_form_what_has_to_change_until_it_is_handed_in_again(
    lang: str, heading: str, who: str, desk: Desk, at: Browser, claim: Claim
) -> None:
    browser, words = at(desk.linh), "Thiếu ngày <đo>."

    def shown() -> str:
        return text_of(browser.get(address(claim, "/draft"), headers={"accept-language": lang}))

    revision = hand_in(claim, desk.linh)
    assert heading not in shown()
    publishing.send_back(claim.pk, words, actor=desk.an, revision=revision)
    browser.post(address(claim, "/open"))
    browser.post(address(claim, "/draft"), typed(revision))
    page = shown()
    assert f"{heading} {words} {who} · " in page
    assert page.index(heading) < page.index(FIRST_FIELD[lang])
    drafting.submit(claim.pk, actor=desk.linh, revision=revision + 1)
    assert heading not in shown()
    drafting.take_back(claim.pk, actor=desk.linh)
    assert heading not in shown(), "it was handed in again: the note was read by then"
    drafting.submit(claim.pk, actor=desk.linh, revision=revision + 1)
    publishing.send_back(claim.pk, "Còn thiếu nguồn.", actor=desk.binh, revision=revision + 1)
    assert "Còn thiếu nguồn. Binh" in shown()
    assert words not in shown(), "only the last one is still to be done"
