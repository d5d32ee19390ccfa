"""What is published is what was handed in, of a claim that is open, and by somebody who had no hand in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from kiemchung.desk import answering, claims, drafting, publishing, requests
from kiemchung.desk.errors import ConflictError, NotAllowedError, NotReadyError
from kiemchung.desk.models import (
    Claim,
    Declining,
    Draft,
    DraftState,
    Message,
    RequestKind,
    RequestOutcome,
    Review,
    Selection,
)
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, know, publish, wording

_OTHER = "Cầu Ánh Sao thu phí người đi bộ"


def claim_of(message: Message) -> Claim:
    assert message.claim is not None
    return message.claim


def _decline(desk: Desk, claim: Claim) -> None:
    claims.decline(claim.pk, Declining.OPINION, actor=desk.minh)


def _dismiss(desk: Desk, claim: Claim) -> None:
    claims.dismiss([claim.pk], actor=desk.minh)


def _merge(desk: Desk, claim: Claim) -> None:
    claims.merge(claim.pk, claim_of(ask(_OTHER)).pk, actor=desk.minh)


def _answer(desk: Desk, claim: Claim) -> None:
    know(("k-1", "Uống nước chanh nóng mỗi sáng chữa khỏi ung thư"))
    answering.answer_with(claim.pk, "k-1", actor=desk.binh)


@pytest.mark.parametrize("ended", [_decline, _dismiss, _merge, _answer])
def test_r4_a_claim_that_has_ended_is_not_published(desk: Desk, ended: Callable[[Desk, Claim], None]) -> None:
    claim = claim_of(ask(TAMARIND))
    revision = hand_in(claim, desk.linh)
    ended(desk, claim)
    with pytest.raises(ConflictError, match="not open any more"):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    assert not Review.objects.exists()
    assert drafting.draft_of(claim).state == DraftState.WRITING


def test_r18_a_claim_that_was_brought_back_is_handed_in_anew(desk: Desk) -> None:
    claim = claim_of(ask(TAMARIND))
    revision = hand_in(claim, desk.linh)
    claims.undo(claims.dismiss([claim.pk], actor=desk.minh), actor=desk.minh)
    with pytest.raises(ConflictError, match="not handed in"):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)


_REPLY = "Chúng tôi đã xem lại nguồn và giữ nguyên kết luận của bài."


def test_r20_no_one_who_wrote_any_of_a_review_decides_a_request_against_it(desk: Desk) -> None:
    claim = claim_of(ask(TAMARIND))
    source = drafting.Source("Sổ tay", "https://nguon.example/so-tay")
    drafting.add_evidence(claim.pk, source, actor=desk.binh)
    version = publish(claim, desk.linh, desk.an)
    request = requests.request_review(version.review, RequestKind.DISPUTE, "Bài sai.", source_url="", ref="r").request
    with pytest.raises(NotAllowedError):
        requests.decide(request.pk, RequestOutcome.UPHELD, _REPLY, actor=desk.binh)
    correct(claim, desk.minh, desk.ha, wording(title="Ăn me không cao thêm"), "Sửa tên bài.")
    later = requests.request_review(version.review, RequestKind.DISPUTE, "Vẫn sai.", source_url="", ref="s").request
    with pytest.raises(NotAllowedError):
        requests.decide(later.pk, RequestOutcome.UPHELD, _REPLY, actor=desk.binh)
    requests.decide(request.pk, RequestOutcome.UPHELD, _REPLY, actor=desk.ha)


def test_r20_a_decision_says_nothing_that_has_not_happened(desk: Desk) -> None:
    claim = claim_of(ask(TAMARIND))
    version = publish(claim, desk.linh, desk.an)

    def asked(ref: str) -> int:
        return requests.request_review(
            version.review, RequestKind.DISPUTE, "Bài sai.", source_url="", ref=ref
        ).request.pk

    request = asked("r")
    for outcome in (RequestOutcome.CORRECTED, RequestOutcome.CLARIFIED, RequestOutcome.WITHDRAWN):
        with pytest.raises(NotReadyError):
            requests.decide(request, outcome, _REPLY, actor=desk.ha)
    correct(claim, desk.linh, desk.an, wording(title="Ăn me không cao thêm"), "Sửa tên bài.")
    requests.decide(request, RequestOutcome.CORRECTED, _REPLY, actor=desk.ha)
    later = asked("s")
    with pytest.raises(NotReadyError):  # the correction was before this request
        requests.decide(later, RequestOutcome.CORRECTED, _REPLY, actor=desk.ha)
    seen = Draft.objects.get(claim=claim).revision
    draft = drafting.propose_withdrawal(claim.pk, "Nguồn đã rút lại.", actor=desk.linh, revision=seen)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)
    with pytest.raises(NotReadyError):
        requests.decide(later, RequestOutcome.UPHELD, _REPLY, actor=desk.ha)
    requests.decide(later, RequestOutcome.WITHDRAWN, _REPLY, actor=desk.ha)


def test_r20_nobody_takes_a_name_off_a_version(desk: Desk) -> None:
    version = publish(claim_of(ask(TAMARIND)), desk.linh, desk.an)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_reviewversion_writers")
    assert list(version.writers.all()) == [desk.linh]


@pytest.mark.parametrize("is_first", [True, False])
def test_r18_choosing_is_no_writing_whether_before_or_after_a_draft_is_begun(desk: Desk, is_first: bool) -> None:
    claim = claim_of(ask(TAMARIND))
    if is_first:
        claims.select(claim.pk, Selection.HARM, actor=desk.an)
    revision = hand_in(claim, desk.linh)
    if not is_first:
        claims.select(claim.pk, Selection.HARM, actor=desk.an)
        with pytest.raises(ConflictError):
            publishing.publish(claim.pk, actor=desk.an, revision=revision)
        revision = drafting.submit(claim.pk, actor=desk.linh, revision=revision + 1).revision
    version = publishing.publish(claim.pk, actor=desk.an, revision=revision)
    assert set(version.writers.all()) == {desk.linh}


def test_r18_who_restates_a_claim_has_a_hand_in_what_was_handed_in(desk: Desk) -> None:
    claim = claim_of(ask(TAMARIND))
    revision = hand_in(claim, desk.linh)
    claims.restate(claim.pk, "Me chua làm cao thêm", actor=desk.an)
    with pytest.raises(ConflictError):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    assert set(drafting.draft_of(claim).writers.all()) == {desk.linh, desk.an}


def test_r18_no_editor_publishes_alone_the_words_that_the_editor_gave_the_claim(desk: Desk) -> None:
    claim = claim_of(ask(TAMARIND))
    claims.restate(claim.pk, "Me chua làm cao thêm", actor=desk.an)
    claim.refresh_from_db()
    said = wording(claim_reviewed=drafting.draft_of(claim).claim_reviewed)
    revision = hand_in(claim, desk.linh, said)
    with pytest.raises(NotAllowedError):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    publishing.publish(claim.pk, actor=desk.binh, revision=revision)
