"""The index of pictures: described references in segments, described queries in, matches with regions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media import judging
from kiemchung.engine.media.hashes import HashTable
from kiemchung.engine.media.image import THUMB, PictureFeatures
from kiemchung.engine.media.lettering import PACKED, packed, unpacked
from kiemchung.engine.media.types import MediaMatch, Pixels
from kiemchung.engine.media.voting import Postings, rarity, votes
from kiemchung.engine.media.words import WORDS, codes_of, rooted, signatures_of, words_of

# So many features of a reference are kept, the strongest.
KEPT = 350
# So many references at most in a segment: a posting is then two bytes and a code.
MOST_PICTURES = 65_536
# So many candidates of a query are looked at closely, upright and mirrored together.
CANDIDATES = 24
# PDQ hashes this near are candidates too (the distance its authors recommend).
_HASH_FAR = 31
# From so many hashes on a table finds them faster than a scan; it takes as long to build as so many scans.
_TABLED, _TABLED_AFTER = 100_000, 100
# Sizes of features are kept in steps of a sixteenth of a doubling, directions in 256.
_SIZE_STEPS, _TURN_STEPS = 16, 256 / (2 * np.pi)

_PLAIN = frozenset(
    ("sizes", "inner", "hashes", "qualities", "thumbs", "spots", "shapes", "codes", "ids", "lettered", "letters")
)

Arrays = Mapping[str, NDArray[Any]]


class PictureSegment:
    """Described references, immutable; `arrays` can be stored and mapped again by `load`.

    About 17 kB a picture of 350 features, and 8 more where it has lettering; 3.5 are postings, which every query
    reads, the rest is read for candidates only.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = dict(arrays)
        self.sizes: NDArray[np.uint32] = self._arrays["sizes"]
        self.inner: NDArray[np.uint32] = self._arrays["inner"]
        self.hashes: NDArray[np.uint64] = self._arrays["hashes"]
        self.qualities: NDArray[np.uint8] = self._arrays["qualities"]
        self._offsets: NDArray[np.uint32] = self._arrays["offsets"]
        self.size = len(self.sizes)
        # Of the references with lettering, by number: which row of `letters` is theirs, counted from 1.
        self._letter_rows = np.cumsum(self._arrays["lettered"], dtype=np.uint32)
        self.postings = Postings(
            self._arrays["word_offsets"],
            self._arrays["word_docs"],
            self._arrays["word_codes"],
        )

    @classmethod
    def build(cls, ids: Sequence[str], features: Sequence[PictureFeatures]) -> PictureSegment:
        """Return a segment of these references, at most `MOST_PICTURES`; 2,000 pictures a second."""
        kept = [min(KEPT, len(one.places)) for one in features]
        encoded = [one.encode("utf-8", "surrogatepass") for one in ids]
        roots = [rooted(one.descriptors[:n]) for one, n in zip(features, kept, strict=True)]
        words = _joined([words_of(one, assigned=1)[:, 0] for one in roots], (), np.uint16)
        codes = _joined([codes_of(one) for one in roots], (4,), np.uint64)
        signatures = signatures_of(_joined(roots, (128,), np.float32), words)
        places = [_stored_places(one, n) for one, n in zip(features, kept, strict=True)]
        postings = Postings.of(words, np.repeat(np.arange(len(ids)), kept), signatures)
        return cls(
            {
                "sizes": np.array([(f.width, f.height) for f in features], np.uint32).reshape(-1, 2),
                "inner": np.array([f.inner for f in features], np.uint32).reshape(-1, 4),
                "hashes": np.array([f.hashes[0] for f in features], np.uint64).reshape(-1, 4),
                "qualities": np.array([f.quality for f in features], np.uint8),
                "offsets": _offsets(kept),
                "spots": _joined([spots for spots, _ in places], (2,), np.uint16),
                "shapes": _joined([shapes for _, shapes in places], (2,), np.uint8),
                "codes": codes,
                "thumbs": np.array([f.thumb for f in features], np.uint8).reshape(-1, THUMB, THUMB),
                "lettered": np.array([f.strokes is not None for f in features], bool),
                "letters": _joined(
                    [packed(f.strokes)[None] for f in features if f.strokes is not None], (PACKED,), np.uint8
                ),
                "word_offsets": postings.offsets,
                "word_docs": postings.docs,
                "word_codes": postings.codes,
                "id_offsets": _offsets([len(one) for one in encoded]),
                "ids": np.frombuffer(b"".join(encoded), np.uint8),
            }
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is to be stored, by name."""
        return dict(self._arrays)

    @classmethod
    def load(cls, arrays: Arrays) -> PictureSegment:
        """Return the segment of stored (perhaps memory-mapped) arrays."""
        return cls(arrays)

    @classmethod
    def merge(cls, segments: Sequence[PictureSegment], alive: Sequence[NDArray[np.bool_] | None]) -> PictureSegment:
        """Return one segment with the living references of several, in order; at most `MOST_PICTURES`."""
        masks = [np.ones(s.size, bool) if m is None else m for s, m in zip(segments, alive, strict=True)]
        parts = [_living(s.arrays(), m) for s, m in zip(segments, masks, strict=True)]
        arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name in _PLAIN}
        starts = np.cumsum([0, *(int(m.sum()) for m in masks)])
        words = np.concatenate([part["words"] for part in parts])
        docs = np.concatenate(
            [part["docs"].astype(np.int64) + start for part, start in zip(parts, starts, strict=False)]
        )
        postings = Postings.of(words, docs, np.concatenate([part["word_codes"] for part in parts]))
        return cls(
            arrays
            | {
                "offsets": _offsets(np.concatenate([part["counts"] for part in parts])),
                "id_offsets": _offsets(np.concatenate([part["id_counts"] for part in parts])),
                "word_offsets": postings.offsets,
                "word_docs": postings.docs,
                "word_codes": postings.codes,
            }
        )

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self._arrays.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """The references' ids, in order."""
        return tuple(self.reference_id(number) for number in range(self.size))

    def reference_id(self, number: int) -> str:
        """Return the id of one reference."""
        begin, end = self._arrays["id_offsets"][number : number + 2].tolist()
        return self._arrays["ids"][begin:end].tobytes().decode("utf-8", "surrogatepass")

    def reference(self, number: int) -> judging.Reference:
        """Return what a closer look at one reference needs."""
        begin, end = self._offsets[number : number + 2].tolist()
        width, height = self.sizes[number].tolist()
        spots, shapes = self._arrays["spots"][begin:end], self._arrays["shapes"][begin:end]
        places = np.empty((end - begin, 4), np.float32)
        places[:, :2] = spots * np.array([width / 65_535, height / 65_535], np.float32)
        places[:, 2] = 2 ** (shapes[:, 0] / np.float32(_SIZE_STEPS))
        places[:, 3] = shapes[:, 1] / np.float32(_TURN_STEPS)
        thumb: Pixels = self._arrays["thumbs"][number]
        codes: NDArray[np.uint64] = self._arrays["codes"][begin:end]
        strokes = None
        if self._arrays["lettered"][number]:
            strokes = unpacked(self._arrays["letters"][int(self._letter_rows[number]) - 1])
        return judging.Reference(width, height, self.inner[number].tolist(), places, codes, thumb, strokes)


def _living(arrays: Arrays, alive: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the arrays of the living references alone, ragged ones with counts instead of offsets."""
    counts, id_counts = _counts(arrays["offsets"]), _counts(arrays["id_offsets"])
    features, letters = np.repeat(alive, counts), np.repeat(alive, id_counts)
    words = np.repeat(np.arange(WORDS, dtype=np.uint16), _counts(arrays["word_offsets"]))
    posted = alive[arrays["word_docs"].astype(np.int64)]
    docs = (np.cumsum(alive) - 1)[arrays["word_docs"].astype(np.int64)]
    living: dict[str, Any] = {
        name: _those(arrays[name], alive) for name in ("sizes", "inner", "hashes", "qualities", "thumbs", "lettered")
    } | {name: _those(arrays[name], features) for name in ("spots", "shapes", "codes")}
    return living | {
        "ids": _those(arrays["ids"], letters),
        "letters": _those(arrays["letters"], alive[arrays["lettered"]]),
        "counts": counts[alive],
        "id_counts": id_counts[alive],
        "words": words[posted],
        "docs": docs[posted],
        "word_codes": arrays["word_codes"][posted],
    }


def _those(array: NDArray[Any], kept: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the rows that are kept: the array itself, not a copy, where all are."""
    return array if kept.all() else array[kept]


def _counts(offsets: NDArray[np.uint32]) -> NDArray[np.int64]:
    wide: NDArray[np.int64] = offsets.astype(np.int64)
    return wide[1:] - wide[:-1]


def _offsets(counts: NDArray[np.int64] | Sequence[int]) -> NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.uint32)


def _stored_places(one: PictureFeatures, kept: int) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    places = one.places[:kept]
    spots = np.clip(places[:, :2] / (one.width, one.height), 0, 1) * 65_535
    size = np.log2(np.maximum(places[:, 2], 1)) * _SIZE_STEPS
    turn = np.round(places[:, 3] * _TURN_STEPS) % 256
    return np.round(spots).astype(np.uint16), np.stack([np.clip(np.round(size), 0, 255), turn], axis=1).astype(np.uint8)


def _joined(parts: Sequence[NDArray[Any]], shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.empty((0, *shape), dtype), *parts])


