"""What is remembered of a picture: a hash of the whole, local features, and a small grey copy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.lettering import SIDE, Strokes, strokes_of
from kiemchung.engine.media.opencv import opencv, pdq
from kiemchung.engine.media.types import Picture, Pixels, Region

# Features are looked for in so many pixels, whatever the shape of the picture, and the hash is taken of so many.
_AREA = 50_000
_SIDE = 760
# Side of the square grey copy that is kept with a reference.
THUMB = 64
# So many features are kept of the strongest that are described; a reference keeps the first `KEPT` of them.
MOST_FEATURES, _DESCRIBED = 600, 800
# Features are taken in turn by strength and from all cells of a grid of so many a side, the strongest of each first.
_GRID = 6
# A descriptor (128): rows and columns of cells, and directions in each.
_CELLS = (4, 4, 8)
# A row or column belongs to a bar when its grey values spread less than this and lie this near the edge's.
_BAR_SPREAD, _BAR_STEP = 6.0, 10.0
# So many rows are looked at together: a bar is seldom higher than a few of these.
_BAR_ROWS = 32
_LEAST_SIDE = 16


@dataclass(frozen=True, slots=True)
class PictureFeatures:
    """A described picture, as query or as reference.

    `places` (n, 4): x, y and size in pixels of the file, direction in radians, with their SIFT `descriptors` (n, 128);
    any beginning of them holds the strongest and some of every part. `hashes` (8, 4): PDQ of the part within bars and
    borders (`inner`) in eight orientations, upright first, with its `quality` (0-100). `thumb` (64, 64) is the whole in
    grey, `grey` a larger copy. `strokes` (256, 256) are the strokes of its lettering, None where there is hardly any.
    """

    width: int
    height: int
    inner: Region
    hashes: NDArray[np.uint64]
    quality: int
    places: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    thumb: Pixels
    grey: Pixels
    strokes: Strokes | None


def describe(picture: Picture) -> PictureFeatures:
    """Describe a picture; the same for a query and a reference.

    Raises `SetupError` where OpenCV or pdqhash is not installed. Cost: about 24 ms a picture of any size the decoder
    gives, 15 of them SIFT. Methods: SIFT (Lowe 2004) as RootSIFT, PDQ (Facebook 2019).

    >>> described = describe(Picture(np.zeros((40, 60, 3), np.uint8), 600, 400))
    >>> described.width, len(described.places), described.quality
    (600, 0, 0)
    """
    cv2 = opencv()
    grey = cv2.cvtColor(np.ascontiguousarray(picture.pixels), cv2.COLOR_RGB2GRAY)
    grey = _shrunk(grey, min(1.0, _SIDE / max(grey.shape)))
    inner = _within_bars(grey)
    part = grey[inner.y : inner.y + inner.h, inner.x : inner.x + inner.w]
    by = min(2.0, (_AREA / part.size) ** 0.5)
    small = _shrunk(part, by)
    hashes, quality = _hashes(small if by < 1 else part)
    places, descriptors = _local_features(small, by, inner)
    square = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    across, down = picture.width / grey.shape[1], picture.height / grey.shape[0]
    places *= np.array([across, down, (across * down) ** 0.5, 1], np.float32)
    return PictureFeatures(
        picture.width,
        picture.height,
        Region(*(round(v) for v in (inner.x * across, inner.y * down, inner.w * across, inner.h * down))),
        hashes,
        quality,
        places,
        descriptors,
        cv2.resize(square, (THUMB, THUMB), interpolation=cv2.INTER_AREA),
        grey,
        strokes_of(square),
    )


def _shrunk(pixels: Any, by: float) -> Any:
    cv2 = opencv()
    if by == 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * by)), max(1, round(pixels.shape[0] * by)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC)


def _within_bars(grey: Pixels) -> Region:
    """Return the part within one-coloured bars and borders, the whole where hardly anything would be left."""
    whole = Region(0, 0, grey.shape[1], grey.shape[0])
    rows = _bars(grey)
    if rows[1] - rows[0] < _LEAST_SIDE:
        return whole
    columns = _bars(grey[rows[0] : rows[1]].T)
    if columns[1] - columns[0] < _LEAST_SIDE:
        return whole
    return Region(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])


def _bars(grey: Pixels) -> tuple[int, int]:
    """Return where the rows that are not of the bars begin and end."""
    return _bar(grey), len(grey) - _bar(grey[::-1])


def _bar(grey: Pixels) -> int:
    """Return how many rows from the first one on are a bar; none where the first is not of one colour, or all are."""
    if grey[0].std() > _BAR_SPREAD:
        return 0
    cv2, first = opencv(), grey[0].mean()
    for begin in range(0, len(grey), _BAR_ROWS):
        rows = np.ascontiguousarray(grey[begin : begin + _BAR_ROWS])
        mean, squares = (
            cv2.reduce(rows, 1, which, dtype=cv2.CV_64F)[:, 0] / rows.shape[1]
            for which in (cv2.REDUCE_SUM, cv2.REDUCE_SUM2)
        )
        differs = (squares - mean * mean > _BAR_SPREAD**2) | (np.abs(mean - first) > _BAR_STEP)
        if differs.any():
            return begin + int(differs.argmax())
    return 0


def _hashes(part: Pixels) -> tuple[NDArray[np.uint64], int]:
    cv2 = opencv()
    size = (max(_LEAST_SIDE, part.shape[1]), max(_LEAST_SIDE, part.shape[0]))
    small = part if size == part.shape[::-1] else cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    vectors, quality = pdq().compute_dihedral(cv2.cvtColor(small, cv2.COLOR_GRAY2RGB))
    bits = np.asarray(vectors, np.uint8).reshape(8, 256)
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64), int(quality)


@cache
def _sift() -> Any:
    # Low contrast counts too: faint and soft pictures have no other; the strongest are kept. With .012 and 12 as
    # limits the soft tiles of wallpapers have 0-5 features that fit a crop, with these 12-50 (docs/decisions/0016).
    return opencv().SIFT_create(nfeatures=_DESCRIBED, contrastThreshold=0.003, edgeThreshold=20)


def _local_features(small: Pixels, by: float, inner: Region) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return places (n, 4) in pixels of the whole and SIFT descriptors (n, 128), in the order of `_in_turn`."""
    shown, is_negative = _on_black(small)
    points, descriptors = _sift().detectAndCompute(shown, None)
    if not points:
        return np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)
    found = np.array([(*p.pt, p.size, p.angle, p.response) for p in points], np.float32)
    if is_negative:
        found[:, 3] = (found[:, 3] + 180) % 360
        descriptors = descriptors.reshape(-1, *_CELLS)[:, ::-1, ::-1].reshape(-1, 128)
    order = _in_turn(found[:, :2], found[:, 4])[:MOST_FEATURES]
    places = found[order, :4]
    places[:, 3] = np.deg2rad(places[:, 3])
    places[:, :3] /= by
    places[:, :2] += (inner.x, inner.y)
    return places, descriptors[order].astype(np.uint8)


