"""An immutable part of the index: postings of hashed terms and the reviews' own token sequences, memory-mapped.

A segment holds at most 65,536 reviews, so that a posting is two bytes. Presence is stored, not frequency: in claims a
word that counts occurs once, and the exact sequence is there for the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.arrays import Arrays, open_arrays, write_arrays
from kiemchung.engine.claims.analysis import AnalysedReview, bigram_hashes, gram_hashes, word_hashes
from kiemchung.engine.errors import IndexDamagedError

FIELDS = ("words", "folded", "bigrams", "grams", "body")
MOST_REVIEWS = 65_536
MOST_POSTINGS = 6_000_000
_MAGIC = b"KCSEG1\n\0"
_CHUNK = 1_000  # reviews whose terms are worked out at once
_MERGED_AT_ONCE = 500_000  # postings that a merge sorts at once: some 15 MB of numbers
_STORED = frozenset(
    ("parts", "sequence_offsets", "sequence", "marks", "fact_offsets", "facts", "id_offsets", "ids")
    + tuple(f"{field}.{part}" for field in FIELDS for part in ("terms", "offsets", "docs"))
)


@dataclass(frozen=True, slots=True)
class Postings:
    """One field: sorted `terms`, and for the i-th the reviews `docs[offsets[i]:offsets[i + 1]]`, ascending."""

    terms: NDArray[np.uint32]
    offsets: NDArray[np.uint32]
    docs: NDArray[np.uint16]

    def ranges(self, wanted: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the postings of each wanted term begin and end, shapes `(len(wanted),)`; empty if absent."""
        if not len(self.terms):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        at = np.searchsorted(self.terms, wanted)
        at[at == len(self.terms)] = 0
        found = self.terms[at] == wanted
        begin = np.where(found, self.offsets[at], 0).astype(np.int64)
        end = np.where(found, self.offsets[at + 1], 0).astype(np.int64)
        return begin, end

    def between(self, low: int, high: int) -> Postings:
        """Return the part with the terms from `low` to below `high`, as views."""
        first, last = np.searchsorted(self.terms, np.array([low, high - 1], np.uint32)).tolist()
        last += last < len(self.terms) and int(self.terms[last]) == high - 1
        offsets = self.offsets[first : last + 1]
        return Postings(self.terms[first:last], offsets - offsets[0], self.docs[int(offsets[0]) : int(offsets[-1])])


def _postings(keys: NDArray[np.uint64]) -> Postings:
    """Return the postings of `term << 16 | doc` keys, sorted here in place."""
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    hashes = (keys >> np.uint64(16)).astype(np.uint32)
    starts = (
        np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])) if len(hashes) else np.empty(0, np.int64)
    )
    return Postings(
        terms=hashes[starts],
        offsets=np.concatenate([starts, [len(hashes)]]).astype(np.uint32),
        docs=(keys & np.uint64(0xFFFF)).astype(np.uint16),
    )


def _keys(reviews: Sequence[AnalysedReview], first: int) -> tuple[NDArray[np.uint64], ...]:
    """Return for each of `FIELDS` the `term << 16 | doc` keys of reviews that are numbered from `first`."""
    folded = np.concatenate([review.folded for review in reviews])
    marks = np.concatenate([review.marks for review in reviews])
    lengths = np.array([review.parts for review in reviews], np.int64)
    doc = np.repeat(np.arange(first, first + len(reviews), dtype=np.uint64), lengths.sum(axis=1))
    in_head = np.repeat(np.tile([True, True, False], len(reviews)), lengths.ravel())
    joined = in_head[:-1] & in_head[1:] & (doc[:-1] == doc[1:])
    marked = in_head & (marks > 0)
    return (
        _key(word_hashes(folded[marked], marks[marked]), doc[marked]),
        _key(folded[in_head], doc[in_head]),
        _key(bigram_hashes(folded)[joined], doc[:-1][joined]),
        _gram_keys(reviews, first),
        _key(folded[~in_head], doc[~in_head]),
    )


def _key(hashes: NDArray[np.uint32], doc: NDArray[np.uint64]) -> NDArray[np.uint64]:
    keys: NDArray[np.uint64] = hashes.astype(np.uint64) << np.uint64(16) | doc
    return keys


def _gram_keys(reviews: Sequence[AnalysedReview], first: int) -> NDArray[np.uint64]:
    headings = [review.spaced.rsplit("\n", 1)[0].replace("\n", " ") for review in reviews]
    hashes = gram_hashes("  ".join(headings))  # each between its own two blanks
    lengths = np.array([len(heading) + 2 for heading in headings])
    doc = np.repeat(np.arange(first, first + len(reviews), dtype=np.uint64), lengths)
    # The last three characters of a heading begin no 4-gram of its own.
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(doc))
    inside = left[: len(hashes)] > 3
    return _key(hashes[inside], doc[: len(hashes)][inside])


