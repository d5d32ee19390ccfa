"""A member reads a claim with pictures: blurred until one is wanted; nobody else sees them."""

from __future__ import annotations

import pytest
from django.test import Client

from kiemchung.desk.models import MessageFile
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import text_of
from tests.web.stock import with_a_picture

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def file(desk: Desk) -> MessageFile:
    return with_a_picture(ask(TAMARIND))


def test_r27_a_member_sees_a_small_copy_and_never_the_file(desk: Desk, at: Browser, file: MessageFile) -> None:
    page = at(desk.linh).get(f"/desk/claims/{file.message.claim_id}").content.decode()
    assert f'src="/desk/messages/{file.message_id}/blurred.jpg"' in page
    assert page.index("blurred.jpg") < page.index('<details class="veil">') < page.index("preview.jpg")
    for look in ("blurred", "preview"):
        shown = at(desk.linh).get(f"/desk/messages/{file.message_id}/{look}.jpg")
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
        assert shown["Cache-Control"] == "no-store"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert shown["Cross-Origin-Resource-Policy"] == "same-origin"
        assert b"the file itself" not in shown.content


def test_nobody_but_a_member_gets_a_preview(desk: Desk, file: MessageFile) -> None:
    for look in ("blurred", "preview"):
        answer = Client().get(f"/desk/messages/{file.message_id}/{look}.jpg")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/sign-in")


def test_f34_a_file_without_a_preview_is_said_to_have_none_and_the_page_stays(
    desk: Desk, at: Browser, file: MessageFile
) -> None:
    MessageFile.objects.filter(pk=file.pk).update(preview_as="", problem="refused")
    page = at(desk.linh).get(f"/desk/claims/{file.message.claim_id}")
    assert page.status_code == 200
    assert "Không xem trước được" in text_of(page)
    assert "blurred.jpg" not in page.content.decode()
    assert at(desk.linh).get(f"/desk/messages/{file.message_id}/blurred.jpg").status_code == 404
    assert at(desk.linh).get("/desk/messages/999999/preview.jpg").status_code == 404


def test_a_preview_that_is_lost_is_not_there_and_the_page_stays(desk: Desk, at: Browser, file: MessageFile) -> None:
    (desk.home / "files" / file.preview_as).unlink()
    assert at(desk.linh).get(f"/desk/messages/{file.message_id}/preview.jpg").status_code == 404
    assert at(desk.linh).get(f"/desk/claims/{file.message.claim_id}").status_code == 200


def test_a_file_that_many_sent_is_shown_once_with_their_number(desk: Desk, at: Browser, file: MessageFile) -> None:
    with_a_picture(ask(TAMARIND))
    page = at(desk.linh).get(f"/desk/claims/{file.message.claim_id}")
    assert page.content.decode().count("/blurred.jpg") == 1
    assert "× 2" in text_of(page)
