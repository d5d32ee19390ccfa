"""A sheet of a video's frames with their times, for people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.types import Frame, Pixels

_GAP = 6
_BACKGROUND = 245


def contact_sheet(frames: Sequence[Frame], *, columns: int = 4, width: int = 240, most: int = 24) -> Pixels:
    """Return one picture of up to `most` frames, evenly chosen, each `width` pixels wide with its time below.

    Shape `(rows, columns, 3)`, RGB. Raises `ValueError` when there is no frame.

    >>> from kiemchung.engine.media.types import Picture
    >>> frame = Frame(Picture(np.zeros((90, 160, 3), np.uint8), 160, 90), 61.5)
    >>> contact_sheet([frame] * 5).shape
    (340, 990, 3)
    """
    if not frames:
        raise ValueError("a sheet needs at least one frame")
    chosen = [
        frames[at] for at in np.unique(np.linspace(0, len(frames) - 1, min(most, len(frames))).round().astype(int))
    ]
    tiles = [_tile(frame, width) for frame in chosen]
    height = max(len(tile) for tile in tiles)
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, 3), _BACKGROUND, np.uint8)
    for number, tile in enumerate(tiles):
        top = _GAP + number // columns * (height + _GAP)
        left = _GAP + number % columns * (width + _GAP)
        sheet[top : top + len(tile), left : left + width] = tile
    return sheet


def clock(seconds: float) -> str:
    """Return a time as people read it, to a tenth of a second.

    >>> clock(61.5), clock(3 * 3600 + 2)
    ('1:01.5', '3:00:02.0')
    """
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    end = f"{tenths // 10:02d}.{tenths % 10}"
    return f"{hours}:{minutes:02d}:{end}" if hours else f"{minutes}:{end}"


def _tile(frame: Frame, width: int) -> Pixels:
    cv2 = opencv()
    pixels = frame.picture.pixels
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    label = np.full((max(20, width // 9), width, 3), 255, np.uint8)
    baseline = len(label) - max(6, len(label) // 4)
    cv2.putText(
        label, clock(frame.at_s), (6, baseline), cv2.FONT_HERSHEY_SIMPLEX, width / 440, (0, 0, 0), 1, cv2.LINE_AA
    )
    return np.vstack([small, label]).astype(np.uint8)
