"""What a message and its candidate reviews share, token by token, for all candidates at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import bigram_hashes, pair_hashes, term_hash, word_hashes
from kiemchung.engine.claims.candidates import FIELD_WEIGHT, K1, Candidates, Snapshot, length_norm
from kiemchung.engine.claims.query import FUNCTION_WEIGHT, Query
from kiemchung.engine.claims.segment import FIELDS
from kiemchung.engine.text import lexicon

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
Mask = NDArray[np.bool_]
_T = TypeVar("_T", bound=np.generic)

# The weights of so many tokens are kept, 8 bytes each; of a larger collection those of the candidates are worked out.
MOST_REMEMBERED = 4_000_000
_MANY = 500
# So much less each word counts for every neighbour that it forms a compound with.
COMPOUND = 0.5
# A word of a marked text that is in the review with other marks only (năm / nấm) counts this much.
OTHER_MARKS = 0.35


@dataclass(frozen=True)
class Reviews:
    """The candidates' tokens one after the other: whose they are (`owner`), which part (0 claim, 1 title, 2 body).

    `lengths` has the tokens of each part, shape `(count, 3)`, of the reviews in the order of their tokens, `rows`.
    """

    count: int
    rows: I64
    lengths: I64
    tokens: U32
    marks: NDArray[np.uint8]
    owner: I64
    part: NDArray[np.int8]
    weight: F64
    facts: U32
    fact_owner: I64

    @cached_property
    def _cell(self) -> I64:
        return self.owner * 3 + self.part

    @cached_property
    def beside(self) -> Mask:
        """Whether each token and the one after it stand in the same part, shape `(tokens - 1,)`."""
        beside: Mask = (self.owner[1:] == self.owner[:-1]) & (self.part[1:] == self.part[:-1])
        return beside

    @cached_property
    def pairs(self) -> U32:
        """The hash of each token with the one after it, whose it may be or not."""
        return np.append(bigram_hashes(self.tokens), np.uint32(0))[: len(self.tokens)]

    @cached_property
    def words(self) -> U32:
        """The hash of each token with its marks."""
        return word_hashes(self.tokens, self.marks)

    @cached_property
    def head_lengths(self) -> I64:
        """Tokens in claim and title of each review."""
        lengths = np.zeros(self.count, np.int64)
        lengths[self.rows] = self.lengths[:, :2].sum(axis=1)
        return lengths

    def sums(self, values: F64) -> F64:
        """Return the sum of what each token has over each part, shape `(count, 3)`."""
        return np.asarray(np.bincount(self._cell, values, 3 * self.count), np.float64).reshape(-1, 3)

    def maxima(self, values: F64) -> F64:
        """Return the highest of what each token has, 0 or more, in each part, shape `(count, 3)`; 0 in empty parts."""
        lengths = self.lengths.ravel()
        found = np.maximum.reduceat(np.append(values, 0.0), np.cumsum(lengths) - lengths)
        found[lengths == 0] = 0.0
        placed = np.zeros((self.count, 3))
        placed[self.rows] = found.reshape(-1, 3)
        return placed


@lru_cache(maxsize=1)
def _function_hashes() -> U32:
    return np.unique(np.array([term_hash(word) for word in lexicon.chatter().function_words], np.uint32))


@lru_cache(maxsize=1)
def _compound_hashes() -> U32:
    first, second = zip(*lexicon.compounds(), strict=True)
    hashes = np.array([[term_hash(word) for word in words] for words in (first, second)], np.uint32)
    return np.unique(pair_hashes(hashes[0], hashes[1]))


def compound_share(tokens: U32, beside: Mask | None = None) -> F64:
    """Return how much of its own weight each word keeps: the words of one compound together say one thing.

    `beside` tells which tokens stand in one text with the next, shape `(tokens - 1,)`; all do by default.

    The syllables of "sốt xuất huyết" are three tokens and one name; each of them counted whole, a name would outweigh
    what is said of it.
    """
    share = np.ones(len(tokens))
    if len(tokens) > 1:
        where = seen(_compound_hashes(), bigram_hashes(tokens)).where
        if beside is not None:
            where = where[beside[where]]
        neighbours = np.zeros(len(tokens))
        neighbours[where] += 1
        neighbours[where + 1] += 1
        share /= 1.0 + COMPOUND * neighbours
    return share


def _slices(array: NDArray[_T], offsets: NDArray[np.uint32], docs: I64) -> tuple[list[NDArray[_T]], I64]:
    begin, end = offsets[docs].astype(np.int64), offsets[docs + 1].astype(np.int64)
    return [array[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)], end - begin


def reviews_of(snapshot: Snapshot, found: Candidates) -> Reviews:
    tokens: list[U32] = []
    marks: list[U8] = []
    facts: list[U32] = []
    weights: list[F64] = []
    lengths: list[I64] = []
    fact_lengths: list[I64] = []
    parts: list[NDArray[np.uint16]] = []
    order: list[I64] = []
    for number in np.unique(found.segment):
        rows = np.flatnonzero(found.segment == number)
        segment, docs = snapshot.segments[number], found.doc[rows]
        slices, length = _slices(segment.sequence, segment.sequence_offsets, docs)
        tokens += slices
        marks += _slices(segment.marks, segment.sequence_offsets, docs)[0]
        if (known := _remembered_weights(snapshot, int(number))) is not None:
            weights += _slices(known, segment.sequence_offsets, docs)[0]
        lengths.append(length)
        slices, length = _slices(segment.facts, segment.fact_offsets, docs)
        facts += slices
        fact_lengths.append(length)
        parts.append(segment.parts[docs])
        order.append(rows)
    rows = np.concatenate(order)
    sequence: U32 = np.concatenate(tokens)
    part_lengths = np.concatenate(parts).astype(np.int64)
    return Reviews(
        count=len(rows),
        rows=rows,
        lengths=part_lengths,
        tokens=sequence,
        marks=np.concatenate(marks),
        owner=np.repeat(rows, np.concatenate(lengths)),
        part=np.repeat(np.tile(np.array([0, 1, 2], np.int8), len(rows)), part_lengths.ravel()),
        weight=np.concatenate(weights) if weights else _weights(snapshot, sequence, part_lengths),
        facts=np.concatenate(facts),
        fact_owner=np.repeat(rows, np.concatenate(fact_lengths)),
    )


def _remembered_weights(snapshot: Snapshot, number: int) -> F64 | None:
    """Return the weights of all tokens of a segment, worked out once; `None` in a collection too large to keep them."""
    if snapshot.tokens > MOST_REMEMBERED:
        return None
    if number not in snapshot.weights:
        segment = snapshot.segments[number]
        snapshot.weights[number] = _weights(snapshot, segment.sequence, segment.parts.astype(np.int64))
    return snapshot.weights[number]


def _weights(snapshot: Snapshot, tokens: U32, lengths: I64) -> F64:
    """Return the weights of the tokens of reviews; `lengths` are those of their parts, shape `(reviews, 3)`."""
    part = np.repeat(np.arange(lengths.size), lengths.ravel())
    weight = snapshot.idf_of(tokens)
    weight[seen(_function_hashes(), tokens).where] *= FUNCTION_WEIGHT
    weight *= compound_share(tokens, part[1:] == part[:-1])
    head = np.flatnonzero(part % 3 < 2)
    weight[head] /= occurrences((part[head] << 32) | tokens[head])
    return weight


def occurrences(values: NDArray[_T]) -> F64:
    """Return for each value how often it occurs: a word that is repeated says no more than once.

    >>> occurrences(np.array([7, 5, 7])).tolist()
    [2.0, 1.0, 2.0]
    """
    _unique, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[place], np.float64)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which of some terms stand where: at place `where[i]` stands term `term[i]` of the sorted `terms`."""

    terms: U32
    where: I64
    term: I64

    def at(self, chosen: Mask) -> Seen:
        """Return those for which `chosen` is true, shape `(len(where),)`."""
        return Seen(self.terms, self.where[chosen], self.term[chosen])

    def of(self, terms: U32) -> Seen:
        """Return where those of `terms` stand, all of which are among these."""
        number = np.full(len(self.terms), -1)
        number[np.searchsorted(self.terms, terms)] = np.arange(len(terms))
        term = number[self.term]
        return Seen(terms, self.where[term >= 0], term[term >= 0])


