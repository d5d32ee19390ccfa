"""The sounds that are measured with: gathered, duplicates taken out, one part to fit with and one to measure with."""

from __future__ import annotations

import os
import time
import zlib
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks import sounds
from benchmarks.sounds import Recording
from kiemchung.engine.media.alignment import LOWEST_HZ
from kiemchung.engine.media.audio import PLAUSIBLE, SoundFeatures, SoundIndex, SoundSegment, describe
from kiemchung.engine.media.chromaprint import fingerprint
from kiemchung.engine.media.types import SAMPLE_RATE, Samples, Sound

# Each recording of a folder is also a reference at these speeds and backwards: more sound of the same kind.
_SPEEDS = (1.0, 1.3, 0.75, 1.6, 0.6)
_HELD_OUT = 3  # every third recording is in no reference
_FITTED, _PARTS = 2, 5  # two of five recordings are for fitting
_EXCERPT_S, _EXCERPTS = 10, (0.15, 0.5, 0.8)
# Two recordings are one when the waves themselves agree so well at the place where their frames do.
_SAME_WAVE = 0.4
_LAG_S = 0.3
# Waves at another speed cannot be laid over each other: there two excerpts must have matched.
_SURE, _OTHER_SPEED, _AGAIN = 0.95, 0.02, 2


@dataclass
class Archive:
    """The references, and recordings that are (`known`) and are not (`unknown`) among them."""

    names: list[str] = field(default_factory=list)
    features: list[SoundFeatures] = field(default_factory=list)
    known: list[Recording] = field(default_factory=list)
    unknown: list[Recording] = field(default_factory=list)
    kinds: dict[str, float] = field(default_factory=dict)
    described_s: float = 0.0

    @property
    def hours(self) -> float:
        """Hours of all references."""
        return sum(one.seconds for one in self.features) / 3_600


@dataclass(frozen=True, slots=True)
class Gathered:
    """Recordings, each once, and the names of those left out as `twins`; `alike` matched but are not one recording."""

    recordings: list[Recording]
    twins: list[tuple[str, str]]
    alike: list[tuple[str, str]]


def gather(options: Namespace) -> Gathered:
    """Return all recordings without duplicates: found by our own matcher, confirmed by the waves."""
    data = Path(os.environ.get("KIEMCHUNG_DATA", "."))
    every = [
        *(_packed(one) for one in (sounds.files(options.sounds) if options.sounds else iter(()))),
        *(_packed(one) for one in sounds.voices(options.voices, options.seed, data)),
        *(_packed(sounds.made_music(number, options.seed)) for number in range(options.made)),
    ]
    names = [one.name for one in every]
    index = SoundIndex([SoundSegment.build(names, [describe(Sound(unpacked(one.samples))) for one in every])])
    by_name = dict(zip(names, every, strict=True))
    twins: list[tuple[str, str]] = []
    alike: list[tuple[str, str]] = []
    left_out: set[str] = set()
    for one in every:
        for name in sorted(_matching(one, index, by_name, twins, alike)):
            if one.name not in left_out:
                left_out.add(name)
    return Gathered([one for one in every if one.name not in left_out], twins, alike)


def _matching(
    one: Recording,
    index: SoundIndex,
    by_name: dict[str, Recording],
    twins: list[tuple[str, str]],
    alike: list[tuple[str, str]],
) -> set[str]:
    """Return the names of other recordings that hold a part of one; list what matches."""
    same: set[str] = set()
    faster: list[str] = []
    for share in _EXCERPTS:
        begin = int(share * max(0, len(one.samples) - _EXCERPT_S * SAMPLE_RATE))
        part = unpacked(one.samples[begin : begin + _EXCERPT_S * SAMPLE_RATE])
        for match in index.match_many([Sound(part)], least=PLAUSIBLE)[0]:
            name, start_s, end_s = match.reference, match.start_s or 0.0, match.end_s or 0.0
            if name == one.name or name in same:
                continue
            is_faster = match.probability >= _SURE and abs((end_s - start_s) / _EXCERPT_S - 1) >= _OTHER_SPEED
            faster += [name] * is_faster
            if is_one_wave(part, unpacked(by_name[name].samples), start_s) or faster.count(name) >= _AGAIN:
                same.add(name)
            (twins if name in same else alike).append((one.name, name))
    return same


