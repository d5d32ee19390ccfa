"""What passes between the decoder, the media engine and those who ask: frozen dataclasses.

The engine never opens a file: the guarded door `kiemchung.decoding` turns a file into these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import atan2, degrees
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]

# Sound is handed over in one channel at this rate, which is Chromaprint's own; lower ones are raised to it.
SAMPLE_RATE = 11_025


class MediaKind(StrEnum):
    """What a file is: a still picture, sound alone, or moving pictures (with or without sound)."""

    PICTURE = "picture"
    SOUND = "sound"
    VIDEO = "video"


class Region(NamedTuple):
    """An upright rectangle of a picture, in pixels of the file as shown (its EXIF turn applied): left, top, size."""

    x: int
    y: int
    w: int
    h: int


class Placement(NamedTuple):
    """Where a reference lies in a query: the affine map of a place x, y in it to its place there, both in shares of
    width and height (0-1), x of which is `xx * x + xy * y + x0`, and y `yx * x + yy * y + y0`."""

    xx: float
    xy: float
    x0: float
    yx: float
    yy: float
    y0: float

    @property
    def is_mirrored(self) -> bool:
        """Whether the query shows the reference as in a mirror."""
        return self.xx * self.yy < self.xy * self.yx

    @property
    def turned(self) -> int:
        """By how many degrees, clockwise, the query was turned (after it was mirrored, where it was): 0, 90, 180, 270.

        >>> Placement(0, -1, 1, 1, 0, 0).turned, Placement(-1, 0, 1, 0, 1, 0).turned
        (90, 0)
        """
        across, down = (-self.xx, -self.yx) if self.is_mirrored else (self.xx, self.yx)
        return round(degrees(atan2(down, across)) / 90) % 4 * 90


# Of two pictures with the same bytes.
AS_IT_IS = Placement(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: `pixels` (rows, columns, 3), RGB, turned upright, transparent parts on white.

    `width` and `height` are those of the file as shown; `pixels` may be smaller (the decoder shrinks large pictures),
    so that a place in `pixels` times `width / pixels.shape[1]` is a place in the file.
    """

    pixels: Pixels
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text read in a picture: where (in pixels of the file), how surely (0-1), and in which block of lines
    (a paragraph, a bubble of a chat), counted from 0 in the order of reading."""

    text: str
    region: Region
    confidence: float
    block: int = 0


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded sound: `samples` in one channel at `SAMPLE_RATE`, from -1 to 1."""

    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video and when it is shown, in seconds from the start."""

    picture: Picture
    at_s: float


@dataclass(frozen=True, slots=True)
class Video:
    """A decoded video: frames in the order of time (at scene cuts and at a fixed rate), its sound if it has any."""

    frames: tuple[Frame, ...]
    sound: Sound | None
    seconds: float


@dataclass(frozen=True, slots=True)
class MediaMatch:
    """A reference that was found in a query, with the probability (0-1) that it is the same picture, sound or scene.

    The regions are the matching parts on both sides (`None` for sound). `start_s` and `end_s` are the matching time in
    the reference (`None` for pictures). `method` says what decided: `file` (the same bytes), `hash`, `features`
    (local features that fit one geometry), `text`, `sound`, `frames`. `query_at_s` and `reference_at_s` are the times
    of the two frames that the regions are of (`None` of a still picture, on either side). `placed` says where
    the reference's picture, or that frame, lies in the query's (`None` for sound and the same film).
    """

    reference: str
    probability: float
    method: str
    query_region: Region | None = None
    reference_region: Region | None = None
    start_s: float | None = None
    end_s: float | None = None
    query_at_s: float | None = None
    reference_at_s: float | None = None
    placed: Placement | None = None
