"""From a whole collection to the hundred reviews worth a closer look: exact scores over all postings."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import term_hash
from kiemchung.engine.claims.dense import F32, Meanings
from kiemchung.engine.claims.segment import FIELDS, Segment, lengths_of

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Mask = NDArray[np.bool_]

# BM25 with presence instead of frequency (Robertson & Zaragoza 2009): the length part depends on the review alone, so
# that it is applied once to the summed weights. k1 and b are the usual ones.
K1 = 1.2
B = 0.75
# A word that one of two reviews has says as much as one that one of twenty has: a young desk answers too, no more often
# wrongly than a large one (`python -m benchmarks.small_collections`, decision 0025).
LEAST_SIZE = 20
# What each field adds to the first score. A character 4-gram occurs four times as often as a word carries meaning.
FIELD_WEIGHT = {"words": 1.0, "folded": 1.0, "bigrams": 1.0, "grams": 0.35, "body": 0.5}
# A 4-gram in more than this share of a large collection selects nothing and costs most of the time (the least number:
# docs/decisions/0018).
COMMON_SHARE = 0.05
COMMON_LEAST = 300
# What scores below this share of the best first score, the best twenty excepted, is not looked at closely. Of 6,681
# relevant reviews among the first five of six sets (dev, as typed and without marks) every one that twenty others had
# outscored had .5 or more; half of the candidates and more are spared the look (docs/decisions/0018).
LOOK_SHARE = 0.5
LOOK_LEAST = 20
# What scores below the first of these shares of the highest score that leaves enough reviews is left out at once.
_CHEAP_CUTS = (0.5, 0.35, 0.25, 0.15)
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """Terms to look up in one field: unique hashes with the weight each has in the message (0-1]."""

    hashes: U32
    weights: F64


Terms = dict[str, FieldTerms]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best reviews of a first pass, any order: where they are, what they scored, field by field.

    `mass[f]` is the weight of the message's terms of field `f` found in each review, `total[f]` the weight of all of
    them: their quotient is the share of the message that the review covers. `weights[f]` has the weight of each term.
    `meaning` is the standardised cosine of the vectors, 0 without an encoder.
    """

    segment: I64
    doc: I64
    score: F64
    mass: F64
    total: F64
    weights: dict[str, F64]
    meaning: F64

    def at(self, rows: I64) -> Candidates:
        """Return some of them."""
        return replace(
            self,
            segment=self.segment[rows],
            doc=self.doc[rows],
            score=self.score[rows],
            mass=self.mass[:, rows],
            meaning=self.meaning[rows],
        )

    def parted(self) -> tuple[Candidates, Candidates]:
        """Return those worth a closer look, and the others, best first; all are where vectors have a say."""
        if len(self.doc) <= LOOK_LEAST or self.meaning.any():
            return self, self.at(np.empty(0, np.int64))
        # Sums in another order differ in their last digits: what is equal but for those counts as equal.
        score = np.round(self.score, _DIGITS)
        least = min(LOOK_SHARE * score.max(), float(np.partition(score, -LOOK_LEAST)[-LOOK_LEAST]))
        others = np.flatnonzero(score < least)
        return self.at(np.flatnonzero(score >= least)), self.at(others[np.argsort(-score[others], kind="stable")])


