"""From features to a probability: a logistic model, fitted by `make train`, read from `data/lookalike_model.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Model:
    """One weight a feature, in the order of the features, a bias, and the probability from which a name is an alert."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, values: Sequence[float]) -> float:
        """Return the probability (0-1) of imitation that the features give.

        >>> Model((2.0,), -2.0, 0.5).probability([1.0])
        0.5
        """
        return self.of_logit(self.logit(values))

    def logit(self, values: Sequence[float]) -> float:
        """Return the weighted sum of the features."""
        return self.bias + math.fsum(w * v for w, v in zip(self.weights, values, strict=True) if v)

    @staticmethod
    def of_logit(logit: float) -> float:
        """Return the probability of a weighted sum."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def model_of(data: Mapping[str, object], names: Sequence[str]) -> Model:
    """Return a model from its stored form; features that it does not name weigh nothing."""
    weights, bias, threshold = data["weights"], data["bias"], data["threshold"]
    if not isinstance(weights, dict) or not isinstance(bias, float) or not isinstance(threshold, float):
        raise TypeError("lookalike_model.json is not a model. Run `make train`.")
    return Model(tuple(float(weights.get(name, 0.0)) for name in names), bias, threshold)


@lru_cache(maxsize=2)
def shipped_model(part: str, names: tuple[str, ...]) -> Model:
    """Return the model that ships: `part` is `address` or `name`."""
    text = (files("kiemchung.engine") / "data" / "lookalike_model.json").read_text(encoding="utf-8")
    return model_of(json.loads(text)[part], names)
