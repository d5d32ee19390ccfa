"""A session that ends while a member writes costs nothing that was typed."""

from __future__ import annotations

from django.test import Client

from kiemchung.desk.models import Claim, Draft
from tests.desk.conftest import Desk
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import elements_of, text_of, typed

SHARP = "</textarea><script>alert(1)</script>\n dòng hai"


def test_a_form_that_comes_after_the_session_shows_what_was_typed_and_the_way_to_sign_in(claim: Claim) -> None:
    answer = Client(headers={"accept-language": "vi"}).post(
        f"/desk/claims/{claim.pk}/draft", {**typed(0), "body": SHARP}
    )
    page = answer.content.decode()
    assert answer.status_code == 401
    assert answer["Cache-Control"] == "no-store"
    assert "Đăng nhập ở thẻ mới" in text_of(answer)
    assert f'href="/desk/sign-in?next=%2Fdesk%2Fclaims%2F{claim.pk}%2Fdraft"' in page
    assert "Ăn me không làm cao thêm" in page
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n dòng hai" in page
    assert all("readonly" in one for one in elements_of(answer, "textarea"))
    assert not Draft.objects.exists()


def test_no_password_and_no_code_is_shown_again(desk: Desk) -> None:
    secrets = {
        "password": "mật-khẩu-bí-mật",
        "oldpassword": "cũ-bí-mật",
        "code": "123456",
        "csrfmiddlewaretoken": "t0ken",
    }
    page = Client().post("/desk/account/password", secrets).content.decode()
    assert not [secret for secret in secrets.values() if secret in page]


def test_a_deed_without_a_page_of_its_own_leads_back_to_its_claim(claim: Claim) -> None:
    page = Client().post(f"/desk/claims/{claim.pk}/note", {"text": "gọi lại cho Cục"}).content.decode()
    assert f'next=%2Fdesk%2Fclaims%2F{claim.pk}"' in page
    assert "gọi lại cho Cục" in page


def test_a_preview_after_the_session_does_not_lead_away_from_what_is_typed(claim: Claim) -> None:
    answer = Client(headers={"HX-Request": "true"}).post(f"/desk/claims/{claim.pk}/draft/preview", typed(0))
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer


def test_what_was_typed_is_shown_to_nobody_else(desk: Desk, at: Browser, claim: Claim) -> None:
    Client().post(f"/desk/claims/{claim.pk}/note", {"text": "gọi lại cho Cục"})
    assert "gọi lại cho Cục" not in at(desk.linh).get(f"/desk/claims/{claim.pk}").content.decode()


def test_a_form_from_before_signing_in_anew_shows_what_was_typed(desk: Desk, at: Browser, claim: Claim) -> None:
    said = {"text": "gọi lại cho Cục"}
    member = at(desk.linh, enforce_csrf_checks=True)  # type: ignore[call-arg]
    answer = member.post(f"/desk/claims/{claim.pk}/note", said)
    assert answer.status_code == 403
    assert answer["Cache-Control"] == "no-store"
    assert "gọi lại cho Cục" in answer.content.decode()
    assert f'href="/desk/claims/{claim.pk}"' in answer.content.decode()
    # Browsers send no session with a form from elsewhere: its words are not shown as if somebody had typed them here.
    elsewhere = Client(enforce_csrf_checks=True).post(f"/desk/claims/{claim.pk}/note", said)
    assert (elsewhere.status_code, "gọi lại" in elsewhere.content.decode()) == (403, False)


def test_a_file_that_is_too_large_leads_a_member_back_to_the_sources(desk: Desk, at: Browser, claim: Claim) -> None:
    path = f"/desk/claims/{claim.pk}/sources"
    answer = at(desk.linh).post(path, data="", content_type="text/plain", headers={"content-length": "99000000"})
    assert answer.status_code == 413
    assert "nhiều nhất 10 MB" in text_of(answer)
    assert {"/desk/", path} <= {one.get("href") for one in elements_of(answer, "a")}
    assert "ảnh chụp màn hình" not in text_of(answer)
