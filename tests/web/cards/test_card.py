"""The card of a review says its rating in a word, a sign and a colour, and the claim; whatever the claim holds."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from kiemchung.engine.types import MappedRating
from kiemchung.web.cards.card import CHANGED, COLOURS, HEIGHT, WIDTH, CardWords, card
from kiemchung.web.templatetags.ratings import RATINGS, WITHDRAWN, rating_word
from tests.web.test_colours import colours, contrast

NAMES = {
    "true": "good",
    "mostly_true": "nearly",
    "mixed": "half",
    "missing_context": "lack",
    "false": "bad",
    "scam": "harm",
}
NAMES |= {"satire": "joke", "unproven": "open", "withdrawn": "open"}
WORDS = CardWords(
    "false", RATINGS["false"].path, "Sai", "Ăn me giúp cao thêm", "Xem trang", "Ban Kiểm Chứng", "Đăng ngày 26/11/2026"
)
VERDICT = (slice(140, 232), slice(64, 1136))
CLAIM = (slice(250, 545), slice(64, 1136))
FOOT = (slice(555, 615), slice(64, 1136))


def pixels(words: CardWords) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(card(words))) as picture:
        assert (picture.format, picture.size, picture.mode, picture.info) == ("PNG", (WIDTH, HEIGHT), "RGB", {})
        return np.asarray(picture)


def has(part: NDArray[np.uint8], colour: str) -> bool:
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return bool((part == wanted).all(axis=-1).any())


@pytest.mark.parametrize("look", list(COLOURS))
def test_each_rating_has_its_colour_its_word_and_its_sign(look: str) -> None:
    shown = WITHDRAWN if look == "withdrawn" else RATINGS[look]
    words = replace(WORDS, look=look, sign=shown.path, verdict=str(shown.word))
    part = pixels(words)[VERDICT]
    assert all(has(part, colour) for colour in COLOURS[look])
    # Without its sign or its word the card is another one: neither is left to the colour.
    assert (pixels(replace(words, sign=""))[VERDICT] != part).any()
    assert (pixels(replace(words, verdict=""))[VERDICT] != part).any()


def test_the_eight_ratings_and_the_withdrawal_have_cards() -> None:
    assert set(COLOURS) == {*MappedRating, "withdrawn"} == set(NAMES)
    assert len({rating_word(rating, "vi") for rating in MappedRating}) == 8


def test_the_colours_are_those_of_the_pages_and_can_be_read() -> None:
    known = colours()["light"]
    for look, pair in COLOURS.items():
        assert (known[NAMES[look]], known[f"{NAMES[look]}-pale"]) == pair
        assert contrast(*pair) >= 4.5
    assert (known["half"], known["half-pale"]) == CHANGED


def test_a_correction_is_marked_beside_its_day() -> None:
    first, changed = (pixels(replace(WORDS, is_changed=is_changed))[FOOT] for is_changed in (False, True))
    assert has(changed, CHANGED[1])
    assert not has(first, CHANGED[1])


@pytest.mark.slow
def test_a_longer_claim_is_smaller_and_at_last_cut_but_never_out_of_its_place() -> None:
    for length in (1, 3, 8, 20, 200):
        part = pixels(replace(WORDS, claim="Ẫngang Ựdưới " * length))
        edge = part[:, 1140:]
        assert (edge == part[300, 1199]).all()
        assert (part[545:547] == part[300, 1199])[:, 64:].all()
        assert (part[235:250, 64:] == part[300, 1199]).all()


def test_a_claim_in_another_writing_is_not_shown_as_boxes() -> None:
    other = pixels(replace(WORDS, claim="全球疫苗接種導致人口減少"))[CLAIM]
    said = pixels(replace(WORDS, claim="", otherwise="Xem trang"))[CLAIM]
    assert (other == said).all()


@given(text=st.text(max_size=300), name=st.text(max_size=90))
@settings(max_examples=25)
def test_f34_no_text_breaks_a_card(text: str, name: str) -> None:
    assert pixels(replace(WORDS, claim=text, desk=name, verdict=name, site=name, when=name)).shape == (630, 1200, 3)
    card.cache_clear()


def test_the_same_words_give_the_same_bytes() -> None:
    first = card(WORDS)
    card.cache_clear()
    assert card(WORDS) == first
    assert len(first) < 100_000
