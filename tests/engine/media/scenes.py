"""Generated videos, encoded and decoded with PyAV, and a small matcher of thumbnails to try the vote with."""

from __future__ import annotations

import io
from collections.abc import Sequence

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.types import Frame, Picture, Pixels
from kiemchung.engine.media.video import FrameMatch, choose_frames

RATE = 10


def scene(seed: int, seconds: float, *, size: tuple[int, int] = (180, 320)) -> list[Pixels]:
    """Return frames of a pan over a picture of random shapes, with something moving in front."""
    rng = np.random.default_rng(seed)
    height, width = size
    wide = np.full((height * 2, width * 2, 3), rng.integers(40, 220, 3), np.uint8)
    for _ in range(30):
        colour = [int(part) for part in rng.integers(0, 255, 3)]
        centre = (int(rng.integers(0, 2 * width)), int(rng.integers(0, 2 * height)))
        cv2.circle(wide, centre, int(rng.integers(8, 60)), colour, -1)
    step = rng.uniform(-2.5, 2.5, 2)
    start = np.array([height, width]) / 2
    frames = []
    for number in range(int(seconds * RATE)):
        top, left = np.clip(start + step * number, 0, [height, width]).astype(int)
        picture = wide[top : top + height, left : left + width].copy()
        at = (int(width * (0.5 + 0.4 * np.sin(number / 9 + seed))), height // 2)
        cv2.rectangle(picture, at, (at[0] + 30, at[1] + 40), (255, 255, 255), -1)
        frames.append(picture)
    return frames


def film(seed: int, scenes: int = 8, seconds: float = 5.0) -> list[Pixels]:
    """Return the frames of some scenes one after another."""
    return [frame for number in range(scenes) for frame in scene(1_000 * seed + number, seconds)]


def encoded(frames: Sequence[Pixels], *, quality: int = 34) -> list[Pixels]:
    """Return what H.264 leaves of frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": str(quality), "preset": "ultrafast"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as read:
        return [frame.to_ndarray(format="rgb24").astype(np.uint8) for frame in read.decode(video=0)]


def chosen(frames: Sequence[Pixels], *, every_s: float = 0.5) -> list[Frame]:
    """Return the frames that stand for a video."""
    small = np.array([cv2.resize(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), (32, 32)) for one in frames], np.uint8)
    times = [number / RATE for number in range(len(frames))]
    picked = choose_frames(small, times, every_s=every_s)
    return [Frame(Picture(frames[n], frames[n].shape[1], frames[n].shape[0]), times[n]) for n in picked]


def thumbnail(pixels: Pixels) -> NDArray[np.float64]:
    """Return 16 x 16 grey values of mean zero and length one."""
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (16, 16), interpolation=cv2.INTER_AREA).astype(
        np.float64
    )
    grey -= grey.mean()
    return (grey / max(float(np.linalg.norm(grey)), 1e-6)).ravel()


class Thumbnails:
    """Matches frames by the correlation of thumbnails, whole or without the caption, also mirrored."""

    def __init__(self, videos: dict[str, list[Frame]]) -> None:
        self._where = [(name, frame.at_s) for name, frames in videos.items() for frame in frames]
        every = [frame.picture.pixels for frames in videos.values() for frame in frames]
        self._whole = np.array([thumbnail(one) for one in every])
        self._upper = np.array([thumbnail(upper(one)) for one in every])

    def match_frames(self, frames: Sequence[Frame]) -> list[list[FrameMatch]]:
        found = []
        for frame in frames:
            both = (frame.picture.pixels, frame.picture.pixels[:, ::-1])
            alike = np.max([self._whole @ thumbnail(one) for one in both], axis=0)
            alike = np.maximum(alike, np.max([self._upper @ thumbnail(upper(one)) for one in both], axis=0))
            best = [int(at) for at in np.argsort(-alike)[:5] if alike[at] > 0.8]
            found.append([FrameMatch(*self._where[at], float(min(0.99, (alike[at] - 0.6) / 0.4))) for at in best])
        return found


def upper(pixels: Pixels) -> Pixels:
    """Return a frame without its lowest sixth, where captions are."""
    return pixels[: len(pixels) * 5 // 6]
