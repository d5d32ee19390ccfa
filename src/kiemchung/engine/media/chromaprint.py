"""Chromaprint's fingerprint of sound (its algorithm 2, the default), in NumPy: 32 bits about eight times a second.

A window of 4,096 samples, moved by 1,365, becomes the energy of the twelve notes (chroma); sixteen comparisons of
rectangles in that picture of notes over time, each cut into four steps, make a frame of 32 bits. A frame sees
`FRAME_SECONDS` of sound. The comparisons are facts of the format.

Source: L. Lalinský, "How does Chromaprint work?" (2011); Ke, Hoiem, Sukthankar, "Computer vision for music
identification" (CVPR 2005); Jang et al., "Pairwise boosted audio fingerprint" (IEEE TIFS 2009).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.types import SAMPLE_RATE, Samples

Frames = NDArray[np.uint32]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

WINDOW = 4_096
HOP = 1_365
FRAMES_PER_SECOND = SAMPLE_RATE / HOP
_NOTES = 12
LOWEST_HZ, HIGHEST_HZ = 28.0, 3_520.0
_BASE_HZ = 440.0 / 16
_SMOOTHING = (0.25, 0.75, 1.0, 0.75, 0.25)
_SILENCE = 0.01  # the length of a chroma vector below which it is nothing
_WIDEST = 16
_AT_ONCE = 64
_FINE = 4  # places a hop at which `Spectra` reads
_LEAST_PITCH = 0.88
# Samples that one frame sees: sixteen smoothed chroma vectors of five windows each.
FRAME_SAMPLES = WINDOW + HOP * (_WIDEST + len(_SMOOTHING) - 2)
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE

# Kind of comparison, lowest note, notes, vectors, and the three borders between the four steps.
_COMPARISONS = (
    (0, 4, 3, 15, 1.98215, 2.35817, 2.63523),
    (4, 4, 6, 15, -1.03809, -0.651211, -0.282167),
    (1, 0, 4, 16, -0.298702, 0.119262, 0.558497),
    (3, 8, 2, 12, -0.105439, 0.0153946, 0.135898),
    (3, 4, 4, 8, -0.142891, 0.0258736, 0.200632),
    (4, 0, 3, 5, -0.826319, -0.590612, -0.368214),
    (1, 2, 2, 9, -0.557409, -0.233035, 0.0534525),
    (2, 7, 3, 4, -0.0646826, 0.00620476, 0.0784847),
    (2, 6, 2, 16, -0.192387, -0.029699, 0.215855),
    (2, 1, 3, 2, -0.0397818, -0.00568076, 0.0292026),
    (5, 10, 1, 15, -0.53823, -0.369934, -0.190235),
    (3, 6, 2, 10, -0.124877, 0.0296483, 0.139239),
    (2, 1, 1, 14, -0.101475, 0.0225617, 0.231971),
    (3, 5, 6, 4, -0.0799915, -0.00729616, 0.063262),
    (1, 9, 2, 12, -0.272556, 0.019424, 0.302559),
    (3, 4, 2, 14, -0.164292, -0.0321188, 0.0846339),
)
_STEPS = np.array([0, 1, 3, 2], np.uint32)  # neighbouring steps differ in one bit


def fingerprint(samples: Samples, *, pitch: float = 1.0, tempo: float = 1.0, lowest_hz: float = LOWEST_HZ) -> Frames:
    """Return the frames of a sound, shape `(n,)`; frame `i` begins `i * HOP * tempo` samples from the start.

    `samples` are in one channel at `SAMPLE_RATE`, from -1 to 1. With `pitch` and `tempo` the sound is read as if it had
    been slowed down by these factors first, which undoes a copy that was sped up by them: `pitch=1.1, tempo=1.1` a copy
    that was played faster, `tempo=1.1` alone one whose pitch was kept. With another `lowest_hz` it is not Chromaprint's
    fingerprint but one of the notes above. Sound shorter than `FRAME_SECONDS` has no frame.
    Cost: about .6 s for an hour on one core.

    >>> t = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    >>> chord = np.sum([np.sin(2 * np.pi * hertz * t) for hertz in (220, 277.2, 329.6)], axis=0) / 3
    >>> frames = fingerprint(chord.astype(np.float32))
    >>> frames.dtype.name, frames.shape
    ('uint32', (19,))
    """
    return classify(chroma(samples, pitch=pitch, tempo=tempo, lowest_hz=lowest_hz))


def chroma(samples: Samples, *, pitch: float = 1.0, tempo: float = 1.0, lowest_hz: float = LOWEST_HZ) -> F32:
    """Return the energy of the twelve notes in each window, shape `(windows, 12)`; see `fingerprint`."""
    size = round(WINDOW / pitch / 2) * 2
    window, notes, first = _tables(size, pitch, lowest_hz)
    count = int((len(samples) - size) // (HOP / tempo)) + 1 if len(samples) >= size else 0
    starts = np.round(np.arange(count) * (HOP / tempo)).astype(np.int64)
    energies = np.zeros((count, _NOTES), np.float32)
    if not count:
        return energies
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)
    for at in range(0, count, _AT_ONCE):
        spectrum = np.fft.rfft(windows[starts[at : at + _AT_ONCE]] * window)[:, first : first + len(notes)]
        energies[at : at + _AT_ONCE] = (spectrum.real**2 + spectrum.imag**2) @ notes
    return energies


class Spectra:
    """The spectra of a sound at `_FINE` places a hop, from which its frames at any speed are read without another FFT.

    The window keeps its length whatever the pitch, so that frames differ in few bits from those of `fingerprint`.
    Cost: four FFTs a hop and 40 kB a second of sound; then about 1 ms for the frames of ten seconds.
    """

    def __init__(self, samples: Samples, *, lowest_hz: float = LOWEST_HZ) -> None:
        self._lowest_hz = lowest_hz
        self._first = max(1, int(WINDOW * lowest_hz * _LEAST_PITCH / SAMPLE_RATE))
        last = int(WINDOW * HIGHEST_HZ / _LEAST_PITCH / SAMPLE_RATE) + 1
        window, _, _ = _tables(WINDOW, 1.0, lowest_hz)
        count = int((len(samples) - WINDOW) // (HOP / _FINE)) + 1 if len(samples) >= WINDOW else 0
        starts = np.round(np.arange(count) * (HOP / _FINE)).astype(np.int64)
        self._power = np.zeros((count, last - self._first), np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW) if count else np.zeros((0, WINDOW))
        for at in range(0, count, _AT_ONCE):
            spectrum = np.fft.rfft(windows[starts[at : at + _AT_ONCE]] * window)[:, self._first : last]
            self._power[at : at + _AT_ONCE] = spectrum.real**2 + spectrum.imag**2

    def chroma(self, pitch: float) -> F32:
        """Return the energies of the notes at every place, lowered by `pitch` (.88-1.13)."""
        _, notes, first = _tables(WINDOW, pitch, self._lowest_hz)
        begin = first - self._first
        energies: F32 = self._power[:, begin : begin + len(notes)] @ notes
        return energies

    @staticmethod
    def frames(energies: F32, *, tempo: float, phase: float = 0.0) -> Frames:
        """Return the frames of `chroma` at a tempo (see `fingerprint`), the first `phase` hops later."""
        step = _FINE / tempo
        count = int((len(energies) - 1 - phase * step) // step) + 1 if len(energies) else 0
        return classify(energies[np.round((np.arange(max(0, count)) + phase) * step).astype(np.int64)])


def classify(energies: F32) -> Frames:
    """Return the frames of chroma vectors, shape `(windows - 19,)`, none when there are fewer."""
    count = len(energies) - len(_SMOOTHING) + 1 - _WIDEST + 1
    if count <= 0:
        return np.zeros(0, np.uint32)
    areas = _Areas(_normalised(energies), count)
    frames = np.zeros(count, np.uint32)
    for kind, note, notes, width, *borders in _COMPARISONS:
        value = _compared(areas, int(kind), int(note), int(notes), int(width))
        frames = frames << np.uint32(2) | _STEPS[np.searchsorted(np.array(borders), value, side="right")]
    return frames


def bit_errors(ours: Frames, theirs: Frames) -> NDArray[np.uint8]:
    """Return how many of the 32 bits differ in each pair of frames (0-32).

    >>> bit_errors(np.array([7, 0], np.uint32), np.array([1, 0], np.uint32)).tolist()
    [2, 0]
    """
    differing: NDArray[np.uint8] = np.bitwise_count(ours ^ theirs)
    return differing


class _Areas:
    """Sums over rectangles of the picture of notes over time, from a summed-area table (Crow 1984)."""

    def __init__(self, picture: F64, count: int) -> None:
        self._sums = np.zeros((len(picture) + 1, _NOTES + 1))
        self._sums[1:, 1:] = picture.cumsum(axis=0).cumsum(axis=1)
        self._count = count

    def of(self, left: int, low: int, right: int, high: int) -> F64:
        """Return for each frame the sum over its vectors `left` to `right` and the notes `low` to `high`."""
        begin, end = self._sums[left : left + self._count], self._sums[right : right + self._count]
        total: F64 = end[:, high] - end[:, low] - begin[:, high] + begin[:, low]
        return total


def _compared(areas: _Areas, kind: int, note: int, notes: int, width: int) -> F64:
    """Return the logarithm of the ratio of two areas: of one part of the rectangle and of the rest."""
    top, half, third = note + notes, note + notes // 2, notes // 3
    middle, part = width // 2, width // 3
    whole = areas.of(0, note, width, top)
    if kind == 0:
        one = whole
        return np.log1p(one)
    if kind == 1:
        one = areas.of(0, half, width, top)
    elif kind == 2:
        one = areas.of(middle, note, width, top)
    elif kind == 3:
        one = areas.of(0, half, middle, top) + areas.of(middle, note, width, half)
    elif kind == 4:
        one = areas.of(0, note + third, width, note + 2 * third)
    else:
        one = areas.of(part, note, 2 * part, top)
    result: F64 = np.log1p(one) - np.log1p(whole - one)
    return result


def _normalised(energies: F32) -> F64:
    """Return vectors smoothed over five windows and of length one; silence is zero."""
    count = len(energies) - len(_SMOOTHING) + 1
    smooth = np.zeros((count, _NOTES))
    for at, weight in enumerate(_SMOOTHING):
        smooth += weight * energies[at : at + count].astype(np.float64)
    length = np.linalg.norm(smooth, axis=1, keepdims=True)
    return np.where(length < _SILENCE, 0.0, smooth / np.maximum(length, _SILENCE))


@lru_cache(maxsize=64)
def _tables(size: int, pitch: float, lowest_hz: float) -> tuple[F32, F32, int]:
    """Return the Hamming window, which note each bin of the spectrum adds to, and the first such bin."""
    window = (0.54 - 0.46 * np.cos(2 * np.pi * np.arange(size) / (size - 1))).astype(np.float32)
    first = max(1, round(size * lowest_hz * pitch / SAMPLE_RATE))
    last = min(size // 2, round(size * HIGHEST_HZ * pitch / SAMPLE_RATE))
    octave = np.log2(np.arange(first, last) * SAMPLE_RATE / size / (_BASE_HZ * pitch))
    note = (_NOTES * (octave - np.floor(octave))).astype(int)
    notes = np.zeros((last - first, _NOTES), np.float32)
    notes[np.arange(last - first), note] = 1
    return window, notes, first