class Segment:
    """Reviews numbered 0 … `size - 1` within this segment; built by `build` or `merge`, read from a file by `open`."""

    def __init__(self, arrays: Arrays, *, name: str = "") -> None:
        self.name = name
        self._arrays = arrays
        self.size = len(arrays["parts"])
        self.parts: NDArray[np.uint16] = arrays["parts"]  # type: ignore[assignment]
        self.sequence_offsets: NDArray[np.uint32] = arrays["sequence_offsets"]  # type: ignore[assignment]
        self.sequence: NDArray[np.uint32] = arrays["sequence"]  # type: ignore[assignment]
        self.marks: NDArray[np.uint8] = arrays["marks"]  # type: ignore[assignment]
        self.fact_offsets: NDArray[np.uint32] = arrays["fact_offsets"]  # type: ignore[assignment]
        self.facts: NDArray[np.uint32] = arrays["facts"]  # type: ignore[assignment]
        self.vectors: NDArray[np.float16] | None = arrays.get("vectors")  # type: ignore[assignment]

    def postings(self, field: str) -> Postings:
        """Return the postings of one of `FIELDS`."""
        arrays = self._arrays
        return Postings(arrays[f"{field}.terms"], arrays[f"{field}.offsets"], arrays[f"{field}.docs"])  # type: ignore[arg-type]

    def array(self, name: str) -> NDArray[np.generic]:
        """Return one of the arrays that are stored."""
        return self._arrays[name]

    @property
    def ids(self) -> tuple[str, ...]:
        """The reviews' ids, in order; read anew each time, for all of them in words take far more room than here."""
        blob, offsets = self._arrays["ids"].tobytes(), self._arrays["id_offsets"].tolist()
        # Not cut at NUL: it may stand inside an id that a program made.
        return tuple(blob[a : b - 1].decode("utf-8", "surrogatepass") for a, b in pairwise(offsets))

    @cached_property
    def head_lengths(self) -> NDArray[np.float64]:
        """Tokens in claim and title of each review."""
        return np.asarray(self.parts[:, :2].sum(axis=1), np.float64)

    def review_id(self, doc: int) -> str:
        """Return `review_ids` of one review."""
        return self.review_ids(np.array([doc]))[0]

    def review_ids(self, docs: NDArray[np.int64]) -> list[str]:
        """Return the ids of some reviews without reading all of them."""
        offsets, blob = self._arrays["id_offsets"], self._arrays["ids"].data
        spans = zip(offsets[docs].tolist(), offsets[docs + 1].tolist(), strict=True)
        return [str(blob[begin : end - 1], "utf-8", "surrogatepass") for begin, end in spans]

    def docs_of(self, review_ids: Sequence[str]) -> list[int]:
        """Return the numbers of those reviews among `review_ids` that are here."""
        hashes, docs = self._by_hash
        wanted = np.fromiter(map(hash, review_ids), np.int64, len(review_ids))
        begin, end = np.searchsorted(hashes, wanted), np.searchsorted(hashes, wanted, "right")
        found: list[int] = []
        for place in np.flatnonzero(end > begin).tolist():
            alike = docs[begin[place] : end[place]].tolist()
            found += [doc for doc in alike if self.review_id(doc) == review_ids[place]]
        return found

    @cached_property
    def _by_hash(self) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """The hashes of the ids in this process, ascending, and whose they are: ten bytes a review."""
        hashes = np.fromiter(map(hash, self.ids), np.int64, self.size)
        order = np.argsort(hashes)
        return hashes[order], order.astype(np.uint16)

    @property
    def posting_count(self) -> int:
        """Postings of all fields."""
        return sum(len(self._arrays[f"{field}.docs"]) for field in FIELDS)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self._arrays.values())

    @classmethod
    def build(cls, reviews: Sequence[AnalysedReview], vectors: NDArray[np.float16] | None = None) -> Segment:
        """Return a segment of these reviews, at most `MOST_REVIEWS`.

        Cost: sorts about 200 numbers a review; some 60,000 reviews a second.
        """
        chunks = [_keys(reviews[at : at + _CHUNK], at) for at in range(0, len(reviews), _CHUNK)]
        arrays: dict[str, NDArray[np.generic]] = {}
        for number, field in enumerate(FIELDS):
            found = _postings(np.concatenate([np.empty(0, np.uint64), *(keys[number] for keys in chunks)]))
            arrays |= {
                f"{field}.terms": found.terms,
                f"{field}.offsets": found.offsets,
                f"{field}.docs": found.docs,
            }
        encoded = [review.review_id.encode("utf-8", "surrogatepass") for review in reviews]
        arrays |= {
            "parts": np.array([review.parts for review in reviews], np.uint16).reshape(-1, 3),
            "sequence_offsets": _offsets([len(review.folded) for review in reviews]),
            "sequence": _joined([review.folded for review in reviews], np.uint32),
            "marks": _joined([review.marks for review in reviews], np.uint8),
            "fact_offsets": _offsets([len(review.facts) for review in reviews]),
            "facts": _joined([review.facts for review in reviews], np.uint32),
            "id_offsets": _offsets([len(one) + 1 for one in encoded]),
            "ids": np.frombuffer(b"\0".join(encoded), np.uint8),
        }
        if vectors is not None:
            arrays["vectors"] = vectors
        return cls(arrays)

    @classmethod
    def merge(cls, segments: Sequence[Segment], alive: Sequence[NDArray[np.bool_]]) -> Segment:
        """Return one segment with the living reviews of several, in order.

        Needs the room of the new segment and little more.
        """
        numbers, total = [], 0
        for mask in alive:
            numbers.append(np.where(mask, np.cumsum(mask) - 1 + total, -1))
            total += int(mask.sum())
        arrays: dict[str, NDArray[np.generic]] = {}
        for field in FIELDS:
            found = _merged_postings([segment.postings(field) for segment in segments], numbers)
            arrays |= {
                f"{field}.terms": found.terms,
                f"{field}.offsets": found.offsets,
                f"{field}.docs": found.docs,
            }
        for name in ("sequence", "facts", "ids"):
            arrays |= _merged_ragged(name, segments, alive)
        marks = [s.marks[_kept_positions(s.sequence_offsets, m)] for s, m in zip(segments, alive, strict=True)]
        arrays["marks"] = np.concatenate(marks)
        arrays["parts"] = np.concatenate([s.parts[m] for s, m in zip(segments, alive, strict=True)])
        if all(s.vectors is not None for s in segments):
            arrays["vectors"] = np.concatenate(
                [s.vectors[m] for s, m in zip(segments, alive, strict=True) if s.vectors is not None]
            )
        return cls(arrays)

    def write(self, path: Path) -> int:
        """Write the segment to a new file, flushed to disk; return its length in bytes."""
        return write_arrays(path, self._arrays, _MAGIC)

    @classmethod
    def open(cls, path: Path, *, length: int) -> Segment:
        """Map a segment file; raises `IndexDamagedError` when it is not the file that was committed."""
        arrays = open_arrays(path, _MAGIC, length=length)
        if missing := _STORED - arrays.keys():
            raise IndexDamagedError(
                f"{path}: not a whole segment ({min(missing)} is missing).",
                f"{path}: không đủ một phần chỉ mục (thiếu {min(missing)}).",
            )
        return cls(arrays, name=path.name)


