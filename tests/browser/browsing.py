"""A real browser and a real site: Debian's Chromium through Playwright, and `kiemchung serve` in its own process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP, NARROW = (360, 740), (1280, 800), (320, 640)
_STARTS_WITHIN_S = 60
# What axe holds pages to: WCAG 2.2 A and AA, and its own best practices.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def chromium() -> str | None:
    """Return where Chromium is, if it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def site_at(home: Path, **settings: str) -> Iterator[str]:
    """Serve a site on `home`, at a port that is free; its address is that of the line it prints."""
    command = [str(Path(sys.executable).with_name("kiemchung")), "--lang", "en", "serve", "--port", "0"]
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": "", **settings}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"http://[\d.:]+", said)):
            line = process.stderr.readline()
            assert line, f"the site did not start:\n{said}"
            said += line
        # What it says further is not read: it must not fill the pipe.
        with subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL) as drain:
            yield found.group()
            process.send_signal(signal.SIGINT)
            process.wait(_STARTS_WITHIN_S)
            drain.wait(_STARTS_WITHIN_S)
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


@dataclass
class Reader:
    """One browser window with what went wrong in it."""

    page: Page
    address: str
    has_scripts: bool = True
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def look(self) -> None:
        """Nothing is refused by the content policy, nothing is out of the window, nothing is closed to anybody."""
        assert self.problems == []
        if not self.has_scripts:
            return
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.page.url}: wider than the window: {width}"
        found = Axe().run(self.page, options=_RULES)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains of."""
        is_answer = "Failed to load resource" in message.text  # an answer of 4xx that a test has asked for
        if message.type in ("error", "warning") and not is_answer:
            self.problems.append(message.text)


@contextmanager
def window(
    browser: Browser,
    address: str,
    *,
    language: str = "vi",
    size: tuple[int, int] = DESKTOP,
    is_dark: bool = False,
    has_scripts: bool = True,
) -> Iterator[Reader]:
    """Open a window of its own, with cookies of its own."""
    context = browser.new_context(
        locale={"vi": "vi-VN", "en": "en-GB"}[language],
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if is_dark else "light",
        java_script_enabled=has_scripts,
        reduced_motion="reduce",
    )
    page = context.new_page()
    reader = Reader(page, address, has_scripts)
    page.on("console", reader.note)
    page.on("pageerror", lambda error: reader.problems.append(str(error)))
    page.set_default_timeout(60_000)
    yield reader
    context.close()
