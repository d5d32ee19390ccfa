"""A decoder for all tests, skipped with the reason where this machine cannot lock one in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("av", reason="the extra 'media' is not installed")

from kiemchung.decoding import Decoder, is_safe, reader_missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder decodes files in processes of their own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


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