def _offsets(lengths: Sequence[int]) -> NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.uint32)


def lengths_of(offsets: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return how many entries lie between neighbouring offsets."""
    wide: NDArray[np.int64] = offsets.astype(np.int64)
    return wide[1:] - wide[:-1]


def _joined(parts: Sequence[NDArray[np.generic]], dtype: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _merged_postings(parts: Sequence[Postings], numbers: Sequence[NDArray[np.int64]]) -> Postings:
    """Return the postings of several segments as those of one; a share of all terms at a time."""
    shares = 1 + sum(len(part.docs) for part in parts) // _MERGED_AT_ONCE
    edges = [share * 2**32 // shares for share in range(shares + 1)]
    merged = [
        _postings(
            np.concatenate([_renumbered(part.between(low, high), n) for part, n in zip(parts, numbers, strict=True)])
        )
        for low, high in pairwise(edges)
    ]
    lengths = np.concatenate([lengths_of(one.offsets) for one in merged])
    return Postings(
        terms=np.concatenate([one.terms for one in merged]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32),
        docs=np.concatenate([one.docs for one in merged]),
    )


def _renumbered(found: Postings, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    hashes = np.repeat(found.terms, lengths_of(found.offsets)).astype(np.uint64)
    docs = numbers[found.docs]
    keep = docs >= 0
    keys: NDArray[np.uint64] = (hashes[keep] << np.uint64(16)) | docs[keep].astype(np.uint64)
    return keys


def _kept_positions(offsets: NDArray[np.uint32], keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.repeat(keep, lengths_of(offsets))


def _merged_ragged(
    name: str, segments: Sequence[Segment], alive: Sequence[NDArray[np.bool_]]
) -> dict[str, NDArray[np.generic]]:
    offsets_name = {"sequence": "sequence_offsets", "facts": "fact_offsets", "ids": "id_offsets"}[name]
    values, lengths = [], []
    for segment, keep in zip(segments, alive, strict=True):
        offsets: NDArray[np.uint32] = segment.array(offsets_name)  # type: ignore[assignment]
        array = segment.array(name)
        if name == "ids":  # the last id has no closing NUL on file
            array = np.concatenate([array, np.zeros(1, np.uint8)])
        values.append(array[_kept_positions(offsets, keep)])
        lengths.append(lengths_of(offsets)[keep])
    joined = np.concatenate(values)
    return {
        name: joined[:-1] if name == "ids" else joined,
        offsets_name: _offsets(np.concatenate(lengths).tolist()),
    }


def in_segments(reviews: Sequence[AnalysedReview]) -> Iterator[Sequence[AnalysedReview]]:
    """Cut analysed reviews into runs that each fit one segment."""
    begin, postings = 0, 0
    for at, review in enumerate(reviews):
        # words, folded, bigrams and body: once a token; 4-grams: once a character
        postings += 3 * len(review.folded) + len(review.spaced)
        if at - begin >= MOST_REVIEWS or postings > MOST_POSTINGS:
            yield reviews[begin:at]
            begin, postings = at, 0
    if begin < len(reviews):
        yield reviews[begin:]
