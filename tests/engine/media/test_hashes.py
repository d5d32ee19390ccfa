"""Searching hashes: nothing is missed, whatever their bits are like."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiemchung.engine.media import hashes
from kiemchung.engine.media.hashes import RADIUS, HashIndex, HashTable, scan

pytestmark = pytest.mark.slow

Hashes = NDArray[np.uint64]


def changed(rng: np.random.Generator, rows: Hashes, most: int) -> Hashes:
    """Return the rows with up to `most` bits turned over in each."""
    bits = np.unpackbits(rows.view(np.uint8), axis=1)
    for row in bits:
        row[rng.permutation(256)[: int(rng.integers(0, most + 1))]] ^= 1
    return np.packbits(bits, axis=1).view(np.uint64)


def alike(rng: np.random.Generator, count: int) -> Hashes:
    """Return hashes in clusters whose bits depend on one another, as those of pictures do."""
    mixing = rng.normal(size=(40, 256))
    bits = (rng.normal(size=(count // 4, 40)) @ mixing + 3 * rng.normal(size=(1, 256)) > 0).astype(np.uint8)
    centres = np.packbits(bits, axis=1).view(np.uint64)
    return np.concatenate([centres, *(changed(rng, centres, 40) for _ in range(3))])


@pytest.fixture(params=["many chunks", "few chunks", "scan"])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use each layout with few hashes too."""
    monkeypatch.setattr(hashes, "_SCANNED", 10**9 if request.param == "scan" else 0)
    monkeypatch.setattr(hashes, "_MANY", 0 if request.param == "few chunks" else 10**9)


@pytest.mark.parametrize("radius", [0, 7, 16, 30, RADIUS])
def test_finds_exactly_what_the_scan_finds(chunks: None, radius: int) -> None:
    rng = np.random.default_rng(1)
    known = alike(rng, 20_000)
    table = HashTable.build(known)
    queries = np.concatenate([changed(rng, known[:20], 31), changed(rng, known[5_000:5_020], 60)])
    for query, (rows, apart) in zip(queries, table.search_many(queries, radius=radius), strict=True):
        expected_rows, expected = scan(known, query, radius)
        assert rows.tolist() == expected_rows.tolist()
        assert apart.tolist() == expected.tolist()


def test_finds_a_hash_whose_changed_bits_are_spread_as_evenly_as_can_be(chunks: None) -> None:
    rng = np.random.default_rng(2)
    known = rng.integers(0, 2**63, (5_000, 4)).astype(np.uint64)
    table = HashTable.build(known)
    for first in range(0, 256, 8):
        bits = np.unpackbits(known[0].view(np.uint8), bitorder="little")
        bits[(first + np.arange(RADIUS)) % 256] ^= 1
        query = np.packbits(bits, bitorder="little").view(np.uint64)
        assert 0 in table.search_many(query[None])[0][0]


def test_crowded_values_are_searched_exactly_too(chunks: None) -> None:
    rng = np.random.default_rng(3)
    known = changed(rng, np.zeros((8_000, 4), np.uint64), 60)
    table = HashTable.build(known)
    for query in known[:10]:
        assert table.search_many(query[None])[0][0].tolist() == scan(known, query)[0].tolist()


@pytest.mark.slow
def test_what_is_added_later_is_found_with_the_rest(chunks: None) -> None:
    rng = np.random.default_rng(4)
    known = alike(rng, 4_000)
    index = HashIndex()
    for part in np.array_split(known, 13):
        index.add(part)
    assert len(index) == len(known)
    assert len(index.tables) < 13
    for query in known[::500]:
        assert index.search_many(query[None])[0][0].tolist() == scan(known, query)[0].tolist()


def test_an_empty_table_finds_nothing(chunks: None) -> None:
    table = HashTable.build(np.empty((0, 4), np.uint64))
    assert table.search_many(np.zeros((1, 4), np.uint64))[0][0].tolist() == []


def test_stored_arrays_find_the_same(chunks: None) -> None:
    known = alike(np.random.default_rng(5), 4_000)
    table = HashTable.build(known)
    again = HashTable.load({name: array.copy() for name, array in table.arrays().items()})
    assert again.search_many(known[:3])[0][0].tolist() == table.search_many(known[:3])[0][0].tolist()


def test_a_radius_that_cannot_be_searched_exactly_is_refused() -> None:
    with pytest.raises(ValueError, match="radius"):
        HashTable.build(np.zeros((1, 4), np.uint64)).search_many(np.zeros((1, 4), np.uint64), radius=32)
