"""From features to a ranking, from the ranking to a probability, from the probability to an outcome.

The numbers come from `data/claims_model.json`, fitted by `make train`; its cards (`data/claims_model_words.md` and the
one with an encoder) say from what and how it was measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.features import FEATURES
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Outcome

F64 = NDArray[np.float64]

# The highest expected share of wrong answers among all automatic answers, unless the operator says otherwise.
DEFAULT_LIMIT = 0.005
# What the calibration sees besides the features: the score, and by how much it leads (negative: trails) the best other
# candidate, and the mean of the next ten. Whatever a message says, ten reviews have something in common with it; what
# stands out of them is an answer, at 80 reviews and at 300,000 (cf. Shtok et al. 2012, query performance prediction).
CALIBRATED = (*FEATURES, "score", "lead", "lead_self", "lead_ten")
_NEXT = 10
_DIGITS = 9
# Neighbours in rank differ at least by this factor in probability: no ties.
_STEP = 1.0 - 1e-6
# A review that differs in one of these is about another claim however alike the rest is: it is shown, never said to be
# the answer. Chosen on messages out of fold: docs/decisions/0014.
CONTRADICTING = tuple(name for name in FEATURES if name.endswith("_different"))
# A message that shares fewer words of weight with a review than this, or says less than this share of its claim (or
# title), asserts nothing about it: it is a name, a topic, a greeting.
LEAST_MATCHED = 2
LEAST_SAID = 0.3
# What remains of the probability where fewer words are shared and the message has no more words than this: out of fold
# 103 of 304 best matches above .3 that share so few were right, bare names among them, and all greetings that would be
# suggested are of this kind. Longer messages keep theirs: halved too, they cost .013 of no-answer AUROC on vifactcheck.
OF_TOO_FEW = 0.5
SHORT = 6
_CONTRADICTING = [FEATURES.index(name) for name in CONTRADICTING]
_MATCHED, _SAID = FEATURES.index("matched_words"), FEATURES.index("head_in_message")
_LENGTH = FEATURES.index("message_length")


@dataclass(frozen=True, slots=True)
class Ranking:
    """For each candidate, in the order given: its score, the probability that it is about the same claim, and whether
    it may be the answer by itself."""

    score: F64
    probability: F64
    can_answer: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """A linear ranking function and a logistic calibration over named features.

    `limits` are pairs of a limit and the least probability at which the share of wrong answers stayed below it, out of
    fold, on the messages it was fitted on; `suggest` is the least probability worth a person's look.
    """

    weights: F64
    calibration: F64
    bias: float
    limits: tuple[tuple[float, float], ...]
    suggest: float

    def rank(self, features: F64) -> Ranking:
        """Return scores and probabilities of candidates; `features` has shape `(n, len(FEATURES))`."""
        # Sums in another order differ in their last digits: what is equal but for those counts as equal.
        score = np.round(features @ self.weights, _DIGITS)
        if not len(score):
            return Ranking(score, score, np.zeros(0, bool))
        logit = calibration_rows(features, score) @ self.calibration + self.bias
        probability = np.where(is_mere_mention(features), OF_TOO_FEW, 1.0) / (1.0 + np.exp(-logit))
        order = np.lexsort((-probability, -score))
        factors = _STEP ** np.arange(len(order))
        falling = np.minimum.accumulate(probability[order] / factors) * factors
        probability[order] = falling
        return Ranking(score, probability, can_answer(features))

    def threshold(self, limit: float) -> float:
        """Return the least probability that may be answered automatically under a limit, above 1 if none may.

        Between measured limits the next stricter one holds. Raises `InputError` for a limit outside 0-1.
        """
        if not 0 <= limit <= 1:
            raise InputError(
                f"--limit {limit} is not a share: give a number from 0 to 1, for example 0.005.",
                f"--limit {limit} không phải tỷ lệ: hãy đưa một số từ 0 đến 1, ví dụ 0.005.",
            )
        allowed = [threshold for measured, threshold in self.limits if measured <= limit]
        return min(allowed, default=2.0)

    def outcome(self, probability: float, threshold: float, *, can_answer: bool = True) -> Outcome:
        """Return what may be done with a best match of this probability."""
        if probability >= threshold and can_answer:
            return Outcome.ANSWER
        return Outcome.SUGGEST if probability >= self.suggest else Outcome.NONE


def has_enough(features: F64) -> NDArray[np.bool_]:
    """Return which candidates share words enough with the message to be about a claim of it, shape `(n,)`."""
    enough: NDArray[np.bool_] = features[:, _MATCHED] >= LEAST_MATCHED / (LEAST_MATCHED + 3.0) - 1e-9
    return enough


def is_mere_mention(features: F64) -> NDArray[np.bool_]:
    """Return for which candidates the message is short and shares too few words: a name, a greeting, shape `(n,)`."""
    mere: NDArray[np.bool_] = ~has_enough(features) & (features[:, _LENGTH] <= np.log1p(SHORT) + 1e-9)
    return mere


def can_answer(features: F64) -> NDArray[np.bool_]:
    """Return which candidates share enough with the message and contradict it in no fact, shape `(n,)`."""
    enough = has_enough(features) & (features[:, _SAID] >= LEAST_SAID)
    agrees: NDArray[np.bool_] = enough & ~(features[:, _CONTRADICTING] > 0).any(axis=1)
    return agrees


def calibration_rows(features: F64, score: F64) -> F64:
    """Return features, score and leads over the best other candidate, shape `(n, len(CALIBRATED))`."""
    own = features[:, FEATURES.index("bm25_self")]
    return np.column_stack([features, score, _lead(score), _lead(own), _lead_over_next(score)])


def _lead(values: F64) -> F64:
    if len(values) == 1:
        return values.copy()
    second, first = np.partition(values, -2)[-2:]
    lead: F64 = np.where(values == first, values - second, values - first)
    return lead


def _lead_over_next(values: F64) -> F64:
    """Return by how much each value leads the mean of the ten highest others."""
    if len(values) == 1:
        return values.copy()
    count = min(_NEXT, len(values) - 1)
    highest = np.partition(values, -count - 1)[-count - 1 :]
    least = float(highest.min())
    others = (float(highest.sum()) - np.maximum(values, least)) / count
    return values - others


@lru_cache(maxsize=2)
def load_model(*, with_encoder: bool = False) -> Model:
    """Return the model that ships, with or without the encoder's features."""
    text = (files("kiemchung.engine") / "data" / "claims_model.json").read_text(encoding="utf-8")
    return model_from(json.loads(text)["with_encoder" if with_encoder else "words"])


def model_from(data: Mapping[str, Any]) -> Model:
    """Return a model from its JSON form; features it does not name weigh nothing."""
    return Model(
        weights=np.array([data["weights"].get(name, 0.0) for name in FEATURES]),
        calibration=np.array([data["calibration"].get(name, 0.0) for name in CALIBRATED]),
        bias=float(data["bias"]),
        limits=tuple((float(limit), float(threshold)) for limit, threshold in data["limits"]),
        suggest=float(data["suggest"]),
    )
