"""An editor gives the askers of a claim a review that is published already."""

from __future__ import annotations

import pytest

from kiemchung.desk import answering, claims
from kiemchung.desk.errors import ConflictError, NotAllowedError, NotReadyError
from kiemchung.desk.models import Claim, ClaimState, Message
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, know, publish, wording

OTHER = "Nghe bảo ai ăn me buổi tối đều cao lên trông thấy, có đúng không"


def _claim_of(message: Message) -> Claim:
    assert message.claim is not None
    return message.claim


def test_all_who_asked_get_it_and_the_claim_leaves_the_queue(desk: Desk) -> None:
    messages = [ask(OTHER), ask(OTHER.upper())]
    know(("kiem-1", TAMARIND))
    claim = _claim_of(messages[0])
    assert answering.answer_with(claim.pk, "kiem-1", actor=desk.an) == 2
    claim.refresh_from_db()
    assert claim.state == ClaimState.ANSWERED
    for message in messages:
        message.refresh_from_db()
        assert (message.state, [one.review_ref for one in message.answers.all()]) == ("answered", ["kiem-1"])


def test_whoever_sends_the_same_words_later_gets_it_at_once(desk: Desk) -> None:
    claim = _claim_of(ask(OTHER))
    know(("kiem-1", TAMARIND))
    answering.answer_with(claim.pk, "kiem-1", actor=desk.an)
    later = ask(OTHER.lower())
    assert (later.state, later.answers.get().kind, later.claim) == ("answered", "checked", None)


def test_whoever_sends_the_words_of_any_of_its_messages_later_gets_it_too(desk: Desk) -> None:
    claim = _claim_of(ask("mn oi uong nuoc chanh nong chua dc ung thu hok"))
    assert _claim_of(ask("Uống nước chanh nóng chữa được ung thư")) == claim
    know(("kiem-1", TAMARIND))
    answering.answer_with(claim.pk, "kiem-1", actor=desk.an)
    later = ask("uống nước chanh nóng chữa được ung thư")
    assert (later.state, later.answers.get().review_ref) == ("answered", "kiem-1")


def test_what_was_given_to_files_without_words_is_given_to_no_other_file(desk: Desk) -> None:
    first = ask(OTHER)
    know(("kiem-1", TAMARIND))
    answering.answer_with(_claim_of(first).pk, "kiem-1", actor=desk.an)
    Message.objects.update(content_key="")
    assert answering._chosen_for(Message()) is None


def test_of_a_review_of_our_own_they_hear_the_correction_too(desk: Desk) -> None:
    ours = _claim_of(ask(TAMARIND))
    version = publish(ours, desk.linh, desk.an)
    message = ask("Nghe đồn uống nước dừa mỗi sáng thì cao thêm vài phân")
    claim = _claim_of(message)
    answering.answer_with(claim.pk, version.review.ref, actor=desk.an)
    claim.refresh_from_db()
    message.refresh_from_db()
    assert (claim.state, claim.merged_into, message.claim) == (ClaimState.MERGED, ours, ours)
    correct(ours, desk.linh, desk.an, wording("mixed"), "Có nghiên cứu mới hơn.")
    assert [one.version for one in message.answers.order_by("version")] == [1, 2]


def test_a_checker_may_not(desk: Desk) -> None:
    claim = _claim_of(ask(OTHER))
    know(("kiem-1", TAMARIND))
    with pytest.raises(NotAllowedError):
        answering.answer_with(claim.pk, "kiem-1", actor=desk.linh)


def test_a_review_that_is_not_published_answers_nobody(desk: Desk) -> None:
    claim = _claim_of(ask(OTHER))
    with pytest.raises(NotReadyError):
        answering.answer_with(claim.pk, "kiem-404", actor=desk.an)


def test_a_claim_that_another_member_has_open_is_left_alone(desk: Desk) -> None:
    claim = _claim_of(ask(OTHER))
    know(("kiem-1", TAMARIND))
    claims.hold(claim.pk, actor=desk.linh)
    with pytest.raises(ConflictError):
        answering.answer_with(claim.pk, "kiem-1", actor=desk.an)
