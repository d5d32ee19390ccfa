"""The words of a web page, for a message that is a link."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.engine.formats.html import decode_page, page_words
from kiemchung.engine.formats.refusals import clip
from kiemchung.fetch import Fetcher, FetchError, Limits

# A person waits for it; a page of more than two megabytes is no page of text.
LIMITS = Limits(seconds=20.0, max_bytes=2 * 1024 * 1024)
_MOST_CHARACTERS = 2_000
_TEXT_TYPES = ("text/", "application/xhtml+xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Page:
    """Title and first words of a page, and the address at which it was found in the end."""

    url: str
    text: str


def read_page(address: str, fetcher: Fetcher | None = None) -> Page:
    """Return the page behind an address, shortened ones too. Raises `FetchError`, also when it is no text."""
    with (fetcher or Fetcher(LIMITS)).fetch(address) as fetched:
        if not fetched.content_type.startswith(_TEXT_TYPES):
            shown, kind = clip(address), clip(fetched.content_type, 60)
            raise FetchError(
                f"{shown} is not a page of text but {kind}. Give the words that are in it.",
                f"{shown} không phải trang chữ mà là {kind}. Hãy đưa phần chữ trong đó.",
            )
        return Page(fetched.url, page_words(decode_page(fetched.file.read()), _MOST_CHARACTERS))
