"""The words of a web page, for a message that is a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from kiemchung.fetch import Fetcher

_MOST_BYTES = 2 * 1024 * 1024
_MOST_CHARACTERS = 2_000
_SKIPPED = frozenset(("script", "style", "noscript", "template", "svg", "nav", "footer"))
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.I)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._skipped += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIPPED and self._skipped > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.parts.append(" ".join(data.split()))


@dataclass(frozen=True, slots=True)
class Page:
    """Title and first words of a page, and the address at which it was found in the end."""

    url: str
    text: str


def read_page(address: str, fetcher: Fetcher | None = None) -> Page:
    """Return the page behind an address, which may be a shortened one. Raises `FetchError`."""
    with (fetcher or Fetcher()).fetch(address) as fetched:
        data, url = fetched.file.read(_MOST_BYTES), fetched.url
    found = _CHARSET.search(data[:2048])
    try:
        text = data.decode(found.group(1).decode() if found else "utf-8", "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    words = _Words()
    words.feed(text)
    return Page(url, "\n".join(words.parts)[:_MOST_CHARACTERS])
