"""What members read where the record keeps codes, or where something was done by themselves."""

from __future__ import annotations

import pytest
from django.test import Client

from kiemchung.desk import claims
from kiemchung.desk.errors import ConflictError
from kiemchung.desk.models import Claim, Selection
from tests.desk.conftest import Desk
from tests.desk.newsroom import ask
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import address, text_of, typed


def test_a_merge_with_a_number_that_is_none_is_said_at_the_form(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    answer = browser.post(address(claim, "/merge"), {"other": "99999"})
    assert answer.status_code == 422
    assert "Không có nhận định số 99999" in text_of(answer)


def test_a_second_window_of_ones_own_is_not_called_somebody_else(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    browser.post(address(claim, "/open"))
    assert browser.post(address(claim, "/draft"), typed(0)).status_code == 302
    answer = browser.post(address(claim, "/draft"), typed(0, title="Từ cửa sổ kia"))
    assert answer.status_code == 409
    assert "Bạn vừa lưu bản nháp này ở một cửa sổ khác" in text_of(answer)
    assert "Có người khác vừa lưu" not in text_of(answer)


def test_a_file_without_words_is_named_in_the_language_of_who_reads_wherever_claims_are_listed(
    desk: Desk, at: Browser, claim: Claim
) -> None:
    Claim.objects.filter(pk=claim.pk).update(statement="")
    browser = at(desk.linh)
    for path in ("/desk/", address(claim), address(claim, "/draft"), "/desk/statistics", "/desk/statistics/claims.csv"):
        for lang, named in (
            ("vi", "Ảnh/âm thanh/video không có chữ, "),
            ("en", "Picture, sound or video without words, "),
        ):
            page = browser.get(path, headers={"accept-language": lang})
            assert page.status_code == 200, path
            assert named in text_of(page), (path, lang)


def test_a_claim_that_somebody_has_open_can_be_taken_over_and_the_refusal_says_so(desk: Desk, claim: Claim) -> None:
    claims.hold(claim.pk, actor=desk.linh)
    with pytest.raises(ConflictError) as refused:
        claims.select(claim.pk, Selection.HARM, actor=desk.minh)
    assert refused.value.text("vi").endswith("hoặc tiếp quản.")


def test_a_claim_with_a_false_address_is_marked_in_the_queue(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    assert "Giả mạo tên khác" not in text_of(browser.get("/desk/"))
    ask("Đăng nhập ngay tại vietcombank-quatang.top để nhận quà")
    assert "Giả mạo tên khác" in text_of(browser.get("/desk/"))


def test_the_forms_say_in_vietnamese_that_nul_is_not_taken(desk: Desk) -> None:
    page = Client(headers={"accept-language": "vi"}).post("/hoi", {"text": "a\0b" * 20})
    assert "Null characters" not in page.content.decode()
    assert "ký tự rỗng" in page.content.decode()


def test_the_page_of_corrections_lists_them_and_leads_to_the_feed(desk: Desk, claim: Claim) -> None:
    from tests.desk.newsroom import correct, publish, wording

    publish(claim, desk.linh, desk.an)
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có thêm một nghiên cứu.")
    page = Client(headers={"accept-language": "vi"}).get("/trang/corrections").content.decode()
    assert "Có thêm một nghiên cứu." in page
    assert 'href="/sua-sai.atom"' in page


def test_an_official_address_is_called_official_at_the_ticket(desk: Desk) -> None:
    reader = Client(headers={"accept-language": "vi"})
    asked = reader.post("/hoi", {"text": "Trang https://www.vietcombank.com.vn/ có phải của ngân hàng không?"})
    assert "đây là địa chỉ chính thức của" in reader.get(asked["Location"]).content.decode()
