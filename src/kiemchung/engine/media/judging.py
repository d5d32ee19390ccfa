"""Whether a candidate is the picture that a query shows: how well it lies, how much of it is seen, what differs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.agreement import Agreement, compared, regions
from kiemchung.engine.media.geometry import Matrix, aligned, pairs
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.lettering import Strokes, compared_words
from kiemchung.engine.media.types import MediaMatch, Pixels, Placement
from kiemchung.engine.media.words import codes_of, mirrored, rooted, signatures_of, words_of

# What is measured of an aligned candidate, in the order of the model's weights.
MEASURES = (
    "inliers",  # logarithm of the features that fit the map
    "share",  # logarithm of their share of all pairs of like features
    "correlation",  # -log of what the mean correlation of the small copies, within the part, lacks of 1
    "area",  # logarithm of the part's share of the reference or of the query, whichever is larger
    "outside",  # share of the overlap that is outside the part
)
_MODEL = "picture_model.json"
_AGREES = 0.6
# Where a line of the reference's lettering agrees less, the query says something else; docs/decisions/0016.
_OTHER_WORDS = 0.33
# Where so much of the reference beside its other words is the same, it is one picture under two captions: no card of
# one layout that was looked at has more than .59 (a head and a photograph that all share), a photograph with a bar .83.
_CAPTIONED = 0.65
# A logo or a heading that two pictures share is less than an eighth of either.
_AREA, _LEAST_AREA = MEASURES.index("area"), -2.1


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, read for a closer look: size of the file, part within bars, features, small copy, lettering."""

    width: int
    height: int
    inner: Sequence[int]
    places: NDArray[np.float32]
    codes: NDArray[np.uint64]
    thumb: Pixels
    strokes: Strokes | None


