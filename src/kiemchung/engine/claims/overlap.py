"""What messages and their candidate reviews share, token by token, for all candidates of many messages at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import bigram_hashes, pair_hashes, term_hash, word_hashes
from kiemchung.engine.claims.batch import Batch, Coverage, Seen, runs, seen
from kiemchung.engine.claims.candidates import FIELD_WEIGHT, K1, Snapshot, length_norm
from kiemchung.engine.claims.query import FUNCTION_WEIGHT
from kiemchung.engine.claims.segment import FIELDS, Segment
from kiemchung.engine.text import lexicon

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
Mask = NDArray[np.bool_]
_T = TypeVar("_T", bound=np.generic)

# The weights of so many tokens are kept, 8 bytes each; of a larger collection those of the candidates are worked out.
MOST_REMEMBERED = 4_000_000
_WEIGHED_AT_ONCE = 2_000  # reviews
# So much less each word counts for every neighbour that it forms a compound with.
COMPOUND = 0.5
# A word of a marked text that is in the review with other marks only (năm / nấm) counts this much.
OTHER_MARKS = 0.35
# A text with a smaller share of marked words is typed without marks.
_MARKED_SHARE = 0.25


@dataclass(frozen=True)
class Reviews:
    """The candidates' tokens one after the other: whose they are (`owner`), which part (0 claim, 1 title, 2 body).

    `lengths` has the tokens of each part, shape `(count, 3)`, of the reviews in the order of their tokens, `rows`.
    """

    count: int
    rows: I64
    lengths: I64
    tokens: U32
    marks: U8
    owner: I64
    part: NDArray[np.int8]
    weight: F64
    facts: U32
    fact_owner: I64

    def beside(self, where: I64) -> Mask:
        """Return whether the tokens at some places, the last excepted, stand in the same part as the next."""
        after = where + 1
        beside: Mask = (self.owner[after] == self.owner[where]) & (self.part[after] == self.part[where])
        return beside

    @cached_property
    def head_lengths(self) -> I64:
        """Tokens in claim and title of each review."""
        lengths = np.zeros(self.count, np.int64)
        lengths[self.rows] = self.lengths[:, :2].sum(axis=1)
        return lengths

    @cached_property
    def whole_lengths(self) -> I64:
        """Tokens of each review."""
        lengths = np.zeros(self.count, np.int64)
        lengths[self.rows] = self.lengths.sum(axis=1)
        return lengths

    def sums(self, values: F64) -> F64:
        """Return the sum of what each token has over each part, shape `(count, 3)`."""
        return self._over_parts(np.add, values)

    def maxima(self, values: F64) -> F64:
        """Return the highest of what each token has, 0 or more, in each part, shape `(count, 3)`; 0 in empty parts."""
        return self._over_parts(np.maximum, values)

    def _over_parts(self, function: np.ufunc, values: F64) -> F64:
        lengths = self.lengths.ravel()
        found = np.zeros(len(lengths))
        if len(values):
            begins = np.cumsum(lengths) - lengths
            found[lengths > 0] = function.reduceat(values, begins[lengths > 0])
        placed = np.zeros((self.count, 3))
        placed[self.rows] = found.reshape(-1, 3)
        return placed


@lru_cache(maxsize=1)
def _function_hashes() -> U64:
    return np.unique(np.array([term_hash(word) for word in lexicon.chatter().function_words], np.uint64))


@lru_cache(maxsize=1)
def _compound_hashes() -> U64:
    first, second = zip(*lexicon.compounds(), strict=True)
    hashes = np.array([[term_hash(word) for word in words] for words in (first, second)], np.uint32)
    return np.unique(pair_hashes(hashes[0], hashes[1])).astype(np.uint64)


def compound_share(tokens: U32, beside: Mask) -> F64:
    """Return how much of its own weight each word keeps: the words of one compound together say one thing.

    `beside` tells which tokens stand in one text with the next, shape `(tokens - 1,)`. The syllables of "sốt xuất
    huyết" are three tokens and one name; each of them counted whole, a name would outweigh what is said of it.
    """
    share = np.ones(len(tokens))
    if len(tokens) > 1:
        where = seen(_compound_hashes(), bigram_hashes(tokens)).where
        where = where[beside[where]]
        neighbours = np.zeros(len(tokens))
        neighbours[where] += 1
        neighbours[where + 1] += 1
        share /= 1.0 + COMPOUND * neighbours
    return share


def reviews_of(snapshot: Snapshot, batch: Batch) -> Reviews:
    """Return the tokens of all candidates of the batch."""
    where, doc = batch.candidates(lambda found: found.segment), batch.candidates(lambda found: found.doc)
    pieces: list[list[NDArray[Any]]] = [[] for _ in range(8)]
    for number in np.unique(where).tolist():
        rows = np.flatnonzero(where == number)
        segment, docs = snapshot.segments[number], doc[rows]
        begin = segment.sequence_offsets[docs].astype(np.int64)
        length = segment.sequence_offsets[docs + 1] - begin
        at = runs(begin, length)
        first_fact = segment.fact_offsets[docs].astype(np.int64)
        facts = segment.fact_offsets[docs + 1] - first_fact
        parts = segment.parts[docs].astype(np.int64)
        tokens = segment.sequence.take(at, mode="clip")
        known = _remembered_weights(snapshot, number, len(at))
        weights = _weights(snapshot, tokens, parts) if known is None else known.take(at, mode="clip")
        found = rows, parts, tokens, segment.marks.take(at, mode="clip"), np.repeat(rows, length), weights
        for piece, one in zip(
            pieces, (*found, segment.facts[runs(first_fact, facts)], np.repeat(rows, facts)), strict=True
        ):
            piece.append(one)
    rows, lengths, tokens, marks, owner, weight, fact, fact_owner = (
        one[0] if len(one) == 1 else np.concatenate(one) for one in pieces
    )
    part = np.repeat(np.tile(np.array([0, 1, 2], np.int8), len(rows)), lengths.ravel())
    return Reviews(batch.count, rows, lengths, tokens, marks, owner, part, weight, fact, fact_owner)


def _remembered_weights(snapshot: Snapshot, number: int, wanted: int) -> F64 | None:
    """Return the weights of all tokens of a segment, worked out once; `None` while those that are `wanted` cost less.

    That is in a collection too large to keep them; and in one that has just changed, until as many tokens were wanted
    as the segment has: an index that grows between two messages would work out all of them for each.
    """
    if snapshot.tokens > MOST_REMEMBERED:
        return None
    if number not in snapshot.weights:
        segment = snapshot.segments[number]
        snapshot.wanted[number] = snapshot.wanted.get(number, 0) + wanted
        if snapshot.wanted[number] < len(segment.sequence):
            return None
        snapshot.weights[number] = _all_weights(snapshot, segment)
    return snapshot.weights[number]


def _all_weights(snapshot: Snapshot, segment: Segment) -> F64:
    """Return the weights of all tokens of a segment; in chunks, since to work them out takes ten times their memory."""
    weights, offsets = np.empty(len(segment.sequence)), segment.sequence_offsets.astype(np.int64)
    for first in range(0, segment.size, _WEIGHED_AT_ONCE):
        last = min(first + _WEIGHED_AT_ONCE, segment.size)
        here = slice(int(offsets[first]), int(offsets[last]))
        weights[here] = _weights(snapshot, segment.sequence[here], segment.parts[first:last].astype(np.int64))
    return weights


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
class Sightings:
    """Where the reviews have what is looked for: words and alternatives, folded (`folded`), pairs of words, and the
    messages' own words with their marks (`typed`, with their keys and the tokens that they are)."""

    folded: Seen
    pairs: Seen
    typed: Seen
    typed_keys: U64
    typed_tokens: Coverage


