"""Pictures for people: a small copy of a reference, and both sides of a match with the part that matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.sheet import clock
from kiemchung.engine.media.types import Picture, Pixels, Placement, Region
from kiemchung.engine.text.normalise import fold

# The long side of a small copy that is kept of a picture, and of a frame of a video.
PREVIEW_SIDE, FRAME_SIDE = 320, 240
_PREVIEW_QUALITY = 75
_BLURRED_SIDE = 20  # points that are left of a blurred picture
_HEIGHT, _WIDEST, _GAP = 360, 640, 12
_WIDTH = 2 * _WIDEST + 3 * _GAP
_GROUND = 245
# Red on white: seen on bright and on dark pictures, and by those who do not tell red from green.
_LINE, _EDGE = (214, 30, 30), (255, 255, 255)
_BAR = (60, 60, 60)

Corners = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a match: the picture, and the part that matches in pixels of the file (`None`: not marked)."""

    picture: Picture
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A match to be drawn: a side that is `None` is left grey (sound has none); `seconds` is the length of the
    reference, `start_s` to `end_s` the part of it that matches; `title` stands above, without marks. Where it is known
    how the reference is `placed` in the query, its part is marked there as it lies, slanted too."""

    query: Side | None
    reference: Side | None
    start_s: float | None = None
    end_s: float | None = None
    seconds: float = 0.0
    title: str = ""
    placed: Placement | None = None


def preview(picture: Picture, side: int = PREVIEW_SIDE) -> bytes:
    """Return a small copy as JPEG, without anything that the file said about itself. Cost: 1 ms and 10-20 kB.

    >>> preview(Picture(np.zeros((40, 60, 3), np.uint8), 600, 400))[:2].hex()
    'ffd8'
    """
    cv2 = opencv()
    pixels = _scaled(picture.pixels, min(1.0, side / max(picture.pixels.shape[:2])))
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, _PREVIEW_QUALITY)
    )
    return bytes(data)


def blurred_preview(picture: Picture) -> bytes:
    """Return a copy as JPEG in which shapes and colours can be guessed and nobody is recognised. Cost: 1 ms and 3 kB.

    >>> blurred_preview(Picture(np.zeros((40, 60, 3), np.uint8), 600, 400))[:2].hex()
    'ffd8'
    """
    cv2 = opencv()
    few = _scaled(picture.pixels, min(1.0, _BLURRED_SIDE / max(picture.pixels.shape[:2])))
    size = tuple(max(1, round(side * PREVIEW_SIDE / max(few.shape[:2]))) for side in few.shape[1::-1])
    smooth = cv2.GaussianBlur(
        cv2.resize(few, size, interpolation=cv2.INTER_CUBIC), (0, 0), PREVIEW_SIDE / _BLURRED_SIDE
    )
    return preview(Picture(smooth, *size))


def png(pixels: Pixels) -> bytes:
    """Return pixels (rows, columns, 3), RGB, as a PNG file."""
    cv2 = opencv()
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return bytes(data)


def both_sides(matches: Sequence[Drawn]) -> Pixels:
    """Return one picture, a row a match: left the query, right the reference, the matching part in a frame; below, of
    sound and video, the part of the reference's time. Raises `ValueError` when there is no match.

    >>> side = Side(Picture(np.zeros((90, 160, 3), np.uint8), 1600, 900), Region(0, 0, 800, 450))
    >>> both_sides([Drawn(side, side)]).shape
    (384, 1316, 3)
    """
    if not matches:
        raise ValueError("there is nothing to draw")
    rows = [_row(match) for match in matches]
    return np.vstack(rows)


def _row(match: Drawn) -> Pixels:
    parts = []
    if match.query is not None or match.reference is not None:
        gap = np.full((_HEIGHT, _GAP, 3), _GROUND, np.uint8)
        parts.append(np.hstack([gap, _side(match.query, _lying(match)), gap, _side(match.reference), gap]))
    if match.start_s is not None and match.end_s is not None:
        parts.append(_times(_WIDTH, match.start_s, match.end_s, max(match.seconds, match.end_s)))
    edge = np.full((_GAP, _WIDTH, 3), _GROUND, np.uint8)
    return np.vstack([edge, *([_title(match.title)] if match.title else []), *parts, edge])


def _title(text: str) -> Pixels:
    """Return a line of text; OpenCV has no letters with marks: their plain letters stand for them, `?` for others."""
    line = np.full((28, _WIDTH, 3), _GROUND, np.uint8)
    _write(line, fold(text).encode("ascii", "replace").decode("ascii"), (_GAP, 18))
    return line


def _write(pixels: Pixels, text: str, at: tuple[int, int]) -> None:
    cv2 = opencv()
    cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, _BAR, 1, cv2.LINE_AA)


def _lying(match: Drawn) -> Corners | None:
    """Return where the corners of the reference's part lie in the query, in shares of it (4, 2)."""
    reference, placed = match.reference, match.placed
    if placed is None or reference is None or reference.region is None:
        return None
    corners = _corners(reference.region, reference.picture)
    matrix = np.array(placed).reshape(2, 3)
    lying: Corners = np.clip(corners @ matrix[:, :2].T + matrix[:, 2], 0, 1)
    return lying


