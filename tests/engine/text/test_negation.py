"""What a text denies is found; what it only asks is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.text import negation

PIECES = st.sampled_from(
    [
        "không",
        "khong",
        "ko",
        "chưa",
        "chua",
        "phải",
        "được",
        "?",
        ".",
        "isn't",
        "it",
        "not",
        "no",
        "ạ",
        "\ud800",
    ]
)


@pytest.mark.parametrize(("text", "cues"), negation.EXAMPLES)
def test_cues_are_found_and_questions_are_not(text: str, cues: tuple[str, ...]) -> None:
    assert tuple(found.cue for found in negation.negations(text)) == cues


def test_the_scope_holds_the_content_words_after_the_cue() -> None:
    assert negation.negations("vaccines do not cause autism in children")[0].scope_words == (
        "cause",
        "autism",
        "children",
    )


def test_the_scope_ends_with_the_sentence() -> None:
    assert negation.negations("không uống. nước chanh")[0].scope_words == ("uống",)


def test_refutations_say_that_they_are() -> None:
    assert [found.kind for found in negation.negations("tin giả, không có thuốc")] == [
        "refutation",
        "negation",
    ]


@given(st.one_of(st.text(st.characters(exclude_categories=())), st.lists(PIECES).map(" ".join)))
@settings(max_examples=200)
def test_any_text_is_read_with_spans_inside_it_and_in_order(text: str) -> None:
    found = negation.negations(text)
    assert [one.span for one in found] == sorted(one.span for one in found)
    assert all(text[one.span[0] : one.span[1]] == one.cue for one in found)
    assert all(len(one.scope_words) <= 4 for one in found)
    assert negation.polarity_words(text) == {word for one in found for word in one.scope_words}


@pytest.mark.parametrize("piece", ["không ", "not ", "n't", "a"])
def test_a_megabyte_of_the_same_takes_less_than_a_second(piece: str) -> None:
    start = time.perf_counter()
    negation.negations(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - start < 5
