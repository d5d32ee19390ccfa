"""From scores to probabilities, limits and suggestions: fitted and judged on messages out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from kiemchung.engine.claims.features import FEATURES
from kiemchung.engine.claims.rank import CALIBRATED, calibration_rows, can_answer
from training.ranking import FOLDS, FREE, Sample, bounds, fit_ranking, fold_of

F64 = NDArray[np.float64]
CALIBRATION_L2 = 3e-3
LIMITS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)
# A match is suggested above the probability that all but this share of greetings and chatter stay below.
CHATTER_SUGGESTED = 0.05

# The calibration sees absolute agreement only: shares of the best candidate say nothing about its truth, and how long
# the texts are says something else in every collection (docs/decisions/0010).
UNCALIBRATED = ("bm25_share", "folded_share", "bm25_in_length", "message_exact", *FREE)
# How much each point of lead over the next ten adds to the log odds before anything is fitted. The collections made for
# fitting are small, and in a small one a message without a review has a lead too; chosen on the dev parts of sets that
# nothing was fitted on: docs/decisions/0010.
LEAD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Top:
    """The best candidate of a question, with or without the right review, as the calibration sees it."""

    sample: Sample
    row: F64
    right: bool
    present: bool
    review_id: str


def tops_of(samples: Sequence[Sample], weights: F64) -> list[Top]:
    """Return the best candidates: each question as it is and, where a review answers it, once with that taken out."""
    made = []
    for sample in samples:
        keeps = [np.ones(len(sample.right), bool)]
        if sample.right.any():
            keeps.append(~sample.right)
        for present, keep in zip((True, False), keeps, strict=False):
            if keep.any():
                features = _relative(sample.features[keep].astype(np.float64))
                score = features @ weights
                best = int(np.argmax(score))
                row = calibration_rows(features, score)[best]
                at = int(np.flatnonzero(keep)[best])
                made.append(Top(sample, row, bool(sample.right[at]), present, sample.ids[at]))
    return made


def _relative(features: F64) -> F64:
    """Return features with the shares of the best candidate taken anew: with the right review out, another is best."""
    best = max(float(features[:, FEATURES.index("bm25_share")].max()), 1e-9)
    features[:, [FEATURES.index(name) for name in ("bm25_share", "bm25_in_length")]] /= best
    features[:, FEATURES.index("folded_share")] /= max(float(features[:, FEATURES.index("folded_share")].max()), 1e-9)
    return features


def fit_calibration(tops: Sequence[Top]) -> tuple[F64, float]:
    """Return weights over `CALIBRATED` and bias of a logistic regression.

    Signs are held to what the features mean: with free signs a message in the very words of a claim can be given a
    chance of one in four (docs/decisions/0004). Messages and statements cut from reviews weigh the same in all.
    """
    rows = np.array([top.row for top in tops])
    rows[:, [CALIBRATED.index(name) for name in UNCALIBRATED]] = 0.0
    right = np.array([top.right for top in tops], np.float64)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    rows = (rows - mean) / scale
    given = np.zeros(len(CALIBRATED))
    given[CALIBRATED.index("lead_ten")] = LEAD_SHARE * scale[CALIBRATED.index("lead_ten")]
    weight = _weights_of(tops)

    def loss(weights: F64) -> tuple[float, F64]:
        odds = rows @ (given + weights[:-1]) + weights[-1]
        value = float((weight * (np.logaddexp(0.0, odds) - right * odds)).sum())
        error = (expit(odds) - right) * weight
        gradient = np.append(rows.T @ error, error.sum())
        penalty = np.append(weights[:-1], 0.0)
        return value + CALIBRATION_L2 * float(penalty @ penalty), gradient + 2 * CALIBRATION_L2 * penalty

    ranges = [*bounds(FEATURES), *[(0.0, None)] * (len(CALIBRATED) - len(FEATURES)), (None, None)]
    found = minimize(loss, np.zeros(len(CALIBRATED) + 1), jac=True, method="L-BFGS-B", bounds=ranges)
    weights = (given + found.x[:-1]) / scale
    weights[[CALIBRATED.index(name) for name in UNCALIBRATED]] = 0.0
    return weights, float(found.x[-1] - weights @ mean)


def _weights_of(tops: Sequence[Top]) -> F64:
    """Return what each counts, 1 in all: half for messages, half for statements, where there are both."""
    message = np.array([top.sample.question.is_message for top in tops])
    shares = np.where(message, 1 / max(int(message.sum()), 1), 1 / max(int((~message).sum()), 1))
    weights: F64 = shares / shares.sum()
    return weights


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Best candidates with the probability a model gave them that never saw their review."""

    tops: list[Top]
    probability: F64

    @property
    def can_answer(self) -> NDArray[np.bool_]:
        """Which of them may be the answer by themselves."""
        return can_answer(np.array([top.row[: len(FEATURES)] for top in self.tops]))


