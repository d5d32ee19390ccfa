"""What a message and its candidate reviews share, token by token, for all candidates at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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

# So much less each word counts for every neighbour that it forms a compound with.
COMPOUND = 0.5
# A word of a marked text that is in the review with other marks only (năm / nấm) counts this much.
OTHER_MARKS = 0.35


@dataclass(frozen=True, slots=True)
class Reviews:
    """The candidates' tokens one after the other: whose they are (`owner`), which part (0 claim, 1 title, 2 body)."""

    count: int
    tokens: U32
    marks: NDArray[np.uint8]
    owner: I64
    part: NDArray[np.int8]
    weight: F64
    facts: U32
    fact_owner: I64


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
        _at, hit = _lookup(_compound_hashes(), bigram_hashes(tokens))
        if beside is not None:
            hit &= beside
        neighbours = np.zeros(len(tokens))
        neighbours[:-1] += hit
        neighbours[1:] += hit
        share /= 1.0 + COMPOUND * neighbours
    return share


def _slices(array: NDArray[_T], offsets: NDArray[np.uint32], docs: I64) -> tuple[list[NDArray[_T]], I64]:
    begin, end = offsets[docs].astype(np.int64), offsets[docs + 1].astype(np.int64)
    return [array[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)], end - begin


def reviews_of(snapshot: Snapshot, found: Candidates) -> Reviews:
    tokens: list[U32] = []
    marks: list[U8] = []
    facts: list[U32] = []
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
        lengths.append(length)
        slices, length = _slices(segment.facts, segment.fact_offsets, docs)
        facts += slices
        fact_lengths.append(length)
        parts.append(segment.parts[docs])
        order.append(rows)
    rows = np.concatenate(order)
    sequence: U32 = np.concatenate(tokens)
    part_lengths = np.concatenate(parts).astype(np.int64)
    owner = np.repeat(rows, np.concatenate(lengths))
    part = np.repeat(np.tile(np.array([0, 1, 2], np.int8), len(rows)), part_lengths.ravel())
    weight = _weights(snapshot, sequence)
    weight *= compound_share(sequence, (owner[1:] == owner[:-1]) & (part[1:] == part[:-1]))
    head = np.flatnonzero(part < 2)
    weight[head] /= occurrences((owner[head] << 33) | (part[head].astype(np.int64) << 32) | sequence[head])
    return Reviews(
        count=len(rows),
        tokens=sequence,
        marks=np.concatenate(marks),
        owner=owner,
        part=part,
        weight=weight,
        facts=np.concatenate(facts),
        fact_owner=np.repeat(rows, np.concatenate(fact_lengths)),
    )


def _weights(snapshot: Snapshot, tokens: U32) -> F64:
    functions = _function_hashes()
    _at, hit = _lookup(functions, tokens)
    return snapshot.idf_of(tokens) * np.where(hit, FUNCTION_WEIGHT, 1.0)


def occurrences(values: NDArray[_T]) -> F64:
    """Return for each value how often it occurs: a word that is repeated says no more than once.

    >>> occurrences(np.array([7, 5, 7])).tolist()
    [2.0, 1.0, 2.0]
    """
    _unique, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return counts[place].astype(np.float64)


def _lookup(known: U32, tokens: U32) -> tuple[I64, Mask]:
    """Return for each token its place in the sorted `known`, and whether it is there."""
    if not len(known):
        return np.zeros(len(tokens), np.int64), np.zeros(len(tokens), bool)
    at = np.searchsorted(known, tokens)
    at[at == len(known)] = 0
    return at, known[at] == tokens


@dataclass(frozen=True, slots=True)
class Overlap:
    """What message and reviews share: `head` and `everything` say how much of each token of the message is covered,
    shape `(reviews, tokens)`; `reviewed` how much of each token of the reviews."""

    head: F64
    everything: F64
    exact: F64
    marked: F64
    reviewed: F64


def overlap_of(query: Query, reviews: Reviews) -> Overlap:
    ways = query.alternatives
    pair_hash = np.zeros(len(reviews.tokens), np.uint32)
    pair_hash[:-1] = bigram_hashes(reviews.tokens)
    joined = np.zeros(len(reviews.tokens), bool)
    joined[:-1] = (reviews.owner[1:] == reviews.owner[:-1]) & (reviews.part[1:] == reviews.part[:-1])
    reviewed = np.zeros(len(reviews.tokens))
    present_head = np.zeros((reviews.count, len(ways.hashes)), bool)
    present_body = np.zeros_like(present_head)
    for is_pair, hashes, usable in ((False, reviews.tokens, None), (True, pair_hash, joined)):
        rows = np.flatnonzero(ways.is_pair == is_pair)
        if not len(rows):
            continue
        known, inverse = np.unique(ways.hashes[rows], return_inverse=True)
        best = np.zeros(len(known))
        np.maximum.at(best, inverse, ways.weight[rows])
        at, hit = _lookup(known, hashes)
        if usable is not None:
            hit &= usable
        where = np.flatnonzero(hit)
        np.maximum.at(reviewed, where, best[at[where]])
        if is_pair:
            np.maximum.at(reviewed, where + 1, best[at[where]])
        for present, inside in (
            (present_head, reviews.part[where] < 2),
            (present_body, reviews.part[where] == 2),
        ):
            table = np.zeros((reviews.count, len(known)), bool)
            table[reviews.owner[where[inside]], at[where[inside]]] = True
            present[:, rows] = table[:, inverse]
    head, exact = _covered(query, present_head)
    everything, _ = _covered(query, present_head | present_body)
    marked = _same_marks(query, reviews)
    if marked is None:
        return Overlap(head, everything, exact, np.asarray(exact > 0, np.float64), reviewed)
    other = (exact > 0) & (marked == 0)
    for cover in (head, everything, exact):
        cover[other] = np.minimum(cover[other], OTHER_MARKS)
    return Overlap(head, everything, exact, marked, reviewed)


