"""Exact search among millions of 256-bit hashes: all that differ from a query in at most so many bits.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): the bits are dealt out to chunks; a hash within the radius has a
chunk that differs in few bits, so that looking up the near values of every chunk finds it. How many bits are allowed in
which chunk is chosen for each query by what it costs (general pigeonhole, Qin et al. 2018): hashes of pictures are
alike in many bits, and some values are crowded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 256
# The distance that PDQ's authors take for the same picture, and the largest that is searched.
RADIUS = 31
# A chunk is looked up with up to so many bits changed.
_CHANGED = 2
# Below so many hashes the plain scan is as fast: .6 ms for 100,000.
_SCANNED = 100_000
# Chunks by number of hashes: a chunk should have about as many values as there are hashes, or fewer.
_MANY = 2_000_000
_CHUNKS, _CHUNKS_OF_MANY = 16, 12
_BLOCK = 1 << 17

Hashes = NDArray[np.uint64]
Found = tuple[NDArray[np.int64], NDArray[np.int64]]
Arrays = Mapping[str, NDArray[Any]]


def scan(hashes: Hashes, query: Hashes, radius: int = RADIUS) -> Found:
    """Return the rows (ascending) of `hashes` (n, 4) within `radius` bits of `query` (4,), and their distances.

    The plain way, and the test of the other. Cost: 4 ms a million.

    >>> hashes = np.array([[0, 0, 0, 0], [7, 0, 0, 1]], np.uint64)
    >>> [found.tolist() for found in scan(hashes, hashes[0], 4)]
    [[0, 1], [0, 4]]
    """
    apart = np.empty(len(hashes), np.uint16)
    for begin in range(0, len(hashes), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        apart[part] = np.bitwise_count(hashes[part] ^ query).sum(axis=1, dtype=np.uint16)
    rows = np.flatnonzero(apart <= radius)
    return rows, apart[rows].astype(np.int64)


class HashTable:
    """Hashes that do not change, in arrays that can be memory-mapped: 32 bytes a hash, and 52-65 to find it."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = dict(arrays)
        self.hashes: Hashes = self._arrays["hashes"]
        self._rows: NDArray[np.uint32] = self._arrays["rows"]
        self._offsets: NDArray[np.uint32] = self._arrays["offsets"]

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def build(cls, hashes: Hashes) -> HashTable:
        """Return a table of hashes (n, 4), fewer than 2^32 of them. Cost: 3 s a million."""
        hashes = np.ascontiguousarray(hashes, np.uint64).reshape(-1, 4)
        chunks = _chunks_for(len(hashes))
        rows, offsets = np.empty((chunks, len(hashes)), np.uint32), []
        for number in range(chunks):
            values = _values(hashes, number, chunks)
            rows[number] = np.argsort(values, kind="stable")
            counts = np.bincount(values, minlength=1 << _width(number, chunks))
            offsets.append(np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32))
        joined = np.concatenate(offsets) if offsets else np.empty(0, np.uint32)
        return cls({"hashes": hashes, "rows": rows, "offsets": joined})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is to be stored, by name."""
        return dict(self._arrays)

    @classmethod
    def load(cls, arrays: Arrays) -> HashTable:
        """Return the table of stored (perhaps memory-mapped) arrays."""
        return cls(arrays)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self._arrays.values())

    def search_many(self, queries: Hashes, *, radius: int = RADIUS) -> list[Found]:
        """Return for each query (q, 4) the rows (ascending) within `radius` (0-31) bits and their distances.

        Exact. Cost: about 1 ms a query among 10 million hashes of pictures. Raises `ValueError` for a larger radius.
        """
        if not 0 <= radius <= RADIUS:
            raise ValueError(f"radius must be 0-{RADIUS}, not {radius}")
        return [self._search(query, radius) for query in np.asarray(queries, np.uint64).reshape(-1, 4)]

    def _search(self, query: Hashes, radius: int) -> Found:
        chunks = len(self._rows)
        if not chunks:
            return scan(self.hashes, query, radius)
        changes, chunk_of, level_of = _probes(chunks)
        # The offsets of each chunk have one more entry than it has values.
        at = (changes ^ _chunks_of(query, chunks)[chunk_of]) + (_bases(chunks)[chunk_of] + chunk_of)
        begins = self._offsets[at].astype(np.int64)
        counts = self._offsets[at + 1].astype(np.int64) - begins
        kept = _cheapest(counts, chunk_of, level_of, chunks, radius) & (counts > 0)
        begins, counts = begins[kept] + chunk_of[kept] * len(self), counts[kept]
        total = int(counts.sum())
        if total > len(self) // 8:
            return scan(self.hashes, query, radius)
        places = np.arange(total) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
        rows = self._rows.reshape(-1)[places]
        apart = np.bitwise_count(self.hashes[rows] ^ query).sum(axis=1, dtype=np.uint16)
        near = apart <= radius
        found, first = np.unique(rows[near], return_index=True)
        return found.astype(np.int64), apart[near][first].astype(np.int64)


class HashIndex:
    """Hashes that grow: each batch becomes a table, small tables are joined to larger ones (as in a log-structured
    merge: O'Neil et al. 1996), so that there are few and a hash is moved seldom."""

    def __init__(self, tables: Sequence[HashTable] = ()) -> None:
        self._tables = list(tables)

    def __len__(self) -> int:
        return sum(len(table) for table in self._tables)

    @property
    def tables(self) -> tuple[HashTable, ...]:
        """The tables, in the order of the rows."""
        return tuple(self._tables)

    def add(self, hashes: Hashes) -> None:
        """Add hashes (n, 4); their rows follow those of the earlier ones.

        >>> index = HashIndex()
        >>> index.add(np.zeros((2, 4), np.uint64))
        >>> index.search_many(np.ones((1, 4), np.uint64))[0][0].tolist()
        [0, 1]
        """
        fresh = np.asarray(hashes, np.uint64).reshape(-1, 4)
        while self._tables and len(self._tables[-1]) <= 2 * len(fresh):
            fresh = np.concatenate([self._tables.pop().hashes, fresh])
        self._tables.append(HashTable.build(fresh))

    def search_many(self, queries: Hashes, *, radius: int = RADIUS) -> list[Found]:
        """Return for each query (q, 4) the rows (ascending) within `radius` (0-31) bits and their distances."""
        queries = np.asarray(queries, np.uint64).reshape(-1, 4)
        found: list[list[Found]] = [[] for _ in queries]
        start = 0
        for table in self._tables:
            for one, (rows, apart) in zip(found, table.search_many(queries, radius=radius), strict=True):
                one.append((rows + start, apart))
            start += len(table)
        none = (np.empty(0, np.int64), np.empty(0, np.int64))
        return [
            (np.concatenate([none[0], *(r for r, _ in one)]), np.concatenate([none[1], *(d for _, d in one)]))
            for one in found
        ]


def _chunks_for(count: int) -> int:
    if count < _SCANNED:
        return 0
    return _CHUNKS if count < _MANY else _CHUNKS_OF_MANY


def _width(number: int, chunks: int) -> int:
    """Return how many bits a chunk has: every `chunks`-th from its own on, so that neighbours in PDQ are parted."""
    return len(range(number, BITS, chunks))


def _values(hashes: Hashes, number: int, chunks: int) -> NDArray[np.uint32]:
    """Return the value of one chunk of each hash (n, 4), shape (n,)."""
    values = np.zeros(len(hashes), np.uint32)
    for place, bit in enumerate(range(number, BITS, chunks)):
        one = (hashes[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1)
        values |= one.astype(np.uint32) << np.uint32(place)
    return values


@cache
def _bases(chunks: int) -> NDArray[np.int64]:
    """Return where the values of each chunk begin when they lie one after the other, shape (chunks,)."""
    sizes = [1 << _width(number, chunks) for number in range(chunks)]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]])


