"""The language of a short text is recognised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.text import language
from kiemchung.engine.text.marks import unmarked

OWN_SENTENCES = (
    "ăn tỏi sống mỗi sáng giúp khỏi hẳn bệnh tiểu đường",
    "từ tháng sau người đi xe máy phải bật đèn cả ban ngày",
    "ngân hàng gửi tin nhắn yêu cầu cập nhật sinh trắc học",
    "bão số 3 sẽ đổ bộ vào quảng ninh tối nay",
    "công an cảnh báo lừa đảo qua điện thoại",
    "sạc điện thoại qua đêm làm cháy nổ",
    "giá xăng tăng mạnh từ chiều mai",
    "đeo khẩu trang lâu gây thiếu oxy",
    "uống cà phê gây ung thư",
    "tin này có thật không ạ",
)


@pytest.mark.parametrize(("text", "code"), language.EXAMPLES)
def test_examples_are_recognised(text: str, code: str) -> None:
    assert language.recognise_language(text).code == code


@pytest.mark.parametrize("text", OWN_SENTENCES)
def test_vietnamese_is_recognised_with_and_without_marks(text: str) -> None:
    assert language.recognise_language(text).code == "vi"
    assert language.recognise_language(unmarked(text)).code == "vi"


@given(st.text(st.characters(exclude_categories=())))
@settings(max_examples=200)
def test_any_text_has_a_language_and_a_confidence_from_0_to_1(text: str) -> None:
    found = language.recognise_language(text)
    assert found.code.isalpha()
    assert 0.0 <= found.confidence <= 1.0
