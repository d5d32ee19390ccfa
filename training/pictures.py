"""Fit the probability of an aligned picture on made pictures and cards: `python -m training.pictures`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.media_quality import overlap
from benchmarks.media_transformations import COLLAGE, TRANSFORMATIONS, Sent, sent
from kiemchung.engine.media.agreement import regions
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.judging import MEASURES, Query, measures, says_other_words
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import Picture, Pixels
from training.made_cards import Layout
from training.made_pictures import made_picture

DATA = Path(__file__).parent.parent / "src" / "kiemchung" / "engine" / "data"
PICTURES, LAYOUTS, CARDS, SENT = 80, 10, 2, 4
_FIRST = 300_000
_RIDGE, _ROUNDS = 1.0, 50
LOOKED_AT, LEAST_OVERLAP = 10, 0.4
# Chosen on pictures that the model was not fitted on: data/picture_model.md.
LEAST = 0.95


def main() -> None:
    """Write `picture_model.json`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--keep", type=Path, help="a file for the measures, read if it is there")
    keep: Path | None = options.parse_args().keep
    if keep and keep.exists():
        with np.load(keep) as stored:
            rows, same = stored["rows"], stored["same"]
    else:
        found = list(_measured())
        rows, same = np.array([row for row, _ in found]), np.array([s for _, s in found])
        if keep:
            np.savez(keep, rows=rows, same=same)
    model = fitted(rows, same)
    (DATA / "picture_model.json").write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    weights = np.array(model["weights"])
    chance = 1 / (1 + np.exp(-(((rows - model["means"]) / model["spreads"]) @ weights + model["bias"])))
    print(f"{same.sum()} same, {(~same).sum()} other; least probability {model['least']}")
    for name, mean_same, mean_other, weight in zip(
        MEASURES, rows[same].mean(axis=0), rows[~same].mean(axis=0), weights, strict=True
    ):
        print(f"  {name:12} same {mean_same:7.3f} other {mean_other:7.3f} weight {weight:7.3f}")
    for least in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9):
        print(f"  ≥ {least}: same {(chance[same] >= least).mean():.4f}, other {(chance[~same] >= least).sum()}")


def _picture(pixels: Pixels) -> Picture:
    return Picture(np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0])


def _measured() -> Iterator[tuple[NDArray[np.float64], bool]]:
    """Yield the measures of aligned pairs, and whether they are of one picture."""
    pictures = [made_picture(_FIRST + n) for n in range(PICTURES)]
    cards = [Layout(_FIRST + n).card(words) for n in range(LAYOUTS) for words in range(CARDS)]
    known = [describe(_picture(pixels)) for pixels in (*pictures, *cards)]
    segment = PictureSegment.build([str(n) for n in range(len(known))], known)
    index = PictureIndex([segment])
    names = (*TRANSFORMATIONS, COLLAGE)
    for number, pixels in enumerate((*pictures, *cards)):
        rng = np.random.default_rng([9, number])
        for name in rng.permutation(names)[:SENT]:
            beside = (number + 7) % len(pictures)
            made = sent(str(name), pixels, rng, pictures[beside])
            yield from _judged(index, segment, made, number, {beside} if name == COLLAGE else set())


def _judged(
    index: PictureIndex, segment: PictureSegment, made: Sent, right: int, beside: set[int]
) -> Iterator[tuple[NDArray[np.float64], bool]]:
    view = Query.of(describe(_picture(made.pixels)))
    for candidate in index.candidates(view)[:LOOKED_AT]:
        reference = segment.reference(candidate.number)
        found = measures(view, reference, mirror=candidate.mirrored)
        if found is None or candidate.number in beside or says_other_words(view, reference, found[2]):
            continue
        size = (view.width, view.height)
        region, _ = regions(found[2], found[1].part, size, (reference.width, reference.height))
        # The right reference may fit a few features by chance: neither one nor the other.
        if candidate.number != right or overlap(region, made.shown) >= LEAST_OVERLAP:
            yield found[0], candidate.number == right


def fitted(rows: NDArray[np.float64], same: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the logistic model of standardised rows (Newton's method with a small ridge)."""
    means, spreads = rows.mean(axis=0), rows.std(axis=0)
    inputs = np.column_stack([(rows - means) / spreads, np.ones(len(rows))])
    ridge = np.diag([_RIDGE] * rows.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - same) + ridge @ weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + ridge
        weights = weights - np.linalg.solve(curve, slope)
    return {
        "measures": list(MEASURES),
        "means": means.round(5).tolist(),
        "spreads": spreads.round(5).tolist(),
        "weights": weights[:-1].round(4).tolist(),
        "bias": round(float(weights[-1]), 4),
        "least": LEAST,
    }


if __name__ == "__main__":
    main()