@cache
def _probes(chunks: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return what to change in a chunk's value, the chunk, and how many bits that changes, for all probes."""
    changes, chunk_of, level_of = [], [], []
    for number in range(chunks):
        for level in range(_CHANGED + 1):
            for bits in combinations(range(_width(number, chunks)), level):
                changes.append(sum(1 << bit for bit in bits))
                chunk_of.append(number)
                level_of.append(level)
    return np.array(changes), np.array(chunk_of), np.array(level_of)


def _chunks_of(query: Hashes, chunks: int) -> NDArray[np.int64]:
    """Return the values of all chunks of one hash (4,), shape (chunks,)."""
    bits = np.unpackbits(np.ascontiguousarray(query, "<u8").view(np.uint8), bitorder="little").astype(np.int64)
    place = np.arange(BITS)
    return np.bincount(place % chunks, bits << (place // chunks), chunks).astype(np.int64)


def _cheapest(
    counts: NDArray[np.int64],
    chunk_of: NDArray[np.int64],
    level_of: NDArray[np.int64],
    chunks: int,
    radius: int,
) -> NDArray[np.bool_]:
    """Return which probes are needed: the dearest outermost levels are given up while enough remain.

    A hash that is found in no chunk differs there in at least one bit more than was allowed; when these add up to
    more than the radius there is no such hash within it.
    """
    levels = _CHANGED + 1
    cost = np.bincount(chunk_of * levels + level_of, counts, chunks * levels).reshape(chunks, levels)
    allowed = np.full(chunks, levels)
    for _ in range(int(allowed.sum()) - (radius + 1)):
        outer = np.where(allowed > 0, cost[np.arange(chunks), allowed - 1], -1)
        allowed[int(outer.argmax())] -= 1
    return level_of < allowed[chunk_of]