def sightings_of(batch: Batch, reviews: Reviews) -> Sightings:
    """Return where the reviews have what their messages look for."""
    numbers = batch.query.astype(np.uint32)[reviews.owner]
    pairs = bigram_hashes(reviews.tokens)
    folded = seen(batch.keys["folded"], reviews.tokens, numbers)
    keys, tokens = batch.typed()
    where = folded.where
    typed = seen(keys, word_hashes(reviews.tokens[where], reviews.marks[where]), numbers[where])
    return Sightings(
        folded=folded,
        pairs=seen(batch.keys["bigrams"], pairs, numbers[: len(pairs)]),
        typed=Seen(where[typed.where], typed.term),
        typed_keys=keys,
        typed_tokens=tokens,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How often (`count`) the terms of the messages stand in their candidates, for each row and term that is there."""

    row: I64
    term: I64
    count: I64


_NONE = Counts(*(np.empty(0, np.int64) for _ in range(3)))


def _counted(batch: Batch, keys: U64, row: I64, term: I64) -> Counts:
    """Return the counts of pairs of row and term, from a table of those terms that are there at all."""
    there = np.zeros(len(keys), bool)
    there[term] = True
    terms = np.flatnonzero(there)
    numbers = np.searchsorted(keys[terms] >> np.uint64(32), np.arange(len(batch.queries) + 1, dtype=np.uint64))
    width = (numbers[1:] - numbers[:-1])[batch.query]
    # The cells of a row are those terms of its message; `base` is where the first of all terms would be.
    base = np.cumsum(width) - width - numbers[:-1][batch.query]
    place = np.cumsum(there) - 1
    counts = np.bincount(base[row] + place[term], minlength=int(width.sum()))
    cells = np.flatnonzero(counts)
    row = np.repeat(np.arange(batch.count), width)[cells]
    return Counts(row, terms[cells - base[row]], counts[cells])


@dataclass(frozen=True, slots=True)
class Overlap:
    """What messages and reviews share: `head` and `everything` say how much of each token of the message is covered,
    shape `(rows, longest message)`; `reviewed` how much of each token of the reviews. `own` are the messages' words;
    `words` and `typed` count the words of the heads, folded and with their marks."""

    head: F64
    everything: F64
    exact: F64
    marked: F64
    reviewed: F64
    own: Coverage
    words: Counts
    typed: Counts


def overlap_of(batch: Batch, reviews: Reviews, sightings: Sightings) -> Overlap:
    """Return what each message shares with each of its candidates."""
    shape = batch.count, int(batch.lengths.max(initial=1))
    reviewed = np.zeros(len(reviews.tokens))
    head, body, exact = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    words, pairs = batch.coverage("folded"), batch.coverage("bigrams")
    beside = sightings.pairs.at(pairs.best[sightings.pairs.term] > 0.0)
    beside = beside.at(reviews.beside(beside.where))
    reviewed[sightings.folded.where] = words.best[sightings.folded.term]
    worth = pairs.best[beside.term]
    for places in (beside.where, beside.where + 1):
        reviewed[places] = np.maximum(reviewed[places], worth)
    in_head, in_body = _by_part(batch, reviews, batch.keys["folded"], sightings.folded)
    for covered, coverage, counts in (
        (head, words, in_head),
        (body, words, in_body),
        *zip((head, body), (pairs, pairs), _by_part(batch, reviews, batch.keys["bigrams"], beside), strict=True),
    ):
        if not len(counts.row):
            continue
        row, token, weight = coverage.spread(counts.row, counts.term)
        np.maximum.at(covered.ravel(), row * shape[1] + token, weight)
    own = words.where(words.weight == 1.0)
    row, token, _weight = own.spread(in_head.row, in_head.term)
    exact[row, token] = 1.0
    everything = np.maximum(head, body)
    typed = _by_part(batch, reviews, sightings.typed_keys, sightings.typed)
    marked = _same_marks(batch, reviews, sightings.typed_tokens, typed, exact)
    other = (exact > 0) & (marked == 0)
    for cover in (head, everything, exact):
        cover[other] = np.minimum(cover[other], OTHER_MARKS)
    return Overlap(head, everything, exact, marked, reviewed, own, in_head, typed[0])


def _by_part(batch: Batch, reviews: Reviews, keys: U64, found: Seen) -> tuple[Counts, Counts]:
    """Return the counts in the heads and in the bodies."""
    in_body = reviews.part[found.where] == 2
    owner = reviews.owner[found.where]
    if not in_body.any():
        return _counted(batch, keys, owner, found.term), _NONE
    inside = _counted(batch, keys, owner[in_body], found.term[in_body])
    return _counted(batch, keys, owner[~in_body], found.term[~in_body]), inside


def _same_marks(batch: Batch, reviews: Reviews, tokens: Coverage, typed: tuple[Counts, Counts], exact: F64) -> F64:
    """Return for each row and token of the message whether the word is there with the same marks (head or body).

    A message typed without marks has all that are there at all, a review without marks has them all.
    """
    marked = np.asarray(exact > 0, np.float64)
    rows = batch.marked[batch.query]
    if not rows.any():
        return marked
    marked[rows] = 0.0
    for counts in typed:
        row, token, _weight = tokens.spread(counts.row, counts.term)
        marked[row[rows[row]], token[rows[row]]] = 1.0
    counted = reviews.sums((reviews.marks > 0).astype(np.float64)).sum(axis=1)
    share = counted / np.maximum(reviews.whole_lengths, 1)
    marked[rows & (share < _MARKED_SHARE)] = 1.0
    return marked


def bm25_of(batch: Batch, reviews: Reviews, sightings: Sightings, shared: Overlap, average: float) -> tuple[F64, F64]:
    """Return BM25 with exact term frequencies of claim and title: of all fields together, and of folded words.

    The index knows presence only; a long passage that repeats a word is more about it.
    """
    norm = length_norm(reviews.head_lengths.astype(np.float64), average)
    where = sightings.pairs.where
    joined = (reviews.owner[where + 1] == reviews.owner[where]) & (reviews.part[where + 1] < 2)
    pairs = _counted(batch, batch.keys["bigrams"], reviews.owner[where[joined]], sightings.pairs.term[joined])
    folded = _saturated(shared.words, norm, batch.weights("folded"))
    typed = np.zeros(len(sightings.typed_keys))
    typed[np.searchsorted(sightings.typed_keys, batch.keys["words"])] = batch.weights("words")
    others = _saturated(pairs, norm, batch.weights("bigrams")) + _saturated(shared.typed, norm, typed)
    mass = batch.candidates(lambda found: found.mass[FIELDS.index("grams")])
    return folded + others + FIELD_WEIGHT["grams"] * mass * (K1 + 1) / (1 + norm), folded


def _saturated(found: Counts, norm: F64, weight: F64) -> F64:
    saturated = found.count * (K1 + 1) / (found.count + norm[found.row])
    return np.bincount(found.row, weight[found.term] * saturated, len(norm)).astype(np.float64)


def exchange_of(reviews: Reviews, sightings: Sightings, shared: Overlap, weight: F64) -> F64:
    """Return the weight of the heaviest word of the message beside a shared word where the head has another word there.

    "vắc xin sởi" and "vắc xin cúm" share the left neighbour and differ in the word: another claim, however much else
    is the same. `weight` has that of each token of the message for each row.
    """
    lacking = (shared.everything < 0.5) & (weight > 0)
    own = shared.own.starts
    words = sightings.folded.at(own[sightings.folded.term + 1] > own[sightings.folded.term])
    found = np.zeros(len(weight))
    last = len(reviews.tokens) - 1
    # Message token i with its left neighbour, review token j with its left neighbour; then the same to the right.
    for mine, neighbour, step in ((slice(1, None), slice(None, -1), 1), (slice(None, -1), slice(1, None), -1)):
        inside = words.at(words.where < last if step == 1 else words.where > 0)
        beside = inside.where + step
        free = (shared.reviewed[beside] < 0.5) & (reviews.part[beside] < 2)
        inside = inside.at(free & reviews.beside(np.minimum(inside.where, beside)))
        contexts = np.zeros(weight.shape, bool)
        row, token, _weight = shared.own.spread(reviews.owner[inside.where], inside.term)
        contexts[row, token] = True
        exchanged = lacking[:, mine] & ~lacking[:, neighbour] & contexts[:, neighbour]
        found = np.maximum(found, (exchanged * weight[:, mine]).max(axis=1, initial=0.0))
    return found
