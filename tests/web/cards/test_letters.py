"""What is written on cards can be read: every Vietnamese letter has its marks, and what has no shape is never a lie."""

from __future__ import annotations

from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.web.cards.letters import style, writable

SIZES = ("large", "middle", "small", "plain")
VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0309\u0303\u0323"


@pytest.mark.parametrize("size", SIZES)
def test_every_vietnamese_letter_has_a_shape_of_its_own(size: str) -> None:
    letters = style(size)
    bare = [*VOWELS, *"bcdđghklmnpqrstvx"]
    toned = [writable(vowel + tone)[0] for vowel in VOWELS for tone in TONES]
    all_of_them = [form for letter in (*bare, *toned) for form in (letter, letter.upper())]
    assert set(all_of_them) <= set(letters.places)
    shapes = {letter: letters.shapes[letters.places[letter]] for letter in all_of_them}
    assert all(shape.any() for shape in shapes.values())
    same = [
        pair
        for pair in combinations(all_of_them, 2)
        if shapes[pair[0]].shape == shapes[pair[1]].shape and (shapes[pair[0]] == shapes[pair[1]]).all()
    ]
    assert same == []


def test_a_tone_stands_above_or_below_its_vowel() -> None:
    letters = style("large")
    plain, acute, dot = (letters.cover(letter).sum(axis=1) for letter in ("e", "é", "ẹ"))
    assert acute[: letters.ascent].nonzero()[0][0] < plain.nonzero()[0][0] - 5
    assert dot.nonzero()[0][-1] > plain.nonzero()[0][-1] + 5
    assert not letters.cover("ẪẨỄ")[0].any()  # nothing is cut at the top of the line


@pytest.mark.parametrize("text", ["Việt Nam", "Vie\u0323\u0302t Nam", "  Việt\n\tNam "])
def test_composed_and_decomposed_text_is_written_alike(text: str) -> None:
    assert writable(text) == ("Việt Nam", 0.0)


def test_what_is_no_word_is_left_out_and_another_writing_is_shown_as_boxes() -> None:
    assert writable("🎁 Nhận quà ‼️ \u202eđảo\u202c\x00\x07\u200b ngay")[0] == "Nhận quà đảo ngay"
    text, strange = writable("Ăn 漢字")
    assert text == "Ăn □□"
    assert strange == 0.5


def test_a_text_that_is_cut_says_so_and_fits() -> None:
    letters = style("small")
    lines, is_whole = letters.wrapped("nhận định này dài lắm " * 40, 700, 3)
    assert (len(lines), is_whole) == (3, False)
    assert lines[-1].endswith("…")
    assert lines[-1].split()[-1].rstrip("…") in "nhận định này dài lắm".split()
    assert all(letters.width(line) <= 700 for line in lines)


def test_a_word_wider_than_the_line_is_broken_and_loses_nothing() -> None:
    lines, is_whole = style("small").wrapped("https://example.test/" + "a" * 60, 400, 9)
    assert is_whole
    assert "".join(lines) == "https://example.test/" + "a" * 60


@given(text=st.text(max_size=120), width=st.integers(60, 1100), most=st.integers(1, 4))
@settings(max_examples=80)
def test_no_text_breaks_the_lines(text: str, width: int, most: int) -> None:
    letters = style("plain")
    lines, _ = letters.wrapped(writable(text)[0], width, most)
    assert len(lines) <= most
    for line in lines:
        assert letters.width(line) <= max(width, letters.width("W…"))
        cover = letters.cover(line)
        assert cover.shape[0] == letters.height
        assert 0 <= np.min(cover, initial=0) <= np.max(cover, initial=0) <= 1


def test_the_font_s_licence_is_with_its_letters() -> None:
    text = (files("kiemchung.web.cards") / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright 2015 Google LLC" in text