def hold_out(samples: Sequence[Sample]) -> HeldOut:
    """Return every message's best candidate, judged by a model fitted without its review."""
    tops: list[Top] = []
    parts: list[F64] = []
    for fold in range(FOLDS):
        rest = [s for s in samples if fold_of(s) != fold]
        weights = fit_ranking(rest)
        calibration, bias = fit_calibration(tops_of(rest, weights))
        held = tops_of([s for s in samples if fold_of(s) == fold], weights)
        tops += held
        parts.append(expit(np.array([top.row for top in held]) @ calibration + bias))
    return HeldOut(tops, np.concatenate(parts))


def to_the_mix(held: HeldOut, mix: Sequence[str]) -> tuple[float, float]:
    """Return scale and shift of the log odds with which the probabilities hold on the messages of `mix` as they come.

    The calibration is fitted on collections with the right review out as often as in; people ask what has been checked
    more often than that (Platt 1999, on messages out of fold).
    """
    chosen = _in_mix(held, mix)
    odds = logit(held.probability[chosen])
    right = np.array([top.right for top in held.tops], np.float64)[chosen]

    def loss(values: F64) -> float:
        changed = values[0] * odds + values[1]
        return float((np.logaddexp(0.0, changed) - right * changed).mean())

    scale, shift = minimize(loss, np.array([1.0, 0.0])).x
    return float(scale), float(shift)


def _in_mix(held: HeldOut, mix: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([top.present and top.sample.scenario in mix for top in held.tops])


def limits_of(held: HeldOut, mix: Sequence[str]) -> list[tuple[float, float]]:
    """Return for each limit the least probability above which the share of wrong answers stayed within it.

    Measured in each scenario of `mix` for itself, present reviews only, among what may be answered at all; the
    strictest holds, so that none pays for another's wrong answers.
    """
    found = []
    for limit in LIMITS:
        least = [_least_probability(held, scenario, limit) for scenario in mix]
        if None not in least:
            found.append((limit, round(max(value for value in least if value is not None), 4)))
    return found


def _least_probability(held: HeldOut, scenario: str, limit: float) -> float | None:
    chosen = _in_mix(held, [scenario]) & held.can_answer
    right = np.array([top.right for top in held.tops])[chosen]
    probability = held.probability[chosen]
    order = np.argsort(-probability)
    share = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(share <= limit)
    return float(probability[order[within[-1]]]) if len(within) else None


def suggest_of(held: HeldOut) -> float:
    """Return the least probability worth a person's look: what greetings and chatter almost never reach."""
    chatter = [
        probability
        for top, probability in zip(held.tops, held.probability.tolist(), strict=True)
        if top.sample.question.kind == "chat" and top.sample.scenario.split("/", 1)[1] in ("whole", "whole/unmarked")
    ]
    return round(float(np.quantile(chatter, 1 - CHATTER_SUGGESTED)), 4)
