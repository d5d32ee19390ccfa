"""The site of the demo: filled once, with accounts that really sign in."""

from __future__ import annotations

from pathlib import Path

from django.test import Client

from kiemchung.desk.models import Member, Message, Page, Shelf, ShelfState
from kiemchung.desk.pages import missing_pages
from kiemchung.starter import starter_reviews
from kiemchung.web.demonstration import prepare

QUESTIONS = ("Nghe nói ăn me chua trước khi ngủ cao thêm 2 cm",)


def test_a_second_demo_changes_nothing_and_shows_no_secret_again(site: Path) -> None:
    assert [one.role for one in prepare(QUESTIONS)] == ["checker", "administrator"]
    before = (Member.objects.count(), Page.objects.count(), Message.objects.count())
    assert prepare(QUESTIONS) == ()
    assert before == (Member.objects.count(), Page.objects.count(), Message.objects.count()) == (2, 14, 1)
    assert ShelfState.objects.get(shelf=Shelf.REVIEWS).last_change == len(starter_reviews())
    assert not missing_pages()


def test_what_the_demo_prints_is_enough_to_sign_in(site: Path) -> None:
    for account in prepare(()):
        browser = Client(headers={"accept-language": "vi"})
        browser.post("/desk/sign-in", {"login": account.username, "password": account.password})
        browser.post("/desk/sign-in/code", {"code": account.codes[0]})
        assert browser.get("/desk/").status_code == 200
        again = Client()
        again.post("/desk/sign-in", {"login": account.username, "password": account.password})
        again.post("/desk/sign-in/code", {"code": account.codes[0]})
        assert again.get("/desk/").status_code == 302