def _covered(query: Query, present: Mask) -> tuple[F64, F64]:
    """Return how much of each token is covered, by any alternative and by itself, shape `(reviews, tokens)`."""
    ways, tokens = query.alternatives, len(query.token_weight)
    spans = ways.end - ways.begin
    row = np.repeat(np.arange(len(spans)), spans)
    token = np.repeat(ways.begin, spans) + np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
    order = np.argsort(token, kind="stable")
    row, token = row[order], token[order]
    starts = np.searchsorted(token, np.arange(tokens))
    values = present[:, row] * ways.weight[row]
    own = ways.weight[row] == 1.0
    return np.maximum.reduceat(values, starts, axis=1), np.maximum.reduceat(values * own, starts, axis=1)


def _same_marks(query: Query, reviews: Reviews) -> F64 | None:
    """Return for each review and token of the message whether the word is there with the same marks (head or body).

    `None` when the message is typed without marks; a review without marks has them all.
    """
    if not query.marked:
        return None
    own = word_hashes(query.analysed.folded, query.analysed.marks)
    known, inverse = np.unique(own, return_inverse=True)
    at, hit = _lookup(known, word_hashes(reviews.tokens, reviews.marks))
    table = np.zeros((reviews.count, len(known)))
    table[reviews.owner[hit], at[hit]] = 1.0
    share = np.bincount(reviews.owner, reviews.marks > 0, reviews.count) / np.maximum(
        np.bincount(reviews.owner, minlength=reviews.count), 1
    )
    table[share < 0.25] = 1.0
    return table[:, inverse]


def bm25_of(query: Query, reviews: Reviews, found: Candidates, average: float) -> tuple[F64, F64]:
    """Return BM25 with exact term frequencies of claim and title: of all fields together, and of folded words.

    The index knows presence only; a long passage that repeats a word is more about it.
    """
    head = reviews.part < 2
    lengths = np.bincount(reviews.owner[head], minlength=reviews.count).astype(np.float64)
    norm = length_norm(lengths, average)
    own = query.terms
    pairs = np.zeros(len(reviews.tokens), np.uint32)
    pairs[:-1] = bigram_hashes(reviews.tokens)
    joined = np.zeros(len(reviews.tokens), bool)
    joined[:-1] = (reviews.owner[1:] == reviews.owner[:-1]) & head[1:]
    words = word_hashes(reviews.tokens, reviews.marks)
    folded = _saturated(reviews, own["folded"].hashes, reviews.tokens, head, norm) @ found.weights["folded"]
    score = folded.copy()
    if "bigrams" in found.weights:
        score += _saturated(reviews, own["bigrams"].hashes, pairs, joined, norm) @ found.weights["bigrams"]
    if "words" in found.weights:
        score += _saturated(reviews, own["words"].hashes, words, head, norm) @ found.weights["words"]
    grams = found.mass[FIELDS.index("grams")]
    score += FIELD_WEIGHT["grams"] * grams * (K1 + 1) / (1 + norm)
    return score, folded


def _saturated(reviews: Reviews, known: U32, hashes: U32, use: Mask, norm: F64) -> F64:
    """Return BM25's saturated frequency of each known term in each review, shape `(reviews, terms)`."""
    at, hit = _lookup(known, hashes)
    hit &= use
    cells = np.bincount(reviews.owner[hit] * len(known) + at[hit], minlength=reviews.count * len(known))
    counts = cells.reshape(reviews.count, len(known)).astype(np.float64)
    saturated: F64 = counts * (K1 + 1) / (counts + norm[:, None])
    return saturated


def exchange_of(query: Query, reviews: Reviews, shared: Overlap, weight: F64) -> F64:
    """Return the weight of the heaviest word of the message beside a shared word where the head has another word there.

    "vắc xin sởi" and "vắc xin cúm" share the left neighbour and differ in the word: another claim, however much else
    is the same.
    """
    tokens = query.analysed.folded
    if len(tokens) < 2:
        return np.zeros(reviews.count)
    lacking = shared.everything < 0.5
    free = (shared.reviewed < 0.5) & (reviews.part < 2)
    beside = (reviews.owner[1:] == reviews.owner[:-1]) & (reviews.part[1:] == reviews.part[:-1])
    known, place = np.unique(tokens, return_inverse=True)
    at, hit = _lookup(known, reviews.tokens)
    found = np.zeros(reviews.count)
    # Message token i with its left neighbour, review token j with its left neighbour; then the same to the right.
    for own, neighbour in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        where = free[own] & hit[neighbour] & beside
        contexts = np.zeros((reviews.count, len(known)), bool)
        contexts[reviews.owner[own][where], at[neighbour][where]] = True
        exchanged = lacking[:, own] & ~lacking[:, neighbour] & contexts[:, place[neighbour]]
        found = np.maximum(found, (exchanged * weight[own]).max(axis=1, initial=0.0))
    return found
