from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.shares import Share, wilson


@given(total=st.integers(1, 400), data=st.data())
def test_wilson_holds_the_rate_and_shrinks_with_more_counts(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total))
    low, high = wilson(count, total)
    assert 0 <= low <= count / total + 1e-12
    assert count / total - 1e-12 <= high <= 1
    closer = wilson(4 * count, 4 * total)
    assert low <= closer[0] + 1e-12
    assert closer[1] <= high + 1e-12


def test_wilson_of_nothing_promises_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    # 1 of 10 at 95 % (Brown, Cai, DasGupta 2001, table of examples): .018 to .404
    assert wilson(1, 10) == pytest.approx((0.018, 0.404), abs=5e-4)


def test_an_interval_says_how_little_a_few_show() -> None:
    assert Share("", 0, 100).interval == pytest.approx((0.0, 0.037), abs=0.001)
    assert Share("", 1000, 1000).interval[0] > 0.995


def test_a_share_of_nothing_is_null_in_json() -> None:
    data = json.loads(json.dumps(Share("recall", 0, 0).as_data(), allow_nan=False))
    assert data == {"what": "recall", "count": 0, "of": 0, "share": None, "at_least": None, "at_most": None}
    assert Share("recall", 0, 0).share == 0.0
