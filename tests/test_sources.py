"""Sources: a file, an address or standard input, named as a person names them."""

from __future__ import annotations

import gzip
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Review
from kiemchung.fetch import Fetched, Fetcher
from kiemchung.sources import read_source

LINE = json.dumps({"id": "kc-1", "claim": "Uống nước chanh chữa khỏi ung thư"})
REVIEW = Review("kc-1", "Uống nước chanh chữa khỏi ung thư")


def test_a_file_is_read_with_its_progress(tmp_path: Path) -> None:
    path = tmp_path / "bài kiểm chứng.jsonl.gz"
    path.write_bytes(gzip.compress(LINE.encode(), mtime=0))
    seen: list[tuple[int, int | None]] = []
    assert list(read_source(str(path), progress=lambda *now: seen.append(now))) == [REVIEW]
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_standard_input_has_no_total() -> None:
    seen: list[tuple[int, int | None]] = []
    source = read_source("-", standard_input=io.BytesIO(LINE.encode()), progress=lambda *now: seen.append(now))
    assert list(source) == [REVIEW]
    assert seen == [(len(LINE), None)]


class FakeFetcher:
    def fetch(self, url: str, _progress: object) -> Fetched:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        review = {
            "@type": "ClaimReview",
            "url": "/1",
            "claimReviewed": "Chanh",
            "reviewRating": {"name": "Sai"},
        }
        file.write(f'<script type="application/ld+json">{json.dumps(review)}</script>'.encode())
        file.seek(0)
        return Fetched("https://tinthat.example/cuoi", "text/html", 9, cast("BinaryIO", file))


def test_an_address_is_fetched_and_completes_what_the_page_says() -> None:
    fetcher: Any = FakeFetcher()
    (review,) = read_source("HTTPS://ngan.example/x", fetcher=cast("Fetcher", fetcher))
    assert isinstance(review, Review)
    assert review.url == "https://tinthat.example/1"


def test_a_source_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for source, words in [
        (str(tmp_path), "is a folder"),
        (str(tmp_path / "không có"), "does not exist"),
        ("a\0b", "cannot be opened"),
        ("x" * 5000, "cannot be opened"),
    ]:
        with pytest.raises(InputError, match=words):
            list(read_source(source))


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(LINE)
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        list(read_source(str(path)))


def test_a_medium_that_fails_says_so() -> None:
    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(InputError, match="standard input could not be read to its end: Input/output error"):
        list(read_source("-", standard_input=Failing()))
