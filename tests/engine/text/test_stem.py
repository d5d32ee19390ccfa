"""Endings that change with grammar are cut; Vietnamese syllables stay whole."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.spelling import is_syllable
from kiemchung.engine.text.stem import EXAMPLES_STEM, stem_token

TOKENS = st.text(st.characters(exclude_categories=())) | st.text("aesidglyznghtăđ", max_size=12)


@pytest.mark.parametrize(("token", "expected"), EXAMPLES_STEM)
def test_examples_are_stemmed(token: str, expected: str) -> None:
    assert stem_token(token) == expected


@given(TOKENS)
def test_a_stem_begins_like_its_word_and_is_empty_only_for_nothing(token: str) -> None:
    folded, stem = fold_token(token), stem_token(token)
    assert bool(stem) == bool(folded)
    assert len(stem) <= len(folded)
    assert stem[:2] == folded[:2]


@given(TOKENS)
def test_vietnamese_syllables_and_numbers_keep_their_form(token: str) -> None:
    folded = fold_token(token)
    if is_syllable(folded) or not folded.isalpha():
        assert stem_token(token) == folded


@pytest.mark.parametrize("piece", ["s", "ies", "sses", "ing", "é", "вак"])
def test_a_megabyte_takes_less_than_a_second(piece: str) -> None:
    begin = time.process_time()
    stem_token(piece * (1_000_000 // len(piece.encode())))
    assert time.process_time() - begin < 5
