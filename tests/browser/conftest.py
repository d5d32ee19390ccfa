"""One browser and one site for all tests of pages; skipped, and said so, where there is no Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright

from kiemchung.desk import matching
from kiemchung.web.database import database_from
from tests.browser.browsing import FLAGS, Reader, chromium, site_at, window
from tests.databases import use
from tests.web.cast import Cast, cast
from tests.web.routes import PARTS
from tests.web.stock import stock

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in the thread of the tests

expect.set_options(timeout=60_000)  # of a machine with much else to do

Browse = Callable[..., Reader]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("Chromium is not installed: pages are not looked at in a browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder; this process has the site's secret key, and can make links."""
    folder = tmp_path_factory.mktemp("site")
    key = folder / "secret-key"
    key.write_text(str(settings.SECRET_KEY), encoding="ascii")
    key.chmod(0o600)
    return folder


@pytest.fixture(scope="session")
def people(home: Path) -> Cast:
    """Three members, and a site with one of everything; this process sees its record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIEMCHUNG_HOME", str(home))
        matching.indexes.cache_clear()
        use(database_from("", home))
        call_command("migrate", verbosity=0)
        members = cast()
        PARTS.update(stock(members))
        matching.indexes.cache_clear()
    return members


@pytest.fixture(scope="session")
def address(home: Path, people: Cast) -> Iterator[str]:
    with site_at(home) as address:
        yield address.replace("127.0.0.1", "localhost")
    connections.close_all()


@pytest.fixture
def browse(browser: Browser, address: str) -> Iterator[Browse]:
    """Opens windows: `browse(language="en", size=PHONE, is_dark=True, has_scripts=False)`."""
    with ExitStack() as opened:

        def open_window(**options: Any) -> Reader:
            return opened.enter_context(window(browser, address, **options))

        yield open_window
