"""A decoder for all tests, skipped with the reason where this machine cannot lock one in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("av", reason="the extra 'media' is not installed")

from kiemchung.decoding import Decoder, is_safe, reader_missing


@pytest.fixture(scope="session")
def safe() -> None:
    """Skips where media is off."""
    report = is_safe()
    if not report:
        pytest.skip(str(report.error))


@pytest.fixture(scope="session")
def decoder(safe: None) -> Iterator[Decoder]:
    """A decoder that is ready."""
    with Decoder() as ready:
        ready.start()
        yield ready


@pytest.fixture(scope="session")
def reader(safe: None) -> Iterator[Decoder]:
    """A decoder that reads the words in pictures, skipped with the reason where nothing does."""
    with Decoder(reading=True) as ready:
        if not ready.reads:
            pytest.skip(str(reader_missing()))
        yield ready
