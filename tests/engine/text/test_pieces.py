"""What is read piece by piece comes out as if it were read from the whole text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.text import amounts, dates, negation, quantities
from kiemchung.engine.text.pieces import Signs
from kiemchung.engine.text.tokens import comparable, compared_whole

_PIECES = (
    "Không khong năm 5 triệu 1.000.000đ 27/8 ngày 27 - 28/8/2026 may 5 June, 2020 19h30 chẳng isn't can't nửa half an"
    " hundred 2o25 www. http://t.co/x vcb-123.com a@b.vn (@tên) #Free_Ticket hoà THl BU0C nhoooà v.a.c.c ＠ ﬁ İ Σς"
    " \u0301 \u200b \ud800 疫苗 _no_ 5năm tin-giả “sai sự thật” 🙏"
).split(" ")
texts = st.lists(st.sampled_from(_PIECES) | st.text(max_size=6)).flatmap(
    lambda pieces: st.sampled_from([" ", "", "\n"]).map(lambda blank: blank.join(pieces))
)


@given(texts)
def test_a_text_compared_word_by_word_is_the_text_compared_whole(text: str) -> None:
    assert comparable(text) == compared_whole(text)


@pytest.mark.parametrize(
    ("signs", "pattern"),
    [
        (negation._SIGNS, negation._CUE),
        (amounts.CANDIDATE_SIGNS, amounts.CANDIDATE),
        (dates._NUMERIC_SIGNS, dates._NUMERIC),
        (dates._YEAR_SIGNS, dates._YEAR),
        (dates._NAMED_SIGNS, dates._NAMED),
    ],
)
@given(text=texts)
def test_a_pattern_is_found_wherever_it_stands(signs: Signs, pattern: re.Pattern[str], text: str) -> None:
    text = text.lower()
    assert [m.span() for m in signs.finditer(pattern, text)] == [m.span() for m in pattern.finditer(text)]


@given(texts)
def test_every_address_is_found(text: str) -> None:
    spans = [m.span() for m in quantities._CHUNK.finditer(text) if quantities._is_address(m[0])]
    assert quantities._without_links(text) == quantities._blanked_spans(text, spans)
