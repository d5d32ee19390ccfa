"""Whether two aligned pictures say the same: the strokes of their letters compared place by place.

Cards of one layout with other words fit one geometry; only the letters differ. A picture with lettering keeps a map of
its strokes (where it is darker or lighter than a plain ground); what an aligned query shows must go with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.types import Pixels

# Strokes are kept in a square of so many places a side, one bit each.
SIDE = 256
PACKED = SIDE * SIDE // 8
# Lettering stands on a plain ground: in a window of so many places at least this share lies near the median, at least
# this share far from it, and what lies between light and dark is this much (of 256) at least.
# Small letters right below the edge of a panel do so in a narrower one only: in the wide one the edge is in the way.
_WINDOW, _NARROW = 25, 13
# Window of the median -> of how many places across and down it takes one. The wide ground changes slowly: one of four
# takes a third of the time. OpenCV needs twice as long for a window of 13 as for one of 17 (docs/decisions/0041).
_MEDIAN = {_WINDOW: (25, 2), _NARROW: (17, 1)}
_GROUND, _INK_LEAST, _INK_MOST, _CONTRAST = 0.45, 0.06, 0.45, 45.0
_NEAR, _FAR = 0.18, 0.4
# Letters are compared in cells of so many places, each with what surrounds it: rows, columns.
_CELL = 8
_CELLS = SIDE // _CELL
# With fewer cells a picture is not one of text.
LEAST_CELLS = 24
# Of a cell at least this share is strokes, at most that; where so many cells cannot be filled so far, nothing more is
# looked at.
_LEAST_FILLED, _MOST_FILLED = 0.08, 0.85
_LEAST_STROKES = LEAST_CELLS * _LEAST_FILLED * _CELL**2
_AROUND = (11, 15)
# Cells that correlate so well have the same strokes: they tell how light a ground is now.
_SAME = 0.4
# Grounds (of 256) that differ no more are equally light in one picture, and in the other after colours were changed.
_LIGHT, _OTHER_LIGHT = 12, 28
# So far (places) the map of the features may be off, the same in all of a block of so many cells a side.
_OFF, _BLOCK = 3, 8
# What varies less is taken to vary so much: in strokes, and in a picture.
_LEAST_WANTED, _LEAST_SEEN = 1e-4, 16.0
_MIDDLES = (slice(_CELL // 2, None, _CELL), slice(_CELL // 2, None, _CELL))
_REFLECTED, _NOTHING = 2, 0  # cv2.BORDER_REFLECT, BORDER_CONSTANT
# A cell in which less of what varies does so along the line has no letters: the edge of a panel, a rule.
_LETTERS = 0.2
# A stretch of a line in cells, across and down, and how many of them must have strokes.
_LINE, _LINE_LEAST = (11, 2), 9
# Strokes that do not go with their own picture so well are none.
_OWN = 0.75
# With strokes of a narrower window each line must go with its own picture so well; else those of the wide one are kept.
_OWN_LINE = 0.6
# A line of letters fills so many cells that hang together, at least; fewer are spots.
_RUN = 10

Strokes = NDArray[np.bool_]
Matrix = NDArray[np.float64]


def strokes_of(grey: Pixels) -> Strokes | None:
    """Return where a grey picture has strokes of letters, (256, 256), None where there is hardly any. Cost: 4 ms.

    >>> strokes_of(np.full((300, 200), 255, np.uint8)) is None
    True
    """
    small = opencv().resize(grey, (SIDE, SIDE), interpolation=opencv().INTER_AREA)
    drawn = _drawn(small, _WINDOW)
    filled = _filled(drawn)
    if not _is_lettered(filled):
        return None
    plain = small.astype(np.float32)
    shown = _Seen.of(_along_lines(plain))
    # Along the line too: the edge of a panel beside a line of small letters goes with no strokes.
    own = np.maximum(shown.with_letters(drawn).agrees, _Seen.of(plain).with_strokes(drawn)) >= _OWN
    strokes: Strokes = drawn & _over_places(own)
    lost = filled & ~own
    if lost.any():
        strokes = _with_narrow(strokes, lost, filled & own, small, shown)
    return strokes if _is_lettered(_filled(strokes)) else None


def _with_narrow(
    strokes: Strokes, lost: NDArray[np.bool_], kept: NDArray[np.bool_], small: Pixels, shown: _Seen
) -> Strokes:
    """Return strokes with those of a narrower window in the cells that were lost, where each line goes with its own
    picture then; `kept` are the cells of `strokes`. Nothing is looked at that cannot make a picture of text of it."""
    narrow = _drawn(small, _NARROW)
    if not _is_lettered(kept | (lost & _filled(narrow))):
        return strokes
    more: Strokes = strokes | (narrow & _over_places(lost & (shown.with_letters(narrow).agrees >= _OWN)))
    own = shown.with_letters(more)
    inked = _in_lines(_filled(more)) & (own.spread >= _LETTERS * _spread_of_strokes(more))
    return more if Compared(own.agrees, inked, inked).worst_line >= _OWN_LINE else strokes


def _drawn(small: Pixels, window: int) -> Strokes:
    """Return what differs from the plain ground in a window of so many places; nothing where it is hardly anything."""
    cv2 = opencv()
    apart = cv2.absdiff(small, _plain_ground(small, window))
    size, area = (window, window), window * window
    contrast = cv2.boxFilter(cv2.dilate(apart, np.ones((9, 9), np.uint8)), cv2.CV_32F, size)
    lettered: Strokes = contrast >= _CONTRAST
    if np.count_nonzero(lettered) < _LEAST_STROKES:
        return np.zeros(small.shape, bool)
    apart = apart.astype(np.float32)
    far = apart >= _FAR * contrast
    near, ink = (
        cv2.boxFilter(which.view(np.uint8), cv2.CV_32F, size, normalize=False)
        for which in (apart <= _NEAR * contrast, far)
    )
    lettered &= (near >= _GROUND * area) & (ink >= _INK_LEAST * area) & (ink <= _INK_MOST * area) & far
    return lettered if np.count_nonzero(lettered) >= _LEAST_STROKES else np.zeros(small.shape, bool)


def _plain_ground(small: Pixels, window: int) -> Pixels:
    """Return the median of about so many places across and down, (256, 256)."""
    cv2 = opencv()
    size, step = _MEDIAN[window]
    few = cv2.medianBlur(np.ascontiguousarray(small[::step, ::step]), size // step | 1)
    ground: Pixels = cv2.resize(few, small.shape, interpolation=cv2.INTER_NEAREST)
    return ground


@dataclass(frozen=True, slots=True)
class _Own:
    """How the cells of strokes (32, 32) go with their own picture along the lines, and how much varies in them."""

    agrees: NDArray[np.float32]
    spread: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture shows (256, 256), and about the middle of each cell its mean and how much it varies."""

    values: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, values: NDArray[np.float32]) -> _Seen:
        """Take what a picture shows."""
        mean = _at_middles(values)
        return cls(values, mean, np.maximum(_at_middles(values * values) - mean * mean, _LEAST_SEEN))

    def with_letters(self, strokes: Strokes) -> _Own:
        """Return how what differs along the lines of strokes goes with this, which differs along the lines too."""
        letters = _along_lines(strokes.astype(np.float32))
        mean = _at_middles(letters)
        spread = _at_middles(letters * letters) - mean**2
        return _Own(self._with(letters, mean, spread), spread)

    def with_strokes(self, strokes: Strokes) -> NDArray[np.float32]:
        """Return how strokes go with this, cell by cell."""
        drawn = strokes.astype(np.float32)
        mean = _at_middles(drawn)
        return self._with(drawn, mean, mean - mean * mean)

    def _with(
        self, wanted: NDArray[np.float32], mean: NDArray[np.float32], spread: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        both = _at_middles(wanted * self.values)
        spread = np.maximum(spread, _LEAST_WANTED) * self.spread
        return (np.abs(both - mean * self.mean) / np.sqrt(spread)).astype(np.float32, copy=False)


def _spread_of_strokes(strokes: Strokes) -> NDArray[np.float32]:
    """Return how much strokes vary about the middle of each cell; their squares are what they are, nothing or one."""
    mean = _at_middles(strokes.astype(np.float32))
    return mean - mean**2


def _over_places(cells: NDArray[np.bool_]) -> Strokes:
    return cells.repeat(_CELL, axis=0).repeat(_CELL, axis=1)


def _filled(strokes: Strokes) -> NDArray[np.bool_]:
    """Return which cells hold enough of strokes to say something, (32, 32)."""
    count = strokes.view(np.uint8).reshape(_CELLS, _CELL, SIDE).sum(axis=1, dtype=np.uint8)
    share = count.reshape(_CELLS, _CELLS, _CELL).sum(axis=2, dtype=np.uint8) / _CELL**2
    filled: NDArray[np.bool_] = (share >= _LEAST_FILLED) & (share <= _MOST_FILLED)
    return filled


def _is_lettered(filled: NDArray[np.bool_]) -> bool:
    """Whether so many of the cells that hold strokes hang together that it is a picture of text; of fewer cells fewer
    do."""
    return int(np.count_nonzero(_in_lines(filled))) >= LEAST_CELLS


def packed(strokes: Strokes) -> NDArray[np.uint8]:
    """Return strokes as they are stored, (8192,)."""
    return np.packbits(strokes)


def unpacked(stored: NDArray[np.uint8]) -> Strokes:
    """Return the strokes that were stored."""
    strokes: Strokes = np.unpackbits(stored).reshape(SIDE, SIDE).astype(bool)
    return strokes


@dataclass(frozen=True, slots=True)
class Compared:
    """How cells with lettering agree (32, 32), -1 to 1; which cells have it, and which of them are `compared`."""

    agrees: NDArray[np.float32]
    inked: NDArray[np.bool_]
    compared: NDArray[np.bool_]

    @property
    def worst_line(self) -> float:
        """How well the line of lettering agrees that agrees least: 0 to 1, and 1 where nothing is compared."""
        compared = self.compared
        count = _over_lines(compared.astype(np.float32))
        total = _over_lines(np.where(compared, self.agrees, np.float32(0)))
        lines = count >= _LINE_LEAST
        return float((total[lines] / count[lines]).min()) if lines.any() else 1.0

    @property
    def unlike(self) -> NDArray[np.bool_]:
        """Cells with lettering that is not seen to be the same, (32, 32)."""
        unlike: NDArray[np.bool_] = self.inked & ~(self.compared & (self.agrees >= _SAME))
        return unlike


def compared_words(query: Pixels, strokes: Strokes, thumb: Pixels, matrix: Matrix) -> Compared:
    """Return how a reference's lettering agrees with what the query shows there, cell by cell.

    `thumb` (64, 64) is the reference's small copy; `matrix` (2, 3) takes a place in the reference to its place in the
    query, both as shares of width and height (0-1). Correlation in windows of about two letters, without sign, where
    the strokes are as fine as the query can show them; a line is a stretch of such windows. Where the query has another
    ground it shows something else than this picture (a screen around a cut picture) and is not compared. Cost: 17 ms.
    """
    cv2 = opencv()
    seen, valid, blur = _seen(query, matrix)
    lettered = _in_lines(_filled(strokes))
    inked = lettered & (cv2.resize(valid, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA) > 250)
    if not inked.any():
        return Compared(np.zeros(lettered.shape, np.float32), lettered, inked)
    wanted = strokes.astype(np.float32)
    if blur > 0.5:
        wanted = cv2.GaussianBlur(wanted, (0, 0), blur)
    letters = _along_lines(wanted)
    inked &= _spread(letters) >= _LETTERS * _spread(wanted)
    agrees = _best(_correlations(letters, _along_lines(seen)), inked)
    ground = cv2.resize(seen, thumb.shape, interpolation=cv2.INTER_AREA).astype(np.uint8)
    compared = inked.copy()
    alike = agrees[inked] >= _SAME
    compared[inked] = _on_one_ground(_ground(thumb)[inked], _ground(ground)[inked], alike) | _on_one_ground(
        _ground(_without(thumb, strokes))[inked], _fine_ground(seen)[inked], alike
    )
    return Compared(agrees, lettered, compared)


def _along_lines(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what differs along lines: rows of small letters are alike in that they are rows, whatever they say."""
    cv2 = opencv()
    letters: NDArray[np.float32] = values - cv2.blur(values, (_WINDOW, 1), borderType=_REFLECTED)
    return letters


def _spread(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return (_mean(values * values) - _mean(values) ** 2)[_MIDDLES]


def _over_lines(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of cells (32, 32) over the stretch of a line about each."""
    total: NDArray[np.float32] = opencv().boxFilter(cells, -1, _LINE, normalize=False, borderType=_NOTHING)
    return total


def _ground(thumb: Pixels) -> NDArray[np.int16]:
    """Return how light the ground is about the middle of each cell, (32, 32)."""
    step = len(thumb) // _CELLS
    ground: NDArray[np.int16] = opencv().medianBlur(thumb, 7)[step // 2 :: step, step // 2 :: step].astype(np.int16)
    return ground


def _without(thumb: Pixels, strokes: Strokes) -> Pixels:
    """Return a small copy in which what is around strokes has taken their place: small letters darken it."""
    cv2 = opencv()
    step = SIDE // len(thumb)
    written = strokes.reshape(len(thumb), step, len(thumb), step).any(axis=(1, 3)).astype(np.uint8)
    plain: Pixels = cv2.inpaint(thumb, cv2.dilate(written, np.ones((3, 3), np.uint8)), 3, cv2.INPAINT_TELEA)
    return plain


def _fine_ground(seen: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return how light the ground is about the middle of each cell, (32, 32), between the letters that are seen."""
    ground: NDArray[np.int16] = opencv().medianBlur(seen.astype(np.uint8), _WINDOW)[_MIDDLES].astype(np.int16)
    return ground


def _on_one_ground(wanted: NDArray[np.int16], seen: NDArray[np.int16], same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells (n,) have in the query the ground that cells as light as they have where the words agree."""
    expected = wanted.astype(np.float64)
    for light in np.unique(wanted):
        like = np.abs(wanted[same] - light) <= _LIGHT
        if like.any():
            expected[wanted == light] = np.median(seen[same][like])
    one: NDArray[np.bool_] = np.abs(seen - expected) <= _OTHER_LIGHT
    return one


def _in_lines(filled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of the cells that hold strokes hang together as lines do, (32, 32)."""
    _, part, sizes, _ = opencv().connectedComponentsWithStats(filled.astype(np.uint8), connectivity=8)
    lines: NDArray[np.bool_] = filled & (sizes[part, 4] >= _RUN)
    return lines


def _seen(query: Pixels, matrix: Matrix) -> tuple[NDArray[np.float32], Pixels, float]:
    """Return what the query shows at each place, where it shows anything, and how blurred it is there (in places)."""
    cv2 = opencv()
    across, down = (
        np.hypot(matrix[0, 0] * query.shape[1], matrix[1, 0] * query.shape[0]),
        np.hypot(matrix[0, 1] * query.shape[1], matrix[1, 1] * query.shape[0]),
    )
    fine = float(min(across, down)) / SIDE  # pixels of the query for a place
    by = min(1.0, 1 / max(float(max(across, down)) / SIDE, 1e-6))
    if by < 1:
        size = (max(1, round(query.shape[1] * by)), max(1, round(query.shape[0] * by)))
        query = cv2.resize(query, size, interpolation=cv2.INTER_AREA)
    rows, columns = query.shape
    to_pixels = np.diag([columns, rows]) @ matrix @ np.diag([1 / SIDE, 1 / SIDE, 1])
    to_pixels[:, 2] += to_pixels[:, :2] @ (0.5, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(query, to_pixels, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    valid = cv2.warpAffine(np.full_like(query, 255), to_pixels, (SIDE, SIDE), flags=flags)
    return seen.astype(np.float32), valid, 0.5 / max(fine, 1e-3)


def _correlations(wanted: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the correlation about the middle of each cell, for each offset of the query, (offsets, 32, 32)."""
    steps = range(-_OFF, _OFF + 1)
    a, b = _mean(wanted)[_MIDDLES], _mean(seen)
    spread_a = np.maximum(_mean(wanted * wanted)[_MIDDLES] - a * a, _LEAST_WANTED)
    spread_b = np.maximum(_mean(seen * seen) - b * b, _LEAST_SEEN)
    found = []
    for shift in ((down, right) for down in steps for right in steps):
        both = _mean(wanted * np.roll(seen, shift, axis=(0, 1)))[_MIDDLES]
        there, spread = (np.roll(one, shift, axis=(0, 1))[_MIDDLES] for one in (b, spread_b))
        found.append(np.abs(both - a * there) / np.sqrt(spread_a * spread))
    return np.stack(found)


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = opencv().blur(values, (_AROUND[1], _AROUND[0]), borderType=_REFLECTED)
    return smooth


def _at_middles(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what `_mean` has about the middle of each cell, (32, 32), but for its last bits, much faster."""
    down, across = _about_middles(_AROUND[0]), _about_middles(_AROUND[1])
    return (down @ values @ across.T).astype(np.float32, copy=False)


@cache
def _about_middles(size: int) -> NDArray[np.float32]:
    """Return how much each place counts in the mean of so many about the middle of each cell, (32, 256)."""
    places = np.arange(_CELL // 2, SIDE, _CELL)[:, None] + np.arange(size) - size // 2
    places = np.where(places < 0, -1 - places, np.minimum(places, 2 * SIDE - 1 - places))  # reflected at the edges
    counts = np.zeros((_CELLS, SIDE), np.float32)
    np.add.at(counts, (np.arange(_CELLS)[:, None], places), 1 / size)
    return counts


def _best(moved: NDArray[np.float32], inked: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the correlations (offsets, 32, 32) at the offset that suits the inked cells of each block, (32, 32)."""
    best = np.zeros(inked.shape, np.float32)
    for top in range(0, len(inked), _BLOCK):
        for left in range(0, len(inked), _BLOCK):
            block = (slice(top, top + _BLOCK), slice(left, left + _BLOCK))
            if inked[block].any():
                best[block] = moved[int(moved[:, *block][:, inked[block]].mean(axis=1).argmax()), *block]
    return best
