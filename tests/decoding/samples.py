"""Ordinary files of every format, made with a fixed seed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

# name of the format -> container and codec of FFmpeg, and the rate that the codec wants
SOUNDS = {
    "WAV": ("wav", "pcm_s16le", 44_100),
    "MP3": ("mp3", "libmp3lame", 44_100),
    "AAC": ("adts", "aac", 44_100),
    "Ogg": ("ogg", "libopus", 48_000),
    "FLAC": ("flac", "flac", 44_100),
    "AMR": ("amr", "libopencore_amrnb", 8_000),
    "MP4/MOV": ("ipod", "aac", 44_100),
    "WebM/Matroska": ("webm", "libopus", 48_000),
}
FILMS = {
    "MP4/MOV": ("mp4", "libx264"),
    "WebM/Matroska": ("webm", "libvpx"),
    "AVI": ("avi", "mpeg4"),
    "3GP": ("3gp", "mpeg4"),
    "MOV": ("mov", "mpeg4"),
}
PICTURES = ("JPEG", "PNG", "GIF", "WebP", "AVIF")


def scene(width: int, height: int, seed: int = 0) -> Pixels:
    """Smooth patches of colour, different for every seed."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), dtype=np.uint8)


def picture(form: str = "JPEG", width: int = 320, height: int = 240, *, seed: int = 0, **options: Any) -> bytes:
    """One picture in one format."""
    return encoded(Image.fromarray(scene(width, height, seed)), form, **options)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """`image` as a file."""
    file = io.BytesIO()
    if form == "AVIF":
        options["max_threads"] = 1
    image.save(file, form.upper(), **options)
    return file.getvalue()


def animation(form: str, frames: int, *, width: int = 64, height: int = 48, lasts_ms: int = 500) -> bytes:
    """An animated picture, every frame another scene."""
    images = [Image.fromarray(scene(width, height, seed)) for seed in range(frames)]
    return encoded(images[0], form, save_all=True, append_images=images[1:], duration=lasts_ms, loop=0)


def tone(seconds: float, rate: int, hertz: float = 440.0) -> NDArray[np.float32]:
    """A tone at half the loudness."""
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def sound(form: str = "WAV", seconds: float = 2.0) -> bytes:
    """A tone of 440 Hz in one format, mono for AMR and stereo otherwise."""
    container, codec, rate = SOUNDS[form]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        _mux_sound(output, codec, rate, seconds)
    return file.getvalue()


def film(form: str = "MP4/MOV", scenes: int = 3, *, scene_s: float = 2.0, size: tuple[int, int] = (320, 180)) -> bytes:
    """A film of several scenes at 12 frames a second, with a tone where the container takes sound easily."""
    container, codec = FILMS[form]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=12)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        if codec == "libvpx":
            stream.options = {"deadline": "realtime", "cpu-used": "8"}
        for pixels in _moving(scenes, round(scene_s * 12), size):
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                output.mux(packet)
        for packet in stream.encode():
            output.mux(packet)
    return file.getvalue()


def film_with_sound(seconds: float = 3.0) -> bytes:
    """An MP4 of one scene with a tone."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream: Any = output.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        audio: Any = output.add_stream("aac", rate=44_100)
        for pixels in _moving(1, round(seconds * 12), (320, 180)):
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                output.mux(packet)
        for packet in stream.encode():
            output.mux(packet)
        for frame in _sound_frames(44_100, seconds, "stereo"):
            for packet in audio.encode(frame):
                output.mux(packet)
        for packet in audio.encode():
            output.mux(packet)
    return file.getvalue()


def _moving(scenes: int, frames: int, size: tuple[int, int]) -> Iterator[Pixels]:
    for seed in range(scenes):
        pixels = scene(*size, seed)
        yield from (np.roll(pixels, number, axis=1) for number in range(frames))


def _mux_sound(output: av.container.OutputContainer, codec: str, rate: int, seconds: float) -> None:
    layout = "mono" if codec == "libopencore_amrnb" else "stereo"
    stream: Any = output.add_stream(codec, rate=rate, layout=layout)
    for frame in _sound_frames(rate, seconds, layout):
        for packet in stream.encode(frame):
            output.mux(packet)
    for packet in stream.encode():
        output.mux(packet)


def _sound_frames(rate: int, seconds: float, layout: str) -> Iterator[av.AudioFrame]:
    samples = tone(seconds, rate)
    channels = 1 if layout == "mono" else 2
    for start in range(0, len(samples), 1024):
        piece = np.repeat(samples[start : start + 1024][None], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray((piece * 32767).astype(np.int16).T.reshape(1, -1)), "s16", layout
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame
