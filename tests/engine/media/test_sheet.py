from __future__ import annotations

import numpy as np
import pytest

from kiemchung.engine.media.sheet import contact_sheet
from kiemchung.engine.media.types import Frame, Picture


def frame(at_s: float, grey: int) -> Frame:
    return Frame(Picture(np.full((90, 160, 3), grey, np.uint8), 160, 90), at_s)


def test_every_frame_is_on_the_sheet_in_the_order_of_time() -> None:
    sheet = contact_sheet([frame(n, 20 * n) for n in range(6)], columns=3, width=160)
    centres = [
        sheet[6 + row * (len(sheet) - 6) // 2 + 40, 6 + column * 166 + 80, 0] for row in (0, 1) for column in range(3)
    ]
    assert centres == [0, 20, 40, 60, 80, 100]


def test_the_time_is_written_below() -> None:
    early, late = contact_sheet([frame(1.0, 100)]), contact_sheet([frame(754.3, 100)])
    assert early.shape == late.shape
    assert (early != late).any()
    assert (early[-30:] < 100).any()


def test_a_long_video_is_shown_by_frames_from_all_over_it() -> None:
    assert contact_sheet([frame(n, n % 200) for n in range(1_000)], most=8).shape[0] < 400


def test_a_sheet_without_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet([])