def _on_black(small: Pixels) -> tuple[Pixels, bool]:
    """Return the picture as light or dark as makes the more frequent of its lightest and its darkest black, and whether
    it is a negative. Its features are the same; those of a negative are seen from the opposite direction.

    OpenCV looks closely at every point of a plain ground that is not black, for what rounding leaves of it: a page of
    one white takes 33 ms, one of black 5 (docs/decisions/0041-a-plain-ground-is-black.md).
    """
    darkest, lightest = small.min(), small.max()
    if np.count_nonzero(small == lightest) > np.count_nonzero(small == darkest):
        return lightest - small, True
    return small - darkest, False


def _in_turn(spots: NDArray[np.float32], strength: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return an order that takes in turn the strongest, and the strongest of each cell of a grid.

    Lettering laid over a picture has the strongest features of all; by strength alone few of the picture would be left.
    """
    strongest = np.argsort(-strength, kind="stable")
    spots = spots[strongest] - spots.min(axis=0)
    cells = (spots * (_GRID / (spots.max(axis=0) + 1e-3))).astype(np.int64) @ (1, _GRID)
    by_cell = np.argsort(cells, kind="stable")
    counts = np.bincount(cells, minlength=_GRID * _GRID)
    within = np.empty(len(cells), np.int64)
    within[by_cell] = np.arange(len(cells)) - np.repeat(np.cumsum(counts) - counts, counts)
    spread = np.empty(len(cells), np.int64)
    spread[np.argsort(within, kind="stable")] = np.arange(len(cells))
    return strongest[np.argsort(np.minimum(2 * np.arange(len(cells)), 2 * spread + 1), kind="stable")]
