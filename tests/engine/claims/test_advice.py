"""A message that warns of what a claim promises, calms where it alarms, or calls it false is not answered by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.claims.advice import warns_against
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.reasons import contradicts, reasons
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.tokens import comparable
from kiemchung.engine.types import Message, Outcome, Review
from kiemchung.starter import starter_reviews

BURN = "bôi kem đánh răng lên vết bỏng giúp giảm đau và mau lành"


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize(
    "around",
    [
        "{} chia sẻ để cùng phòng tránh",
        "{} đừng giữ cho riêng mình",
        "{} đừng chủ quan nhé",
        "don't forget to share: {}",
    ],
)
def test_talk_of_forwarding_warns_of_nothing_in_the_claim(around: str, is_marked: bool) -> None:
    message = around.format(BURN)
    assert not warns_against(message if is_marked else fold(message), BURN if is_marked else fold(BURN))


def test_a_chain_message_around_the_words_of_a_claim_is_answered() -> None:
    claim = "Từ ngày 1/1/2025, chứng minh nhân dân (CMND) hết giá trị sử dụng."
    message = f"KHẨN!!! {claim} Chia sẻ cho người thân để cùng biết mà phòng tránh, đừng giữ cho riêng mình!"
    assert ClaimIndex(starter_reviews()).search(Message(message)).outcome is Outcome.ANSWER


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("đừng bôi kem đánh răng lên vết bỏng", BURN),
        ("bác sĩ khuyên: đừng bôi kem đánh răng lên vết bỏng", BURN),
        ("tuyệt đối không dùng kem đánh răng bôi vết bỏng", BURN),
        ("kem đánh răng không trị được bỏng đâu nha", BURN),
        ("bôi kem đánh răng lên vết bỏng có hại", BURN),
        ("đập thủy điện thác bà vẫn an toàn, không vỡ", "đập thủy điện thác bà bị vỡ trong đợt mưa lũ"),
        ("hà nội bác tin công bố dịch sởi", "hà nội công bố dịch sởi"),
        ("putting toothpaste on a burn is harmful", "putting toothpaste on a burn helps it heal"),
    ],
)
def test_good_advice_and_denials_are_heard(message: str, claim: str, is_marked: bool) -> None:
    if not is_marked:
        message, claim = fold(message), fold(claim)
    assert warns_against(message, claim)


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("đừng uống nước lạnh sau bữa ăn", "uống nước lạnh sau bữa ăn gây ung thư"),
        ("bôi kem đánh răng lên vết bỏng có hại không", BURN),
        ("bôi kem đánh răng lên vết bỏng nè mọi người", BURN),
        ("đập thủy điện thác bà vỡ rồi, chạy đến nơi an toàn", "đập thủy điện thác bà bị vỡ"),
        ("hà nội công bố dịch sởi, đúng hay tin giả vậy", "hà nội công bố dịch sởi"),
        ("thẻ căn cước cũ không còn giá trị", "căn cước gắn chip hết giá trị sử dụng giúp đỡ dân"),
        ("uong nuoc chanh nong chua khoi ung thu", "uống nước chanh nóng chữa khỏi ung thư"),
    ],
)
def test_what_agrees_or_asks_warns_of_nothing(message: str, claim: str) -> None:
    assert not warns_against(message, claim)


@pytest.mark.parametrize(
    "message",
    [
        "Đừng bôi kem đánh răng lên vết bỏng",
        "Kem đánh răng không trị được bỏng đâu nha",
        "Hà Nội bác tin công bố dịch sởi",
        "Đập thủy điện Hòa Bình vẫn an toàn, không vỡ",
        "Vietnam Airlines tặng mỗi người 5 vé máy bay miễn phí khi trả lời khảo sát và chia sẻ link cho 20 bạn bè.",
    ],
)
def test_true_advice_and_other_numbers_are_never_answered_with_the_rating_of_the_claim(message: str) -> None:
    answer = ClaimIndex(starter_reviews()).search(Message(message))
    assert answer.outcome is not Outcome.ANSWER


@pytest.mark.parametrize(
    ("message", "claim", "code"),
    [
        ("tặng 5 vé cho ai gửi 20 bạn", "tặng 2 vé cho ai gửi 20 bạn", "different_number"),
        ("duyệt 50 triệu, đóng trước 3 triệu", "duyệt 30 triệu, đóng trước 3 triệu", "different_number"),
        ("từ năm học 2026-2027", "từ năm học 2025-2026", "different_date"),
    ],
)
def test_one_number_exchanged_among_others_that_agree_makes_another_claim(message: str, claim: str, code: str) -> None:
    assert contradicts(message, claim)
    assert code in [reason.code for reason in reasons(message, Review(id="1", claim=claim))]
    assert not contradicts(claim, claim)


def test_a_number_more_or_less_is_no_contradiction() -> None:
    assert not contradicts("tặng 2 vé cho ai gửi 20 bạn, còn 15 phút", "tặng 2 vé cho ai gửi 20 bạn")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared_and_no_text_warns_of_itself(message: str, claim: str) -> None:
    warns_against(comparable(message), comparable(claim))
    assert not warns_against(comparable(claim), comparable(claim))


SALT = "uống nước muối loãng mỗi sáng làm tan sỏi thận"


@pytest.mark.parametrize(
    "around",
    [
        "báo sức khỏe: tin {} là sai, bác sĩ khuyên không làm theo.",
        'tin "{}" là tin giả.',
        "tin đồn {} là sai sự thật",
        "{} là hoàn toàn bịa đặt!",
        "the claim that {} is fake news",
    ],
)
@pytest.mark.parametrize("is_marked", [True, False])
def test_who_calls_a_claim_false_after_it_says_the_opposite(around: str, is_marked: bool) -> None:
    message = around.format(SALT)
    assert warns_against(message if is_marked else fold(message), SALT)


@pytest.mark.parametrize(
    "around", ["{} là sai phải không", "{} là sai luật", "{} là sai lầm lớn nhất", "{} is fake or real?"]
)
def test_what_only_sounds_like_calling_it_false_does_not(around: str) -> None:
    assert not warns_against(around.format(SALT), SALT)
