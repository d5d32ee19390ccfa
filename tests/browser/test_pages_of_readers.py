"""Every page of readers, in both languages, on a phone and on a desk, light and dark, with and without scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.browser.conftest import Browse
from tests.web.walking import path_of

ROUTES = (
    *("start", "ask", "find_ticket", "ticket", "delete_ticket", "reviews", "review", "review_version"),
    *("ask_for_correction", "request", "about", "about_version"),
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


@pytest.mark.parametrize(("language", "size", "is_dark"), VIEWS)
def test_the_page_for_frames_is_open_to_everybody_in_the_language_of_the_review(
    browse: Browse, language: str, is_dark: bool, size: tuple[int, int]
) -> None:
    reader = browse(language=language, size=size, is_dark=is_dark)
    page = reader.open(path_of("embed"))
    assert page.locator("html").get_attribute("lang") == "vi"
    reader.look()
    assert page.context.cookies() == []


@pytest.fixture
def newspaper() -> Iterator[Callable[[str], str]]:
    """Another site, which shows what it is given; the call returns its address."""
    shown = [b""]

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(shown[0])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def show(body: str) -> str:
            shown[0] = f"<!doctype html><title>Newspaper</title>{body}".encode()
            return f"http://127.0.0.1:{server.server_port}/"

        yield show
        server.shutdown()


def test_another_site_can_frame_the_small_page_and_no_other(
    browse: Browse, address: str, newspaper: Callable[[str], str]
) -> None:
    reader = browse(language="en", size=PHONE)
    page = reader.open(path_of("review"))
    snippet = page.get_by_label("Copy this into your page").input_value()
    # The snippet names the public address, which a test site has not: it stands at this machine's.
    framed = re.sub(r'src="[^"]+?/kiem-chung/', f'src="{address}/kiem-chung/', snippet).replace('loading="lazy"', "")
    other = f'<iframe src="{address}{path_of("review")}" title="other"></iframe>'
    page.goto(newspaper(framed + other))
    small, whole = (page.frame_locator("iframe").nth(number) for number in (0, 1))
    assert small.locator("h1").inner_text() == "Ăn me không làm cao thêm"
    assert "Ăn me" not in whole.locator("body").inner_text()
    assert any("frame-ancestors" in problem for problem in reader.problems)
