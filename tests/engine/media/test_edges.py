from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiemchung.engine.media import edges
from kiemchung.engine.media.chromaprint import FRAME_SECONDS, HOP, bit_errors, fingerprint
from kiemchung.engine.media.types import SAMPLE_RATE
from tests.engine.media.test_chromaprint import tune

STEP_S = HOP / SAMPLE_RATE


def errors_of_a_tune_with_another_outside(start_s: float, end_s: float) -> NDArray[np.float64]:
    """Wrong bits between a tune of 40 s and one that is the same only between two times."""
    ours = tune(1, 40)
    theirs = tune(2, 40)
    theirs[int(start_s * SAMPLE_RATE) : int(end_s * SAMPLE_RATE)] = ours[
        int(start_s * SAMPLE_RATE) : int(end_s * SAMPLE_RATE)
    ]
    return bit_errors(fingerprint(ours), fingerprint(theirs)) / 32


@pytest.mark.parametrize(("start_s", "end_s"), [(10.0, 30.0), (12.3, 21.7), (3.0, 38.0)])
def test_the_edges_of_what_is_shared_are_found_to_half_a_second(start_s: float, end_s: float) -> None:
    errors = errors_of_a_tune_with_another_outside(start_s, end_s)
    begin = edges.begin_of(errors, round(start_s / STEP_S) - 7, 0.01)
    end = edges.end_of(errors, round((end_s - FRAME_SECONDS / 2) / STEP_S), 0.01)
    assert begin is not None
    assert end is not None
    assert (begin * STEP_S, end * STEP_S) == pytest.approx((start_s, end_s), abs=0.5)


def test_what_is_shared_up_to_its_own_ends_has_no_edge() -> None:
    errors = np.random.default_rng(1).uniform(0, 0.2, 80)
    assert edges.begin_of(errors, 0, 0.1) is None
    assert edges.end_of(errors, 80, 0.1) is None
