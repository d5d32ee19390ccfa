"""Administrators write the pages about the desk; every version stays (R7, R8)."""

from __future__ import annotations

import pytest

from kiemchung.desk.models import Page, PageKind
from tests.desk.conftest import Desk
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import text_of

TEXT = "Tiền của chúng tôi do độc giả góp; không ai góp trên năm phần trăm. Sổ thu chi công khai từng quý."


@pytest.mark.parametrize("kind", list(PageKind))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_administrator_writes_each_page_in_both_languages(
    kind: PageKind, lang: str, new_desk: Desk, at: Browser
) -> None:
    browser = at(new_desk.ha)
    assert {"vi": "Tiếng Việt", "en": "English"}[lang] in text_of(browser.get(f"/desk/pages/{kind}/{lang}"))
    assert browser.post(f"/desk/pages/{kind}/{lang}", {"text": TEXT}).status_code == 302
    page = Page.objects.get()
    assert (page.kind, page.lang, page.number, page.written_by) == (kind, lang, 1, new_desk.ha)
    assert "Còn thiếu 6 trang" in text_of(browser.get("/desk/pages"))


def test_r8_an_older_version_stays_readable(new_desk: Desk, at: Browser) -> None:
    browser = at(new_desk.ha)
    for text in (TEXT, TEXT + " Từ năm nay có thêm kiểm toán."):
        browser.post("/desk/pages/method/vi", {"text": text})
    assert "kiểm toán" not in text_of(browser.get("/desk/pages/method/vi/1"))
    assert "kiểm toán" in text_of(browser.get("/desk/pages/method/vi/2"))
    assert browser.get("/desk/pages/method/vi/3").status_code == 404


def test_too_little_says_nothing_and_is_refused_with_the_words_kept(new_desk: Desk, at: Browser) -> None:
    refused = at(new_desk.ha).post("/desk/pages/funding/vi", {"text": "Chúng tôi trung thực."})
    assert (refused.status_code, Page.objects.count()) == (422, 0)
    assert "Chúng tôi trung thực." in text_of(refused)
    assert "ít nhất 80 ký tự" in text_of(refused)


def test_a_preview_publishes_nothing(new_desk: Desk, at: Browser) -> None:
    page = at(new_desk.ha).post("/desk/pages/funding/vi", {"text": TEXT, "preview": "yes"})
    assert (page.status_code, text_of(page).count(TEXT), Page.objects.count()) == (200, 2, 0)


@pytest.mark.parametrize("path", ["pages", "pages/funding/vi", "pages/funding/vi/1"])
def test_others_do_not_get_in(path: str, desk: Desk, at: Browser) -> None:
    for member in (desk.linh, desk.an):
        assert at(member).get(f"/desk/{path}").status_code == 403
    assert at(desk.an).post("/desk/pages/funding/vi", {"text": TEXT}).status_code == 403
    assert Page.objects.count() == 7


@pytest.mark.parametrize("path", ["money/vi", "funding/fr", "funding/VI"])
def test_there_are_no_other_pages(path: str, new_desk: Desk, at: Browser) -> None:
    browser = at(new_desk.ha)
    assert browser.get(f"/desk/pages/{path}").status_code == 404
    assert browser.post(f"/desk/pages/{path}", {"text": TEXT}).status_code == 404


def test_fields_that_are_not_in_the_form_are_ignored(new_desk: Desk, at: Browser) -> None:
    at(new_desk.ha).post("/desk/pages/funding/vi", {"text": TEXT, "number": "7", "written_by": str(new_desk.an.pk)})
    assert (Page.objects.get().number, Page.objects.get().written_by) == (1, new_desk.ha)
