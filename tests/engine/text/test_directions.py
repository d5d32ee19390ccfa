"""Opposite words are told apart, and words that only look like them are passed over."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.text import directions


@pytest.mark.parametrize(("text", "expected"), directions.EXAMPLES)
def test_directions_are_found(text: str, expected: tuple[tuple[str, int], ...]) -> None:
    found = {(directions.NAMES[pair], side) for pair, side in directions.directions(text)}
    assert found == set(expected)


def test_opposites_differ_in_the_side_alone() -> None:
    (up,), (down,) = directions.directions("giá tăng"), directions.directions("giá giảm")
    assert up[0] == down[0]
    assert {up[1], down[1]} == {0, 1}


@given(st.text(st.characters(exclude_categories=())))
@settings(max_examples=200)
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= pair < len(directions.NAMES) and side in {0, 1} for pair, side in directions.directions(text))


@pytest.mark.parametrize("piece", ["không ", "tăng ", "nam ", "1"])
def test_a_megabyte_of_the_same_takes_less_than_a_second(piece: str) -> None:
    start = time.perf_counter()
    directions.directions(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - start < 5
