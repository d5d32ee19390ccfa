"""Whether two aligned pictures say the same: the strokes of their letters compared place by place.

Cards of one layout with other words fit one geometry; only the letters differ. A picture with lettering keeps a map of
its strokes (where it is darker or lighter than a plain ground); what an aligned query shows must go with it.
"""

from __future__ import annotations

from dataclasses import dataclass

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
_GROUND, _INK_LEAST, _INK_MOST, _CONTRAST = 0.45, 0.06, 0.45, 45.0
_NEAR, _FAR = 0.18, 0.4
# Letters are compared in cells of so many places, each with what surrounds it: rows, columns.
_CELL = 8
_CELLS = SIDE // _CELL
# With fewer cells a picture is not one of text.
LEAST_CELLS = 24
# Of a cell at least this share is strokes; where so many cells cannot be filled so far, nothing more is looked at.
_LEAST_FILLED = 0.08
_LEAST_STROKES = LEAST_CELLS * _LEAST_FILLED * _CELL**2
_AROUND = (11, 15)
# Cells that correlate so well have the same strokes: they tell how light a ground is now.
_SAME = 0.4
# Grounds (of 256) that differ no more are equally light in one picture, and in the other after colours were changed.
_LIGHT, _OTHER_LIGHT = 12, 28
# So far (places) the map of the features may be off, the same in all of a block of so many cells a side.
_OFF, _BLOCK = 3, 8

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
    """Return where a grey picture has strokes of letters, (256, 256), None where there is hardly any. Cost: 3 ms.

    >>> strokes_of(np.full((300, 200), 255, np.uint8)) is None
    True
    """
    cv2 = opencv()
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    strokes, own = _drawn(small, _WINDOW)
    lost = ~own & _filled(strokes)
    strokes &= _over_places(own)
    if lost.any():
        narrow, own = _drawn(small, _NARROW)
        more = strokes | (narrow & _over_places(own & lost))
        if _worst_own_line(more, small) >= _OWN_LINE:
            strokes = more
    return strokes if _inked(strokes).sum() >= LEAST_CELLS else None


def _drawn(small: Pixels, window: int) -> tuple[Strokes, NDArray[np.bool_]]:
    """Return what differs from the plain ground in a window of so many places, and in which cells it is strokes."""
    cv2 = opencv()
    nothing = np.zeros(small.shape, bool), np.zeros((_CELLS, _CELLS), bool)
    ground = cv2.medianBlur(small, window).astype(np.float32)
    apart = np.abs(small - ground)
    size = (window, window)
    contrast = cv2.blur(cv2.dilate(apart, np.ones((9, 9), np.uint8)), size)
    if np.count_nonzero(contrast >= _CONTRAST) < _LEAST_STROKES:
        return nothing
    near = cv2.blur((apart <= _NEAR * contrast).astype(np.float32), size)
    far = (apart >= _FAR * contrast).astype(np.float32)
    ink = cv2.blur(far, size)
    lettered = (near >= _GROUND) & (ink >= _INK_LEAST) & (ink <= _INK_MOST) & (contrast >= _CONTRAST)
    strokes: Strokes = lettered & (far > 0)
    if np.count_nonzero(strokes) < _LEAST_STROKES:
        return nothing
    drawn, shown = strokes.astype(np.float32), small.astype(np.float32)
    # Along the line too: the edge of a panel beside a line of small letters goes with no strokes.
    own = _own_along(drawn, shown)
    if window == _WINDOW:
        own = np.maximum(own, _correlations(drawn, shown, off=0)[0])
    return strokes, own >= _OWN


def _over_places(cells: NDArray[np.bool_]) -> Strokes:
    places: Strokes = np.kron(cells, np.ones((_CELL, _CELL), bool))
    return places


def _filled(strokes: Strokes) -> NDArray[np.bool_]:
    """Return which cells hold enough of strokes to say something, (32, 32)."""
    count = strokes.reshape(_CELLS, _CELL, _CELLS, _CELL).mean(axis=(1, 3))
    filled: NDArray[np.bool_] = (count >= _LEAST_FILLED) & (count <= 0.85)
    return filled


def _worst_own_line(strokes: Strokes, small: Pixels) -> float:
    """Return how well that line of strokes agrees with its own picture that agrees least."""
    drawn = strokes.astype(np.float32)
    letters = _along_lines(drawn)
    inked = _inked(strokes) & (_spread(letters)[_MIDDLES] >= _LETTERS * _spread(drawn)[_MIDDLES])
    return Compared(_own_along(drawn, small.astype(np.float32)), inked, inked).worst_line


def _own_along(drawn: NDArray[np.float32], shown: NDArray[np.float32]) -> NDArray[np.float32]:
    own: NDArray[np.float32] = _correlations(_along_lines(drawn), _along_lines(shown), off=0)[0]
    return own


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
    lettered = _inked(strokes)
    inked = lettered & (cv2.resize(valid, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA) > 250)
    if not inked.any():
        return Compared(np.zeros(lettered.shape, np.float32), lettered, inked)
    wanted = strokes.astype(np.float32)
    if blur > 0.5:
        wanted = cv2.GaussianBlur(wanted, (0, 0), blur)
    letters = _along_lines(wanted)
    inked &= _spread(letters)[_MIDDLES] >= _LETTERS * _spread(wanted)[_MIDDLES]
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
    return _mean(values * values) - _mean(values) ** 2


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


def _inked(strokes: Strokes) -> NDArray[np.bool_]:
    """Return which cells hold enough of strokes to say something and hang together as lines do, (32, 32)."""
    inked = _filled(strokes)
    _, part, sizes, _ = opencv().connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    lines: NDArray[np.bool_] = inked & (sizes[part, 4] >= _RUN)
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


def _correlations(wanted: NDArray[np.float32], seen: NDArray[np.float32], *, off: int = _OFF) -> NDArray[np.float32]:
    """Return the correlation about the middle of each cell, for each offset of the query, (offsets, 32, 32)."""
    steps = range(-off, off + 1)
    a, b = _mean(wanted)[_MIDDLES], _mean(seen)
    spread_a = np.maximum(_mean(wanted * wanted)[_MIDDLES] - a * a, 1e-4)
    spread_b = np.maximum(_mean(seen * seen) - b * b, 16.0)
    found = []
    for shift in ((down, right) for down in steps for right in steps):
        both = _mean(wanted * np.roll(seen, shift, axis=(0, 1)))[_MIDDLES]
        there, spread = (np.roll(one, shift, axis=(0, 1))[_MIDDLES] for one in (b, spread_b))
        found.append(np.abs(both - a * there) / np.sqrt(spread_a * spread))
    return np.stack(found)


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = opencv().blur(values, (_AROUND[1], _AROUND[0]), borderType=_REFLECTED)
    return smooth


def _best(moved: NDArray[np.float32], inked: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the correlations (offsets, 32, 32) at the offset that suits the inked cells of each block, (32, 32)."""
    best = np.zeros(inked.shape, np.float32)
    for top in range(0, len(inked), _BLOCK):
        for left in range(0, len(inked), _BLOCK):
            block = (slice(top, top + _BLOCK), slice(left, left + _BLOCK))
            if inked[block].any():
                best[block] = moved[int(moved[:, *block][:, inked[block]].mean(axis=1).argmax()), *block]
    return best
