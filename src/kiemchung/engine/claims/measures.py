"""The measures of claim matching: ranking, telling that there is no answer, and what is answered automatically."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.shares import wilson

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One message that a review answers: the ranked ids, the relevant ones, the top probability as it is and with the
    relevant reviews taken out of the collection."""

    ids: tuple[str, ...]
    relevant: frozenset[str]
    probability: float
    answered: bool
    probability_without: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over messages (0-1), with counts behind the error rates."""

    messages: int
    map_at_5: float
    mrr: float
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    recall_at_100: float
    no_answer_auroc: float
    calibration_error: float
    answered: int
    wrong: int
    coverage: float
    wrong_rate: float
    wrong_rate_high: float
    unanswerable: int
    unanswerable_answered: int

    def as_data(self) -> dict[str, float]:
        """Return all of it by name."""
        return asdict(self)

    def as_rows(self) -> list[tuple[str, str]]:
        """Return label and value of each measure, for a table."""
        return [
            ("messages with a review", f"{self.messages:,}"),
            ("MAP@5", f"{self.map_at_5:.4f}"),
            ("MRR", f"{self.mrr:.4f}"),
            ("recall@1", f"{self.recall_at_1:.4f}"),
            ("recall@5", f"{self.recall_at_5:.4f}"),
            ("recall@10", f"{self.recall_at_10:.4f}"),
            ("recall@100", f"{self.recall_at_100:.4f}"),
            ("no-answer AUROC", f"{self.no_answer_auroc:.4f}"),
            ("calibration error (10 bins)", f"{self.calibration_error:.4f}"),
            ("answered automatically", f"{self.answered}/{self.messages} = {self.coverage:.4f}"),
            ("wrong among automatic answers", f"{self.wrong} = {self.wrong_rate:.4f}"),
            ("the same, at most (Wilson 95 %)", f"{self.wrong_rate_high:.4f}"),
            ("unanswerable, answered", f"{self.unanswerable_answered}/{self.unanswerable}"),
        ]


def average_precision(ids: Sequence[str], relevant: frozenset[str], depth: int = 5) -> float:
    """Return AP@depth, divided by the most that can be found.

    >>> average_precision(["a", "b", "c"], frozenset(["b"]))
    0.5
    """
    hits, total = 0, 0.0
    for place, claim_id in enumerate(ids[:depth], 1):
        if claim_id in relevant:
            hits += 1
            total += hits / place
    return total / max(min(len(relevant), depth), 1)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive value is above a negative one, ties counting half (Mann-Whitney).

    >>> auroc([0.9, 0.8], [0.1, 0.8])
    0.875
    """
    high, low = np.sort(np.asarray(positive)), np.sort(np.asarray(negative))
    if not len(high) or not len(low):
        return math.nan
    below = np.searchsorted(low, high, side="left")
    ties = np.searchsorted(low, high, side="right") - below
    return float((below + 0.5 * ties).sum() / (len(high) * len(low)))


def calibration_error(probability: F64, right: F64, bins: int = 10) -> float:
    """Return the mean gap between probability and share right over equal bins, weighted by their size.

    >>> calibration_error(np.array([0.95, 0.95]), np.array([1.0, 1.0]))
    0.050000000000000044
    """
    place = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [abs(float((probability - right)[place == b].sum())) for b in range(bins)]
    return sum(gaps) / max(len(probability), 1)


def measure(ranked: Sequence[Ranked], unanswerable: Sequence[tuple[float, bool]]) -> Measures:
    """Return the measures; `unanswerable` has the top probability and whether it was answered, message by message."""
    places = [next((p for p, i in enumerate(r.ids, 1) if i in r.relevant), 0) for r in ranked]
    right = [place == 1 for place in places]
    answered = sum(r.answered for r in ranked)
    right_answers = sum(r.answered and ok for r, ok in zip(ranked, right, strict=True))
    wrong_unanswerable = sum(was for _, was in unanswerable)
    automatic = answered + wrong_unanswerable
    wrong = automatic - right_answers
    probability = np.array([r.probability for r in ranked] + [p for p, _ in unanswerable])
    truth = np.array([*map(float, right), *([0.0] * len(unanswerable))])

    def recall(depth: int) -> float:
        return float(np.mean([0 < place <= depth for place in places])) if places else 0.0

    return Measures(
        messages=len(ranked),
        map_at_5=float(np.mean([average_precision(r.ids, r.relevant) for r in ranked])) if ranked else 0.0,
        mrr=float(np.mean([1 / place if place else 0.0 for place in places])) if places else 0.0,
        recall_at_1=recall(1),
        recall_at_5=recall(5),
        recall_at_10=recall(10),
        recall_at_100=recall(100),
        no_answer_auroc=auroc([r.probability for r in ranked], [r.probability_without for r in ranked]),
        calibration_error=calibration_error(probability, truth),
        answered=answered,
        wrong=wrong,
        coverage=right_answers / max(len(ranked), 1),
        wrong_rate=wrong / max(automatic, 1),
        wrong_rate_high=wilson(wrong, automatic)[1],
        unanswerable=len(unanswerable),
        unanswerable_answered=wrong_unanswerable,
    )