def _side(side: Side | None, lying: Corners | None = None) -> Pixels:
    if side is None:
        tile = np.full((_HEIGHT, _WIDEST, 3), 225, np.uint8)
        _write(tile, "am thanh / sound", (_WIDEST // 2 - 70, _HEIGHT // 2))
        return tile
    pixels, picture = side.picture.pixels, side.picture
    by = min(_HEIGHT / pixels.shape[0], _WIDEST / pixels.shape[1])
    tile = np.full((_HEIGHT, _WIDEST, 3), _GROUND, np.uint8)
    scaled = _scaled(pixels, by)
    if side.region is not None:
        scaled = _marked(scaled, _corners(side.region, picture) if lying is None else lying)
    top, left = (_HEIGHT - scaled.shape[0]) // 2, (_WIDEST - scaled.shape[1]) // 2
    tile[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return tile


def _corners(region: Region, picture: Picture) -> Corners:
    right, bottom = region.x + region.w, region.y + region.h
    corners = np.array([(region.x, region.y), (right, region.y), (right, bottom), (region.x, bottom)])
    return corners / (picture.width, picture.height)


def _marked(pixels: Pixels, corners: Corners) -> Pixels:
    """Return the pixels with a frame through corners (4, 2), in shares of width and height."""
    cv2 = opencv()
    marked = np.ascontiguousarray(pixels).copy()
    last = np.array(marked.shape[1::-1]) - 1
    points = np.clip(np.round(corners * marked.shape[1::-1]), 0, last).astype(np.int32)
    cv2.polylines(marked, [points], isClosed=True, color=_EDGE, thickness=6)
    cv2.polylines(marked, [points], isClosed=True, color=_LINE, thickness=3)
    return marked


def _times(width: int, start_s: float, end_s: float, seconds: float) -> Pixels:
    """Return a line for the reference's whole time with the part that matches in colour, and its times."""
    cv2 = opencv()
    bar = np.full((48, width, 3), _GROUND, np.uint8)
    span = width - 2 * _GAP
    begin, end = (_GAP + round(span * at / max(seconds, 1e-6)) for at in (start_s, end_s))
    cv2.rectangle(bar, (_GAP, 14), (width - _GAP, 20), (200, 200, 200), -1)
    cv2.rectangle(bar, (begin, 10), (max(end, begin + 4), 24), _LINE, -1)
    _write(bar, f"{clock(start_s)} - {clock(end_s)} / {clock(seconds)}", (_GAP, 42))
    return bar


def _scaled(pixels: Pixels, by: float) -> Pixels:
    cv2 = opencv()
    pixels = np.ascontiguousarray(pixels)
    rows, columns = pixels.shape[:2]
    size = (max(1, round(columns * by)), max(1, round(rows * by)))
    if by <= 0.5:  # the means of two by two first: means of so many that are no whole number take twice as long
        even = np.ascontiguousarray(pixels[: max(2, rows // 2 * 2), : max(2, columns // 2 * 2)])
        pixels = cv2.resize(even, (max(1, columns // 2), max(1, rows // 2)), interpolation=cv2.INTER_AREA)
    scaled: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if by < 1 else cv2.INTER_LINEAR)
    return scaled
