"""Fit the probability that two sounds are one, on sounds made here: `python -m training.sounds`.

They are music, voices that read `messages_vi` of `KIEMCHUNG_DATA`, and steady sounds such as wind and crickets. Prints
the numbers that stand in `engine/media/alignment.py`. Nothing is fitted on recordings of others: those are what is
measured with (`python -m benchmarks.media_sound`).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks import sounds
from benchmarks.degradations import CHANGES, degraded
from benchmarks.sounds import Recording
from kiemchung.engine.media.alignment import MEASURES, Part, measures
from kiemchung.engine.media.audio import SoundIndex, SoundSegment, describe
from kiemchung.engine.media.types import Sound

F64 = NDArray[np.float64]
SEED = 900
MUSIC, VOICES, STEADY = 80, 40, 70
TEXTS = (("messages_vi/claims.jsonl", "vi"),)
_PLACE_S = 1.5  # a match of the right recording this far off is neither right nor wrong: music repeats itself
_OF_A_QUERY = 4  # wrong candidates of a query that are looked at
_RIDGE = 1e-4


def main() -> None:
    """Measure made queries, fit, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--queries", type=int, default=450)
    options.add_argument("--keep", type=Path, help="a file for the measures, read if it is there")
    given = options.parse_args()
    if given.keep and given.keep.exists():
        with np.load(given.keep) as stored:
            rows, same = stored["rows"], stored["same"]
    else:
        found = list(_measured(given.queries))
        rows, same = np.array([row for row, _ in found]), np.array([is_same for _, is_same in found])
        if given.keep:
            np.savez(given.keep, rows=rows, same=same)
    weights = fitted(rows, same)
    likely = expit(weights[0] + rows @ weights[1:])
    print(f"{len(rows)} candidates, {same.sum()} right")
    print("bias", round(float(weights[0]), 2), *(f"{n} {w:.2f}" for n, w in zip(MEASURES, weights[1:], strict=True)))
    for limit in (0.5, 0.95):
        print(f"{limit}: right {np.mean(likely[same] >= limit):.4f}, wrong {np.mean(likely[~same] >= limit):.5f}")


def _recordings() -> list[Recording]:
    folder = Path(os.environ.get("KIEMCHUNG_DATA", "."))
    return [
        *(sounds.made_music(number, SEED, seconds=60) for number in range(MUSIC)),
        *sounds.voices(VOICES, SEED, folder, TEXTS),
        *(sounds.steady(number, SEED, seconds=30) for number in range(STEADY)),
    ]


def _measured(count: int) -> Iterator[tuple[F64, bool]]:
    """Yield the measures of candidates of queries, half of which have no reference, and whether they are right."""
    every = _recordings()
    known = [one for number, one in enumerate(every) if number % 2]
    index = SoundIndex(
        [SoundSegment.build([one.name for one in known], [describe(Sound(one.samples)) for one in known])]
    )
    rng = np.random.default_rng(SEED)
    for number in range(count):
        recording = every[rng.integers(0, len(every))]
        name = CHANGES[number % len(CHANGES)][0]
        query = degraded(recording.samples, name, rng)
        found = index.heard_in(Sound(query.samples), least=0.0)
        wrong = 0
        for one in sorted(found, key=lambda heard: -heard.part.evidence):
            if one.reference == recording.name:
                if _is_in_place(one.part, query.start_s, query.end_s):
                    yield measures(one.part), True
            elif wrong < _OF_A_QUERY:
                wrong += 1
                yield measures(one.part), False


def _is_in_place(part: Part, start_s: float, end_s: float) -> bool:
    return max(abs(part.start_s - start_s), abs(part.end_s - end_s)) < _PLACE_S


def fitted(rows: F64, same: NDArray[np.bool_]) -> F64:
    """Return bias and weights of a logistic regression."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scaled = (rows - middle) / spread
    sign = np.where(same, 1.0, -1.0)

    def loss(weights: F64) -> float:
        margin = sign * (weights[0] + scaled @ weights[1:])
        return float(np.logaddexp(0, -margin).mean() + _RIDGE * (weights[1:] ** 2).sum())

    best = minimize(loss, np.zeros(rows.shape[1] + 1)).x
    slopes = best[1:] / spread
    return np.concatenate([[best[0] - slopes @ middle], slopes])


if __name__ == "__main__":
    main()
