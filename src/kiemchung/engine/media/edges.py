"""Where the part that two sounds share begins and ends, finer than a frame, from how the wrong bits rise at its edges.

A frame sees 2.7 s, so that bits go wrong gradually where its sound is only partly shared. The shape of that rise was
measured; the edge is where the shape fits best (least squares over some three seconds on either side).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.chromaprint import FRAME_SAMPLES, HOP

F64 = NDArray[np.float64]

_SEEN = FRAME_SAMPLES / HOP  # hops that a frame sees
_STRANGE = 0.49
# Share of wrong bits of frames that begin 22, 21, … 0 hops before the edge. Mean over 120 pairs of recordings where
# twenty seconds of the second were laid into the first (docs/decisions/0017). The comparisons of a frame look at its
# first part above all, so that a beginning is sharper than an end.
_AT_BEGIN = np.array(
    [0.490, 0.486, 0.478, 0.474, 0.469, 0.463, 0.458, 0.452, 0.446, 0.440, 0.424, 0.418]
    + [0.406, 0.389, 0.370, 0.337, 0.282, 0.228, 0.165, 0.097, 0.035, 0.004, 0.0]
)
_AT_END = np.array(
    [0.0, 0.001, 0.004, 0.014, 0.029, 0.053, 0.085, 0.115, 0.146, 0.182, 0.203, 0.233]
    + [0.257, 0.277, 0.310, 0.341, 0.390, 0.435, 0.459, 0.473, 0.486, 0.490, 0.490]
)
_AROUND = 28  # frames on either side that are looked at
_STEPS = 4  # places of the edge that are tried in a hop
# The edge is inside the sound only where that explains so much more than that the sound fits up to its own end.
_GAIN = 0.3


def begin_of(errors: F64, at: int, usual: float) -> float | None:
    """Return where in `errors` (the share of wrong bits of neighbouring frames) the shared sound begins, in hops.

    `at` is about where frames begin to fit, `usual` the share of wrong bits inside. `None`: it began before them.
    """
    return _edge(errors, at, usual, _AT_BEGIN)


def end_of(errors: F64, at: int, usual: float) -> float | None:
    """Return where in `errors` the shared sound ends, in hops; `None`: it goes on after them; see `begin_of`."""
    return _edge(errors, at, usual, _AT_END)


def _edge(errors: F64, at: int, usual: float, shape: F64) -> float | None:
    low, high = max(0, at - _AROUND), min(len(errors), at + _AROUND)
    frames = np.arange(low, high)
    places = np.arange(low * _STEPS, (high + len(shape)) * _STEPS) / _STEPS
    before = np.arange(len(shape)) - (len(shape) - 1)
    strange = np.interp(frames[None, :] - places[:, None], before, shape) / _STRANGE
    expected = usual + (_STRANGE - usual) * strange
    misfit = ((errors[low:high] - expected) ** 2).sum(axis=1)
    best = int(misfit.argmin())
    whole = ((errors[low:high] - usual) ** 2).sum()
    return float(places[best]) if whole - misfit[best] > _GAIN else None