def is_one_wave(ours: Samples, theirs: Samples, at_s: float) -> bool:
    """Return whether a sound correlates with another from about `at_s` seconds on, in any of five parts of it."""
    length = len(ours) // 5
    for part in range(5):
        piece = ours[part * length : (part + 1) * length]
        begin = max(0, int((at_s - _LAG_S) * SAMPLE_RATE) + part * length)
        stretch = theirs[begin : begin + length + int(2 * _LAG_S * SAMPLE_RATE)]
        if len(stretch) > length and _correlation(piece, stretch) >= _SAME_WAVE:
            return True
    return False


def _correlation(piece: Samples, stretch: Samples) -> float:
    size = len(piece) + len(stretch)
    cross = np.fft.irfft(np.fft.rfft(stretch, size) * np.conj(np.fft.rfft(piece, size)), size)
    cross = cross[: len(stretch) - len(piece) + 1]
    squares = np.concatenate([[0.0], np.cumsum(stretch.astype(np.float64) ** 2)])
    energy = squares[len(piece) :] - squares[: -len(piece)]
    return float((np.abs(cross) / np.sqrt(np.maximum(energy * float((piece**2).sum()), 1e-9))).max())


def halves(recordings: Sequence[Recording]) -> tuple[list[Recording], list[Recording]]:
    """Return the recordings that probabilities are fitted on, and those that are measured with."""
    is_fitted = [zlib.crc32(one.name.encode()) % _PARTS < _FITTED for one in recordings]
    return (
        [one for one, fitted in zip(recordings, is_fitted, strict=True) if fitted],
        [one for one, fitted in zip(recordings, is_fitted, strict=True) if not fitted],
    )


def archive_of(recordings: Sequence[Recording]) -> Archive:
    """Return an archive of two thirds of the recordings; the others are unknown to it."""
    archive = Archive()
    for number, recording in enumerate(recordings):
        if number % _HELD_OUT == 0:
            archive.unknown.append(recording)
        else:
            _add(archive, recording)
    return archive


def _packed(recording: Recording) -> Recording:
    """Return a recording with its samples in half the room."""
    again = None if recording.again is None else recording.again.astype(np.float16)
    return Recording(recording.name, recording.kind, recording.samples.astype(np.float16), again)  # type: ignore[arg-type]


def unpacked(samples: Samples) -> Samples:
    """Return kept samples as they are to be matched."""
    return samples.astype(np.float32)


def _variants(recording: Recording) -> Iterator[tuple[float, bool]]:
    for speed in _SPEEDS if recording.kind == "file" else (1.0,):
        for backwards in (False, True) if recording.kind == "file" else (False,):
            yield speed, backwards


def _add(archive: Archive, recording: Recording) -> None:
    archive.known.append(recording)
    begin = time.process_time()
    samples = unpacked(recording.samples)
    turned = np.ascontiguousarray(samples[::-1])
    for speed, backwards in _variants(recording):
        frames = fingerprint(turned if backwards else samples, pitch=1 / speed, tempo=1 / speed, lowest_hz=LOWEST_HZ)
        is_itself = speed == 1 and not backwards
        archive.names.append(recording.name if is_itself else f"{recording.name} x{speed} {backwards}")
        archive.features.append(SoundFeatures(frames, recording.seconds / speed))
        kind = recording.kind if is_itself else "file, altered"
        archive.kinds[kind] = archive.kinds.get(kind, 0.0) + recording.seconds / speed / 3_600
    archive.described_s += time.process_time() - begin
