"""Puts the child's answer together, and believes none of it: every number, size and text is checked."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np

from kiemchung.decoding.facts import FileFacts, Known, Place
from kiemchung.decoding.framing import BrokenAnswerError
from kiemchung.decoding.limits import (
    FRAME_SIDE,
    MAX_FRAMES_BYTES,
    MAX_LINE_TEXT,
    MAX_LINES,
    MAX_PIXELS,
    MAX_SECONDS,
    MIB,
    MOST_PICTURE_SIDE,
)
from kiemchung.engine.media.types import SAMPLE_RATE, Frame, MediaKind, Picture, ReadLine, Region, Samples, Sound, Video

Media = Picture | Sound | Video
T = TypeVar("T")

_LONGEST_TEXT = 100
# A frame more than fits can be on its way when the child thins out; the seconds after the last frame count too.
_SPARE_SECONDS = 60.0
# All that a child may send: the longest sound and the most frames.
MAX_ANSWER_BYTES = int((MAX_SECONDS + _SPARE_SECONDS) * SAMPLE_RATE * 4) + MAX_FRAMES_BYTES + 16 * MIB


class Answer:
    """The parts of one answer, in the order in which they come. Everything raises `BrokenAnswerError`."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._frames: list[Frame] = []
        self._media: Picture | None = None
        self._seconds: float | None = None
        self._lines: list[ReadLine] = []
        self._is_read = False
        self.facts: dict[str, Any] | None = None

    @property
    def lines(self) -> tuple[ReadLine, ...] | None:
        """What was read in the picture or film, `None` where nothing was asked to read."""
        return tuple(self._lines) if self._is_read else None

    @property
    def _shown(self) -> Picture | None:
        """The picture that lines are read in; of a film, once all frames are there, the first."""
        return self._media or (self._frames[0].picture if self._seconds is not None else None)

    def add(self, header: dict[str, Any], payload: bytearray) -> None:
        """Takes one part in: `picture`, `line` (of text), `read` (no more of these), `frame`, `sound`, `video` (with
        the length) or `facts` (the last)."""
        if self.facts is not None:
            raise BrokenAnswerError("something after its end")
        match header.get("part"):
            case MediaKind.PICTURE if not (self._media or self._frames or self._pieces):
                self._media = _picture(header, payload, MOST_PICTURE_SIDE, MAX_PIXELS)
            case "line" if self._shown and not (payload or self._is_read) and len(self._lines) < MAX_LINES:
                self._lines.append(_line(header, self._shown))
            case "read" if self._shown and not payload:
                self._is_read = True
            case "frame":
                self._add_frame(header, payload)
            case MediaKind.SOUND:
                self._pieces.append(_samples(payload))
            case MediaKind.VIDEO if self._frames and self._seconds is None and not payload:
                self._seconds = _number(header.get("seconds"), 0, MAX_SECONDS + _SPARE_SECONDS)
            case "facts" if not payload:
                self.facts = header
            case _:
                raise BrokenAnswerError("its parts")

    def media(self) -> tuple[MediaKind, Media]:
        """What was decoded, as one of the three kinds."""
        sound = Sound(np.concatenate(self._pieces)) if self._pieces else None
        if self.facts is None:
            raise BrokenAnswerError("no end")
        if self._media is not None and not (self._frames or sound):
            return MediaKind.PICTURE, self._media
        if self._frames and self._media is None and self._seconds is not None:
            return MediaKind.VIDEO, Video(tuple(self._frames), sound, self._seconds)
        if sound is not None and not (self._frames or self._media):
            return MediaKind.SOUND, sound
        raise BrokenAnswerError("its parts")

    def _add_frame(self, header: dict[str, Any], payload: bytearray) -> None:
        at_s = _number(header.get("at_s"), 0, MAX_SECONDS + _SPARE_SECONDS)
        if self._seconds is not None or (self._frames and at_s <= self._frames[-1].at_s):
            raise BrokenAnswerError("the order of its frames")
        self._frames.append(Frame(_picture(header, payload, FRAME_SIDE, MAX_PIXELS), at_s))


def facts_from(header: dict[str, Any], form: str, size: int, *, with_place: bool) -> FileFacts:
    """What the file says about itself; a place that was not asked for is refused. Raises `BrokenAnswerError`."""
    place = None
    if "latitude" in header or "longitude" in header:
        if not with_place:
            raise BrokenAnswerError("a place")
        place = Place(_number(header.get("latitude"), -90, 90), _number(header.get("longitude"), -180, 180))
    return FileFacts(
        form,
        size,
        taken_at=_text(header.get("taken_at")),
        camera=_text(header.get("camera")),
        software=_text(header.get("software")),
        place=place,
        is_intact=_known(header.get("is_intact")),
        is_trusted=_known(header.get("is_trusted")),
        signer=_text(header.get("signer")),
        is_generated=_known(header.get("is_generated")),
    )


def _picture(header: dict[str, Any], payload: bytearray, most_side: int, most_pixels: int) -> Picture:
    rows, columns = _whole(header.get("rows"), 1, most_side), _whole(header.get("columns"), 1, most_side)
    width, height = _whole(header.get("width"), 1, most_pixels), _whole(header.get("height"), 1, most_pixels)
    if width * height > most_pixels or width < columns or height < rows:
        raise BrokenAnswerError("the size of a picture")
    if len(payload) != rows * columns * 3:
        raise BrokenAnswerError("the points of a picture")
    return Picture(np.frombuffer(payload, np.uint8).reshape(rows, columns, 3), width, height)


def _line(header: dict[str, Any], picture: Picture) -> ReadLine:
    x, y = _whole(header.get("x"), 0, picture.width), _whole(header.get("y"), 0, picture.height)
    w, h = _whole(header.get("w"), 1, picture.width + 1), _whole(header.get("h"), 1, picture.height + 1)
    text = _text(header.get("text"), MAX_LINE_TEXT)
    if not text:
        raise BrokenAnswerError("a text")
    return ReadLine(
        text, Region(x, y, w, h), _number(header.get("sure"), 0, 1), _whole(header.get("block"), 0, MAX_LINES)
    )


def _samples(payload: bytearray) -> Samples:
    if not payload or len(payload) % 4:
        raise BrokenAnswerError("its samples")
    samples = np.frombuffer(payload, "<f4")
    # A comparison with NaN is false, so this refuses it too.
    if not (samples.min() >= -1 and samples.max() <= 1):
        raise BrokenAnswerError("its samples")
    return samples


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BrokenAnswerError("a number")
    return value


def _number(value: object, least: float, most: float) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not least <= value <= most:
        raise BrokenAnswerError("a number")
    return float(value)


def _text(value: object, longest: int = _LONGEST_TEXT) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise BrokenAnswerError("a text")
    return value


def _known(value: object) -> Known:
    try:
        return Known.UNKNOWN if value is None else Known(str(value))
    except ValueError:
        raise BrokenAnswerError("a text") from None