@dataclass(frozen=True, slots=True)
class Query:
    """A query, upright and mirrored: the features in both, and its grey picture."""

    width: int
    height: int
    inner: Sequence[int]
    places: tuple[NDArray[np.float32], NDArray[np.float32]]
    words: tuple[NDArray[np.uint16], NDArray[np.uint16]]
    signatures: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    codes: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    grey: Pixels

    @classmethod
    def of(cls, features: PictureFeatures) -> Query:
        """Return the view of a described picture."""
        turned = features.places * np.array([-1, 1, 1, -1], np.float32) + np.array(
            [features.width, 0, 0, np.pi], np.float32
        )
        upright, mirror = rooted(features.descriptors), rooted(mirrored(features.descriptors))
        words = words_of(upright), words_of(mirror)
        return cls(
            features.width,
            features.height,
            features.inner,
            (features.places, turned),
            words,
            (signatures_of(upright, words[0]), signatures_of(mirror, words[1])),
            (codes_of(upright), codes_of(mirror)),
            features.grey,
        )


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the standardised measures, fitted on made pictures, and the least probability reported."""

    means: NDArray[np.float64]
    spreads: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    least: float

    def probability(self, measures: NDArray[np.float64]) -> float:
        """Return the probability (0-1) that measures (5,) are those of the same picture."""
        score = float((measures - self.means) / self.spreads @ self.weights) + self.bias
        return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


@cache
def model() -> Model:
    """Return the model that ships; its card is `data/picture_model.md`."""
    stored = json.loads(files("kiemchung.engine.data").joinpath(_MODEL).read_text(encoding="utf-8"))
    if tuple(stored["measures"]) != MEASURES:
        raise ValueError(f"{_MODEL}: fitted on other measures than the code has; run python -m training.pictures")
    means, spreads, weights = (np.array(stored[name], np.float64) for name in ("means", "spreads", "weights"))
    return Model(means, spreads, weights, float(stored["bias"]), float(stored["least"]))


def judged(query: Query, reference: Reference, name: str, *, mirror: bool) -> MediaMatch | None:
    """Return the match where local features fit one geometry and what is seen agrees, else None.

    Cost: 2 ms, and 4 ms more where a geometry fits.
    """
    measured = measures(query, reference, mirror=mirror)
    if measured is None:
        return None
    values, agreement, shares = measured
    probability = model().probability(values)
    if probability < model().least or values[_AREA] < _LEAST_AREA:
        return None
    if reference.strokes is not None:
        words = compared_words(query.grey, reference.strokes, reference.thumb, shares)
        if words.worst_line < _OTHER_WORDS:
            if agreement.beside(words.unlike) < _CAPTIONED:
                return None
            probability = model().least
    return _match(name, probability, "features", shares, agreement, query, reference)


def measures(
    query: Query, reference: Reference, *, mirror: bool
) -> tuple[NDArray[np.float64], Agreement, Matrix] | None:
    """Return `MEASURES` (5,), the agreement and the map of shares, or None where no geometry fits."""
    places, codes = query.places[mirror], query.codes[mirror]
    here, there = pairs(codes, reference.codes)
    alignment = aligned(places[here], reference.places[there])
    if alignment is None:
        return None
    shares = shares_of(alignment.matrix, query, reference, mirror=mirror)
    agreement = compared(query.grey, reference.thumb, shares)
    left, top, right, bottom = agreement.part
    if right - left < 0.02 or bottom - top < 0.02:
        return None
    part = np.array([right - left, bottom - top])
    seen = abs(np.linalg.det(shares[:, :2])) * part.prod()
    values = np.array(
        [
            np.log(len(alignment.places)),
            np.log(len(alignment.places) / len(here)),
            -np.log(1.02 - _mean_correlation(agreement)),
            np.log(max(min(part.prod(), 1.0), min(seen, 1.0), 1e-4)),
            agreement.outside,
        ]
    )
    return values, agreement, shares


def says_other_words(query: Query, reference: Reference, shares: Matrix) -> bool:
    """Whether the query has other words where the reference has lettering: another card of the same layout."""
    if reference.strokes is None:
        return False
    words = compared_words(query.grey, reference.strokes, reference.thumb, shares)
    return words.worst_line < _OTHER_WORDS


def _mean_correlation(agreement: Agreement) -> float:
    """Return how the textured places of the part correlate; half where there is nothing to compare."""
    correlation = agreement.within()
    return min(1.0, float(correlation.mean())) if len(correlation) else 0.5


def shares_of(matrix: Matrix, query: Query, reference: Reference, *, mirror: bool) -> Matrix:
    """Return the map from shares of the reference to shares of the query as it was sent."""
    full = np.vstack([matrix, [0, 0, 1]])
    if mirror:
        full = np.array([[-1.0, 0, query.width], [0, 1, 0], [0, 0, 1]]) @ full
    scaled: Matrix = (
        np.diag([1 / query.width, 1 / query.height, 1]) @ full @ np.diag([reference.width, reference.height, 1])
    )
    return scaled[:2]


def judged_by_hash(query: Query, reference: Reference, name: str) -> MediaMatch | None:
    """Return the match of two pictures whose hashes are near, where they also agree place by place, else None.

    For pictures whose local features are few or lost: soft, blurred, small, nearly plain. Tried in eight orientations.
    """
    best: tuple[float, Agreement, Matrix] | None = None
    for turn in orientations():
        shares = _within(query.inner, query.width, query.height) @ turn
        back = np.linalg.inv(_within(reference.inner, reference.width, reference.height))
        matrix = (shares @ back)[:2]
        agreement = compared(query.grey, reference.thumb, matrix)
        correlation = agreement.within()
        agreeing = float((correlation >= _AGREES).mean()) if len(correlation) else 0.0
        left, top, right, bottom = agreement.part
        if (right - left) * (bottom - top) < _HASH_PART or _mean_correlation(agreement) < _HASH_CORRELATES:
            continue
        if best is None or agreeing > best[0]:
            best = (agreeing, agreement, matrix)
    if best is None or best[0] < _HASH_AGREES or says_other_words(query, reference, best[2]):
        return None
    agreeing, agreement, matrix = best
    return _match(name, _HASH_PROBABILITY * agreeing, "hash", matrix, agreement, query, reference)


# Near hashes whose small copies agree in this share of places, and correlate so well, are of one picture: of 40 known
# pictures of the half that is looked at, sent blurred, small, recoloured or turned, 3 of 10 that features missed were
# found so, and of 40 unknown ones none was taken for another; docs/decisions/0016.
_HASH_AGREES, _HASH_CORRELATES, _HASH_PROBABILITY = 0.95, 0.95, 0.99
# A hash is of the whole: less of it in agreement is chance.
_HASH_PART = 0.8


@cache
def orientations() -> tuple[Matrix, ...]:
    """Return the eight turns and mirrors of the unit square, as (3, 3)."""
    turns = []
    for a, b, c, d in (
        (1, 0, 0, 1),
        (-1, 0, 0, 1),
        (1, 0, 0, -1),
        (-1, 0, 0, -1),
        (0, 1, 1, 0),
        (0, -1, 1, 0),
        (0, 1, -1, 0),
        (0, -1, -1, 0),
    ):
        linear = np.array([[a, b], [c, d]], np.float64)
        middle = 0.5 - linear @ (0.5, 0.5)
        turns.append(np.vstack([np.column_stack([linear, middle]), [0, 0, 1]]))
    return tuple(turns)


def _within(inner: Sequence[int], width: int, height: int) -> Matrix:
    """Return the map from shares of the inner part to shares of the whole, (3, 3)."""
    x, y, w, h = inner
    return np.array([[w / width, 0, x / width], [0, h / height, y / height], [0, 0, 1]])


def _match(
    name: str,
    probability: float,
    method: str,
    shares: Matrix,
    agreement: Agreement,
    query: Query,
    reference: Reference,
) -> MediaMatch:
    size = (reference.width, reference.height)
    here, there = regions(shares, agreement.part, (query.width, query.height), size)
    placed = Placement(*shares.ravel().tolist())
    return MediaMatch(name, probability, method, query_region=here, reference_region=there, placed=placed)