class _Hashes:
    """The hashes of all segments: scanned, until so many questions came that a table would have cost no more.

    So one question never waits for a table, and many cost at most twice what is best.
    """

    def __init__(self, segments: Sequence[PictureSegment]) -> None:
        self._segments = segments
        self._asked = 0
        self._table: HashTable | None = None
        self._size = sum(segment.size for segment in segments)

    def table(self) -> HashTable | None:
        """Return the table of all hashes, `None` while scanning them is cheaper."""
        self._asked += 1
        if self._table is None and self._size >= _TABLED and self._asked > _TABLED_AFTER:
            self._table = HashTable.build(np.concatenate([s.hashes for s in self._segments]))
        return self._table

    def scan(self, queries: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the rows that are near one of the queries (q, 4), ascending. Cost: 4 ms a million and query."""
        found, start = [np.empty(0, np.int64)], 0
        for segment in self._segments:
            near = np.zeros(segment.size, bool)
            for one in queries:
                near |= np.bitwise_count(segment.hashes ^ one).sum(axis=1, dtype=np.int64) <= _HASH_FAR
            found.append(np.flatnonzero(near) + start)
            start += segment.size
        return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference, by its number over all segments, that a query may show upright or mirrored."""

    number: int
    mirrored: bool


class PictureIndex:
    """Finds the references that a picture shows, whole or in part; what segments they lie in makes no difference.

    `alive[i]` says which references of the i-th segment count (None: all).
    """

    def __init__(
        self, segments: Sequence[PictureSegment], alive: Sequence[NDArray[np.bool_] | None] | None = None
    ) -> None:
        self._segments = tuple(segments)
        masks = alive if alive is not None else [None] * len(self._segments)
        self._starts = [0, *np.cumsum([s.size for s in self._segments]).tolist()]
        self._alive = np.concatenate(
            [
                np.empty(0, bool),
                *(np.ones(s.size, bool) if m is None else m for s, m in zip(segments, masks, strict=True)),
            ]
        )
        self._hashes = _Hashes(self._segments)
        self._postings = [s.postings for s in self._segments]
        self._rare = rarity(self._postings)

    def __len__(self) -> int:
        return int(self._alive.sum())

    def match_many(self, queries: Sequence[PictureFeatures], *, top: int = 5) -> list[list[MediaMatch]]:
        """Return for each query the references it shows, likeliest first, at most `top`.

        A query may show several (a collage). Cost: about 270 ms a query among 110,000 references.
        """
        return [self._matches(query, top) for query in queries]

    def _matches(self, query: PictureFeatures, top: int) -> list[MediaMatch]:
        view = judging.Query.of(query)
        found: dict[int, MediaMatch] = {}
        for candidate in self.candidates(view):
            reference, name = self._reference(candidate.number)
            match = judging.judged(view, reference, name, mirror=candidate.mirrored)
            if match and (candidate.number not in found or found[candidate.number].probability < match.probability):
                found[candidate.number] = match
        for number in self._same_hash(query).tolist():
            if number not in found:
                reference, name = self._reference(number)
                if match := judging.judged_by_hash(view, reference, name):
                    found[number] = match
        return sorted(found.values(), key=lambda m: (-m.probability, m.reference))[:top]

    def candidates(self, query: judging.Query) -> list[Candidate]:
        """Return the references with the most votes, upright or mirrored."""
        scored = []
        for mirrored, words, signatures in zip((False, True), query.words, query.signatures, strict=True):
            docs, score = votes(self._postings, self._starts[:-1], self._rare, words, signatures)
            kept = self._alive[docs]
            docs, score = docs[kept], score[kept]
            best = np.argsort(-score, kind="stable")[: 2 * CANDIDATES]
            scored += [(-round(float(score[i]), 6), self._name(int(docs[i])), mirrored, int(docs[i])) for i in best]
        return [Candidate(number, mirrored) for _, _, mirrored, number in sorted(scored)[:CANDIDATES]]

    def _same_hash(self, query: PictureFeatures) -> NDArray[np.int64]:
        """Return the references whose PDQ hash is near that of the query in one of its eight orientations."""
        if (table := self._hashes.table()) is not None:
            near = [rows for rows, _ in table.search_many(query.hashes, radius=_HASH_FAR)]
        else:
            near = [self._hashes.scan(query.hashes)]
        numbers: NDArray[np.int64] = np.unique(np.concatenate(near)).astype(np.int64)
        living: NDArray[np.int64] = numbers[self._alive[numbers]][:CANDIDATES]
        return living

    def _place(self, number: int) -> tuple[PictureSegment, int]:
        at = int(np.searchsorted(self._starts, number, side="right")) - 1
        return self._segments[at], number - self._starts[at]

    def _name(self, number: int) -> str:
        segment, within = self._place(number)
        return segment.reference_id(within)

    def _reference(self, number: int) -> tuple[judging.Reference, str]:
        segment, within = self._place(number)
        return segment.reference(within), segment.reference_id(within)