def seen(terms: U32, hashes: U32) -> Seen:
    """Return where the sorted `terms` stand in `hashes`.

    Most of many hashes are none of them, which a table of half a hash tells twenty times as fast as a search.
    """
    where = np.arange(len(hashes))
    if len(hashes) > _MANY:
        halves = np.zeros(1 << 16, bool)
        halves[terms.astype(np.uint16)] = True
        where = np.flatnonzero(halves[hashes.astype(np.uint16)])
    likely = hashes[where]
    term = np.searchsorted(terms, likely)
    term[term == len(terms)] = 0
    return Seen(terms, where, term).at(terms[term] == likely) if len(terms) else Seen(terms, where, term)


@dataclass(frozen=True, slots=True)
class Sightings:
    """Where the reviews have the message's words and their alternatives, folded, its pairs, and its marked words."""

    folded: Seen
    pairs: Seen
    words: Seen


def sightings_of(query: Query, reviews: Reviews) -> Sightings:
    own_words = np.unique(word_hashes(query.analysed.folded, query.analysed.marks))
    return Sightings(
        folded=seen(query.terms["folded"].hashes, reviews.tokens),
        pairs=seen(query.terms["bigrams"].hashes, reviews.pairs),
        words=seen(own_words, reviews.words) if query.analysed.marks.any() else seen(own_words[:0], reviews.tokens[:0]),
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """What message and reviews share: `head` and `everything` say how much of each token of the message is covered,
    shape `(reviews, tokens)`; `reviewed` how much of each token of the reviews."""

    head: F64
    everything: F64
    exact: F64
    marked: F64
    reviewed: F64


def overlap_of(query: Query, reviews: Reviews, sightings: Sightings) -> Overlap:
    joined = np.append(reviews.beside, False)[: len(reviews.tokens)]
    pairs = sightings.pairs.at(joined[sightings.pairs.where])
    reviewed = np.zeros(len(reviews.tokens))
    ways = query.alternatives
    present_head = np.zeros((reviews.count, len(ways.hashes)), bool)
    present_body = np.zeros_like(present_head)
    for is_pair, found in ((False, sightings.folded), (True, pairs)):
        rows = np.flatnonzero(ways.is_pair == is_pair)
        if not len(rows):
            continue
        term = np.searchsorted(found.terms, ways.hashes[rows])
        best = np.zeros(len(found.terms))
        np.maximum.at(best, term, ways.weight[rows])
        for covered in (found.where, found.where + 1) if is_pair else (found.where,):
            reviewed[covered] = np.maximum(reviewed[covered], best[found.term])
        in_body = reviews.part[found.where] == 2
        for present, inside in ((present_head, found.at(~in_body)), (present_body, found.at(in_body))):
            if len(inside.where):
                table = np.zeros((reviews.count, len(found.terms)), bool)
                table[reviews.owner[inside.where], inside.term] = True
                present[:, rows] = table[:, term]
    head, exact = _covered(query, present_head)
    everything = _covered(query, present_head | present_body)[0] if present_body.any() else head.copy()
    marked = _same_marks(query, reviews, sightings.words)
    if marked is None:
        return Overlap(head, everything, exact, np.asarray(exact > 0, np.float64), reviewed)
    other = (exact > 0) & (marked == 0)
    for cover in (head, everything, exact):
        cover[other] = np.minimum(cover[other], OTHER_MARKS)
    return Overlap(head, everything, exact, marked, reviewed)


def _covered(query: Query, present: Mask) -> tuple[F64, F64]:
    """Return how much of each token is covered, by any alternative and by itself, shape `(reviews, tokens)`."""
    ways, tokens = query.alternatives, len(query.token_weight)
    # Of the alternatives only those that some review has; the words themselves stand for every token.
    use = np.flatnonzero(present.any(axis=0) | (ways.weight == 1.0))
    begin, weight, present = ways.begin[use], ways.weight[use], present[:, use]
    spans = ways.end[use] - begin
    row = np.repeat(np.arange(len(spans)), spans)
    token = np.repeat(begin, spans) + np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
    order = np.argsort(token, kind="stable")
    row, token = row[order], token[order]
    starts = np.searchsorted(token, np.arange(tokens))
    values = present[:, row] * weight[row]
    own = weight[row] == 1.0
    return np.maximum.reduceat(values, starts, axis=1), np.maximum.reduceat(values * own, starts, axis=1)


def _same_marks(query: Query, reviews: Reviews, found: Seen) -> F64 | None:
    """Return for each review and token of the message whether the word is there with the same marks (head or body).

    `None` when the message is typed without marks; a review without marks has them all.
    """
    if not query.marked:
        return None
    own = word_hashes(query.analysed.folded, query.analysed.marks)
    table = np.zeros((reviews.count, len(found.terms)))
    table[reviews.owner[found.where], found.term] = 1.0
    share = np.bincount(reviews.owner, reviews.marks > 0, reviews.count) / np.maximum(
        np.bincount(reviews.owner, minlength=reviews.count), 1
    )
    table[share < 0.25] = 1.0
    return table[:, np.searchsorted(found.terms, own)]


def bm25_of(query: Query, reviews: Reviews, sightings: Sightings, found: Candidates, average: float) -> tuple[F64, F64]:
    """Return BM25 with exact term frequencies of claim and title: of all fields together, and of folded words.

    The index knows presence only; a long passage that repeats a word is more about it.
    """
    head = reviews.part < 2
    norm = length_norm(reviews.head_lengths.astype(np.float64), average)
    joined = np.zeros(len(reviews.tokens), bool)
    joined[:-1] = (reviews.owner[1:] == reviews.owner[:-1]) & head[1:]
    fields = {
        "folded": sightings.folded.at(head[sightings.folded.where]),
        "bigrams": sightings.pairs.at(joined[sightings.pairs.where]),
        "words": sightings.words.at(head[sightings.words.where]).of(query.terms["words"].hashes),
    }
    scores = [
        _saturated(reviews, use, norm, found.weights[name]) for name, use in fields.items() if name in found.weights
    ]
    grams = FIELD_WEIGHT["grams"] * found.mass[FIELDS.index("grams")] * (K1 + 1) / (1 + norm)
    return sum(scores, np.zeros(reviews.count)) + grams, scores[0]


def _saturated(reviews: Reviews, found: Seen, norm: F64, weight: F64) -> F64:
    """Return the sum over the found terms of their weight and BM25's saturated frequency, shape `(reviews,)`."""
    counts = np.bincount(reviews.owner[found.where] * len(found.terms) + found.term)
    cells = np.flatnonzero(counts)
    owner, term = np.divmod(cells, max(len(found.terms), 1))
    frequency = counts[cells]
    saturated = frequency * (K1 + 1) / (frequency + norm[owner])
    return np.bincount(owner, weight[term] * saturated, reviews.count).astype(np.float64)


def exchange_of(query: Query, reviews: Reviews, sightings: Sightings, shared: Overlap, weight: F64) -> F64:
    """Return the weight of the heaviest word of the message beside a shared word where the head has another word there.

    "vắc xin sởi" and "vắc xin cúm" share the left neighbour and differ in the word: another claim, however much else
    is the same.
    """
    tokens = query.analysed.folded
    if len(tokens) < 2:
        return np.zeros(reviews.count)
    lacking = shared.everything < 0.5
    free = (shared.reviewed < 0.5) & (reviews.part < 2)
    known, place = np.unique(tokens, return_inverse=True)
    words = sightings.folded.of(known)
    found = np.zeros(reviews.count)
    # Message token i with its left neighbour, review token j with its left neighbour; then the same to the right.
    for own, neighbour, step in ((slice(1, None), slice(None, -1), 1), (slice(None, -1), slice(1, None), -1)):
        inside = words.at(words.where < len(free) - 1 if step == 1 else words.where > 0)
        beside = free[inside.where + step] & reviews.beside[np.minimum(inside.where, inside.where + step)]
        contexts = np.zeros((reviews.count, len(known)), bool)
        contexts[reviews.owner[inside.where[beside]], inside.term[beside]] = True
        exchanged = lacking[:, own] & ~lacking[:, neighbour] & contexts[:, place[neighbour]]
        found = np.maximum(found, (exchanged * weight[own]).max(axis=1, initial=0.0))
    return found
