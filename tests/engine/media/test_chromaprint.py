from __future__ import annotations

import ctypes
import ctypes.util

import numpy as np
import pytest

from kiemchung.engine.media.chromaprint import FRAME_SAMPLES, HOP, Frames, Spectra, bit_errors, fingerprint
from kiemchung.engine.media.types import SAMPLE_RATE, Samples


def tune(seed: int, seconds: float = 20.0) -> Samples:
    """Chords that change, with a little noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(0.5 * SAMPLE_RATE)) / SAMPLE_RATE
    chords = [
        np.sum([np.sin(2 * np.pi * 110 * 2 ** (note / 12) * t) for note in rng.integers(0, 36, 4)], axis=0)
        for _ in range(int(seconds * 2))
    ]
    sound = np.concatenate(chords) / 5 + rng.normal(0, 0.02, len(t) * len(chords))
    return sound.astype(np.float32)


def of_the_library(samples: Samples) -> Frames:
    name = ctypes.util.find_library("chromaprint")
    if name is None:
        pytest.skip("libchromaprint is not installed (Debian: libchromaprint1): agreement with it is not tested")
    library = ctypes.CDLL(name)
    library.chromaprint_new.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.chromaprint_new(1))
    pcm = np.round(samples * 32_767).astype(np.int16)
    frames, count = ctypes.POINTER(ctypes.c_uint32)(), ctypes.c_int()
    assert library.chromaprint_start(context, SAMPLE_RATE, 1)
    assert library.chromaprint_feed(context, pcm.ctypes.data_as(ctypes.c_void_p), len(pcm))
    assert library.chromaprint_finish(context)
    assert library.chromaprint_get_raw_fingerprint(context, ctypes.byref(frames), ctypes.byref(count))
    result = np.ctypeslib.as_array(frames, (count.value,)).copy()
    library.chromaprint_dealloc(frames)
    library.chromaprint_free(context)
    return result


@pytest.mark.parametrize("seed", range(4))
def test_the_frames_are_those_of_libchromaprint(seed: int) -> None:
    samples = tune(seed)
    ours, theirs = fingerprint(samples), of_the_library(samples)
    assert len(ours) == len(theirs)
    assert bit_errors(ours, theirs).mean() / 32 < 0.001  # on four recordings of music no bit differed


def test_spectra_give_the_same_frames_at_the_speed_as_it_is_and_nearly_so_at_others() -> None:
    samples = tune(5, 12)
    spectra = Spectra(samples, lowest_hz=300.0)
    same = spectra.frames(spectra.chroma(1.0), tempo=1.0)
    assert same.tolist() == fingerprint(samples, lowest_hz=300.0).tolist()
    for speed in (0.9, 1.04, 1.1):
        ours = spectra.frames(spectra.chroma(speed), tempo=speed)
        theirs = fingerprint(samples, pitch=speed, tempo=speed, lowest_hz=300.0)
        length = min(len(ours), len(theirs))
        assert abs(len(ours) - len(theirs)) <= 1
        assert bit_errors(ours[:length], theirs[:length]).mean() / 32 < 0.15


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.5])
def test_spectra_of_what_is_too_short_give_no_frames(seconds: float) -> None:
    spectra = Spectra(tune(1)[: int(seconds * SAMPLE_RATE)])
    assert len(spectra.frames(spectra.chroma(1.05), tempo=1.05, phase=0.5)) == 0


def test_volume_changes_nothing_much() -> None:
    samples = tune(1)
    assert bit_errors(fingerprint(samples), fingerprint((samples / 10).astype(np.float32))).mean() / 32 < 0.01


def test_a_sound_shorter_than_a_frame_has_none() -> None:
    samples = tune(1)
    assert len(fingerprint(samples[: FRAME_SAMPLES - 1])) == 0
    assert len(fingerprint(samples[:FRAME_SAMPLES])) == 1
    assert len(fingerprint(samples[:0])) == 0


def test_a_copy_that_is_cut_by_whole_hops_has_the_same_frames() -> None:
    samples = tune(2)
    assert np.array_equal(fingerprint(samples[7 * HOP :]), fingerprint(samples)[7:])


def test_silence_has_frames_that_are_all_the_same() -> None:
    assert len(np.unique(fingerprint(np.zeros(10 * SAMPLE_RATE, np.float32)))) == 1


@pytest.mark.parametrize("speed", [0.9, 1.1])
def test_reading_at_the_speed_of_a_faster_copy_undoes_it(speed: float) -> None:
    samples = tune(3)
    faster = np.interp(np.arange(0, len(samples) - 1, speed), np.arange(len(samples)), samples).astype(np.float32)
    original, undone = fingerprint(samples), fingerprint(faster, pitch=speed, tempo=speed)
    length = min(len(original), len(undone))
    assert abs(len(original) - len(undone)) <= 1
    assert bit_errors(original[:length], undone[:length]).mean() / 32 < 0.05
    assert bit_errors(original[:length], np.resize(fingerprint(faster), length)).mean() / 32 > 0.2
