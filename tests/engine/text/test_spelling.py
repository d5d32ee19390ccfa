"""Slips of typing and reading: what a token may have been meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.text.spelling import EXAMPLES_SYLLABLE, EXAMPLES_VARIANTS, is_syllable, variants

TOKENS = st.text(st.characters(exclude_categories=())) | st.text("aeoduiywsfrxjghnt01345869đơưâ", max_size=14)


@pytest.mark.parametrize(("token", "expected"), EXAMPLES_SYLLABLE)
def test_examples_are_known_as_syllables(token: str, expected: bool) -> None:
    assert is_syllable(token) is expected


@pytest.mark.parametrize(("token", "expected"), EXAMPLES_VARIANTS)
def test_examples_have_these_variants(token: str, expected: tuple[str, ...]) -> None:
    assert variants(token) == expected


@given(TOKENS)
def test_variants_are_at_most_two_other_syllables(token: str) -> None:
    found = variants(token)
    assert len(found) <= 2
    assert len(set(found)) == len(found)
    assert all(is_syllable(way) and way != token for way in found)


@given(TOKENS)
def test_a_syllable_is_no_slip(token: str) -> None:
    if is_syllable(token):
        assert variants(token) == ()
    for way in variants(token):
        assert variants(way) == ()


def test_a_megabyte_is_no_syllable() -> None:
    assert not is_syllable("nghieng" * 150_000)
    assert variants("tieefn" * 150_000) == ()
