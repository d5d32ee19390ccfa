"""Fit the probability of an aligned picture on made pictures and cards: `python -m training.pictures`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.media_transformations import COLLAGE, TRANSFORMATIONS, sent
from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.judging import MEASURES, Query, measures
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import Picture, Pixels
from training.made_cards import Layout
from training.made_pictures import made_picture

DATA = Path(__file__).parent.parent / "src" / "kiemchung" / "engine" / "data"
PICTURES, LAYOUTS, CARDS, SENT = 50, 16, 3, 3
_FIRST = 300_000
_RIDGE, _ROUNDS, _CLEAR = 1.0, 50, 10


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
    # The right reference the wrong way round fits a few features by chance: neither one nor the other.
    clear = ~same | (rows[:, 0] >= np.log(_CLEAR) - 1e-6) & (rows[:, 8] < 0.95)
    rows, same = rows[clear], same[clear]
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
            other = pictures[(number + 7) % len(pictures)]
            query = describe(_picture(sent(str(name), pixels, rng, other).pixels))
            right = {number, (number + 7) % len(pictures)} if name == COLLAGE else {number}
            yield from _judged(index, segment, query, right)


def _judged(
    index: PictureIndex, segment: PictureSegment, query: PictureFeatures, right: set[int]
) -> Iterator[tuple[NDArray[np.float64], bool]]:
    view = Query.of(query)
    for candidate in index.candidates(view)[:5]:
        found = measures(view, segment.reference(candidate.number), mirror=candidate.mirrored)
        if found is not None:
            yield found[0], candidate.number in right


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
        "least": 0.6,
    }


if __name__ == "__main__":
    main()