class Snapshot:
    """The living reviews of some segments and the statistics over them: never changes."""

    def __init__(self, segments: Sequence[Segment], alive: Sequence[Mask | None]) -> None:
        self.segments = tuple(segments)
        self.alive = tuple(alive)
        self.sizes = np.array([s.size if a is None else int(a.sum()) for s, a in zip(segments, alive, strict=True)])
        self.size = int(self.sizes.sum())
        self.tokens = sum(len(segment.sequence) for segment in self.segments)
        self.weights: dict[int, F64] = {}  # of the tokens of a segment, when enough of them were asked for
        self.wanted: dict[int, int] = {}  # how many tokens of a segment were weighed one by one
        self._looked_up = 0

    @cached_property
    def meanings(self) -> Meanings | None:
        """The reviews' vectors, when every segment has them."""
        vectors = [segment.vectors for segment in self.segments if segment.vectors is not None]
        return Meanings(vectors, self.alive) if vectors and len(vectors) == len(self.segments) else None

    @cached_property
    def average_length(self) -> float:
        """Mean tokens of claim and title."""
        total = sum(
            float(s.head_lengths.sum() if a is None else s.head_lengths[a].sum())
            for s, a in zip(self.segments, self.alive, strict=True)
        )
        return max(total / max(self.size, 1), 1.0)

    @cached_property
    def vocabulary(self) -> tuple[U32, I64]:
        """All folded words, claim, title and body, with the number of living reviews whose head has them."""
        terms, counts = [], []
        for segment, alive in zip(self.segments, self.alive, strict=True):
            found = segment.postings("folded")
            if alive is None:
                lengths = lengths_of(found.offsets)
            else:
                kept = np.concatenate([[0], np.cumsum(alive[found.docs])])
                lengths = kept[found.offsets[1:]] - kept[found.offsets[:-1]]
            terms.append(found.terms)
            counts.append(lengths)
        if not terms:
            return np.empty(0, np.uint32), np.empty(0, np.int64)
        if len(terms) == 1:
            return terms[0], counts[0]
        unique, inverse = np.unique(np.concatenate(terms), return_inverse=True)
        return unique, np.bincount(inverse, np.concatenate(counts), len(unique)).astype(np.int64)

    def idf(self, frequency: NDArray[np.generic]) -> F64:
        """Return the inverse document frequency of BM25, positive, for numbers of reviews."""
        df = np.asarray(frequency, np.float64)
        idf: F64 = np.log1p((max(self.size, LEAST_SIZE) - df + 0.5) / (df + 0.5))
        return idf

    def idf_of(self, hashes: U32) -> F64:
        """Return the idf of folded words, shape as given; words in no review get the highest."""
        return self.idf(self._frequency_of(hashes))

    def shares_of(self, words: Sequence[str]) -> F64:
        """Return how much words say in this collection, 1 the most any word can, shape `(n,)`."""
        hashes = np.array([term_hash(word) for word in words], np.uint32)
        shares: F64 = self.idf_of(hashes) / self.idf(np.zeros(1))[0]
        return shares

    def _frequency_of(self, hashes: U32) -> I64:
        """Return how many reviews have each of the words.

        The vocabulary is put together when as many words were looked up as it has: not for each message of an index
        that grows between them.
        """
        self._looked_up += len(hashes)
        if self._looked_up < sum(len(segment.postings("folded").terms) for segment in self.segments):
            unique, place = np.unique(hashes, return_inverse=True)
            frequency = np.zeros(len(unique), np.int64)
            for segment, alive in zip(self.segments, self.alive, strict=True):
                postings = segment.postings("folded")
                begin, end = postings.ranges(unique)
                frequency += end - begin if alive is None else _living(postings.docs, begin, end, alive)
            return frequency[place]
        terms, counts = self.vocabulary
        if not len(terms):
            return np.zeros(len(hashes), np.int64)
        at = np.searchsorted(terms, hashes)
        at[at == len(terms)] = 0
        return np.where(terms[at] == hashes, counts[at], 0)


