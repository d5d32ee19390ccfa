"""A claim retold with one thing exchanged is another claim: its review is shown, never said to be the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.near_misses import Written, written
from kiemchung.engine.claims.exchanged import Exchange, exchanged
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.text.marks import unmarked
from kiemchung.engine.types import Message, Outcome, Reason, Review
from kiemchung.starter import starter_reviews

INDEX = ClaimIndex(starter_reviews())
PHONE = Review("phone", "Cắm sạc điện thoại qua đêm làm hỏng pin.")
# Of `benchmarks/near_misses.tsv`, at the default limit; before they were judged 59 of 129 near misses were answered,
# and 111 of 116 re-wordings.
MOST_NEAR_ANSWERED = 15
LEAST_SAME_ANSWERED = 107


def alike(words: Sequence[str]) -> NDArray[np.float64]:
    """Let all words say the same."""
    return np.ones(len(words))


def answered(kind: str) -> list[Written]:
    some = [one for one in written() if one.kind == kind]
    found = INDEX.search_many([Message(one.text) for one in some], top=1, explain=False)
    return [one for one, answer in zip(some, found, strict=True) if answer.outcome is Outcome.ANSWER]


@pytest.mark.parametrize(
    "message",
    [
        "Cắm sạc xe máy điện qua đêm làm hỏng pin",
        "bo dong ho vao tu lanh giup pin ben hon",
        "Bẻ khớp ngón tay kêu răng rắc lâu ngày gây ung thư xương",
        "bôi kem trị nám lên vết bỏng giúp dịu đau",
        "Zinc lozenges shorten a fever",
        "Putting a wet camera in a bag of rice is the best way to dry it",
        "Mọi người ơi chia sẻ gấp: cắm sạc xe máy điện qua đêm làm hỏng pin. Gửi cho người thân nhé!",
    ],
)
def test_a_claim_with_one_thing_exchanged_is_suggested_and_never_answered(message: str) -> None:
    assert INDEX.search(Message(message)).outcome is Outcome.SUGGEST


@pytest.mark.parametrize(
    "message",
    [
        "cắm sạc đt qua đêm là hư pin hả mn",
        "boi kem danh rang len vet bong giup diu dau va khong de lai seo",
        "bị sứa chích thì đái lên vết đốt là hết đau",
        "zinc lozenges will shorten your cold",
        "you have to wait 24 hours before reporting a missing person to police",
        "Khẩn cấp!! Bác sĩ Bệnh viện K cảnh báo hâm đồ ăn bằng lò vi sóng làm thức ăn nhiễm phóng xạ gây ung thư, "
        "chia sẻ cho mọi người cùng biết",
    ],
)
def test_the_same_claim_in_other_words_is_still_answered(message: str) -> None:
    assert INDEX.search(Message(message)).outcome is Outcome.ANSWER


@pytest.mark.slow
def test_few_near_misses_are_answered_and_nearly_all_re_wordings() -> None:
    assert len(answered("near")) <= MOST_NEAR_ANSWERED
    assert len(answered("same")) >= LEAST_SAME_ANSWERED


def test_the_reader_is_told_what_was_exchanged() -> None:
    best = INDEX.search(Message("Cắm sạc xe máy điện qua đêm làm hỏng pin")).matches[0]
    assert best.reasons[0] == Reason("different_thing", ("xe máy điện", "điện thoại"))


def test_a_word_of_the_title_or_the_body_is_nothing_foreign() -> None:
    message = "cắm sạc loa qua đêm làm hỏng pin"
    assert exchanged(message, PHONE, alike) == Exchange("loa", "điện thoại")
    assert exchanged(message, Review("1", PHONE.claim, body="Sạc loa qua đêm không sao."), alike) is None


def test_a_message_that_says_the_claim_freely_is_not_judged() -> None:
    assert exchanged("nhà em tối nào cũng để máy sạc tới sáng, pin có chai không", PHONE, alike) is None


def test_a_slip_of_the_keyboard_is_no_other_word() -> None:
    review = Review("1", "A photograph shows a crocodile swimming on a highway in Houston.")
    assert exchanged("photograph shows a crocodle swimming on a highway in Houston", review, alike) is None
    assert exchanged("photograph shows a dolphin swimming on a highway in Houston", review, alike) is not None


@pytest.mark.parametrize("review", starter_reviews(), ids=lambda review: review.id)
def test_no_claim_is_another_than_itself_with_or_without_marks(review: Review) -> None:
    assert exchanged(review.claim, review, alike) is None
    assert exchanged(unmarked(review.claim), review, alike) is None


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_two_texts_can_be_set_side_by_side(message: str, claim: str) -> None:
    found = exchanged(message, Review("1", claim), alike)
    assert found is None or (found.said and found.checked)
