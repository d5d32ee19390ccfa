"""Where two aligned pictures show the same: their small grey copies compared place by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.geometry import Matrix
from kiemchung.engine.media.image import THUMB
from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.types import Pixels, Region

# Places are compared in windows of so many pixels of the small copies.
_WINDOW = 7
# A window whose variance is below this is plain; correlation says nothing of it.
_PLAIN = 12.0
_SAME = 0.6
# The reference is warped from the query in so many pixels a side, then shrunk: small things are averaged, not skipped.
_FINE = 256
_CELLS = 32
# The smaller part is reported where the whole overlap has less than this share of its agreement.
_WHOLE = 0.8

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`correlation` (64, 64), -1 to 1, in the reference's small copy, where `textured` and within the overlap.

    `part` is the rectangle in which they agree, as shares of the reference: left, top, right, bottom. `outside` is the
    share of the overlap beyond it.
    """

    correlation: NDArray[np.float32]
    textured: Mask
    part: tuple[float, float, float, float]
    outside: float

    def within(self) -> NDArray[np.float32]:
        """Return the correlations of the textured places in the part."""
        left, top, right, bottom = (round(v * THUMB) for v in self.part)
        inside = (slice(top, bottom), slice(left, right))
        return self.correlation[inside][self.textured[inside]]

    def beside(self, cells: Mask) -> float:
        """Return how much of the reference (0-1) agrees, and is not plain, in the rectangle that holds none of these
        cells (32, 32) and most that agrees."""
        agrees = self.textured & (self.correlation >= _SAME)
        shares = agrees.reshape(_CELLS, THUMB // _CELLS, _CELLS, THUMB // _CELLS).mean(axis=(1, 3))
        scored = np.where(cells, -float(_CELLS**2), shares).astype(np.float32)
        return max(0.0, _sum(scored, _best_rectangle(scored)) / _CELLS**2)


def compared(query: Pixels, thumb: Pixels, matrix: Matrix) -> Agreement:
    """Compare a query's grey picture with a reference's small copy.

    `matrix` (2, 3) takes a place in the reference to its place in the query, both as shares of width and height (0-1).
    Cost: about 1 ms.
    """
    seen, valid = _warped(query, matrix)
    correlation, textured, score = _correlated(thumb, seen, valid)
    cells = _scores(score, valid)
    best = _best_rectangle(cells)
    rows, columns = np.flatnonzero(valid.any(axis=1)), np.flatnonzero(valid.any(axis=0))
    if not len(rows):
        return Agreement(correlation, textured, (0.0, 0.0, 0.0, 0.0), 1.0)
    whole = (columns[0] // 2, rows[0] // 2, columns[-1] // 2 + 1, rows[-1] // 2 + 1)
    if _sum(cells, whole) >= _WHOLE * _sum(cells, best):
        left, top, right, bottom = _overlap(matrix)
    else:
        left, top, right, bottom = (v / _CELLS for v in best)
    beyond = valid.copy()
    beyond[round(top * THUMB) : round(bottom * THUMB), round(left * THUMB) : round(right * THUMB)] = False
    return Agreement(correlation, textured, (left, top, right, bottom), float(beyond.sum() / valid.sum()))


def _warped(query: Pixels, matrix: Matrix) -> tuple[Pixels, Mask]:
    """Return the query as the reference's small copy would show it, and where it shows anything."""
    cv2 = opencv()
    rows, columns = query.shape
    to_pixels = np.diag([columns, rows]) @ matrix @ np.diag([1 / _FINE, 1 / _FINE, 1])
    # Places are centres of pixels: half a pixel further here and there.
    to_pixels[:, 2] += to_pixels[:, :2] @ (0.5, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(query, to_pixels, (_FINE, _FINE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    full = np.full_like(query, 255)
    mask = cv2.warpAffine(full, to_pixels, (_FINE, _FINE), flags=flags)
    size = (THUMB, THUMB)
    return cv2.resize(seen, size, interpolation=cv2.INTER_AREA), cv2.resize(
        mask, size, interpolation=cv2.INTER_AREA
    ) > 230


def _correlated(thumb: Pixels, seen: Pixels, valid: Mask) -> tuple[NDArray[np.float32], Mask, NDArray[np.float32]]:
    """Return the correlation of windows, where it means something, and a score of agreement from -1 to 1."""
    cv2 = opencv()

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        smooth: NDArray[np.float32] = cv2.blur(values, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT)
        return smooth

    a, b = thumb.astype(np.float32), seen.astype(np.float32)
    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    correlation = (mean(a * b) - mean_a * mean_b) / np.sqrt(np.maximum(spread_a, 1) * np.maximum(spread_b, 1))
    textured = ((spread_a > _PLAIN) | (spread_b > _PLAIN)) & valid
    score = np.where(textured, np.where(correlation >= _SAME, 1.0, -1.0), 0.15).astype(np.float32)
    return correlation.astype(np.float32), textured, score


def _scores(score: NDArray[np.float32], valid: Mask) -> NDArray[np.float32]:
    scored = np.where(valid, score, -1).astype(np.float32)
    cells: NDArray[np.float32] = scored.reshape(_CELLS, THUMB // _CELLS, _CELLS, THUMB // _CELLS).mean(axis=(1, 3))
    return cells


def _best_rectangle(cells: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the rectangle of cells with the largest sum (Kadane, over bands of rows)."""
    above = np.concatenate([np.zeros((1, _CELLS)), np.cumsum(cells, axis=0)])
    tops, bottoms = np.triu_indices(_CELLS + 1, 1)
    along = np.concatenate([np.zeros((len(tops), 1)), np.cumsum(above[bottoms] - above[tops], axis=1)], axis=1)
    lowest = np.minimum.accumulate(along, axis=1)
    gain = along[:, 1:] - lowest[:, :-1]
    band, right = np.unravel_index(int(gain.argmax()), gain.shape)
    left = int(along[band, : right + 1].argmin())
    return left, int(tops[band]), int(right) + 1, int(bottoms[band])


def _sum(cells: NDArray[np.float32], part: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = part
    return float(cells[top:bottom, left:right].sum())


def _overlap(matrix: Matrix) -> tuple[float, float, float, float]:
    """Return the part of the reference that lies within the query, as an upright rectangle of shares."""
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]
    return _clipped(_corners(back, (0.0, 0.0, 1.0, 1.0)))


def _corners(matrix: Matrix, part: tuple[float, float, float, float]) -> Matrix:
    left, top, right, bottom = part
    corners = np.array([(left, top), (right, top), (left, bottom), (right, bottom)])
    moved: Matrix = corners @ matrix[:, :2].T + matrix[:, 2]
    return moved


def _clipped(corners: Matrix) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = np.clip(corners.min(axis=0), 0, 1), np.clip(corners.max(axis=0), 0, 1)
    return float(left), float(top), float(right), float(bottom)


def regions(
    matrix: Matrix, part: tuple[float, float, float, float], query: tuple[int, int], reference: tuple[int, int]
) -> tuple[Region, Region]:
    """Return the part in the query and in the reference, in pixels of the files, given width and height of both."""
    return _region(_clipped(_corners(matrix, part)), query), _region(part, reference)


def _region(part: tuple[float, float, float, float], size: tuple[int, int]) -> Region:
    (left, top, right, bottom), (width, height) = part, size
    x, y = min(width - 1, round(left * width)), min(height - 1, round(top * height))
    return Region(x, y, max(1, round(right * width) - x), max(1, round(bottom * height) - y))
