"""What happens to a sound on its way through phones and applications, and which part of the original is left."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from benchmarks.sounds import decoded
from kiemchung.engine.media.types import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True)
class Degraded:
    """A query, and where in the original it is from (seconds)."""

    samples: Samples
    start_s: float
    end_s: float


Change = Callable[[Samples, np.random.Generator], Samples]


def encoded(samples: Samples, codec: str, container: str, *, rate: int, bits: int) -> Samples:
    """Return what is left after encoding at `bits` a second and decoding; a delay the codec adds at the start stays."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = cast(AudioStream, out.add_stream(codec, rate=rate))
        stream.layout = "mono"
        stream.bit_rate = bits
        frame = AudioFrame.from_ndarray(
            np.clip(samples, -1, 1)[None, :].astype(np.float32), format="flt", layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        kind = "flt" if codec == "libopus" else "fltp"
        resampler = av.AudioResampler(kind, "mono", rate, 960 if codec == "libopus" else 1_152)
        for one in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(one))
        out.mux(stream.encode(None))
    file.seek(0)
    return decoded(file)


def sped_up(samples: Samples, factor: float) -> Samples:
    """Return the sound played faster by a factor, so that its pitch is higher too."""
    at = np.arange(0, len(samples) - 1, factor)
    if factor > 1:  # what would be above the highest frequency is taken away first
        samples = banded(samples, 0, SAMPLE_RATE / 2 / factor)
    result: Samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return result


def faster_at_its_pitch(samples: Samples, factor: float) -> Samples:
    """Return the sound faster by a factor with its pitch kept (FFmpeg's `atempo`)."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="flt", layout="mono", time_base=Fraction(1, SAMPLE_RATE))
    graph.link_nodes(source, graph.add("atempo", str(factor)), graph.add("abuffersink")).configure()
    frame = AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.sample_rate, frame.pts = SAMPLE_RATE, 0
    graph.push(frame)
    graph.push(None)
    parts = []
    while True:
        try:
            parts.append(graph.pull().to_ndarray().ravel())
        except (av.EOFError, av.BlockingIOError):
            return np.concatenate(parts)


def banded(samples: Samples, low: float, high: float) -> Samples:
    """Return only what is between two frequencies (hertz)."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def noisy(samples: Samples, decibel: float, rng: np.random.Generator) -> Samples:
    """Return the sound with white noise so many decibels below it."""
    loud = float(np.sqrt(np.mean(samples**2))) * 10 ** (-decibel / 20)
    return (samples + rng.normal(0, loud, len(samples))).astype(np.float32)


def over_the_phone(samples: Samples, rng: np.random.Generator) -> Samples:
    """Return 300-3400 Hz at 8 kHz with the steps of µ-law, and noise at 20 dB."""
    narrow = noisy(banded(samples, 300, 3_400), 20, rng)
    peak = max(float(np.abs(narrow).max()), 1e-6)
    bent = np.sign(narrow) * np.log1p(255 * np.abs(narrow) / peak) / np.log(256)
    steps = np.round(bent * 64) / 64
    result: Samples = (np.sign(steps) * (256 ** np.abs(steps) - 1) / 255 * peak).astype(np.float32)
    return result


def _mp3(samples: Samples, _rng: np.random.Generator) -> Samples:
    return encoded(samples, "libmp3lame", "mp3", rate=44_100, bits=32_000)


def _opus(samples: Samples, _rng: np.random.Generator) -> Samples:
    return encoded(samples, "libopus", "ogg", rate=48_000, bits=12_000)


def _same(samples: Samples, _rng: np.random.Generator) -> Samples:
    return samples


def _quiet(samples: Samples, _rng: np.random.Generator) -> Samples:
    return (samples * 0.1).astype(np.float32)


def _noise(samples: Samples, rng: np.random.Generator) -> Samples:
    return noisy(samples, 10, rng)


def _speed(low: float, high: float) -> Change:
    return lambda samples, rng: sped_up(samples, float(rng.uniform(low, high)))


def _tempo(samples: Samples, rng: np.random.Generator) -> Samples:
    return faster_at_its_pitch(samples, float(rng.uniform(0.9, 1.1)))


WHOLE = 100_000.0  # more seconds than any recording has
# Name, seconds of the original, what is done to them.
CHANGES: tuple[tuple[str, float, Change], ...] = (
    ("clip 5 s", 5, _same),
    ("clip 10 s", 10, _same),
    ("clip 20 s", 20, _same),
    ("telephone", 10, over_the_phone),
    ("telephone 5 s", 5, over_the_phone),
    ("mp3 32 kbit/s", 10, _mp3),
    ("opus 12 kbit/s", 10, _opus),
    ("opus 12 kbit/s 5 s", 5, _opus),
    ("noise at 10 dB", 10, _noise),
    ("a tenth of the volume", 10, _quiet),
    ("speed 1.10", 10, _speed(1.1, 1.1)),
    ("speed 0.90", 10, _speed(0.9, 0.9)),
    ("speed 0.90-1.10", 10, _speed(0.9, 1.1)),
    ("speed 0.90-1.10, 20 s", 20, _speed(0.9, 1.1)),
    ("tempo 0.90-1.10", 10, _tempo),
    ("all of it, mp3 32 kbit/s", WHOLE, _mp3),
    ("speed and mp3", 15, lambda samples, rng: _mp3(_speed(0.9, 1.1)(samples, rng), rng)),
)


def cut(samples: Samples, seconds: float, rng: np.random.Generator) -> tuple[Samples, float]:
    """Return so many seconds from somewhere in a sound where it is not silent, and where they begin."""
    count = int(seconds * SAMPLE_RATE)
    loud = float(np.sqrt(np.mean(samples**2)))
    for _ in range(20):
        begin = int(rng.integers(0, max(1, len(samples) - count)))
        part = samples[begin : begin + count]
        if np.sqrt(np.mean(part**2)) > loud / 5:
            break
    return part, begin / SAMPLE_RATE


def degraded(samples: Samples, name: str, rng: np.random.Generator) -> Degraded:
    """Return a query made by one of `CHANGES`."""
    [(seconds, change)] = [(seconds, change) for known, seconds, change in CHANGES if known == name]
    part, start = cut(samples, seconds, rng)
    return Degraded(change(part, rng), start, start + len(part) / SAMPLE_RATE)
