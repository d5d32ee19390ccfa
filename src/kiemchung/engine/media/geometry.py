"""Whether features of two pictures lie alike: one affine map that many pairs of them agree on.

Every pair of features has two places, two sizes and two directions, and so proposes a similarity by itself; all are
tried at once, the one that most pairs fit is refined. No chance is involved, unlike in RANSAC (Fischler, Bolles 1981;
the proposal by one feature: Philbin et al. 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv

Matrix = NDArray[np.float64]
Places = NDArray[np.float32]

# Codes of 256 bits: unrelated features lie about 110 apart, hardly any below this.
_FAR = 72
# A pair is plain when the second nearest is so much further off than the nearest.
_RATIO = 0.92
_MOST_PAIRS = 250
# How far from its place a feature may fall, as a share of the diagonal of what the pairs span, first and last.
_FIRST, _LAST = 0.04, 0.015
_TURN, _GROWTH = 0.5, 0.6  # radians, and the logarithm of the ratio of sizes
LEAST_PAIRS = 4


@dataclass(frozen=True, slots=True)
class Alignment:
    """`matrix` (2, 3) takes a place in the reference to its place in the query, both in pixels of the files.

    `places` (n, 2) are the features of the reference that fit it, no two of them at one spot.
    """

    matrix: Matrix
    places: NDArray[np.float64]


def pairs(
    query: NDArray[np.uint64], reference: NDArray[np.uint64], *, far: int = _FAR
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which features (rows of codes) of query and reference are alike, the plainest first.

    Cost: 1 ms for 700 × 400 features.
    """
    if len(query) < 2 or not len(reference):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    cv2 = opencv()
    apart, nearest = cv2.batchDistance(
        np.ascontiguousarray(reference).view(np.uint8),
        np.ascontiguousarray(query).view(np.uint8),
        cv2.CV_32S,
        normType=cv2.NORM_HAMMING,
        K=2,
    )[:2]
    plain = np.flatnonzero((apart[:, 0] <= far) & (apart[:, 0] <= _RATIO * apart[:, 1]))
    plain = plain[np.argsort(apart[plain, 0], kind="stable")][:_MOST_PAIRS]
    return nearest[plain, 0].astype(np.int64), plain


def aligned(query: Places, reference: Places) -> Alignment | None:
    """Return the map that most pairs fit, or None where fewer than `LEAST_PAIRS` do.

    `query` and `reference` (n, 4) are the places, sizes and directions of pairs.
    """
    if len(query) < LEAST_PAIRS:
        return None
    here, there = query[:, :2].astype(np.float64), reference[:, :2].astype(np.float64)
    growth = np.log(query[:, 2].astype(np.float64) / reference[:, 2])
    turn = query[:, 3].astype(np.float64) - reference[:, 3]
    reach = float(np.hypot(*np.ptp(there, axis=0)))
    fits = _fits(here, there, growth, turn, _FIRST * reach)
    best = int(_spots(fits, there).argmax())
    inside = fits[best]
    matrix = _affine(here, there, inside, growth[best], turn[best])
    for share in (_FIRST / 2, _LAST, _LAST):
        size = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        off = np.hypot(*(_moved(there, matrix) - here).T)
        inside = (off <= share * reach * size) & _alike(growth, turn, np.log(max(size, 1e-9)), _turn(matrix))
        if inside.sum() < LEAST_PAIRS:
            return None
        matrix = _affine(here, there, inside, np.log(size), _turn(matrix))
    if not _is_likely(matrix):
        return None
    spots = _distinct(there[inside], 0.008 * reach)
    return Alignment(matrix, spots) if len(spots) >= LEAST_PAIRS else None


def _moved(places: Matrix, matrix: Matrix) -> Matrix:
    moved: Matrix = places @ matrix[:, :2].T + matrix[:, 2]
    return moved


def _turn(matrix: Matrix) -> float:
    return float(np.arctan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1]))


def _alike(growth: Matrix, turn: Matrix, size: Matrix | float, angle: Matrix | float) -> NDArray[np.bool_]:
    apart = np.abs((turn - angle + np.pi) % (2 * np.pi) - np.pi)
    alike: NDArray[np.bool_] = (np.abs(growth - size) <= _GROWTH) & (apart <= _TURN)
    return alike


def _fits(here: Matrix, there: Matrix, growth: Matrix, turn: Matrix, reach: float) -> NDArray[np.bool_]:
    """Return for each pair's own similarity (row) which pairs (columns) fit it."""
    size = np.exp(growth)
    cos, sin = (size * np.cos(turn))[:, None], (size * np.sin(turn))[:, None]
    x, y = there[None, :, 0] - there[:, None, 0], there[None, :, 1] - there[:, None, 1]
    across = cos * x - sin * y - (here[None, :, 0] - here[:, None, 0])
    down = sin * x + cos * y - (here[None, :, 1] - here[:, None, 1])
    near = across**2 + down**2 <= (reach * size[:, None]) ** 2
    return near & _alike(growth[None], turn[None], growth[:, None], turn[:, None])


def _spots(fits: NDArray[np.bool_], there: Matrix) -> NDArray[np.int64]:
    """Return how many different spots of the reference fit each row: several features may lie at one."""
    _, spot = np.unique(np.round(there), axis=0, return_inverse=True)
    spot = spot.ravel()
    hit = np.zeros((len(fits), int(spot.max()) + 1), bool)
    rows, columns = np.nonzero(fits)
    hit[rows, spot[columns]] = True
    count: NDArray[np.int64] = hit.sum(axis=1)
    return count


def _affine(here: Matrix, there: Matrix, inside: NDArray[np.bool_], growth: float, turn: float) -> Matrix:
    """Return the map of least squares: affine where the pairs span a plane well, else the similarity of one size."""
    a, b = there[inside], here[inside]
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    a, b = a - middle_a, b - middle_b
    if len(a) >= 8:
        linear = np.linalg.lstsq(a, b, rcond=None)[0].T
        if not _is_likely(linear):
            linear = _similarity(a, b, growth, turn)
    else:
        linear = _similarity(a, b, growth, turn)
    return np.column_stack([linear, middle_b - linear @ middle_a])


def _similarity(a: Matrix, b: Matrix, growth: float, turn: float) -> Matrix:
    square = float((a * a).sum())
    if square < 1e-9:
        cos, sin = np.exp(growth) * np.cos(turn), np.exp(growth) * np.sin(turn)
    else:
        cos = float((a * b).sum()) / square
        sin = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / square
    return np.array([[cos, -sin], [sin, cos]])


def _is_likely(matrix: Matrix) -> bool:
    """Whether the map is one that people make: not flattened, not turned inside out, not of absurd size."""
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(small > 1e-3 and large < 60 and large <= 1.7 * small and np.linalg.det(matrix[:, :2]) > 0)


def _distinct(places: Matrix, reach: float) -> Matrix:
    """Return one of the places in each cell of a grid."""
    cells = np.floor(places / max(reach, 1e-9)).astype(np.int64)
    return places[np.unique(cells, axis=0, return_index=True)[1]]
