"""Which frames of a film are kept, at scene cuts and at a fixed rate and never more than fit; and which are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiemchung.decoding.limits import MAX_FRAMES_BYTES, MOST_READ_FRAMES
from kiemchung.engine.media.types import Frame, Picture, Pixels

# Frames are compared as grey pictures with this side.
SMALL_SIDE = 32
# One frame a second; a clip of five seconds then holds five, and its place is found within one second.
_EVERY_S = 1.0
# A mean difference of this many of 256 grey levels to the frame before is a cut. Made films in tests/decoding: movement
# and grain within a scene stay below 8, changes between different scenes begin at 30.
_CUT = 18.0
# Another caption over the same scene changes at least one block of fifty by so many grey levels.
_OTHER, _MOST_OF, _BLOCK = 12.0, 0.98, 16

Blocks = NDArray[np.float32]


class FrameChooser:
    """Takes the frames of a film in their order and keeps some: the first, one a second, and the first after a cut.

    When those kept are more than `most_bytes`, every second of them is dropped and the rest come half as often, so
    that a film of any length, also of unknown length, keeps frames from its beginning to its end.
    """

    def __init__(self, most_bytes: int = MAX_FRAMES_BYTES) -> None:
        self.frames: list[Frame] = []
        self._most_bytes, self._bytes = most_bytes, 0
        self._every_s, self._next_s = _EVERY_S, float("-inf")
        self._before: Pixels | None = None

    def offer(self, at_s: float, small: Pixels, picture: Callable[[], Picture]) -> None:
        """Keeps the frame shown at `at_s` if it is wanted; only then `picture` is called. `small` is (32, 32), grey."""
        is_cut = self._before is not None and _difference(self._before, small) > _CUT
        self._before = small
        last_s = self.frames[-1].at_s if self.frames else float("-inf")
        if at_s < self._next_s and not (is_cut and at_s - last_s >= self._every_s / 4):
            return
        if at_s <= last_s:
            return
        frame = Frame(picture(), at_s)
        self.frames.append(frame)
        self._bytes += frame.picture.pixels.nbytes
        self._next_s = at_s + self._every_s
        if self._bytes > self._most_bytes:
            self._thin_out()

    def _thin_out(self) -> None:
        self.frames = self.frames[::2]
        self._bytes = sum(frame.picture.pixels.nbytes for frame in self.frames)
        self._every_s *= 2
        self._next_s = self.frames[-1].at_s + self._every_s


def frames_to_read(frames: Sequence[Frame], most: int = MOST_READ_FRAMES) -> list[Frame]:
    """The first frame and each that looks otherwise than the one before it here; at most `most`, evenly."""
    chosen: list[Frame] = []
    before: Blocks | None = None
    for frame in frames:
        blocks = _blocks(frame.picture.pixels)
        if before is None or before.shape != blocks.shape or _looks_otherwise(before, blocks):
            chosen.append(frame)
            before = blocks
    if len(chosen) <= most:
        return chosen
    return [chosen[at] for at in np.linspace(0, len(chosen) - 1, most).round().astype(int).tolist()]


def _looks_otherwise(before: Blocks, blocks: Blocks) -> bool:
    apart = np.sort(np.abs(blocks - before), axis=None)
    return bool(apart[int(_MOST_OF * (apart.size - 1))] > _OTHER)


def _blocks(pixels: Pixels) -> Blocks:
    """The mean grey of each block of 16 by 16 points; what is left at the edges does not count."""
    rows, columns = pixels.shape[0] // _BLOCK, pixels.shape[1] // _BLOCK
    cut = pixels[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK, 3)
    return cut.mean(axis=(1, 3, 4), dtype=np.float32) if cut.size else np.zeros((1, 1), np.float32)


def _difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())
