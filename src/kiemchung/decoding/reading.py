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
from PIL import Image

from kiemchung.decoding.limits import MAX_LINE_TEXT, MAX_LINES
from kiemchung.engine.media.types import Pixels, ReadLine, Region

# Tesseract 5 and 4 under the names that Debian, Fedora and others give their libraries (capi.h, stable since 4.0).
_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4")
_LANGUAGES = b"vie+eng"
# Columns of Tesseract's TSV: what a row is of, where it lies, how sure it is, and the text.
_LEVEL, _BLOCK, _PARAGRAPH, _LINE, _LEFT, _CONFIDENCE, _TEXT = 0, 2, 3, 4, 6, 10, 11
_OF_WORD = "5"
_AUTOMATIC = 3  # columns and blocks are found
_RESOLUTION = 96  # what a screen has; it only keeps a warning away
# Letters of a screenshot of a telephone are 25 to 50 points high; a picture smaller than this has small ones.
_SMALL_SIDE, _ENLARGED = 1_100, 2
# A picture darker than this in the middle of its values has light letters on a dark ground.
_DARK = 110


class Reader:
    """Tesseract with its models in memory. Not for several threads."""

    def __init__(self, library: Any, handle: int) -> None:
        self._library, self._handle = library, handle

    def read(self, pixels: Pixels, width: int, height: int) -> list[ReadLine]:
        """The lines of a picture in the order of reading, places in points of the file, `width` by `height`.

        Cost: .1 to 2 s, with the number of words.
        """
        grey = _prepared(pixels)
        rows, columns = grey.shape
        library = self._library
        library.TessBaseAPISetImage(self._handle, grey.ctypes.data, columns, rows, 1, columns)
        library.TessBaseAPISetSourceResolution(self._handle, _RESOLUTION)
        if library.TessBaseAPIRecognize(self._handle, None) != 0:
            return []
        address = library.TessBaseAPIGetTsvText(self._handle, 0)
        table = ctypes.string_at(address).decode("utf-8", "replace")
        library.TessDeleteText(address)
        return list(_lines(table, width / columns, height / rows))


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
    library.TessBaseAPIGetTsvText.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.TessBaseAPIGetTsvText.restype = ctypes.c_void_p
    library.TessDeleteText.argtypes = [ctypes.c_void_p]
    handle = library.TessBaseAPICreate()
    if library.TessBaseAPIInit3(handle, None, _LANGUAGES) != 0:
        return None
    library.TessBaseAPISetPageSegMode(handle, _AUTOMATIC)
    return Reader(library, handle)


def _library() -> Any:
    for name in _LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _prepared(pixels: Pixels) -> Pixels:
    """The picture in grey, dark letters on a light ground, small ones enlarged."""
    grey = Image.fromarray(pixels).convert("L")
    if max(grey.size) < _SMALL_SIDE:
        grey = grey.resize((grey.width * _ENLARGED, grey.height * _ENLARGED), Image.Resampling.BICUBIC)
    values: NDArray[np.uint8] = np.array(grey, dtype=np.uint8)
    if np.median(values) < _DARK:
        values = 255 - values
    return np.ascontiguousarray(values)


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
