"""Whatever is typed comes out in one form, and that form stays."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiemchung.engine.text.normalise import (
    EXAMPLES_FOLD,
    EXAMPLES_NORMALISE,
    fold,
    fold_token,
    normalise,
    settled,
)

# What the steps of normalise meet: tones, loose marks, look-alikes, invisible characters, halves of pairs, repeats.
PIECES = st.sampled_from(
    "oà uý quý hoà aaa ààà á l 0 I THl BU0C е о α ο İ ß ẞ ς Ｖ 𝗧 ﬁ ế a đ Đ банк ấấấ 가 が क़ أ هٰ".split()
    + [
        " ",
        "\n",
        "\u0300",
        "\u0323",
        "\u031b",
        "\u0302",
        "\u200b",
        "\xad",
        "\ufe0f",
        "\ud800",
        "\udfff",
        "🙏",
        "\u0338",
    ]
)
ANY = st.characters(exclude_categories=())
TEXTS = st.text(ANY) | st.lists(PIECES | ANY, max_size=12).map("".join)
MEGABYTE = 1_000_000


@pytest.mark.parametrize(("given_text", "expected"), EXAMPLES_NORMALISE)
def test_examples_are_normalised(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


@pytest.mark.parametrize(("given_text", "expected"), EXAMPLES_FOLD)
def test_examples_are_folded(given_text: str, expected: str) -> None:
    assert fold(given_text) == expected


@given(TEXTS)
@example("V\u03b1\u0323")  # a look-alike that takes the mark after it
@example("oà\u0300")
@example("\u00d9AAA\u031b")  # the horn of the last A is not for the Ù before the repeated ones
@example("òòoà")
@example("qb\u0441\u0323\u0436\u0441")
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TEXTS)
@example("ǣǾ")
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold_token(text) == once


@given(TEXTS)
def test_settled_tones_stay(text: str) -> None:
    lowered = unicodedata.normalize("NFC", text.lower())
    assert settled(settled(lowered)) == settled(lowered)


@given(TEXTS)
@example("Hoà Ấ\u0323 İ")
def test_composed_and_decomposed_text_are_normalised_alike(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))


@given(TEXTS)
@example("\u1f70")
@example("≠")
def test_composed_and_decomposed_text_are_folded_alike(text: str) -> None:
    folded = [unicodedata.normalize("NFC", fold(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")]
    assert folded[0] == folded[1]


@given(TEXTS)
def test_what_is_normalised_can_be_written_to_a_file(text: str) -> None:
    normalise(text).encode("utf-8")


@pytest.mark.slow
def test_every_character_alone_and_in_a_word_has_a_settled_form() -> None:
    unsettled = []
    for code in range(0x30000):
        for text in (chr(code), f"a{chr(code)}o"):
            once = normalise(text)
            if normalise(once) != once or fold(fold(text)) != fold(text):
                unsettled.append(hex(code))
    assert unsettled == []


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "A0l",
        "à",
        "oà",
        "а",
        "аb",
        "bе ",
        "\u0301",
        "a\u0301",
        "🙏",
        "\u200b",
        "\ud800",
        "İ",
        "àaa",
        "中",
        "\u03b1\u0345",
        "\ufdfa",
        "\ufdfa\ufdfb",
    ],
)
def test_a_megabyte_of_anything_takes_less_than_a_second(piece: str) -> None:
    text = (piece * MEGABYTE)[: MEGABYTE // len(piece.encode("utf-8", "surrogatepass"))]
    begin = time.process_time()
    fold(normalise(text))
    assert time.process_time() - begin < 1
