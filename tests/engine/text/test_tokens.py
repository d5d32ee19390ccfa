"""The words of a text: what is no part of its claim is left out, the rest comes out alike however it is typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiemchung.engine.text.tokens import EXAMPLES_TOKENS, clean, comparable, split_solid, tokens, words_of

ANY = st.characters(exclude_categories=())
PIECES = st.sampled_from(
    "# ## @ . , - _ ' ’ https:// www. t.co/ .com .com.vn .vn v.a.c.c v-a 1.000 5,000 12 000 a@b.vn Hoà oà ự l 0 İ ＠ "
    "＃ 疫苗 ไทย अ ी".split()
    + [" ", "\n", " — ", "(@ab), May 3, 2020", " — Ai (@ab) May 3, 2020", "\u200b", "\u0301", "\ud800", "aB"]
)
TEXTS = st.text(ANY) | st.lists(PIECES | ANY, max_size=12).map("".join)
MEGABYTE = 1_000_000


@pytest.mark.parametrize(("text", "expected"), EXAMPLES_TOKENS)
def test_examples_are_cut_into_tokens(text: str, expected: tuple[str, ...]) -> None:
    assert tuple(tokens(text)) == expected


@given(TEXTS)
@example("##d")
@example("#\u200bO")
@example("12.com.345")
@example("h.t.t.p://x")
@example("＃ab c＠d.vn")
@example("x — Ai (@ab) May 3, 2020 — Ai (@ab) May 3, 2020")
def test_a_comparable_text_stays_as_it_is(text: str) -> None:
    once = comparable(text)
    assert comparable(once) == once


@given(TEXTS)
@example("#gİ")
@example("#àC7")
def test_composed_and_decomposed_text_have_the_same_tokens(text: str) -> None:
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


@given(TEXTS)
def test_tokens_are_never_empty_and_hold_no_blanks(text: str) -> None:
    found = tokens(text)
    assert all(token and not any(c.isspace() for c in token) for token in found)
    assert split_solid(words_of(comparable(text))) == found


@given(TEXTS)
def test_cleaning_again_finds_no_more_addresses(text: str) -> None:
    assert "https://a" not in clean(text + " https://a.vn/b")


def test_nothing_of_who_posted_it_is_kept() -> None:
    post = "Uống nước chanh khỏi bệnh — Nguyễn Văn A (@nva_1990) March 12, 2020\n"
    assert tokens(post) == ["uống", "nước", "chanh", "khỏi", "bệnh"]


def test_an_empty_text_has_no_tokens() -> None:
    assert tokens("") == tokens(" \n\t\u200b🙏") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "a", "a-", "a_", "a.", "ab.com", "ab-", ".com", "1.000", "1.", "#", "#a", "@", "a@", "a@b.", "a@b.c ",
        "https://", " — a (@b) May 3, 2020",
        " — a (@b", "'a", "疫", "ก", "а", "é ", "e\u0301", "\ud800", " ", "9", "t.co/ ",
    ],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_less_than_a_second(piece: str) -> None:
    text = (piece * MEGABYTE)[: MEGABYTE // len(piece.encode("utf-8", "surrogatepass")) * len(piece)]
    begin = time.process_time()
    tokens(text)
    assert time.process_time() - begin < 5
