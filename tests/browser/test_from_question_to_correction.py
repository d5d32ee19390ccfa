"""The whole way in a real browser: asked, checked with sources, published by two, answered, corrected, withdrawn."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from kiemchung.desk.models import Claim, Message, ReviewVersion
from tests.browser.browsing import DESKTOP, PHONE, Reader
from tests.browser.conftest import Browse
from tests.browser.test_work_at_the_desk import enter
from tests.desk.newsroom import TAMARIND
from tests.web.cast import Cast

Say = Callable[[str], str]
_SUBJECTS = {
    ("vi", True, DESKTOP): "Uống nước rau má thay được thuốc huyết áp trong ba ngày",
    ("vi", True, PHONE): "Cầu Ánh Sao ở huyện Mây sẽ thu phí người đi bộ từ tháng sau",
    ("vi", False, PHONE): "Trứng gà luộc bằng nước dừa làm nổ tung lò vi sóng",
    ("en", True, DESKTOP): "A whale was seen swimming up the Red River to the old bridge of Hanoi",
}
_WAIT_S = 60.0


@pytest.mark.parametrize(("language", "has_scripts", "size"), _SUBJECTS, ids=str)
def test_who_asks_has_the_answer_then_its_correction_and_its_withdrawal(
    browse: Browse, people: Cast, language: str, has_scripts: bool, size: tuple[int, int]
) -> None:
    def say(text: str) -> str:
        with override(language):
            return gettext(text)

    def window() -> Reader:
        return browse(language=language, size=size, has_scripts=has_scripts)

    subject = _SUBJECTS[language, has_scripts, size]
    reader = window()
    page = reader.open("/")
    page.get_by_label(say("The message you doubt")).fill(subject)
    page.get_by_role("button", name=say("Check it")).click()
    _reload_until(page, say("Nobody has checked this yet"))
    reader.look()
    claim = _claim_of(subject)
    _write(window(), people, claim, say, rating="False", reason="")
    _publish(window(), people, claim)
    _reload_until(page, say("This was checked"))
    expect(page.get_by_text(f"Review 1 of {claim.pk}")).to_be_visible()
    reader.look()

    _write(window(), people, claim, say, rating="Mixed", reason=f"A newer study about {claim.pk}.")
    _publish(window(), people, claim)
    _reload_until(page, say("The answer was corrected"))
    expect(page.get_by_text(f"A newer study about {claim.pk}.")).to_be_visible()
    reader.look()
    page.get_by_role("link", name=f"Review 2 of {claim.pk}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Review 2 of {claim.pk}")
    reader.look()
    review = page.url
    page.go_back()

    _withdraw(window(), people, claim, say)
    _publish(window(), people, claim)
    _reload_until(page, say("The answer was withdrawn"))
    expect(page.get_by_text("Hai nguồn ấy đã tự rút lại.").first).to_be_visible()
    reader.look()
    for address in (review, f"{review}/ban/1"):
        page.goto(address)
        expect(page.get_by_text("Hai nguồn ấy đã tự rút lại.").first).to_be_visible()
        reader.look()


def _claim_of(subject: str) -> Claim:
    """Return the claim to which a worker puts the message."""
    end = time.monotonic() + _WAIT_S
    while (claim := Message.objects.get(text=subject).claim) is None:
        assert time.monotonic() < end, "no worker has put the message to a claim"
        time.sleep(0.2)
    return claim


@pytest.mark.parametrize(("language", "has_scripts", "size"), _SUBJECTS, ids=str)
def test_an_answer_about_something_else_is_refused_and_taken_back(
    browse: Browse, language: str, has_scripts: bool, size: tuple[int, int]
) -> None:
    def say(text: str) -> str:
        with override(language):
            return gettext(text)

    reader = browse(language=language, size=size, has_scripts=has_scripts)
    page = reader.open("/")
    page.get_by_label(say("The message you doubt")).fill(TAMARIND)
    page.get_by_role("button", name=say("Check it")).click()
    _reload_until(page, say("This was checked"))
    page.get_by_role("button", name=say("It is about something else")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Your question is with the desk now"))
    reader.look()
    page.get_by_role("button", name=say("It is the answer after all")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("This was checked"))
    reader.look()


def _write(seat: Reader, people: Cast, claim: Claim, say: Say, *, rating: str, reason: str) -> None:
    enter(seat, people.checker)
    page = seat.open(f"/desk/claims/{claim.pk}")
    page.get_by_role("button", name=say("Open it")).first.click()
    if not reason:
        page.get_by_label(say("Many people ask")).check()
        page.get_by_role("button", name=say("Choose it")).click()
        page.get_by_role("link", name=say("Sources"), exact=True).click()
        for title, is_primary in (("vien", True), ("bao", False)):
            page.get_by_label(say("What it is")).fill(title)
            page.get_by_label(say("Address"), exact=True).fill(f"https://{title}.example/1")
            page.locator("[name=is_primary]").set_checked(is_primary)
            page.get_by_role("button", name=say("Add it")).click()
    page = seat.open(f"/desk/claims/{claim.pk}/draft")
    page.get_by_label(say("Title")).fill(f"Review {2 if reason else 1} of {claim.pk}")
    page.locator(f"input[name=rating][value={rating.lower()}]").check()
    page.get_by_label(say("Summary")).fill("Hai nguồn đã được xem.")
    page.get_by_label(say("Text"), exact=True).fill("Đã hỏi viện và đọc báo.")
    if reason:
        page.locator("[name=correction_reason]").fill(reason)
    page.get_by_role("button", name=say("Save and hand in")).click()
    seat.look()


def _withdraw(seat: Reader, people: Cast, claim: Claim, say: Say) -> None:
    enter(seat, people.checker)
    page = seat.open(f"/desk/claims/{claim.pk}")
    page.get_by_role("button", name=say("Open it")).first.click()
    page = seat.open(f"/desk/claims/{claim.pk}/draft")
    page.locator("summary", has_text=say("Withdraw the published review")).click()
    page.locator("form[action$='/withdraw'] [name=reason]").fill("Hai nguồn ấy đã tự rút lại.")
    page.get_by_role("button", name=say("Propose the withdrawal")).click()
    seat.look()


def _publish(seat: Reader, people: Cast, claim: Claim) -> None:
    before = ReviewVersion.objects.filter(review__claim=claim).count()
    enter(seat, people.editor)
    page = seat.open(f"/desk/claims/{claim.pk}/publish")
    seat.look()
    page.locator("form[action$='/publish']").get_by_role("button").click()
    page.wait_for_load_state()
    assert ReviewVersion.objects.filter(review__claim=claim).count() == before + 1


def _reload_until(page: Page, heading: str) -> None:
    """Look at the ticket again until the worker has told its owner."""
    end = time.monotonic() + _WAIT_S
    while page.get_by_role("heading", level=1).inner_text() != heading and time.monotonic() < end:
        page.wait_for_timeout(300)
        page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
