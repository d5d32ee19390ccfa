"""From features to probabilities: they fall with the rank, are never tied, and the limits are in order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiemchung.engine.claims.features import FEATURES
from kiemchung.engine.claims.rank import CALIBRATED, Model, calibration_rows, load_model, model_from
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Outcome

BOTH = pytest.mark.parametrize("model", [False, True], ids=["words", "encoder"], indirect=True)
LEVELS = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
# Drawn as bytes: thousands of numbers by themselves take Hypothesis longer than the model takes to rank them.
ROWS = (
    st.integers(1, 40)
    .flatmap(lambda count: st.binary(min_size=count * len(FEATURES), max_size=count * len(FEATURES)))
    .map(lambda drawn: LEVELS[np.frombuffer(drawn, np.uint8) % len(LEVELS)].reshape(-1, len(FEATURES)))
)


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(with_encoder=getattr(request, "param", False))


@BOTH
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_probabilities_fall_with_the_score_and_are_untied(model: Model, rows: NDArray[np.float64]) -> None:
    ranking = model.rank(rows)
    order = np.lexsort((-ranking.probability, -ranking.score))
    assert (np.diff(ranking.probability[order]) < 0).all()
    assert ((ranking.probability > 0) & (ranking.probability < 1)).all()
    # Nine digits are printed: neighbours must differ within them.
    printed = [f"{value:.9g}" for value in ranking.probability]
    assert len(set(printed)) == len(printed)


def test_both_models_ship() -> None:
    assert load_model(with_encoder=True).limits
    assert load_model().limits


@BOTH
def test_extreme_features_overflow_nothing(model: Model) -> None:
    for value in (-10.0, -1.0, 1.0, 10.0):
        ranking = model.rank(np.full((3, len(FEATURES)), value))
        assert np.isfinite(ranking.probability).all()


@BOTH
def test_no_candidates_give_no_probabilities(model: Model) -> None:
    ranking = model.rank(np.empty((0, len(FEATURES))))
    assert (len(ranking.score), len(ranking.probability)) == (0, 0)


@BOTH
def test_a_wider_limit_never_raises_the_threshold(model: Model) -> None:
    thresholds = [model.threshold(limit) for limit in np.linspace(0, 1, 401)]
    assert (np.diff(thresholds) <= 0).all()
    assert thresholds[0] > 1
    assert 0 < thresholds[-1] <= 1
    assert 0 < model.threshold(0.005) < 1


@BOTH
def test_between_two_measured_limits_the_stricter_holds(model: Model) -> None:
    measured = sorted(model.limits)
    for (low, threshold), (high, _next) in pairwise(measured):
        assert model.threshold((low + high) / 2) == model.threshold(low) <= threshold


@pytest.mark.parametrize("limit", [-0.001, 1.001, float("nan"), float("inf"), float("-inf")])
def test_what_is_no_share_is_refused_with_an_example(limit: float) -> None:
    with pytest.raises(InputError, match=r"0\.005"):
        load_model().threshold(limit)


def test_outcomes_follow_the_threshold_and_the_suggestion() -> None:
    model = load_model()
    threshold = model.threshold(0.01)
    assert model.suggest < threshold
    assert model.outcome(threshold, threshold) is Outcome.ANSWER
    assert model.outcome(np.nextafter(threshold, 0), threshold) is Outcome.SUGGEST
    assert model.outcome(model.suggest, threshold) is Outcome.SUGGEST
    assert model.outcome(np.nextafter(model.suggest, 0), threshold) is Outcome.NONE
    assert model.outcome(1.0, model.threshold(0)) is Outcome.SUGGEST


def test_the_lead_is_over_the_best_other_candidate() -> None:
    features = np.zeros((3, len(FEATURES)))
    features[:, FEATURES.index("bm25_self")] = [0.5, 0.9, 0.2]
    rows = calibration_rows(features, np.array([1.0, 3.0, 2.5]))
    assert rows[:, CALIBRATED.index("score")].tolist() == [1.0, 3.0, 2.5]
    assert rows[:, CALIBRATED.index("lead")].tolist() == pytest.approx([-2.0, 0.5, -0.5])
    assert rows[:, CALIBRATED.index("lead_self")].tolist() == pytest.approx([-0.4, 0.4, -0.7])


def test_one_candidate_leads_over_nothing() -> None:
    rows = calibration_rows(np.zeros((1, len(FEATURES))), np.array([2.0]))
    assert rows[0, CALIBRATED.index("lead")] == 2.0


def test_a_model_reads_what_it_names_and_weighs_nothing_else() -> None:
    model = model_from(
        {
            "weights": {FEATURES[0]: 2},
            "calibration": {"score": 1},
            "bias": -1,
            "limits": [[0.1, 0.5]],
            "suggest": 0.2,
        }
    )
    features = np.zeros((2, len(FEATURES)))
    features[1, 0] = 1
    features[:, FEATURES.index("matched_words")] = 0.5
    ranking = model.rank(features)
    assert ranking.score.tolist() == [0, 2]
    assert ranking.probability == pytest.approx([1 / (1 + np.e), 1 / (1 + 1 / np.e)])
    assert (model.threshold(0.05), model.threshold(0.1)) == (2.0, 0.5)
