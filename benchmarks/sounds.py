"""Sounds to measure with: music made here, voices of espeak-ng, and the files of a folder; the same for a seed."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from kiemchung.engine.media.types import SAMPLE_RATE, Samples

_VOICES = ("vi", "vi-vn-x-central", "vi-vn-x-south", "en", "en-us", "en-gb-scotland", "en-gb-x-rp")
_SPEAKERS = ("", "+m3", "+m7", "+f2", "+f4", "+klatt2", "+Annie", "+Mario", "+Michael", "+Linda", "+Zac", "+Alicia")
_SETS = (("vifactcheck_articles", "vi"), ("vihallu", "vi"), ("factchecktweet_en", "en"))
_SUFFIXES = {".npy", ".ogg", ".mp3", ".wav", ".opus", ".oga", ".flac", ".m4a"}
_LEAST_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Recording:
    """One sound of the archive; `kind` says where it is from: `made`, `voice` or `file`."""

    name: str
    kind: str
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


def made_music(number: int, seed: int, *, seconds: float = 180.0) -> Recording:
    """Return a piece of music: chords, a tune, a bass and drums, with a tempo, a tuning and instruments of its own."""
    rng = np.random.default_rng((seed, number))
    beat = rng.uniform(0.3, 0.75)
    tuning = 440 * 2 ** rng.uniform(-0.5, 0.5)
    scale = np.cumsum(rng.permutation([2, 2, 1, 2, 2, 2, 1])) + rng.integers(0, 12)
    out = np.zeros(int(seconds * SAMPLE_RATE) + 4 * SAMPLE_RATE, np.float32)
    instruments = [_instrument(rng) for _ in range(3)]
    for bar in range(int(seconds / (4 * beat))):
        degree = rng.integers(0, 7)
        for step in (0, 2, 4):
            note = scale[(degree + step) % 7]
            _play(out, instruments[0], tuning, note - 12, 4 * bar * beat, 4 * beat, 0.15)
        _play(out, instruments[1], tuning, scale[degree] - 36, 4 * bar * beat, 2 * beat, 0.25)
        at = 0.0
        while at < 4:
            length = float(rng.choice([0.5, 1.0, 1.5]))
            note = scale[rng.integers(0, 7)] + 12 * rng.integers(-1, 1)
            _play(out, instruments[2], tuning, note, (4 * bar + at) * beat, length * beat, 0.3)
            at += length
        for hit in range(8):
            if rng.random() < 0.6:
                _drum(out, rng, (4 * bar + hit / 2) * beat)
    out = out[: int(seconds * SAMPLE_RATE)]
    return Recording(f"made-{number:05d}", "made", (0.7 * out / np.abs(out).max()).astype(np.float32))


def _instrument(rng: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    return rng.random(8) ** 2 / np.arange(1, 9), float(rng.uniform(0.5, 6))


def _play(
    out: Samples,
    instrument: tuple[NDArray[np.float64], float],
    tuning: float,
    note: int,
    at_s: float,
    seconds: float,
    loud: float,
) -> None:
    strengths, decay = instrument
    begin, count = int(at_s * SAMPLE_RATE), int(seconds * SAMPLE_RATE)
    t = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    angle = (2 * np.pi * tuning * 2 ** ((note - 9) / 12) * t).astype(np.float32)
    tone = sum(np.float32(strength) * np.sin(k * angle) for k, strength in enumerate(strengths, 1))
    out[begin : begin + count] += (loud * np.minimum(1, 50 * t) * np.exp(-decay * t) * tone)[: len(out) - begin]


def _drum(out: Samples, rng: np.random.Generator, at_s: float) -> None:
    begin = int(at_s * SAMPLE_RATE)
    noise = rng.normal(0, 0.3, 900) * np.exp(-np.arange(900) / rng.uniform(60, 300))
    out[begin : begin + 900] += noise.astype(np.float32)[: len(out) - begin]


def voices(count: int, seed: int, folder: Path) -> Iterator[Recording]:
    """Yield voice recordings of one to six minutes, each of its own text; none without espeak-ng or the texts."""
    program = shutil.which("espeak-ng")
    if program is None:
        return
    texts = {lang: _texts(folder, lang) for lang in ("vi", "en")}
    rng = np.random.default_rng((seed, 1))
    for number in range(count):
        voice = _VOICES[rng.integers(0, len(_VOICES))]
        wanted = int(rng.uniform(60, 360) * 14)
        text = ""
        while len(text) < wanted:
            one = next(texts[voice[:2]], None)
            if one is None:
                return
            text += one + ". "
        speed, height = rng.integers(130, 210), rng.integers(20, 80)
        speaker = voice + _SPEAKERS[rng.integers(0, len(_SPEAKERS))]
        command = [program, "-v", speaker, "-s", str(speed), "-p", str(height), "--stdin", "--stdout"]
        spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
        yield Recording(f"voice-{number:05d}", "voice", _resampled(_of_wave(spoken), 22_050))


def _texts(folder: Path, lang: str) -> Iterator[str]:
    for name, of in _SETS:
        path = folder / "claims" / name / "claims.jsonl.gz"
        if of == lang and path.is_file():
            seen = set()
            for line in gzip.decompress(path.read_bytes()).decode().splitlines():
                text = str(json.loads(line).get("text", "")).replace("\n", " ")
                if len(text) > 60 and text not in seen:
                    seen.add(text)
                    yield text


def _of_wave(data: bytes) -> Samples:
    """Return the samples of a wave file that a program wrote to a pipe: its header does not know the length."""
    raw = data[44 : len(data) // 2 * 2]
    samples: Samples = np.frombuffer(raw, np.int16).astype(np.float32) / np.float32(32_768)
    return samples


def _resampled(samples: Samples, rate: int) -> Samples:
    frame = AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    parts = [one.to_ndarray().ravel() for one in [*resampler.resample(frame), *resampler.resample(None)]]
    return np.concatenate(parts).astype(np.float32)


def files(folder: Path) -> Iterator[Recording]:
    """Yield what can be decoded in a folder and is long enough, each sound once.

    A `.npy` file holds the 16-bit samples of one sound in one channel at `SAMPLE_RATE`.
    """
    seen: set[bytes] = set()
    for path in sorted(one for one in folder.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file()):
        try:
            samples = _kept(path) if path.suffix == ".npy" else decoded(path)
        except (av.FFmpegError, IndexError):
            continue
        mark = samples[:: SAMPLE_RATE // 2].tobytes()
        if len(samples) >= _LEAST_SECONDS * SAMPLE_RATE and mark not in seen:
            seen.add(mark)
            yield Recording(str(path.relative_to(folder)), "file", samples)


def _kept(path: Path) -> Samples:
    samples: Samples = np.load(path).astype(np.float32) / np.float32(32_768)
    return samples


def decoded(path: Path | io.BytesIO) -> Samples:
    """Return the sound of a file in one channel at `SAMPLE_RATE`."""
    with av.open(path if isinstance(path, io.BytesIO) else os.fspath(path), "r") as container:
        resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
        parts = [one.to_ndarray().ravel() for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        parts += [one.to_ndarray().ravel() for one in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)
