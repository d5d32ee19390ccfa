"""Clips of generated films, re-encoded and changed, found again by the vote over frames."""

from __future__ import annotations

import time
from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.setting import markdown
from kiemchung.engine.media.types import Pixels
from kiemchung.engine.media.video import vote
from tests.engine.media.scenes import RATE, Thumbnails, chosen, encoded, film

_CLIP_S = 5
_CLIPS = 20


def report(films: int, seed: int) -> Iterator[str]:
    """Yield the table: of every second film a reference, clips of these and of the others."""
    known = {f"film {number}": film(1_000 * seed + number) for number in range(films)}
    unknown = [film(1_000 * seed + films + number, scenes=4) for number in range(max(1, films // 4))]
    matcher = Thumbnails({name: chosen(frames) for name, frames in known.items()})
    rng = np.random.default_rng((seed, 4))
    rows = []
    for change in (_as_it_is, _small, _mirrored, _captioned, _faster):
        right, ranges, errors, seconds = 0, 0, [], 0.0
        for _ in range(_CLIPS):
            name = f"film {rng.integers(0, films)}"
            start = int(rng.integers(0, len(known[name]) - _CLIP_S * RATE))
            query = chosen(encoded(change(known[name][start : start + _CLIP_S * RATE])))
            begin = time.perf_counter()
            found = vote([frame.at_s for frame in query], matcher.match_frames(query))
            seconds += time.perf_counter() - begin
            if found and found[0].reference == name:
                right += 1
                span = (found[0].start_s or 0.0, found[0].end_s or 0.0)
                errors.append(max(abs(span[0] - start / RATE), abs(span[1] - start / RATE - _CLIP_S)))
                ranges += errors[-1] <= 1
        cells = [change.__name__.strip("_").replace("_", " "), f"{right}/{_CLIPS}", f"{ranges}/{_CLIPS}"]
        rows.append([*cells, f"{np.median(errors or [np.nan]):.2f}", f"{1e3 * seconds / _CLIPS:.0f}"])
    wrong = sum(bool(_asked(matcher, frames[10 : 10 + _CLIP_S * RATE])) for frames in unknown)
    yield (
        f"### Video\n\n{films} generated films of 40 s with cuts, clips of {_CLIP_S} s encoded anew (H.264, CRF 34); "
        f"frames are matched by thumbnails (tests/engine/media/scenes.py), a stand-in for the matcher of pictures. Of "
        f"{len(unknown)} clips of other films {wrong} matched something.\n\n"
        + markdown(["change", "found first", "and range within 1 s", "range error s, median", "ms"], rows)
    )


def _asked(matcher: Thumbnails, frames: list[Pixels]) -> list[object]:
    query = chosen(encoded(frames))
    return list(vote([frame.at_s for frame in query], matcher.match_frames(query)))


def _as_it_is(frames: list[Pixels]) -> list[Pixels]:
    return frames


def _small(frames: list[Pixels]) -> list[Pixels]:
    return [cv2.resize(frame, (160, 90), interpolation=cv2.INTER_AREA).astype(np.uint8) for frame in frames]


def _mirrored(frames: list[Pixels]) -> list[Pixels]:
    return [np.ascontiguousarray(frame[:, ::-1]) for frame in frames]


def _captioned(frames: list[Pixels]) -> list[Pixels]:
    changed = [frame.copy() for frame in frames]
    for frame in changed:
        frame[-26:] = 255
        cv2.putText(frame, "TIN NONG", (20, len(frame) - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2)
    return changed


def _faster(frames: list[Pixels]) -> list[Pixels]:
    return [frames[int(number * 1.1)] for number in range(int(len(frames) / 1.1))]
