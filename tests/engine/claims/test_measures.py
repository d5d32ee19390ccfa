"""The measures, against slow plain readings of their definitions."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.claims.measures import (
    Ranked,
    auroc,
    average_precision,
    calibration_error,
    measure,
)

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
SHARES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), min_size=1, max_size=12)


@given(ids=IDS, relevant=st.frozensets(st.sampled_from("abcdefgh"), min_size=1), depth=st.integers(1, 8))
def test_average_precision_is_the_mean_of_precisions_at_the_hits(
    ids: list[str], relevant: frozenset[str], depth: int
) -> None:
    precisions = [
        len(relevant & set(ids[: place + 1])) / (place + 1)
        for place in range(min(depth, len(ids)))
        if ids[place] in relevant
    ]
    expected = sum(precisions) / min(len(relevant), depth)
    assert average_precision(ids, relevant, depth) == pytest.approx(expected)
    assert 0 <= expected <= 1


@given(positive=SHARES, negative=SHARES)
def test_auroc_is_the_share_of_pairs_in_order(positive: list[float], negative: list[float]) -> None:
    pairs = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))


def test_auroc_of_nothing_is_not_a_number() -> None:
    assert math.isnan(auroc([], [0.5]))
    assert math.isnan(auroc([0.5], []))


@given(SHARES)
def test_a_right_probability_has_no_calibration_error(shares: list[float]) -> None:
    given_ = np.array(shares)
    assert calibration_error(given_, given_) == pytest.approx(0)
    assert 0 <= calibration_error(given_, np.ones(len(shares))) <= 1


def test_calibration_error_weighs_bins_by_their_size() -> None:
    probability = np.array([0.05, 0.05, 0.05, 0.95])
    right = np.array([0.0, 0.0, 1.0, 1.0])
    assert calibration_error(probability, right) == pytest.approx((abs(0.15 - 1) + 0.05) / 4)


def ranked(*ids: str, relevant: str = "a", p: float = 0.9, answered: bool = True, without: float = 0.1) -> Ranked:
    return Ranked(ids, frozenset(relevant), p, answered, without)


def test_a_small_set_by_hand() -> None:
    found = measure(
        [
            ranked("a", "b"),
            ranked("b", "a"),
            ranked("b", "c", answered=False),
            ranked("b", "c", "d", "e", "f", "a", answered=False, without=0.95),
        ],
        [(0.8, True), (0.2, False)],
    )
    assert found.messages == 4
    assert found.map_at_5 == pytest.approx((1 + 0.5) / 4)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 6) / 4)
    assert (found.recall_at_1, found.recall_at_5, found.recall_at_10) == (0.25, 0.5, 0.75)
    # Automatic answers: the right one, a wrong one and one to a message that nothing answers.
    assert (found.answered, found.wrong, found.coverage) == (2, 2, 0.25)
    assert found.wrong_rate == pytest.approx(2 / 3)
    assert (found.unanswerable, found.unanswerable_answered) == (2, 1)
    assert found.no_answer_auroc == pytest.approx(12 / 16)


def test_nothing_to_measure_is_no_error() -> None:
    found = measure([], [])
    assert (found.messages, found.map_at_5, found.wrong_rate, found.wrong_rate_high) == (0, 0.0, 0.0, 1.0)


def test_the_rows_for_people_tell_what_the_data_for_programs_tell() -> None:
    found = measure([ranked("a", "b")], [(0.2, False)])
    data = json.loads(json.dumps(found.as_data(), allow_nan=False))
    assert data["map_at_5"] == 1.0
    rows = dict(found.as_rows())
    assert rows["MAP@5"] == "1.0000"
    assert "1/1" in rows["answered automatically"]
    assert len(rows) == len(found.as_rows())
