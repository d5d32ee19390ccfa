"""Numbers, dates, times and telephone numbers are read as values."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.text import dates, phones, quantities
from kiemchung.engine.text.numerals import read_number

# Pieces that meet each other in messages, and anything at all between them, lone surrogates too.
PIECES = st.sampled_from(
    [
        "5",
        "1tr2",
        "năm",
        "triệu",
        "rưỡi",
        "-",
        "/",
        ".",
        ",",
        ":",
        "%",
        "đ",
        "$",
        "k",
        "12h30",
        "27/8",
        "tháng",
        "ngày",
        "gọi",
        "113",
        "0912345678",
        "o",
        "l",
        "hai",
        "mươi",
        "nửa",
        "độ c",
        "٥",
        "http://",
        "half an",
        "dollars",
        "10 000",
        "thứ",
        "51f-123.45",
        "một",
        "trăm",
        "linh",
        "2025",
        "\0",
        "\ud800",
        "\u0301",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=14).map("".join),
)


@pytest.mark.parametrize(("text", "expected"), quantities.EXAMPLES)
def test_quantities_are_read_as_values(text: str, expected: tuple[tuple[float, str], ...]) -> None:
    found = quantities.quantities(text)
    assert [q.unit for q in found] == [unit for _, unit in expected]
    assert [q.value for q in found] == pytest.approx([value for value, _ in expected])


@pytest.mark.parametrize(("text", "expected"), dates.EXAMPLES)
def test_dates_are_read(text: str, expected: tuple[tuple[int | None, int | None, int | None], ...]) -> None:
    assert tuple((d.day, d.month, d.year) for d in dates.dates(text)) == expected


@pytest.mark.parametrize(("text", "expected"), dates.TIME_EXAMPLES)
def test_clock_times_are_read(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert tuple((t.hour, t.minute) for t in dates.times(text)) == expected


@pytest.mark.parametrize(("text", "expected"), phones.EXAMPLES)
def test_telephone_numbers_are_read_in_one_form(text: str, expected: tuple[str, ...]) -> None:
    assert tuple(p.number for p in phones.phones(text)) == expected


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("hai mươi lăm", 25),
        ("hai lăm", 25),
        ("ba mươi tư", 34),
        ("mười", 10),
        ("mười hai", 12),
        ("một trăm linh năm", 105),
        ("hai trăm rưỡi", 250),
        ("ba nghìn hai trăm", 3200),
        ("hai triệu ba trăm nghìn", 2.3e6),
        ("hai nghìn tỷ", 2e12),
        ("nam muoi lam", 55),
        ("one hundred five", 105),
        ("two million three hundred thousand", 2.3e6),
    ],
)
def test_number_words_have_their_value(words: str, value: float) -> None:
    number = read_number(words.split())
    assert number is not None
    assert (number.value, number.used) == (value, len(words.split()))


def test_a_digit_is_in_one_value_only() -> None:
    text = "gọi 0912345678 trước 12h30 ngày 27/8 để nhận 500k tại vcb-99.com"
    values = quantities.read_values(text)
    assert [p.number for p in values.phones] == ["+84912345678"]
    assert [(t.hour, t.minute) for t in values.times] == [(12, 30)]
    assert [(d.day, d.month) for d in values.dates] == [(27, 8)]
    assert [q.value for q in values.quantities] == [500_000]


@given(TEXTS)
@settings(max_examples=300)
def test_any_text_is_read_with_spans_inside_it_and_in_order(text: str) -> None:
    values = quantities.read_values(text)
    spans = []
    for group in (values.quantities, values.dates, values.times, values.phones):
        ends = [one.span for one in group]
        assert ends == sorted(ends)
        assert all(one.text == text[one.span[0] : one.span[1]] for one in group)
        spans += ends
    spans.sort()
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(TEXTS)
@settings(max_examples=100)
def test_each_reader_alone_takes_any_text(text: str) -> None:
    for found in (dates.dates(text), dates.times(text), phones.phones(text)):
        for one in found:
            assert 0 <= one.span[0] < one.span[1] <= len(text)


@pytest.mark.parametrize("piece", ["1", "năm ", "1,1", "1.", "1/1/", "0912 ", "1o", "nửa ", "a-1 ", "5 triệu ", "12h"])
def test_a_megabyte_of_the_same_takes_less_than_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.perf_counter()
    quantities.read_values(text)
    assert time.perf_counter() - start < 5
