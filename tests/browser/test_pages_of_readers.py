"""Every page of readers, in both languages, on a phone and on a desk, light and dark, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.browser.conftest import Browse
from tests.web.walking import path_of

ROUTES = (
    *("start", "ask", "find_ticket", "ticket", "delete_ticket", "reviews", "review", "review_version"),
    *("ask_for_correction", "request", "about", "about_version", "embed"),
)
VIEWS = [
    ("vi", NARROW, False),
    ("vi", PHONE, True),
    ("en", PHONE, False),
    ("en", DESKTOP, True),
    ("vi", DESKTOP, False),
]


@pytest.mark.parametrize(("language", "size", "is_dark"), VIEWS)
def test_pages_are_open_to_everybody(browse: Browse, language: str, is_dark: bool, size: tuple[int, int]) -> None:
    reader = browse(language=language, size=size, is_dark=is_dark)
    for path in [*map(path_of, ROUTES), "/there-is-no-such-page"]:
        reader.open(path)
        assert reader.page.locator("html").get_attribute("lang") == language
        reader.look()


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_language_is_changed_by_a_button_and_kept(browse: Browse, has_scripts: bool) -> None:
    reader = browse(has_scripts=has_scripts)
    page = reader.open("/")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Is it true?"
    assert reader.open("/hoi").locator("html").get_attribute("lang") == "en"
    reader.look()


def test_the_content_is_reached_with_the_first_press_of_tab(browse: Browse) -> None:
    page = browse(language="en").open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
