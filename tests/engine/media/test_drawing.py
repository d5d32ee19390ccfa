"""Pictures for people: the part that matches is framed as it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.drawing import Drawn, Side, both_sides
from kiemchung.engine.media.types import AS_IT_IS, Picture, Placement, Region

GREY = np.full((360, 360, 3), 120, np.uint8)


def framed(region: Region, placed: Placement | None) -> NDArray[np.bool_]:
    """What is drawn of a square query, its frame alone."""
    side = Side(Picture(GREY, 720, 720), region)
    drawn = both_sides([Drawn(side, side, placed=placed)])
    left = (drawn.shape[1] // 2 - 360) // 2
    query = drawn[12:-12, left : left + 384]
    frame: NDArray[np.bool_] = (query[..., 0] > 180) & (query[..., 1] < 80)
    return frame


def spread(frame: NDArray[np.bool_]) -> tuple[int, int]:
    """How many rows and columns a frame touches."""
    return int(frame.any(axis=1).sum()), int(frame.any(axis=0).sum())


def test_a_part_is_framed_upright_where_nothing_is_known_of_how_it_lies() -> None:
    part = Region(180, 180, 360, 360)
    upright = framed(part, None)
    assert max(abs(side - 182) for side in spread(upright)) <= 4
    np.testing.assert_array_equal(framed(part, AS_IT_IS), upright)


def test_a_slanted_part_is_framed_as_it_lies() -> None:
    cos = sin = 0.5**0.5 / 2
    slanted = Placement(cos, -sin, 0.5, sin, cos, 0.5 - (sin + cos) / 2)
    frame = framed(Region(0, 0, 720, 720), slanted)
    rows = np.flatnonzero(frame.any(axis=1))
    assert abs((rows[-1] - rows[0]) - 0.5 * 2**0.5 * 360) <= 8  # the diagonal of a square half as large
    assert frame[rows[0]].sum() <= 8  # it stands on a corner
