"""The message in a picture: what was written, without what the telephone writes around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.media.reading import LEAST_SURE, is_chrome, message_text
from kiemchung.engine.media.types import ReadLine, Region

PLACE = Region(0, 0, 100, 20)


def lines(*texts: str, sure: float = 0.9) -> list[ReadLine]:
    return [ReadLine(text, PLACE, sure, number) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    "line",
    [
        "09:41",
        "9:41 AM",
        "09:41 4G 85%",
        "9:41 Viettel LTE 85 %",
        "21:05 1,2 KB/s Wi-Fi",
        "Viettel 4G",
        "Đã chuyển tiếp",
        "Đã chuyển tiến",
        "09:41 4G B5%",
        "39:41 đ B59",
        "↩ Forwarded many times",
        "Đã xem 10:21",
        "Seen",
        "Nhập tin nhắn...",
        "Hôm nay 21:05",
        "T3 09:12",
        "12/08/2025",
        "1,2K Thích · 35 bình luận · 80 chia sẻ",
        "Thích Trả lời",
        "Xem thêm",
        "Hoạt động 5 phút trước",
    ],
)
def test_what_a_programme_writes_around_messages_is_no_message(line: str) -> None:
    assert is_chrome(line)
    assert message_text(lines("Ăn tỏi sống chữa khỏi cúm", line)) == "Ăn tỏi sống chữa khỏi cúm"


@pytest.mark.parametrize(
    "line",
    [
        "Đã chuyển tiếp 500 triệu cho kẻ gian",
        "Chia sẻ ngay kẻo lỡ",
        "Hôm nay 5/8 cả nước cúp điện",
        "12h30 đêm nay tắt điện thoại",
        "Thứ 7 này nghỉ học",
        "5G gây ung thư",
        "100% người uống đều khỏi",
        "tin nhắn lừa đảo",
        "14:30 vỡ đập Hòa Bình",
        "5h30 Hà Nội động đất",
        "Chuyển tiền",
    ],
)
def test_what_people_say_is_kept_though_it_begins_like_a_button(line: str) -> None:
    assert not is_chrome(line)


@pytest.mark.parametrize("members", ["25 thành viên", "Nhóm Zalo 1.204 thành viên", "12 members, 3 online"])
def test_the_name_of_a_group_is_no_message(members: str) -> None:
    said = "Uống nước chanh nóng chữa khỏi ung thư"
    assert message_text(lines("09:41 4G 85%", "Gia đình bên ngoại", members, "Đã chuyển tiếp", said)) == said


@pytest.mark.parametrize("counted", ["12 thành viên bị bắt vì lừa đảo", "12 thành viên"])
def test_members_that_a_message_speaks_of_are_part_of_it(counted: str) -> None:
    said = ("Công an bắt một nhóm lừa đảo", "ở nhiều tỉnh miền Trung", counted)
    assert message_text(lines(*said)).startswith("\n".join(said[:2]))


def test_wrapped_lines_of_a_block_are_one_line_and_blocks_stay_apart() -> None:
    read = [
        ReadLine("Uống nước chanh nóng có thể", PLACE, 0.9, 0),
        ReadLine("chữa khỏi ung thư", PLACE, 0.9, 0),
        ReadLine("Mọi người chia sẻ nhé", PLACE, 0.9, 1),
    ]
    assert message_text(read) == "Uống nước chanh nóng có thể chữa khỏi ung thư\nMọi người chia sẻ nhé"


def test_a_word_that_was_parted_at_the_end_of_a_line_is_put_together() -> None:
    read = [ReadLine("The vaccine makes you mag-", PLACE, 0.9), ReadLine("netic within a week", PLACE, 0.9)]
    assert message_text(read) == "The vaccine makes you magnetic within a week"


def test_what_was_read_unsurely_and_what_has_no_letters_is_left_out() -> None:
    assert message_text(lines("Ăn tỏi sống chữa khỏi cúm", sure=LEAST_SURE - 0.01)) == ""
    assert message_text(lines("12 345", "--- === ---", "Ăn tỏi sống chữa khỏi cúm")) == "Ăn tỏi sống chữa khỏi cúm"


def test_a_picture_with_a_word_or_two_has_no_message() -> None:
    assert message_text(lines("KẸO DỪA", "BẾN")) == ""


@given(st.lists(st.builds(ReadLine, st.text(max_size=60), st.just(PLACE), st.floats(0, 1), st.integers(0, 4))))
def test_any_lines_give_a_text_and_nothing_that_was_not_read(read: list[ReadLine]) -> None:
    text = message_text(read)
    letters = "".join(line.text for line in read)
    assert all(c in letters or c in " \n" for c in text)
