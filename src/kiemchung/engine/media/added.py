"""Whether a picture shows anything that its reference does not: words laid over it, a logo, something on its bars.

A recognised photograph under another caption is another claim, whether or not anybody can read the caption. So the two
are laid one over the other, point by point, and what is left that neither a small shift, nor a change of colour, nor
compression explains was added. This is stricter than recognising, which is made to look past such things.
"""

from __future__ import annotations

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
LEAST_SIDE = 160
_AS_IT_IS = 0.9
# A point goes with the reference when its lightness lies between those of its neighbours there, and a quarter of what
# they differ beyond: edges are sharpened and smeared. Colours are smeared further by JPEG, which keeps fewer of them.
_AROUND, _COLOURS_AROUND, _BEYOND = 3, 5, 0.25
_MEAN = 5
# Colours were changed alike everywhere: fitted in so many rounds to the points that go with it best.
_ROUNDS, _WITH = 4, 0.85
_BLACK, _WHITE = 3, 252
_LEAST_POINTS = 200
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
    the reference is missing in the query is not looked at. Cost: 40 ms.

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
    # As it is, or with its colours changed: a change that was fitted to most is wrong for a colour that is seldom.
    beyond = np.minimum(_beyond(values, wanted), _beyond(values, _recoloured(wanted, values, within)))
    added = np.where(within, beyond, np.where(beside, _beyond_ground(values, beside), np.float32(0)))
    return float(cv2.blur(added, (_MEAN, _MEAN), borderType=cv2.BORDER_REFLECT).max())


def _shared_size(query: Pixels, reference: Pixels, placed: Placement) -> tuple[Matrix, tuple[int, int] | None]:
    """Return the map from places in the reference to places in the query in the points in which they are compared, both
    as (3, 3), and that size of the query, width and height; None where its words would be lost in it."""
    rows, columns = query.shape[:2]
    shares = np.vstack([np.array(placed).reshape(2, 3), [0, 0, 1]])
    to_query = np.diag([columns, rows, 1]) @ shares @ np.diag([1 / reference.shape[1], 1 / reference.shape[0], 1])
    points = float(np.sqrt(abs(np.linalg.det(to_query[:2, :2]))))
    by = min(1.0, 1 / max(points, 1e-6), _MOST_SIDE / max(rows, columns))
    if by < _AS_IT_IS and by * max(rows, columns) < LEAST_SIDE:
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


def _beyond(values: Values, wanted: Values) -> Values:
    """Return how far each point is from what the reference shows around there, in lightness or in colour."""
    cv2 = opencv()
    seen, shown = (cv2.cvtColor(one, cv2.COLOR_RGB2YCrCb) for one in (values, wanted))
    light = _outside(seen[..., :1], shown[..., :1], _AROUND)
    return np.maximum(light, _outside(seen[..., 1:], shown[..., 1:], _COLOURS_AROUND))


def _outside(values: Values, wanted: Values, around: int) -> Values:
    """Return how far each point (rows, columns, n) lies outside of what is wanted around it, where it is most."""
    cv2 = opencv()
    square = np.ones((around, around), np.uint8)
    low, high = (change(wanted, square).reshape(wanted.shape) for change in (cv2.erode, cv2.dilate))
    room = _BEYOND * (high - low)
    outside: Values = np.maximum(np.maximum(low - room - values, values - high - room), 0).max(axis=2)
    return outside


def _beyond_ground(values: Values, beside: Mask) -> Values:
    """Return how far each point beside the reference is from the one colour of its bar."""
    count, bar = opencv().connectedComponents(beside.view(np.uint8))
    ground = np.zeros((count, 3), np.float32)
    for number in range(1, count):
        ground[number] = np.median(values[bar == number], axis=0)
    apart: Values = np.abs(values - ground[bar]).max(axis=2)
    return apart


def _recoloured(wanted: Values, values: Values, within: Mask) -> Values:
    """Return the reference with its colours changed as most of the query's were: one affine map of red, green, blue."""
    every = np.flatnonzero(within.ravel())
    few = every[:: len(every) // _FITTED_TO + 1]
    colours, theirs = _with_one(wanted.reshape(-1, 3)[few]), values.reshape(-1, 3)[few]
    good = np.ones(len(few), bool)
    for _ in range(_ROUNDS):
        change = np.column_stack([_fitted(colours, theirs[:, channel], good) for channel in range(3)])
        apart = np.abs(np.clip(colours @ change, 0, 255) - theirs).max(axis=1)
        good = apart <= np.quantile(apart, _WITH)
    changed: Values = np.clip(_with_one(wanted.reshape(-1, 3)) @ change, 0, 255).reshape(values.shape)
    return changed


def _with_one(colours: Values) -> Values:
    return np.column_stack([colours, np.ones(len(colours), np.float32)])


def _fitted(colours: Values, theirs: Values, good: Mask) -> Values:
    """Return how one colour of the query follows from the reference's, (4,); black and white may have been cut off."""
    used = good & (theirs > _BLACK) & (theirs < _WHITE)
    if np.count_nonzero(used) < _LEAST_POINTS // 4:
        used = good
    fitted: Values = np.linalg.lstsq(colours[used], theirs[used], rcond=None)[0]
    return fitted
