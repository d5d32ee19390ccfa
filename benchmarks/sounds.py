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
from xml.sax.saxutils import escape  # writes only

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from kiemchung.engine.media.types import SAMPLE_RATE, Samples

Sets = tuple[tuple[str, str], ...]
_VOICES = ("vi", "vi-vn-x-central", "vi-vn-x-south", "en", "en-us", "en-gb-scotland", "en-gb-x-rp")
_SPEAKERS = ("", "+m3", "+m7", "+f2", "+f4", "+klatt2", "+Annie", "+Mario", "+Michael", "+Linda", "+Zac", "+Alicia")
# Texts that voices read while measuring; those of `messages_vi` are for fitting.
_SETS: Sets = tuple(
    (f"claims/{name}/claims.jsonl.gz", language)
    for name, language in (("vifactcheck_articles", "vi"), ("vihallu", "vi"), ("factchecktweet_en", "en"))
)
_SUFFIXES = {".npy", ".ogg", ".mp3", ".wav", ".opus", ".oga", ".flac", ".m4a"}
_LEAST_SECONDS = 20
_WORDS = 3  # that a voice reads at one pace and pitch


@dataclass(frozen=True, slots=True)
class Recording:
    """One sound of the archive; `kind` says where it is from: `made`, `voice` or `file`.

    `again` is the same text read a second time, which is another recording.
    """

    name: str
    kind: str
    samples: Samples
    again: Samples | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


def made_music(number: int, seed: int, *, seconds: float = 90.0) -> Recording:
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


def steady(number: int, seed: int, *, seconds: float = 45.0) -> Recording:
    """Return something that goes on alike: wind, rain, crickets, a hum, an engine, applause, a tone that rings."""
    rng = np.random.default_rng((seed, number, 7))
    names = ("wind", "rain", "crickets", "hum", "engine", "applause", "ringing")
    name = names[number % len(names)]
    t = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    noise = rng.normal(0, 1, len(t)).astype(np.float32)
    slow = np.interp(t, np.arange(0, seconds + 1), rng.uniform(0.3, 1, int(seconds) + 1)).astype(np.float32)
    low, high = np.sort(rng.uniform(100, 5_000, 2))
    if name == "wind":
        out = _between(noise, low / 4, low / 4 + rng.uniform(200, 900)) * slow
    elif name in ("rain", "applause"):
        hits = (rng.random(len(t)) < rng.uniform(0.001, 0.02)) * rng.normal(0, 8, len(t))
        fall = np.exp(-np.arange(400) / rng.uniform(10, 120))
        out = _between(np.convolve(hits, fall, "same").astype(np.float32) + 0.3 * noise, low / 2, high + 300)
    elif name == "crickets":
        chirp = np.sin(2 * np.pi * rng.uniform(1, 4) * t + rng.uniform(0, 6)) > rng.uniform(-0.5, 0.7)
        out = (
            np.sin(2 * np.pi * rng.uniform(2_000, 5_000) * t)
            * chirp
            * (np.sin(2 * np.pi * rng.uniform(15, 60) * t) > 0)
        )
        out = out + rng.uniform(0.02, 0.2) * noise
    elif name == "ringing":
        is_on = (t % rng.uniform(2, 6)) < rng.uniform(0.5, 2)
        out = sum(np.sin(2 * np.pi * hertz * t) for hertz in rng.uniform(300, 1_500, 2)) * is_on + 0.01 * noise
    else:
        base = rng.uniform(45, 120) * (1 if name == "hum" else 1 + 0.1 * slow.cumsum() / np.arange(1, len(t) + 1))
        turns = 2 * np.pi * np.cumsum(base * np.ones_like(t)) / SAMPLE_RATE
        out = sum(rng.random() / k * np.sin(k * turns) for k in range(1, 30)) + rng.uniform(0.05, 0.5) * noise
    return Recording(f"{name}-{number:05d}", "steady", (0.5 * out / np.abs(out).max()).astype(np.float32))


def _between(samples: Samples, low: float, high: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum *= 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 4)
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def voices(count: int, seed: int, folder: Path, sets: Sets = _SETS) -> Iterator[Recording]:
    """Yield voice recordings of half a minute to three minutes, each of its own text, by some twenty speakers.

    None without espeak-ng or the texts. Every fourth has been read `again`, a little faster, slower, higher or lower
    every few words, as people do.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        return
    texts = {lang: _texts(folder, sets, lang) for lang in ("vi", "en")}
    rng = np.random.default_rng((seed, 1))
    speakers = [voice + speaker for voice in _VOICES[::2] for speaker in _SPEAKERS[::2]]
    for number in range(count):
        speaker = speakers[rng.integers(0, len(speakers))]
        wanted, sentences = int(rng.uniform(30, 180) * 14), [""]
        while sum(map(len, sentences)) < wanted:
            one = next(texts[speaker[:2]], None)
            if one is None:
                return
            sentences.append(one)
        again = _spoken(program, speaker, sentences, rng) if number % 4 == 1 else None
        yield Recording(f"voice-{number:05d}", "voice", _spoken(program, speaker, sentences, rng), again)


def _spoken(program: str, speaker: str, sentences: list[str], rng: np.random.Generator) -> Samples:
    marked = "<speak>"
    for sentence in sentences:
        words = sentence.split()
        for at in range(0, len(words), _WORDS):
            rate, pitch = rng.uniform(88, 112), rng.uniform(85, 115)
            some = escape(" ".join(words[at : at + _WORDS]))
            marked += f'<prosody rate="{rate:.0f}%" pitch="{pitch:.0f}%">{some}</prosody> '
        marked += f'<break time="{int(rng.uniform(100, 700))}ms"/>'
    command = [program, "-m", "-v", speaker, "--stdin", "--stdout"]
    spoken = subprocess.run(command, input=f"{marked}</speak>".encode(), capture_output=True, check=True).stdout
    return _resampled(_of_wave(spoken), 22_050)


def _texts(folder: Path, sets: Sets, lang: str) -> Iterator[str]:
    for name, of in sets:
        path = folder / name
        if of == lang and path.is_file():
            seen = set()
            raw = path.read_bytes()
            for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines():
                row = json.loads(line)
                text = str(row.get("body") or row.get("text", "")).replace("\n", " ")
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
