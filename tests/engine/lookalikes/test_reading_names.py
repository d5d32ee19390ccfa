"""Names are read as a person reads them, whatever letters they are written with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.lookalikes.normalise import (
    EXAMPLES_READ,
    confusables,
    decode_punycode,
    read,
    seen,
    skeleton,
    tricks,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@pytest.mark.parametrize(("name", "expected"), EXAMPLES_READ)
def test_a_disguised_name_is_read_as_what_it_looks_like(name: str, expected: str) -> None:
    assert read(name) == expected


@given(ANY_TEXT)
def test_nothing_raises_and_the_reading_is_in_lower_case(text: str) -> None:
    assert read(text) == read(text).lower()
    assert isinstance(tricks(text), tuple)
    assert isinstance(skeleton(read(text)), str)
    assert isinstance(seen(text), str)


def test_every_confusable_of_ascii_letters_is_read_as_ascii() -> None:
    table = confusables()
    assert len(table) > 1000
    assert all(letter.isascii() for letter in table.values())
    assert table[ord("а")] == "a"  # Cyrillic


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz")
def test_mathematical_full_width_and_circled_letters_are_letters(letter: str) -> None:
    at = ord(letter) - ord("a")
    styled = [chr(0x1D400 + 26 + at), chr(0x1D5EE + at), chr(0xFF41 + at), chr(0x24D0 + at)]
    assert [read(f"x{one}x") for one in styled] == [f"x{letter}x"] * 4


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u180e"])
def test_characters_that_are_not_seen_are_not_read(hidden: str) -> None:
    assert read(f"gotm{hidden}art") == "gotmart"
    assert tricks(f"gotm{hidden}art") != ()


@pytest.mark.parametrize(
    "label", ["xn--", "xn---", "xn--a", "xn--9999999999", "xn--" + "a" * 80, "xn--\u00e9", "XN--P1AI"]
)
def test_broken_punycode_stays_or_is_decoded_without_an_error(label: str) -> None:
    assert isinstance(decode_punycode(label), str)


@pytest.mark.parametrize("smuggled", ["aé/b", "aé@c", "aé.d", "aé b", "aé／b", "aé＠c"])
def test_punycode_cannot_bring_in_the_end_of_a_host(smuggled: str) -> None:
    label = "xn--" + smuggled.encode("punycode").decode("ascii")
    assert decode_punycode(label) == label or not set("/@. ") & set(read(label).removeprefix(label))


def test_a_russian_greek_or_japanese_name_stays_itself() -> None:
    assert read("Казанская библиотека") == "казанская библиотека"
    assert tricks("Казанская библиотека") == tricks("山田花子") == tricks("Điện máy XANH") == ()


def test_small_l_for_capital_i_and_digits_for_letters_have_the_same_skeleton() -> None:
    assert skeleton(read("BlDV")) == skeleton(read("BIDV")) == skeleton(read("B1DV"))
    assert skeleton("t3chc0mbank") == skeleton("techcombank")
