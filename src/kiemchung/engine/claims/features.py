"""Named features of a message and its candidates: shares in [0, 1] that do not depend on the collection's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.batch import Batch, keyed, seen
from kiemchung.engine.claims.candidates import FIELD_WEIGHT, K1, Candidates, Snapshot
from kiemchung.engine.claims.facts import FACT_CLASSES, VALUE_BITS, class_of, group_of
from kiemchung.engine.claims.overlap import (
    Overlap,
    Reviews,
    bm25_of,
    compound_share,
    exchange_of,
    occurrences,
    overlap_of,
    reviews_of,
    sightings_of,
)
from kiemchung.engine.claims.query import Query
from kiemchung.engine.claims.segment import FIELDS

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

# A word of at least this share of the highest weight says what a text is about.
HEAVY = 0.35
# A claim within a long message takes about so many words.
WINDOW = 16
# So many messages with so many tokens of candidates are worked out at once: larger arrays leave the nearest memory.
_MOST_QUERIES = 32
_MOST_TOKENS = 200_000

_FACT_FEATURES = tuple(f"{name}_{what}" for name in FACT_CLASSES for what in ("same", "different", "missing", "extra"))
FEATURES: tuple[str, ...] = (
    "bm25_share",  # BM25 over words, folded words, pairs and 4-grams, relative to the best candidate's
    "bm25_self",  # … relative to that of the message itself
    "bm25_absolute",  # … in words of the highest weight, saturating: how much is shared, however long the message
    "folded_share",  # the same for folded words alone
    "message_in_head",  # share of the message's weight found in claim and title, alternatives included
    "message_in_all",  # … in claim, title or body
    "message_in_window",  # … for the stretch of the message of at most 16 words that is found best
    "message_exact",  # … in the head, own words only
    "claim_in_message",  # share of the claim's weight found in the message
    "title_in_message",
    "head_in_message",  # the better of claim and title
    "bigrams_in_head",
    "grams_in_head",
    "words_in_head",  # share of the message's marked words found with the same marks
    "order",  # share of the message's matched neighbours that are neighbours in the head
    "rarest_missing",  # weight of the heaviest word of the message that the review lacks
    "claim_rarest_missing",  # weight of the heaviest word of the claim that the message lacks
    "matched_words",  # how many words of weight are shared, saturating
    "agreement",  # harmonic mean of the message's share in the review and the head's share in the message
    "message_missing",  # how many heavy words of the message the review lacks, saturating
    "claim_missing",  # how many heavy words of the claim the message lacks, saturating
    "window_missing",  # the smaller of what that stretch and the head lack of each other
    "both_missing",  # the smaller of the two shares that each lacks: a word was exchanged
    "exchange",  # weight of a word of the message that stands where the head has another word
    "exchange_apart",  # the lighter of the heaviest words each lacks, worth more the more they agree otherwise
    "message_in_brief",  # message_in_all, worth less the longer the head is
    "bm25_in_length",  # bm25_share, worth more the longer the head is
    "message_length",
    "claim_length",
    "length_ratio",
    *_FACT_FEATURES,
    "meaning_english",  # standardised cosine of the encoder's vectors, for English messages; 0 without an encoder
    "meaning_other",  # the same for messages in other languages: an English encoder knows little of them
)


def features_of(snapshot: Snapshot, query: Query, found: Candidates) -> F64:
    """Return the features of each candidate, shape `(candidates, len(FEATURES))`, columns in the order of `FEATURES`.

    Cost: about a millisecond for a hundred candidates of 40 words.
    """
    return features_of_many(snapshot, [query], [found])[0]


def features_of_many(snapshot: Snapshot, queries: Sequence[Query], found: Sequence[Candidates]) -> list[F64]:
    """Return `features_of` each message and its candidates; many at once take a third of the time."""
    features = [np.empty((0, len(FEATURES)))] * len(queries)
    for numbers in _together(snapshot, queries, found):
        batch = Batch([queries[n] for n in numbers], [found[n] for n in numbers])
        rows = _features(snapshot, batch)
        for number, part in zip(numbers, np.split(rows, batch.starts[1:]), strict=True):
            features[number] = part
    return features


def _together(snapshot: Snapshot, queries: Sequence[Query], found: Sequence[Candidates]) -> Iterator[list[int]]:
    """Yield the numbers of messages that are worked out at once: those of about one length, with candidates."""
    numbers: list[int] = []
    room = _MOST_TOKENS
    each = snapshot.tokens // max(sum(segment.size for segment in snapshot.segments), 1)
    with_candidates = (number for number, one in enumerate(found) if len(one.doc))
    for number in sorted(with_candidates, key=lambda n: len(queries[n].token_weight)):
        needed = len(found[number].doc) * (each + len(queries[number].token_weight))
        if numbers and (len(numbers) == _MOST_QUERIES or needed > room):
            yield numbers
            numbers, room = [], _MOST_TOKENS
        numbers.append(number)
        room -= needed
    if numbers:
        yield numbers


def _features(snapshot: Snapshot, batch: Batch) -> F64:
    reviews = reviews_of(snapshot, batch)
    sightings = sightings_of(batch, reviews)
    shared = overlap_of(batch, reviews, sightings)
    message = batch.table(_message_weights(snapshot, batch))
    weights = _Weights(
        message=message[batch.query],
        total=np.maximum(message.sum(axis=1), 1e-9)[batch.query],
        highest=float(snapshot.idf(np.zeros(1))[0]),
    )
    english = np.array([query.english for query in batch.queries])[batch.query]
    meaning = batch.candidates(lambda found: found.meaning)
    columns = {
        **_score_features(
            snapshot, batch, reviews, bm25_of(batch, reviews, sightings, shared, snapshot.average_length)
        ),
        **_share_features(batch, reviews, shared, weights),
        "exchange": exchange_of(reviews, sightings, shared, weights.message) / weights.highest,
        **_fact_features(batch, reviews),
        "meaning_english": meaning * english,
        "meaning_other": meaning * ~english,
    }
    return np.array([columns[name] for name in FEATURES]).T


@dataclass(frozen=True, slots=True)
class _Weights:
    """For each row the weight of each token of the message and of all, and the highest any word can have."""

    message: F64
    total: F64
    highest: float


def _message_weights(snapshot: Snapshot, batch: Batch) -> F64:
    tokens, number = batch.tokens, batch.number
    own = snapshot.idf_of(tokens) * batch.joined(lambda query: query.token_weight)
    return own * compound_share(tokens, number[1:] == number[:-1]) / occurrences(keyed(number, tokens))


def _score_features(snapshot: Snapshot, batch: Batch, reviews: Reviews, scores: tuple[F64, F64]) -> dict[str, F64]:
    bm25, folded = scores
    totals = np.array([found.total for found in batch.found]).T[:, batch.query]
    whole = dict(zip(FIELDS, totals, strict=True))
    mass = dict(zip(FIELDS, batch.candidates(lambda found: found.mass), strict=True))
    own_score = whole["words"] + whole["folded"] + whole["bigrams"] + FIELD_WEIGHT["grams"] * whole["grams"]
    share = bm25 / np.maximum(batch.highest(bm25), 1e-9)
    absolute = bm25 / ((K1 + 1) * float(snapshot.idf(np.zeros(1))[0]))
    lengths = reviews.head_lengths
    words = batch.lengths[batch.query]
    return {
        "bm25_share": share,
        "bm25_self": bm25 / np.maximum((K1 + 1) * own_score, 1e-9),
        "bm25_absolute": absolute / (absolute + 10.0),
        "bm25_in_length": share * (1.0 - _brevity(lengths)),
        "folded_share": folded / np.maximum(batch.highest(folded), 1e-9),
        "bigrams_in_head": mass["bigrams"] / np.maximum(whole["bigrams"], 1e-9),
        "grams_in_head": mass["grams"] / np.maximum(whole["grams"], 1e-9),
        "order": mass["bigrams"] / np.maximum(mass["folded"], 1e-9),
        "message_length": np.log1p(words),
        "claim_length": np.log1p(lengths),
        "length_ratio": np.log((words + 3.0) / (lengths + 3.0)),
    }


def _brevity(lengths: I64) -> F64:
    """Return a factor near 1 for a short head, falling with its length."""
    return np.asarray(1.0 / (1.0 + lengths / 50.0), np.float64)


def _share_features(batch: Batch, reviews: Reviews, shared: Overlap, weights: _Weights) -> dict[str, F64]:
    weight, total, highest = weights.message, weights.total, weights.highest
    shares = reviews.sums(shared.reviewed * reviews.weight) / np.maximum(reviews.sums(reviews.weight), 1e-9)
    claim_share, title_share = shares[:, 0], shares[:, 1]
    head_share = np.maximum(claim_share, title_share)
    in_all = (shared.everything * weight).sum(axis=1) / total
    matched = (shared.head * (weight > HEAVY * highest)).sum(axis=1)
    missing = (1.0 - shared.everything) * weight
    lacking = np.count_nonzero(missing > HEAVY * highest, axis=1)
    rarest = missing.max(axis=1, initial=0.0) / highest
    unsaid = (1.0 - shared.reviewed) * reviews.weight
    claim_rarest = reviews.maxima(unsaid)[:, 0] / highest
    claim_lacking = reviews.sums((unsaid > HEAVY * highest).astype(np.float64))[:, 0]
    in_window = _best_window(batch, shared.everything, weights, in_all)
    agreement = 2 * in_all * head_share / np.maximum(in_all + head_share, 1e-9)
    return {
        "message_in_head": (shared.head * weight).sum(axis=1) / total,
        "message_in_all": in_all,
        "message_in_brief": in_all * _brevity(reviews.head_lengths),
        "message_in_window": in_window,
        "window_missing": np.minimum(1.0 - in_window, 1.0 - head_share),
        "message_exact": (shared.exact * weight).sum(axis=1) / total,
        "words_in_head": (shared.marked * (shared.exact > 0) * weight).sum(axis=1) / total,
        "claim_in_message": claim_share,
        "title_in_message": title_share,
        "head_in_message": head_share,
        "agreement": agreement,
        "matched_words": matched / (matched + 3.0),
        "message_missing": lacking / (lacking + 2.0),
        "claim_missing": claim_lacking / (claim_lacking + 2.0),
        "both_missing": np.minimum(1.0 - in_all, 1.0 - head_share),
        "rarest_missing": rarest,
        "claim_rarest_missing": claim_rarest,
        "exchange_apart": np.minimum(rarest, claim_rarest) * agreement,
    }


def _best_window(batch: Batch, covered: F64, weights: _Weights, in_all: F64) -> F64:
    """Return the weighted share of the message that is covered, in the stretch where it is highest.

    A long message says its claim in one place; what stands around it must not count against the match.
    """
    found = in_all.copy()
    long = np.flatnonzero(batch.lengths[batch.query] > WINDOW)
    if len(long):
        weight = weights.message[long]
        shares = np.zeros((len(long), weight.shape[1] + 1))
        total = np.zeros_like(shares)
        np.cumsum(weight, axis=1, out=total[:, 1:])
        np.cumsum(covered[long] * weight, axis=1, out=shares[:, 1:])
        all_of_it = total[:, WINDOW:] - total[:, :-WINDOW]
        # A stretch must not reach beyond the end of its own message.
        ends = np.arange(WINDOW, weight.shape[1] + 1) > batch.lengths[batch.query[long]][:, None]
        all_of_it[ends] = 0.0
        least = np.maximum(all_of_it, 0.5 * all_of_it.max(axis=1, keepdims=True))
        least[ends] = np.inf
        found[long] = ((shares[:, WINDOW:] - shares[:, :-WINDOW]) / least).max(axis=1)
    return found


def _fact_features(batch: Batch, reviews: Reviews) -> dict[str, F64]:
    """Return, for each class of facts, whether one is shared, contradicted, missing in the review, extra in it."""
    classes = len(FACT_CLASSES)
    own = batch.joined(lambda query: query.analysed.facts)
    number = np.repeat(np.arange(len(batch.queries)), [len(query.analysed.facts) for query in batch.queries])
    shared = np.zeros(len(reviews.facts), bool)
    shared[seen(keyed(number, own), reviews.facts, batch.query.astype(np.uint32)[reviews.fact_owner]).where] = True
    cell = reviews.fact_owner * classes + class_of(reviews.facts)
    same = np.bincount(cell[shared], minlength=reviews.count * classes).reshape(-1, classes)
    present = np.bincount(cell, minlength=reviews.count * classes).reshape(-1, classes) > 0
    asked = np.bincount(number * classes + class_of(own), minlength=len(batch.queries) * classes)
    asked = asked.reshape(-1, classes)[batch.query]
    groups = np.unique(keyed(number, group_of(own)))
    values = {
        "same": np.minimum(same / np.maximum(asked, 1), 1.0),
        "different": _differing(batch, reviews, groups, shared),
        "missing": np.asarray(~present & (asked > 0), np.float64),
        "extra": np.asarray(present & (asked == 0), np.float64),
    }
    return {f"{name}_{what}": values[what][:, n] for n, name in enumerate(FACT_CLASSES) for what in values}


def _differing(batch: Batch, reviews: Reviews, groups: NDArray[np.uint64], shared: Mask) -> F64:
    """Return, for each review and class, in what share of the groups of facts that message and review both have a value
    of the review has none of the message's own, shape `(rows, classes)`. `groups` has the keys of the messages'."""
    classes = len(FACT_CLASSES)
    if not len(groups):
        return np.zeros((reviews.count, classes))
    theirs = keyed(batch.query[reviews.fact_owner], group_of(reviews.facts))
    at = np.searchsorted(groups, theirs)
    at[at == len(groups)] = 0
    known = groups[at] == theirs
    both = np.unique(reviews.fact_owner[known] * len(groups) + at[known])
    agreed = np.unique((reviews.fact_owner * len(groups) + at)[known & shared])
    in_class = class_of(groups.astype(np.uint32) << np.uint32(VALUE_BITS)).astype(np.int64)

    def counted(cells: I64) -> I64:
        row, group = np.divmod(cells, len(groups))
        return np.bincount(row * classes + in_class[group], minlength=reviews.count * classes)

    share: F64 = (counted(both) - counted(agreed)) / np.maximum(counted(both), 1)
    return share.reshape(-1, classes)
