"""R23: what belongs to a person is masked however it is written, and nothing else is."""

from __future__ import annotations

import itertools
import json
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung import starter_reviews
from kiemchung.engine.text.personal_data import MASKS, Kind, Masked, masked
from kiemchung.engine.text.tokens import tokens

HERE = Path(__file__).parent
MARK = re.compile(r"⟦(\w+):(.*?)⟧", re.DOTALL)


def texts(name: str) -> list[str]:
    return [json.loads(line)["text"] for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


PERSONAL, NOBODYS = texts("personal_data.jsonl"), texts("nobodys_data.jsonl")


def unmarked(text: str) -> str:
    return MARK.sub(r"\2", text)


def expected(text: str) -> str:
    return MARK.sub(lambda mark: MASKS[Kind(mark[1])], text)


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if one.isascii() and one.isdigit() else one for one in text)


def between_digits(what: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<=\d)(?=\d)", what, text)


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "full-width digits": wide,
    "zero-width space inside": between_digits("\u200b"),
    "zero-width joiner inside": between_digits("\u200d"),
    "soft hyphen inside": between_digits("\u00ad"),
    "capitals": str.upper,
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
}


def test_the_corpus_is_large_enough() -> None:
    assert len(PERSONAL) >= 150
    assert len(NOBODYS) >= 150
    assert {mark[0] for text in PERSONAL for mark in MARK.findall(text)} == set(Kind)


@pytest.mark.parametrize("text", PERSONAL, ids=range(len(PERSONAL)))
def test_r23_what_belongs_to_a_person_is_masked_and_the_rest_stays(text: str) -> None:
    found = masked(unmarked(text))
    assert found.text == expected(text)
    assert set(found.kinds) == {Kind(mark[0]) for mark in MARK.findall(text)}


@pytest.mark.parametrize("way", WAYS)
def test_r23_nothing_leaks_however_it_is_written(way: str) -> None:
    leaks = []
    for text in PERSONAL:
        # The marks are written the same way, so that what stands in them is what has to be gone.
        parts = [WAYS[way](mark[1]) for mark in MARK.findall(text)]
        given_text = WAYS[way](MARK.sub("\0", text)).split("\0")
        written = "".join(a + b for a, b in zip(given_text, [*parts, ""], strict=True))
        left = masked(written).text
        leaks += [(written, left) for part in parts if part in left]
        leaks += [(written, left)] if left.count("[") < len(parts) else []
    assert leaks == []


@pytest.mark.parametrize("text", NOBODYS, ids=range(len(NOBODYS)))
def test_what_belongs_to_nobody_stays(text: str) -> None:
    for way in ("as it is", "decomposed", "no-break spaces"):
        written = WAYS[way](text)
        assert masked(written) == Masked(written, ())


def test_no_review_that_comes_along_is_touched() -> None:
    touched = [
        (review.id, part)
        for review in starter_reviews()
        for part in (review.claim, review.title, review.body)
        if masked(part).text != part
    ]
    assert touched == []


def test_masks_do_not_count_when_messages_are_matched() -> None:
    """Words in their place cost a third of the automatic answers (docs/decisions/0026)."""
    assert {tuple(tokens(mask)) for mask in MASKS.values()} == {()}


@given(st.text(alphabet=st.sampled_from("0123456789 .-+()@aogđ\u200b\u0301９,/\n"), max_size=60))
def test_what_is_masked_stays_masked_and_nothing_is_ever_an_error(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once


@given(st.text(max_size=60))
def test_a_text_without_digits_and_signs_stays_to_the_character(text: str) -> None:
    plain = "".join(one for one in text if not one.isnumeric() and unicodedata.normalize("NFKC", one) != "@")
    if not re.search(r"\d|@", unicodedata.normalize("NFKC", plain)):
        assert masked(plain).text == plain


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number_is_masked(number: str, between: str) -> None:
    for cuts in ((4, 7), (3, 6), (2, 4, 6, 8)):
        edges = (0, *cuts, 10)
        written = between.join(number[a:b] for a, b in itertools.pairwise(edges))
        assert masked(f"gọi {written} nhé").text == "gọi [☎ •••] nhé"


HOSTILE = {
    "digits": "1 ",
    "zeros": "0",
    "phones": "0912 ",
    "emoji": "🙏1",
    "letters": "a",
    "addresses": "a@",
    "names": "a.b/",
    "words": "so tai khoan ",
    "cues": "stk 1 ",
    "brackets": "(+",
    "digit words": "khong chin mot ",
    "dates": "01/01/",
    "invisible": "1\u200b",
    "schemes": "http://",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        started = time.process_time()
        masked(text)
        return time.process_time() - started

    small, large = min(seconds(16_384) for _ in range(2)), seconds(65_536)
    assert large < 8 * small + 0.2
