"""`check --fetch`: whatever page lies behind a link, it gives words or an error of ours, and soon."""

from __future__ import annotations

import io
import time
from typing import cast

import pytest

from kiemchung.cli.pages import LIMITS, read_page
from kiemchung.fetch import Fetched, Fetcher, FetchError

ADDRESS = "https://tinthat.example/bai"


class _Fetcher:
    """A fetcher that has fetched already."""

    def __init__(self, content: bytes, content_type: str) -> None:
        self._content, self._content_type = content, content_type

    def fetch(self, address: str) -> Fetched:
        return Fetched(address, self._content_type, len(self._content), io.BytesIO(self._content))


def words(content: bytes, content_type: str = "text/html") -> str:
    return read_page(ADDRESS, cast(Fetcher, _Fetcher(content, content_type))).text


@pytest.mark.parametrize("charset", ["idna", "punycode", "hex", "rot13", "undefined", "unicode_escape", "none-such"])
def test_a_charset_that_is_none_for_text_is_no_traceback(charset: str) -> None:
    page = f"<meta charset={charset}><p>Nước chanh".encode() + b"\xff"
    assert words(page) == "Nước chanh\N{REPLACEMENT CHARACTER}"


def test_a_page_in_an_older_encoding_is_read() -> None:
    page = '<meta charset="windows-1258"><p>Cà phê é'.encode("windows-1258")
    assert words(page) == "Cà phê é"


@pytest.mark.parametrize("mark", ["<![<![", "<!", "<!--", "</", "<a href='", "<?", "<", "&#99999999999;", "<script>"])
def test_broken_marks_are_no_traceback_and_take_linear_time(mark: str) -> None:
    assert words(f"<p>Nước chanh</p>{mark}".encode()).startswith("Nước chanh")
    for page in (mark * (1_500_000 // len(mark)), "<p>" + mark * (1_500_000 // len(mark)) + ">"):
        begun = time.process_time()
        words(page.encode())
        assert time.process_time() - begun < 3


def test_what_a_reader_does_not_see_is_left_out() -> None:
    page = (
        "<title>Nước chanh</title><style>p{}</style><nav><a href='>'>Trang chủ</a></nav><!-- ẩn > -->"
        "<p>chữa\n ung &amp; thư: 1 < 2</p><SCRIPT>if (a<b) '</p>'</SCRIPT ><footer>Liên hệ</footer>?"
    )
    assert words(page.encode()) == "Nước chanh\nchữa ung & thư: 1 < 2\n?"


@pytest.mark.parametrize("content_type", ["image/png", "video/mp4", "application/octet-stream", "application/pdf"])
def test_what_is_no_text_is_refused(content_type: str) -> None:
    with pytest.raises(FetchError, match=content_type):
        words(b"chanh", content_type)


def test_a_page_has_twenty_seconds_and_two_megabytes() -> None:
    assert (LIMITS.seconds, LIMITS.max_bytes) == (20.0, 2 * 1024 * 1024)