def candidates(snapshot: Snapshot, terms: Terms, *, most: int, vector: F32 | None = None) -> Candidates:
    """Return the `most` reviews with the highest first score, all of them exact; and those nearest to `vector`.

    Cost: two numbers a posting of the message's terms; some 8 ms for a message of 25 words over 300,000 reviews.
    """
    # Bodies are looked at where there are any: what a message lacks in them says nothing.
    fields = FIELDS if any(len(segment.postings("body").terms) for segment in snapshot.segments) else FIELDS[:-1]
    lookups = {field: _Lookup(snapshot, field, terms[field]) for field in fields if len(terms[field].hashes)}
    total = np.array([lookups[f].total if f in lookups else 0.0 for f in FIELDS])
    meanings = snapshot.meanings if vector is not None else None
    near = meanings.nearest(vector, most // 2) if meanings is not None and vector is not None else None
    kept: list[tuple[int, I64, F64, F64]] = []
    floor = 0.0
    for number, segment in enumerate(snapshot.segments):
        mass = np.zeros((len(FIELDS), segment.size))
        for row, field in enumerate(FIELDS):
            if field in lookups:
                lookups[field].add(number, mass[row])
        score = _first_score(mass, segment.head_lengths, snapshot.average_length)
        alive = snapshot.alive[number]
        if alive is not None:
            score[~alive] = 0.0
        docs = _highest(score, most, floor, segment)
        if len(docs) == most:
            floor = max(floor, float(score[docs].min()))
        if near is not None:
            docs = np.union1d(docs, near[number])
        kept.append((number, docs, score[docs], mass[:, docs]))
    where, doc, score, mass = _gathered(snapshot, kept, near, most)
    weights = {field: found.weights for field, found in lookups.items()}
    meaning = np.zeros(len(doc))
    if meanings is not None and vector is not None and len(doc):
        meaning = meanings.standardised(where, doc, vector)
    return Candidates(where, doc, score, mass, total, weights, meaning)


def _first_score(mass: F64, lengths: F64, average: float) -> F64:
    weights = np.array([FIELD_WEIGHT[f] for f in FIELDS])
    heads: F64 = weights[:4] @ mass[:4]
    score: F64 = heads * (K1 + 1) / (1 + length_norm(lengths, average)) + weights[4] * mass[4]
    return score


def length_norm(lengths: F64, average: float) -> F64:
    """Return BM25's K of reviews of these lengths: what a term frequency is weighed against."""
    return K1 * (1 - B + B * lengths / average)


def _highest(score: F64, most: int, floor: float, segment: Segment) -> I64:
    # What equals the floor may still be chosen for its id, wherever it stands.
    above: I64 = np.flatnonzero(score >= floor if floor > 0 else score > 0)
    if len(above) <= most:
        return above
    # One cheap cut before the exact one: most reviews share only a common word.
    values = score[above]
    highest = float(values.max())
    for share in _CHEAP_CUTS:
        strong = values >= share * highest
        if np.count_nonzero(strong) >= most:
            above, values = above[strong], values[strong]
            break
    return above[_best(values, most, lambda row: segment.review_id(int(above[row])))]


def _best(score: F64, most: int, id_of: Callable[[int], str]) -> I64:
    """Return the rows of the `most` highest scores, ascending; at the cut equal scores go by their ids.

    By ids and not by place, so that the answer does not depend on how the reviews are cut into segments.
    """
    cut = float(score[np.argpartition(-score, most - 1)[most - 1]])
    above, equal = np.flatnonzero(score > cut), np.flatnonzero(score == cut)
    room = most - len(above)
    if len(equal) > room:
        equal = np.array(heapq.nsmallest(room, equal.tolist(), key=id_of), np.int64)
    return np.sort(np.concatenate([above, equal]))


def _gathered(
    snapshot: Snapshot, kept: list[tuple[int, I64, F64, F64]], near: list[I64] | None, most: int
) -> tuple[I64, I64, F64, F64]:
    """Return the `most` best of all segments and those that are near in meaning."""
    segment = np.concatenate([np.full(len(docs), number) for number, docs, _s, _m in kept] or [np.empty(0, np.int64)])
    doc = np.concatenate([docs for _n, docs, _s, _m in kept] or [np.empty(0, np.int64)])
    score = np.concatenate([s for _n, _d, s, _m in kept] or [np.empty(0)])
    mass = np.concatenate([m for _n, _d, _s, m in kept] or [np.empty((len(FIELDS), 0))], axis=1)
    if len(doc) <= most:
        return segment, doc, score, mass
    use = np.zeros(len(doc), bool)
    use[_best(score, most, lambda row: snapshot.segments[int(segment[row])].review_id(int(doc[row])))] = True
    if near is not None:
        use |= np.concatenate([np.isin(docs, near[number]) for number, docs, _s, _m in kept])
    return segment[use], doc[use], score[use], mass[:, use]


class _Lookup:
    """The postings of a message's terms in one field, over all segments."""

    def __init__(self, snapshot: Snapshot, field: str, terms: FieldTerms) -> None:
        self._found = [segment.postings(field) for segment in snapshot.segments]
        self._ranges = [found.ranges(terms.hashes) for found in self._found]
        frequency = np.zeros(len(terms.hashes), np.int64)
        for found, (begin, end), alive in zip(self._found, self._ranges, snapshot.alive, strict=True):
            frequency += end - begin if alive is None else _living(found.docs, begin, end, alive)
        weight = snapshot.idf(frequency) * terms.weights
        self.weights = weight.copy()
        self.total = float(weight.sum())
        if field == "grams":
            weight[frequency > max(COMMON_LEAST, COMMON_SHARE * snapshot.size)] = 0.0
        self._weight = weight

    def add(self, number: int, mass: F64) -> None:
        begin, end = self._ranges[number]
        use = np.flatnonzero((end > begin) & (self._weight > 0))
        if not len(use):
            return
        docs = self._found[number].docs
        parts = [docs[a:b] for a, b in zip(begin[use].tolist(), end[use].tolist(), strict=True)]
        weights = np.repeat(self._weight[use], end[use] - begin[use])
        mass += np.bincount(np.concatenate(parts), weights, len(mass))


def _living(docs: NDArray[np.uint16], begin: I64, end: I64, alive: Mask) -> I64:
    return np.array([alive[docs[a:b]].sum() for a, b in zip(begin.tolist(), end.tolist(), strict=True)], np.int64)
