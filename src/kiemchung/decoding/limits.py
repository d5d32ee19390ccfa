"""How much of space and time one file may take, each with its reason; docs/running.md has the same table."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024

# Cameras of telephones with 64 megapixels make 9,248 x 6,944 points; a picture of 70 million takes 280 MB as RGBA.
MAX_PIXELS = 70_000_000
# What is compared is looked at in so many points (`engine.media.image`). A larger picture is made smaller by a whole
# number, which is quick and exact, so that its long side has so many points and fewer than twice as many.
PICTURE_SIDE = 760
MOST_PICTURE_SIDE = 2 * PICTURE_SIDE - 1
# 4,096 x 2,304, the largest common for a film; eight times as much (8K) would not fit the memory of the child.
MAX_FILM_PIXELS = 9_500_000
# Words are read in so many points: a telephone's whole screen as it is, and a page of A4 with letters of 25 points.
READING_SIDE = 2_400
# What was read by then is handed on: a page of small print takes half a minute, and the picture must be compared.
READING_MILLISECONDS = 8_000
# So many lines of so many characters: three pages of a newspaper.
MAX_LINES, MAX_LINE_TEXT = 600, 600
# Words of a film are read in so many frames, and in no further one after so many seconds of the processor.
MOST_READ_FRAMES, READ_UNTIL_SECONDS = 8, 90.0
# A programme is at most three hours: 476 MB of samples.
MAX_SECONDS = 3 * 3600.0
# Frames of a film have this long side up to five minutes, beyond that the smaller one, so that an hour fits.
FRAME_SIDE, LONG_FRAME_SIDE, LONG_SECONDS = 640, 320, 300.0
# All frames of a film together; when they are more, every second one goes and the rest come half as often.
MAX_FRAMES_BYTES = 256 * MIB
# A film with more work than this (points times frames: five minutes in 1080p at 30 a second) is looked at in its
# key frames only, which an encoder puts at scene cuts and every few seconds.
MAX_FILM_WORK = 2e10
# An animated picture is a film; with more frames than this it is refused.
MAX_ANIMATION_FRAMES = 2_000
# A PNG of so many points or more is unpacked by FFmpeg; of fewer Pillow is as quick, in a process that is forked in
# less time (docs/decisions/0042-still-pictures-without-ffmpeg.md).
LARGE_PNG_POINTS = 2_000_000
# What the child may take of address space: 240 MB are the libraries, the largest allowed picture takes 900 MB.
MEMORY_BYTES = 1280 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may take: bytes, and seconds of real time from the request to the result, by what it is.

    Of the processor, a photograph takes .01-.06 s and the largest allowed PNG 4 s; two hours of MP3 take 12 s.
    """

    max_bytes: int = 1024 * MIB
    picture_seconds: float = 30.0
    stream_seconds: float = 180.0
