"""Sound comes out in one channel at one rate, and films as frames at the right times."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from kiemchung.decoding import Decoder
from kiemchung.decoding.choosing import FrameChooser
from kiemchung.engine.media.types import SAMPLE_RATE, MediaKind, Picture, Pixels, Sound, Video
from tests.decoding import samples


def sound(decoder: Decoder, content: bytes) -> Sound:
    media = decoder.decode(content).media
    assert isinstance(media, Sound)
    return media


def film(decoder: Decoder, content: bytes) -> Video:
    media = decoder.decode(content).media
    assert isinstance(media, Video)
    return media


@pytest.mark.parametrize("form", samples.SOUNDS)
def test_a_tone_comes_out_at_its_height_and_length(decoder: Decoder, form: str) -> None:
    heard = sound(decoder, samples.sound(form, 2.0))
    assert heard.seconds == pytest.approx(2.0, abs=0.06)
    strength = np.abs(np.fft.rfft(heard.samples))
    assert np.argmax(strength) * SAMPLE_RATE / len(heard.samples) == pytest.approx(440, abs=1)
    assert heard.samples.dtype == np.float32
    assert 0.4 < np.abs(heard.samples).max() < 0.6


def test_what_is_loud_on_both_sides_is_not_cut_off(decoder: Decoder) -> None:
    loud = (samples.tone(1.0, 44_100) * 1.9 * 32_767).astype("<i2")
    both = np.repeat(loud[:, None], 2, axis=1).tobytes()
    header = b"fmt \x10\0\0\0\1\0\2\0\x44\xac\0\0\x10\xb1\2\0\4\0\x10\0data" + len(both).to_bytes(4, "little")
    heard = sound(decoder, b"RIFF" + (4 + len(header) + len(both)).to_bytes(4, "little") + b"WAVE" + header + both)
    assert float(np.abs(heard.samples).max()) == pytest.approx(0.95, abs=0.02)


def test_a_song_with_a_cover_is_sound(decoder: Decoder) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as output:
        stream: Any = output.add_stream("libmp3lame", rate=44_100)
        cover: Any = output.add_stream("mjpeg")
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(samples.scene(64, 48), format="rgb24").reformat(format="yuvj420p")
        for packet in [*cover.encode(picture), *cover.encode()]:
            output.mux(packet)
        for frame in samples._sound_frames(44_100, 1.0, "stereo"):
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    assert decoder.decode(file.getvalue()).kind is MediaKind.SOUND


@pytest.mark.parametrize("form", samples.FILMS)
def test_a_film_gives_its_cuts_and_one_frame_a_second(decoder: Decoder, form: str) -> None:
    seen = film(decoder, samples.film(form, scenes=3, scene_s=1.5))
    times = [frame.at_s for frame in seen.frames]
    assert seen.seconds == pytest.approx(4.5, abs=0.15)
    for cut in (0.0, 1.5, 3.0):
        assert min(abs(time - cut) for time in times) < 0.1
    assert max(np.diff([*times, seen.seconds])) <= 1.1
    assert len(times) <= 8
    for frame in seen.frames:
        scene = samples.scene(320, 180, int(frame.at_s / 1.5 + 0.01))
        within = round((frame.at_s - 1.5 * int(frame.at_s / 1.5 + 0.01)) * 12)
        drawn = np.roll(scene, within, axis=1)
        assert np.abs(frame.picture.pixels.astype(int) - drawn).mean() < 14


def test_a_film_brings_its_sound(decoder: Decoder) -> None:
    seen = film(decoder, samples.film_with_sound(3.0))
    assert seen.sound is not None
    assert seen.sound.seconds == pytest.approx(3.0, abs=0.06)
    assert seen.frames[0].picture.pixels.shape == (180, 320, 3)


def test_a_large_film_is_shrunk_and_keeps_its_own_size(decoder: Decoder) -> None:
    frame = film(decoder, samples.film("MP4/MOV", 1, scene_s=0.5, size=(1280, 720))).frames[0]
    assert frame.picture.pixels.shape == (360, 640, 3)
    assert (frame.picture.width, frame.picture.height) == (1280, 720)


def test_a_telephone_held_upright_films_upright(decoder: Decoder) -> None:
    content = bytearray(samples.film("MP4/MOV", 1, scene_s=0.5))
    upright = content.index(b"tkhd") + 44
    assert content[upright : upright + 4] == b"\0\1\0\0"
    turned = b"\0\0\0\0\0\1\0\0\0\0\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0"  # a quarter turn clockwise when shown
    content[upright : upright + len(turned)] = turned
    frame = film(decoder, bytes(content)).frames[0]
    assert frame.picture.pixels.shape == (320, 180, 3)
    assert (frame.picture.width, frame.picture.height) == (180, 320)
    drawn = np.rot90(samples.scene(320, 180), -1)
    assert np.abs(frame.picture.pixels.astype(int) - drawn).mean() < 14


def offered(chooser: FrameChooser, seconds: float, scene_s: float, rate: int = 10) -> FrameChooser:
    for number in range(int(seconds * rate)):
        shade = 200 if number / rate // scene_s % 2 else 20
        small: Pixels = np.full((32, 32), shade, np.uint8)
        chooser.offer(number / rate, small, lambda: Picture(np.zeros((10, 10, 3), np.uint8), 10, 10))
    return chooser


def test_flicker_does_not_make_a_frame_of_every_frame() -> None:
    assert len(offered(FrameChooser(), 10, scene_s=0.1).frames) <= 50


def test_a_long_film_keeps_frames_from_its_beginning_to_its_end() -> None:
    frames = offered(FrameChooser(most_bytes=300 * 50), 3600, scene_s=1e9).frames
    assert 20 <= len(frames) <= 50
    assert frames[0].at_s == 0
    assert frames[-1].at_s > 3400
    gaps = np.diff([frame.at_s for frame in frames])
    assert gaps.max() <= 2.1 * gaps.min()


@pytest.mark.slow
def test_two_hours_of_sound_are_decoded(decoder: Decoder) -> None:
    minute = samples.sound("MP3", 60)
    heard = sound(decoder, minute * 120)  # an MP3 is a row of pieces that stand alone
    assert heard.seconds == pytest.approx(7200, rel=0.01)
