"""The card of a review: its rating as a sign, a word and a colour, the claim, who published it and when."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiemchung.web.cards.letters import Style, style, writable
from kiemchung.web.cards.strokes import filled, stroked

WIDTH, HEIGHT = 1200, 630  # what the large cards of social networks are made for
_EDGE, _STRIPE = 64, 22
_COLUMN = WIDTH - 2 * _EDGE
_PILL = (140, 92)  # top and height
_CLAIM = (256, 540)  # between these lines
_FOOT = 562
_SIZES = (("large", 3, 74), ("middle", 4, 62), ("small", 5, 52))  # letters, most lines, from line to line
_MOST_STRANGE = 0.3  # a claim of which more cannot be written stands on its page alone
_KEPT = 64

PAPER, INK, SOFT, LINE, BRAND = "#faf9f5", "#1b2422", "#55605d", "#d9d6cb", "#0b5c56"
CHANGED = ("#8a4b08", "#fcefd9")
# Ink and ground of each rating, as in the style sheet of the pages in the light.
COLOURS = {
    "true": ("#17653a", "#e2f3e8"),
    "mostly_true": ("#3d6212", "#ecf4dc"),
    "mixed": ("#8a4b08", "#fcefd9"),
    "missing_context": ("#6b4a00", "#f9f0cf"),
    "false": ("#a6192e", "#fce6e8"),
    "scam": ("#ffffff", "#8f1230"),
    "satire": ("#65358f", "#f1e7f9"),
    "unproven": ("#3c4a57", "#e6ebef"),
    "withdrawn": ("#3c4a57", "#e6ebef"),
}
_BUBBLE = (
    "M16 2C8 2 2 7.4 2 14.2c0 4 2 7.4 5.3 9.6L6.5 30l6.6-3.9c1 .2 1.9.3 2.9.3 8 0 14-5.4 14-12.2C30 7.4 24 2 16 2z"
)
_TICK = "M9.2 14.6l4.8 4.7 9-9.7"

Canvas = NDArray[np.uint8]


@dataclass(frozen=True)
class CardWords:
    """What a card says. `look` is one of the eight ratings, or `withdrawn`; `sign` the path of its drawing; `otherwise`
    stands in the place of a claim in a writing that has no letters here; `is_changed`: `when` is a correction's day."""

    look: str
    sign: str
    verdict: str
    claim: str
    otherwise: str
    desk: str
    when: str
    is_changed: bool = False
    site: str = ""


@lru_cache(maxsize=_KEPT)
def card(words: CardWords) -> bytes:
    """Return the card as a PNG file, 1200 x 630. Never raises for a text, whatever it holds.

    Cost: a tenth of a second of processor time and 30-60 kB; the last ones are kept.
    """
    canvas = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    canvas[:] = _rgb(PAPER)
    ink, ground = COLOURS[words.look]
    canvas[:, :_STRIPE] = _rgb(ground if words.look == "scam" else ink)
    _head(canvas, words.desk)
    _verdict(canvas, words, ink, ground)
    _claim(canvas, words)
    _foot(canvas, words)
    return png(canvas)


