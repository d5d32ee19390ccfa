"""Hashes of all segments: a table, once it pays, finds what the plain scan finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kiemchung.engine.media import pictures
from kiemchung.engine.media.pictures import _Hashes


class Segment:
    """What is asked of a segment here."""

    def __init__(self, hashes: Any) -> None:
        self.hashes = hashes
        self.qualities = np.full(len(hashes), 50, np.uint8)
        self.size = len(hashes)


def near(draw: np.random.Generator, hashes: Any, bits: int) -> Any:
    """The hashes with some of their bits turned over."""
    turned = np.unpackbits(hashes.view(np.uint8), axis=1)
    for row in turned:
        row[draw.choice(256, bits, replace=False)] ^= 1
    return np.packbits(turned, axis=1).view(np.uint64)


def test_a_table_finds_what_the_scan_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_TABLED_AFTER", 0)
    draw = np.random.default_rng(1)
    hashes = draw.integers(0, 2**63, (101_000, 4)).astype(np.uint64)
    segments: list[Any] = [Segment(part) for part in np.split(hashes, [40_000, 40_010, 90_000])]
    kept = _Hashes(segments)
    table = kept.table()
    assert table is not None
    for bits in (0, 5, 20, 31, 32):
        queries = near(draw, hashes[[7, 40_005, 100_999]].copy(), bits)
        rows = np.unique(np.concatenate([found for found, _ in table.search_many(queries, radius=31)]))
        np.testing.assert_array_equal(rows, kept.scan(queries))
        assert len(rows) == (3 if bits <= 31 else 0)


def test_few_questions_and_small_collections_are_not_made_to_wait_for_a_table() -> None:
    many: list[Any] = [Segment(np.zeros((100_000, 4), np.uint64))]
    few: list[Any] = [Segment(np.zeros((99, 4), np.uint64))]
    assert [_Hashes(many).table() for _ in range(200)] == [None] * 200
    kept = _Hashes(few)
    assert [kept.table() for _ in range(200)] == [None] * 200
