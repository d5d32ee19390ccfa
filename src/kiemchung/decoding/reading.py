"""Reads the words in a picture with the library of Tesseract; runs inside the child.

The library and its models are loaded before the child leaves its files; after that reading needs nothing but memory,
so that the process which reads a hostile picture is locked in like every other, and no program is started.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from kiemchung.decoding.limits import MAX_LINE_TEXT, MAX_LINES, READING_MILLISECONDS
from kiemchung.engine.media.types import Pixels, ReadLine, Region

# Tesseract 5 and 4 under the names that Debian, Fedora and others give their libraries (capi.h, stable since 4.0).
_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4")
_LANGUAGES = b"vie+eng"
# Columns of Tesseract's TSV: what a row is of, where it lies, how sure it is, and the text.
_LEVEL, _BLOCK, _PARAGRAPH, _LINE, _LEFT, _CONFIDENCE, _TEXT = 0, 2, 3, 4, 6, 10, 11
_OF_WORD = "5"
_AUTOMATIC = 3  # columns and blocks are found
_RESOLUTION = 96  # what a screen has; it only keeps a warning away
# Lines lower than this are read again, enlarged: of letters of 12 points 10 % were wrong, enlarged 3 %; of 24 points 5
# and 1 % (docs/decisions/0019). Above, enlarging does harm.
_LOW_LINE, _ENLARGED, _MOST_ENLARGED_POINTS = 34, 2, 9_000_000
# A picture darker than this in the middle of its values has light letters on a dark ground.
_DARK = 110
# The ground of a letter is the median of 66 points around it, at every sixth: wider than strokes of large letters. Of a
# dark chat in bubbles of two colours 45 % was wrong where all was inverted alike, .1 % so.
_GROUND_STEP, _GROUND_AROUND = 6, 11


class Reader:
    """Tesseract with its models in memory. Not for several threads."""

    def __init__(self, library: Any, handle: int) -> None:
        self._library, self._handle = library, handle

    def read(self, pixels: Pixels, width: int, height: int) -> list[ReadLine]:
        """The lines of a picture in the order of reading, places in points of the file, `width` by `height`.

        Cost: .1 to 2 s, with the number of words; twice that where letters are small.
        """
        grey = _prepared(pixels)
        lines, is_done = self._read(grey, width, height)
        heights = sorted(line.region.h * grey.shape[0] / height for line in lines)
        is_low = bool(heights) and heights[len(heights) // 2] < _LOW_LINE
        if is_done and is_low and grey.size * _ENLARGED**2 <= _MOST_ENLARGED_POINTS:
            larger, _ = self._read(_enlarged(grey), width, height)
            lines = max(lines, larger, key=_worth)
        return lines

    def _read(self, grey: Pixels, width: int, height: int) -> tuple[list[ReadLine], bool]:
        """The lines, and whether they are all; after the deadline they are those that were read by then."""
        rows, columns = grey.shape
        library = self._library
        library.TessBaseAPISetImage(self._handle, grey.ctypes.data, columns, rows, 1, columns)
        library.TessBaseAPISetSourceResolution(self._handle, _RESOLUTION)
        monitor = library.TessMonitorCreate()
        library.TessMonitorSetDeadlineMSecs(monitor, READING_MILLISECONDS)
        is_done = library.TessBaseAPIRecognize(self._handle, monitor) == 0
        library.TessMonitorDelete(monitor)
        address = library.TessBaseAPIGetTsvText(self._handle, 0)
        if not address:
            return [], is_done
        table = ctypes.string_at(address).decode("utf-8", "replace")
        library.TessDeleteText(address)
        return list(_lines(table, width / columns, height / rows)), is_done


def _worth(lines: list[ReadLine]) -> float:
    """How much was read, and how surely."""
    return sum(len(line.text) * (line.confidence - 0.5) for line in lines)


def load() -> Reader | None:
    """The reader, or `None` where the library or one of its models is not installed."""
    library = _library()
    if library is None:
        return None
    library.TessBaseAPICreate.restype = ctypes.c_void_p
    library.TessBaseAPIInit3.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    library.TessBaseAPISetPageSegMode.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.TessBaseAPISetImage.argtypes = [ctypes.c_void_p, ctypes.c_void_p, *([ctypes.c_int] * 4)]
    library.TessBaseAPISetSourceResolution.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.TessBaseAPIRecognize.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    library.TessMonitorCreate.restype = ctypes.c_void_p
    library.TessMonitorDelete.argtypes = [ctypes.c_void_p]
    library.TessMonitorSetDeadlineMSecs.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.TessBaseAPIGetTsvText.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.TessBaseAPIGetTsvText.restype = ctypes.c_void_p
    library.TessDeleteText.argtypes = [ctypes.c_void_p]
    handle = library.TessBaseAPICreate()
    if library.TessBaseAPIInit3(handle, None, _LANGUAGES) != 0:
        return None
    library.TessBaseAPISetPageSegMode(handle, _AUTOMATIC)
    reader = Reader(library, handle)
    # Whatever is imported at first use must be so before the files are gone.
    reader.read(np.zeros((64, 64, 3), np.uint8), 64, 64)
    _enlarged(np.zeros((8, 8), np.uint8))
    return reader


def _library() -> Any:
    for name in _LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _prepared(pixels: Pixels) -> Pixels:
    """The picture in grey; a dark one as dark letters on white, whatever the ground of each bubble is."""
    grey = Image.fromarray(pixels).convert("L")
    values: NDArray[np.uint8] = np.array(grey, dtype=np.uint8)
    if np.median(values) < _DARK:
        # How far a point is from its ground, of how far it could be: white on black and on blue both come out black.
        ground = np.array(_ground(grey), dtype=np.int16)
        values = (255 - np.abs(values - ground) * 255.0 / np.maximum(ground, 255 - ground)).astype(np.uint8)
    return np.ascontiguousarray(values)


def _ground(grey: Image.Image) -> Image.Image:
    """What lies behind the letters: the median around each point, at a sixth of the size."""
    small = grey.resize((grey.width // _GROUND_STEP + 1, grey.height // _GROUND_STEP + 1), Image.Resampling.NEAREST)
    return small.filter(ImageFilter.MedianFilter(_GROUND_AROUND)).resize(grey.size, Image.Resampling.NEAREST)


def _enlarged(grey: Pixels) -> Pixels:
    rows, columns = grey.shape
    larger = Image.fromarray(grey).resize((columns * _ENLARGED, rows * _ENLARGED), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(larger, dtype=np.uint8)


def _lines(table: str, across: float, down: float) -> Iterator[ReadLine]:
    """Yield the words of each line together; `across` and `down` take a place to that in the file."""
    words: dict[tuple[str, ...], list[tuple[Region, float, str]]] = {}
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) <= _TEXT or cells[_LEVEL] != _OF_WORD:
            continue
        text = "".join(c for c in cells[_TEXT] if c.isprintable()).strip()
        if text:
            left, top, width, height = map(int, cells[_LEFT : _LEFT + 4])
            place = Region(int(left * across), int(top * down), int(width * across) + 1, int(height * down) + 1)
            key = tuple(cells[_BLOCK : _LINE + 1])
            words.setdefault(key, []).append((place, float(cells[_CONFIDENCE]) / 100, text))
    blocks: dict[tuple[str, ...], int] = {}
    for key, found in list(words.items())[:MAX_LINES]:
        text = " ".join(text for _place, _sure, text in found)[:MAX_LINE_TEXT]
        sure = sum(sure for _place, sure, _text in found) / len(found)
        # A paragraph is a bubble of a chat, or one of a page.
        block = blocks.setdefault(key[: _PARAGRAPH - _BLOCK + 1], len(blocks))
        yield ReadLine(text, _around([place for place, _sure, _text in found]), min(max(sure, 0.0), 1.0), block)


def _around(places: list[Region]) -> Region:
    left, top = min(p.x for p in places), min(p.y for p in places)
    return Region(left, top, max(p.x + p.w for p in places) - left, max(p.y + p.h for p in places) - top)
