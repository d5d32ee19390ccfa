"""The rule that compares whole sounds of about one length, as Alegre does, to measure against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiemchung.engine.media.chromaprint import Frames, bit_errors

RULE = (
    "The rule with the length gate (after Alegre): two sounds are compared as wholes, when the shorter is at least "
    "four fifths of the longer; they are the same when at the best of 301 offsets at least four fifths of the bits "
    "agree. It is given the same frames as ours."
)
_GATE, _MOST_WRONG, _OFFSETS, _OVERLAP = 0.8, 0.2, 150, 0.5


class LengthGate:
    """References to which whole sounds are compared."""

    def __init__(self, names: Sequence[str], frames: Sequence[Frames]) -> None:
        self._names = list(names)
        self._frames = list(frames)
        self._lengths = np.array([len(one) for one in frames])

    def match(self, ours: Frames) -> str | None:
        """Return the reference with fewest wrong bits, `None` when none passes."""
        shorter, longer = np.minimum(self._lengths, len(ours)), np.maximum(self._lengths, len(ours))
        passing = np.flatnonzero((shorter >= _GATE * longer) & (shorter > 0))
        best: tuple[float, str | None] = (_MOST_WRONG, None)
        for number in passing.tolist():
            error = _best_error(ours, self._frames[number])
            if error < best[0]:
                best = (error, self._names[number])
        return best[1]


def _best_error(ours: Frames, theirs: Frames) -> float:
    """Return the smallest share of wrong bits over the offsets at which enough of `ours` overlaps."""
    offsets = np.arange(-_OFFSETS, _OFFSETS + 1)
    padded = np.zeros(len(ours) + 2 * _OFFSETS + len(theirs), np.uint32)
    padded[_OFFSETS : _OFFSETS + len(theirs)] = theirs
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(ours))[: len(offsets)]
    place = offsets[:, None] + np.arange(len(ours))
    inside = (place >= 0) & (place < len(theirs))
    overlap = inside.sum(axis=1)
    wrong = np.where(inside, bit_errors(windows, ours[None, :]), 0).sum(axis=1)
    enough = overlap >= _OVERLAP * len(ours)
    return float((wrong[enough] / (32 * overlap[enough])).min(initial=1.0))
