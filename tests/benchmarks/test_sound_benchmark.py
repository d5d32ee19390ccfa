from __future__ import annotations

import numpy as np
import pytest

from benchmarks.length_gate import LengthGate
from benchmarks.sound_archive import is_one_wave
from kiemchung.engine.media.chromaprint import Frames, bit_errors
from kiemchung.engine.media.types import SAMPLE_RATE


def frames(seed: int, count: int) -> Frames:
    return np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32)


def by_the_plain_rule(ours: Frames, theirs: Frames) -> float:
    best = 1.0
    for offset in range(-150, 151):
        a, b = ours[max(0, -offset) :], theirs[max(0, offset) :]
        length = min(len(a), len(b))
        if length >= 0.5 * len(ours):
            best = min(best, float(bit_errors(a[:length], b[:length]).mean()) / 32)
    return best


@pytest.mark.parametrize(("offset", "wrong_bits"), [(0, 4), (7, 4), (-9, 4), (0, 9), (140, 4)])
def test_the_rule_with_the_length_gate_is_that_of_the_plain_loop(offset: int, wrong_bits: int) -> None:
    theirs = frames(1, 300)
    ours = np.roll(theirs, -offset)[: 300 - abs(offset) // 4] ^ np.uint32(2**wrong_bits - 1)
    passes = by_the_plain_rule(ours, theirs) < 0.2 and len(ours) >= 240
    assert (LengthGate(["a", "b"], [frames(2, 290), theirs]).match(ours) == "b") == passes


def test_a_clip_does_not_pass_the_length_gate() -> None:
    whole = frames(1, 300)
    assert LengthGate(["a"], [whole]).match(whole[100:200]) is None
    assert LengthGate(["a"], [whole]).match(whole[:250]) == "a"


def test_two_files_of_one_wave_are_told_from_two_of_one_kind() -> None:
    rng = np.random.default_rng(1)
    wind, other = rng.normal(0, 1, (2, 20 * SAMPLE_RATE)).astype(np.float32)
    part = wind[5 * SAMPLE_RATE : 15 * SAMPLE_RATE] + rng.normal(0, 0.5, 10 * SAMPLE_RATE).astype(np.float32)
    assert is_one_wave(part, wind, 5.1)
    assert not is_one_wave(part, other, 5.1)
