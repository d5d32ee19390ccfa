"""What members read where the record keeps codes, or where something was done by themselves."""

from __future__ import annotations

from django.test import Client

from kiemchung.desk.models import Claim
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


def test_a_file_without_words_is_named_in_the_readers_language(desk: Desk, at: Browser, claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(statement="Tệp không có chữ / a file without words: 0fa461206159")
    for path in ("/desk/", address(claim)):
        page = text_of(at(desk.linh).get(path))
        assert "Ảnh/âm thanh/video không có chữ, " in page
        assert "0fa461206159 " not in page.partition("Câu chữ")[0]


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
