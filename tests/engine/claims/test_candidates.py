"""The first pass: exactly the reviews and scores that a slow, plain reading of its formula gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.claims import candidates as module
from kiemchung.engine.claims.analysis import (
    AnalysedReview,
    analyse_reviews,
    bigram_hashes,
    gram_hashes,
    word_hashes,
)
from kiemchung.engine.claims.candidates import Candidates, Snapshot, Terms, candidates
from kiemchung.engine.claims.query import analyse_query
from kiemchung.engine.claims.segment import FIELDS, Segment
from tests.engine.claims.cast import MESSAGES, some_reviews

REVIEWS = analyse_reviews(some_reviews(120))
TERMS = [analyse_query(text).terms for text in (*MESSAGES, "zzz không có trong đó", "ung thư")]

Expected = dict[str, tuple[float, list[float]]]


def terms_in(review: AnalysedReview) -> dict[str, set[int]]:
    claim, title, _body = review.parts
    head = claim + title
    marked = review.marks[:head] > 0
    heading = " ".join(review.spaced.split("\n")[:2])
    return {
        "words": set(word_hashes(review.folded[:head][marked], review.marks[:head][marked]).tolist()),
        "folded": set(review.folded[:head].tolist()),
        "bigrams": set(bigram_hashes(review.folded[:head]).tolist()),
        "grams": set(gram_hashes(heading).tolist()),
        "body": set(review.folded[head:].tolist()),
    }


def oracle(reviews: Sequence[AnalysedReview], terms: Terms) -> Expected:
    """Score and field masses of every review by the formula in words: BM25 of presence, field by field."""
    found = {review.review_id: terms_in(review) for review in reviews}
    lengths = {review.review_id: review.parts[0] + review.parts[1] for review in reviews}
    average = max(sum(lengths.values()) / max(len(reviews), 1), 1.0)
    common = max(module.COMMON_LEAST, module.COMMON_SHARE * len(reviews))
    size = max(module.LEAST_SIZE, len(reviews))
    scores: Expected = {}
    for review in reviews:
        mass = []
        for field in FIELDS:
            total = 0.0
            for term, weight in zip(terms[field].hashes.tolist(), terms[field].weights.tolist(), strict=True):
                frequency = sum(term in one[field] for one in found.values())
                if term in found[review.review_id][field] and not (field == "grams" and frequency > common):
                    total += weight * math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
            mass.append(total)
        heads = sum(module.FIELD_WEIGHT[field] * mass[row] for row, field in enumerate(FIELDS[:4]))
        norm = module.K1 * (1 - module.B + module.B * lengths[review.review_id] / average)
        score = heads * (module.K1 + 1) / (1 + norm) + module.FIELD_WEIGHT["body"] * mass[4]
        scores[review.review_id] = (score, mass)
    return scores


def snapshot_of(reviews: Sequence[AnalysedReview], cuts: Sequence[int], dead: frozenset[int] = frozenset()) -> Snapshot:
    """The reviews in segments cut at some places, those numbered `dead` removed."""
    edges = [0, *sorted(set(cuts)), len(reviews)]
    segments, alive = [], []
    for begin, end in pairwise(edges):
        segments.append(Segment.build(reviews[begin:end]))
        mask = np.array([number not in dead for number in range(begin, end)], bool)
        alive.append(None if mask.all() else mask)
    return Snapshot(segments, alive)


def by_id(snapshot: Snapshot, found: Candidates) -> Expected:
    return {
        snapshot.segments[int(part)].review_id(int(doc)): (float(score), found.mass[:, row].tolist())
        for row, (part, doc, score) in enumerate(zip(found.segment, found.doc, found.score, strict=True))
    }


def assert_exact(ours: Expected, plain: Expected, most: int) -> None:
    positive = sorted((score for score, _mass in plain.values() if score > 0), reverse=True)
    assert len(ours) >= min(most, len(positive))
    for review_id, (score, mass) in ours.items():
        assert score == pytest.approx(plain[review_id][0], abs=1e-9)
        assert mass == pytest.approx(plain[review_id][1], abs=1e-9)
    if positive:  # nothing above the worst that was taken was left out
        worst = min((score for score, _mass in ours.values() if score > 0), default=0.0)
        left_out = [score for one, (score, _mass) in plain.items() if one not in ours]
        assert max(left_out, default=0.0) <= worst + 1e-9


@pytest.mark.parametrize("number", range(len(TERMS)))
@pytest.mark.parametrize("most", [1, 7, 500])
def test_the_scores_are_those_of_the_plain_formula(number: int, most: int) -> None:
    snapshot = snapshot_of(REVIEWS, [30, 31, 80])
    assert_exact(by_id(snapshot, candidates(snapshot, TERMS[number], most=most)), oracle(REVIEWS, TERMS[number]), most)


@pytest.mark.slow
@settings(max_examples=25)
@given(
    cuts=st.lists(st.integers(1, 59), max_size=4),
    dead=st.frozensets(st.integers(0, 59), max_size=59),
    number=st.integers(0, len(TERMS) - 1),
    most=st.sampled_from([1, 3, 20, 100]),
)
def test_removed_reviews_count_for_nothing(cuts: list[int], dead: frozenset[int], number: int, most: int) -> None:
    snapshot = snapshot_of(REVIEWS[:60], cuts, dead)
    living = [review for place, review in enumerate(REVIEWS[:60]) if place not in dead]
    found = candidates(snapshot, TERMS[number], most=most)
    ours = by_id(snapshot, found)
    assert set(ours) <= {review.review_id for review in living}
    assert_exact(ours, oracle(living, TERMS[number]), most)


def test_common_grams_select_nothing_but_still_count_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMMON_LEAST", 10)
    snapshot = snapshot_of(REVIEWS, [50])
    terms = TERMS[0]
    found = candidates(snapshot, terms, most=500)
    assert_exact(by_id(snapshot, found), oracle(REVIEWS, terms), 500)
    row = FIELDS.index("grams")
    assert found.total[row] == pytest.approx(found.weights["grams"].sum())
    assert found.mass[row].max() < found.total[row]


def test_the_statistics_are_those_of_the_living() -> None:
    dead = frozenset(range(0, 120, 3))
    with_dead = snapshot_of(REVIEWS, [40], dead)
    without = snapshot_of([review for number, review in enumerate(REVIEWS) if number not in dead], [11, 50])
    assert with_dead.size == without.size == 80
    assert with_dead.average_length == pytest.approx(without.average_length)
    words = np.unique(np.concatenate([review.folded for review in REVIEWS]))
    np.testing.assert_allclose(with_dead.idf_of(words), without.idf_of(words))


def test_idf_falls_with_frequency_and_stays_positive() -> None:
    snapshot = snapshot_of(REVIEWS, [])
    idf = snapshot.idf(np.arange(121))
    assert (np.diff(idf) < 0).all()
    assert idf[-1] > 0
    assert snapshot.idf_of(np.array([1, 2], np.uint32)).tolist() == [idf[0], idf[0]]


def test_an_empty_index_gives_no_candidates() -> None:
    for snapshot in (Snapshot((), ()), snapshot_of(REVIEWS[:3], [], frozenset(range(3)))):
        assert not len(candidates(snapshot, TERMS[0], most=10).doc)
        assert snapshot.idf_of(np.array([7], np.uint32)).shape == (1,)


@pytest.mark.parametrize("number", range(len(TERMS)))
def test_whatever_scored_half_as_well_as_the_best_and_the_best_twenty_get_a_closer_look(number: int) -> None:
    found = candidates(snapshot_of(REVIEWS, []), TERMS[number], most=100)
    looked_at, others = found.parted()
    together = sorted([*looked_at.doc.tolist(), *others.doc.tolist()])
    assert together == sorted(found.doc.tolist())
    assert len(looked_at.doc) >= min(module.LOOK_LEAST, len(found.doc))
    if len(others.doc):
        assert others.score.max() < module.LOOK_SHARE * found.score.max()
        assert others.score.max() < looked_at.score.min()
        assert (np.diff(others.score) <= 0).all()
        assert others.mass.shape == (len(FIELDS), len(others.doc))


def test_what_is_near_in_meaning_gets_its_closer_look_however_little_its_words_score() -> None:
    found = candidates(snapshot_of(REVIEWS, []), TERMS[0], most=100)
    assert len(found.parted()[1].doc), "otherwise this shows nothing"
    near = replace(found, meaning=np.linspace(-1, 1, len(found.doc)))
    looked_at, others = near.parted()
    assert len(looked_at.doc) == len(found.doc)
    assert not len(others.doc)