def png(canvas: Canvas) -> bytes:
    """Return pixels (rows, columns, 3), RGB, as a PNG file: nothing is in it but the pixels."""
    rows = canvas.reshape(canvas.shape[0], -1)
    before = np.hstack([np.zeros((len(rows), 3), np.uint8), rows[:, :-3]])
    filtered = np.hstack([np.ones((len(rows), 1), np.uint8), rows - before])  # each byte less that of the pixel before
    head = struct.pack(">IIBBBBB", canvas.shape[1], canvas.shape[0], 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(filtered.tobytes(), 6)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _head(canvas: Canvas, desk: str) -> None:
    _put(canvas, filled(_BUBBLE, scale=60 / 32, size=60), BRAND, _EDGE, 46)
    _put(canvas, stroked(_TICK, scale=60 / 32, width=3.4, size=60), "#ffffff", _EDGE, 46)
    letters = style("small")
    _write(canvas, letters, letters.cut(writable(desk)[0], _COLUMN - 84), INK, _EDGE + 80, 48)


def _verdict(canvas: Canvas, words: CardWords, ink: str, ground: str) -> None:
    top, height = _PILL
    letters = style("large")
    word = letters.cut(writable(words.verdict)[0], _COLUMN - 150)
    _put(canvas, _rounded(round(letters.width(word)) + 150, height), ground, _EDGE, top)
    _put(canvas, stroked(words.sign, scale=56 / 16, width=2.2, size=56), ink, _EDGE + 32, top + 18)
    _write(canvas, letters, word, ink, _EDGE + 106, top + (height - letters.height) // 2)


def _claim(canvas: Canvas, words: CardWords) -> None:
    text, strange = writable(words.claim)
    text = writable(words.otherwise)[0] if strange > _MOST_STRANGE or not text else _quoted(text)
    letters, lines, step = _fitting(text)
    first, last = _CLAIM
    top = first + max(0, (last - first - step * len(lines)) // 2)
    for number, line in enumerate(lines):
        _write(canvas, letters, line, INK, _EDGE, top + number * step)


def _fitting(text: str) -> tuple[Style, list[str], int]:
    """Return the largest letters in which a text fits, its lines, and how far these are apart."""
    for name, most, step in _SIZES[:-1]:
        lines, is_whole = style(name).wrapped(text, _COLUMN, most)
        if is_whole:
            return style(name), lines, step
    name, most, step = _SIZES[-1]
    letters = style(name)
    lines, is_whole = letters.wrapped(text, _COLUMN, most)
    if not is_whole and text.startswith("“"):
        lines[-1] = letters.cut(lines[-1], _COLUMN - letters.width("”")) + "”"
    return letters, lines, step


def _foot(canvas: Canvas, words: CardWords) -> None:
    canvas[_FOOT - 14 : _FOOT - 12, _EDGE : WIDTH - _EDGE] = _rgb(LINE)
    letters = style("plain")
    when, site = writable(words.when)[0], letters.cut(writable(words.site)[0], _COLUMN / 2)
    when = letters.cut(when, _COLUMN - letters.width(site) - 60)
    ink, begin = SOFT, _EDGE
    if words.is_changed:
        ink, begin = CHANGED[0], _EDGE + 20
        _put(canvas, _rounded(round(letters.width(when)) + 40, letters.height + 8), CHANGED[1], _EDGE, _FOOT - 2)
    _write(canvas, letters, when, ink, begin, _FOOT + 2)
    _write(canvas, letters, site, SOFT, WIDTH - _EDGE - round(letters.width(site)), _FOOT + 2)


def _quoted(text: str) -> str:
    return text if text[0] in "“\"'«„" else f"“{text}”"


def _write(canvas: Canvas, letters: Style, text: str, colour: str, x: int, y: int) -> None:
    _put(canvas, letters.cover(text), colour, x, y)


def _put(canvas: Canvas, cover: NDArray[np.float64], colour: str, x: int, y: int) -> None:
    """Lay a colour over the canvas as far as `cover` says; what would stand outside is cut."""
    part = canvas[y : y + cover.shape[0], x : x + cover.shape[1]]
    much = cover[: part.shape[0], : part.shape[1], None]
    part[:] = np.rint(part * (1 - much) + np.array(_rgb(colour)) * much).astype(np.uint8)


def _rounded(width: int, height: int) -> NDArray[np.float64]:
    y, x = np.mgrid[0:height, 0:width] + 0.5
    radius = height / 2
    away = np.hypot(x - np.clip(x, radius, width - radius), y - radius)
    cover: NDArray[np.float64] = np.clip(radius - away + 0.5, 0, 1)
    return cover


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
