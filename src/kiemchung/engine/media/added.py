"""Whether a picture shows anything that its reference does not: words laid over it, other words on a sign, a logo,
something on its bars.

A recognised photograph under another caption is another claim, whether or not anybody can read the caption. So the two
are laid one over the other, point by point, and what is left that neither a small shift, nor one change of all
colours, nor compression explains was added or changed. This is stricter than recognising, which looks past such things.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.types import Pixels, Placement

# From here on (of 256, mean of a square of five points) something was added; chosen by `python -m
# benchmarks.media_added`: docs/decisions/0043-nothing-was-added.md.
ADDED = 10.0
# Pictures are compared in the points of the reference's small copy, at most so many a side.
_MOST_SIDE = 480
# A query that has to be made smaller than this may have words that nobody sees any more.
LEAST_SIDE, _LEAST_ACROSS = 160, 24
_AS_IT_IS = 0.9
# A point goes with the reference when its lightness lies between those of its neighbours there, and a quarter of what
# they differ beyond: edges are sharpened and smeared. Colours are smeared further by JPEG, which keeps fewer of them.
_AROUND, _COLOURS_AROUND, _BEYOND = 3, 5, 0.25
_MEAN = 5
# Thin strokes leave room for any others between them: in a window of so many points what varies must go with the
# reference, at the best of so many shifts each way and a gain within these, or it counts, by so much.
_WINDOW, _SHIFT, _LEAST_GAIN, _MOST_GAIN, _COUNTS = 7, 1, 0.5, 1.6, ADDED / 13
# Colours were changed alike everywhere: fitted in so many rounds to the points that go with it best.
_ROUNDS, _WITH = 4, 0.85
_BLACK, _WHITE = 3, 252
_LEAST_POINTS = 200
_LIGHTNESS = (0.299, 0.587, 0.114)
_REFLECTED = 2  # cv2.BORDER_REFLECT
_FITTED_TO = 6_000
# Where the map of the features is refined: at most so many steps, until the correlation grows by less (Evangelidis,
# Psarakis 2008, as in OpenCV), both pictures smoothed by so many points.
_STEPS, _GROWTH, _SMOOTH = 30, 1e-4, 5

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]
Matrix = NDArray[np.float64]


def most_added(query: Pixels, reference: Pixels, placed: Placement) -> float:
    """Return how far (of 256) the query differs from the reference where it does so most, infinite where it cannot be
    told: too little of the reference is seen, or of a copy that is too small.

    Both are RGB (rows, columns, 3), the reference in its small copy; `placed` says where it lies in the query. What of
    the reference is missing in the query is not looked at. Cost: 80 ms.

    >>> plain = np.random.default_rng(1).integers(0, 255, (12, 16, 3), np.uint8).repeat(20, 0).repeat(20, 1)
    >>> written = plain.copy()
    >>> written[100:108, 40:200] = 255
    >>> [most_added(one, plain, Placement(1, 0, 0, 0, 1, 0)) >= ADDED for one in (plain, written)]
    [False, True]
    """
    cv2 = opencv()
    matrix, size = _shared_size(query, reference, placed)
    if size is None:
        return float("inf")
    seen = cv2.resize(np.ascontiguousarray(query), size, interpolation=cv2.INTER_AREA)
    laid, inside = _laid(reference, _refined(seen, reference, matrix), size)
    within = cv2.erode(inside.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if np.count_nonzero(within) < _LEAST_POINTS:
        return float("inf")
    beside = cv2.dilate(inside.view(np.uint8), np.ones((3, 3), np.uint8)) == 0
    values, wanted = seen.astype(np.float32), laid.astype(np.float32)
    # As it is, or with all of its colours changed: what keeps its light in a darkened picture is seen.
    shown = min(_most_unlike(values, one, within) for one in (wanted, _recoloured(wanted, values, within)))
    return max(shown, _most(np.where(beside, _beyond_ground(values, beside), np.float32(0))))


def _most(apart: Values) -> float:
    return float(opencv().blur(apart, (_MEAN, _MEAN), borderType=_REFLECTED).max())


def _most_unlike(values: Values, wanted: Values, within: Mask) -> float:
    """Return how far the query differs from the reference where it does so most, within it."""
    cv2 = opencv()
    seen, shown = (cv2.cvtColor(one, cv2.COLOR_RGB2YCrCb) for one in (values, wanted))
    apart = np.maximum(
        _outside(seen[..., :1], shown[..., :1], _AROUND), _outside(seen[..., 1:], shown[..., 1:], _COLOURS_AROUND)
    )
    whole = cv2.erode(within.view(np.uint8), np.ones((_WINDOW, _WINDOW), np.uint8), borderValue=0) > 0
    strange = _unexplained(seen[..., 0], shown[..., 0]) * whole
    return max(_most(apart * within), _COUNTS * float(strange.max()))


def _shared_size(query: Pixels, reference: Pixels, placed: Placement) -> tuple[Matrix, tuple[int, int] | None]:
    """Return the map from places in the reference to places in the query in the points in which they are compared, both
    as (3, 3), and that size of the query, width and height; None where its words would be lost in it."""
    rows, columns = query.shape[:2]
    shares = np.vstack([np.array(placed).reshape(2, 3), [0, 0, 1]])
    to_query = np.diag([columns, rows, 1]) @ shares @ np.diag([1 / reference.shape[1], 1 / reference.shape[0], 1])
    points = float(np.sqrt(abs(np.linalg.det(to_query[:2, :2]))))
    by = min(1.0, 1 / max(points, 1e-6), _MOST_SIDE / max(rows, columns))
    if by * min(rows, columns) < _LEAST_ACROSS or (by < _AS_IT_IS and by * max(rows, columns) < LEAST_SIDE):
        return to_query, None
    size = max(1, round(columns * by)), max(1, round(rows * by))
    matrix: Matrix = np.diag([size[0] / columns, size[1] / rows, 1]) @ to_query
    return matrix, size


def _laid(reference: Pixels, matrix: Matrix, size: tuple[int, int]) -> tuple[Pixels, Mask]:
    """Return the reference laid where it is in the query, and where that is."""
    cv2 = opencv()
    to_centre = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    centred = (np.linalg.inv(to_centre) @ matrix @ to_centre)[:2]
    laid = cv2.warpAffine(reference, centred, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    whole = np.full(reference.shape[:2], 255, np.uint8)
    return laid, cv2.warpAffine(whole, centred, size, flags=cv2.INTER_LINEAR) > 250


def _refined(seen: Pixels, reference: Pixels, matrix: Matrix) -> Matrix:
    """Return the map with what lies a point or two beside put right; as it was where that finds nothing better."""
    cv2 = opencv()
    laid, inside = _laid(reference, matrix, (seen.shape[1], seen.shape[0]))
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, _STEPS, _GROWTH)
    here, there = (cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (seen, laid))
    try:
        _, shift = cv2.findTransformECC(
            here,
            there,
            np.eye(2, 3, dtype=np.float32),
            cv2.MOTION_AFFINE,
            criteria,
            inside.view(np.uint8) * np.uint8(255),
            _SMOOTH,
        )
    except cv2.error:  # nothing to go by: a plain picture
        return matrix
    refined: Matrix = np.linalg.inv(np.vstack([shift, [0, 0, 1]])) @ matrix
    return refined if np.isfinite(refined).all() else matrix


def _outside(values: Values, wanted: Values, around: int) -> Values:
    """Return how far each point (rows, columns, n) lies outside of what is wanted around it, where it is most."""
    cv2 = opencv()
    square = np.ones((around, around), np.uint8)
    low, high = (change(wanted, square).reshape(wanted.shape) for change in (cv2.erode, cv2.dilate))
    room = _BEYOND * (high - low)
    outside: Values = np.maximum(np.maximum(low - room - values, values - high - room), 0).max(axis=2)
    return outside


def _unexplained(seen: Values, shown: Values) -> Values:
    """Return what varies about each point (in grey values) and does not go with the reference, times the share of all
    that varies there which that is."""

    def mean(values: Values) -> Values:
        smooth: Values = opencv().blur(values, (_WINDOW, _WINDOW), borderType=_REFLECTED)
        return smooth

    mean_seen = mean(seen)
    spread_seen = np.maximum(mean(seen * seen) - mean_seen**2, 0)
    left = np.full_like(seen, np.inf)
    for shift in product(range(-_SHIFT, _SHIFT + 1), repeat=2):
        moved = np.roll(shown, shift, (0, 1))
        mean_moved = mean(moved)
        spread = np.maximum(mean(moved * moved) - mean_moved**2, 0)
        both = mean(seen * moved) - mean_seen * mean_moved
        gain = np.clip(both / np.maximum(spread, 1), _LEAST_GAIN, _MOST_GAIN)
        left = np.minimum(left, np.maximum(spread_seen - 2 * gain * both + gain**2 * spread, 0))
    every = np.maximum(np.maximum(spread_seen, mean(shown * shown) - mean(shown) ** 2), 1e-6)
    unexplained: Values = left / np.sqrt(every)
    return unexplained


def _beyond_ground(values: Values, beside: Mask) -> Values:
    """Return how far each point beside the reference is from the one colour of its bar."""
    count, bar = opencv().connectedComponents(beside.view(np.uint8))
    ground = np.zeros((count, 3), np.float32)
    for number in range(1, count):
        ground[number] = np.median(values[bar == number], axis=0)
    apart: Values = np.abs(values - ground[bar]).max(axis=2)
    return apart


def _recoloured(wanted: Values, values: Values, within: Mask) -> Values:
    """Return the reference with its colours changed as most of the query's were: lighter, warmer, paler, grey.

    Each of red, green and blue follows from itself, never against it, and from the lightness, so that no red thing
    turns green.
    """
    every = np.flatnonzero(within.ravel())
    few = every[:: len(every) // _FITTED_TO + 1]
    colours, theirs = wanted.reshape(-1, 3), values.reshape(-1, 3)[few]
    known, good = _explaining(colours[few]), np.ones(len(few), bool)
    for _ in range(_ROUNDS):
        changes = [_fitted(one, theirs[:, channel], good) for channel, one in enumerate(known)]
        changed = np.column_stack([one @ change for one, change in zip(known, changes, strict=True)])
        apart = np.abs(np.clip(changed, 0, 255) - theirs).max(axis=1)
        good = apart <= np.quantile(apart, _WITH)
    everywhere = [one @ change for one, change in zip(_explaining(colours), changes, strict=True)]
    return np.clip(np.column_stack(everywhere), 0, 255).astype(np.float32).reshape(values.shape)


def _explaining(colours: Values) -> list[Values]:
    """Return for red, green and blue of colours (n, 3) what each may follow from: itself, the lightness, and one."""
    light = colours @ np.array(_LIGHTNESS, np.float32)
    one = np.ones(len(colours), np.float32)
    return [np.column_stack([colours[:, channel], light, one]) for channel in range(3)]


def _fitted(known: Values, theirs: Values, good: Mask) -> Values:
    """Return how one colour of the query follows from the reference's, (3,); black and white may have been cut off."""
    used = good & (theirs > _BLACK) & (theirs < _WHITE)
    if np.count_nonzero(used) < _LEAST_POINTS // 4:
        used = good
    fitted: Values = np.linalg.lstsq(known[used], theirs[used], rcond=None)[0]
    if fitted[0] < 0:
        fitted = np.concatenate([[0], np.linalg.lstsq(known[used][:, 1:], theirs[used], rcond=None)[0]])
    return fitted.astype(np.float32)
