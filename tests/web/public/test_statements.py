"""Every verdict, refusal and decision is a public line with its reasons, and with what can be done about it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from kiemchung.desk import claims, drafting, publishing, requests
from kiemchung.desk.models import Declining, Draft, LogKind, RequestKind, RequestOutcome, Review
from kiemchung.desk.statements import Automation
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording
from tests.jobs.conftest import Hands

GROUNDS = {
    LogKind.PUBLISHED: "rating",
    LogKind.CORRECTED: "reason",
    LogKind.WITHDRAWN: "reason",
    LogKind.DECLINED: "reason",
    LogKind.DISMISSED: "reason",
    LogKind.DECIDED: "reply",
}
FACTS = {"claims", "claim", "review"}


def everything_is_done(desk: Desk) -> None:
    """A review is published, corrected, disputed, decided about and withdrawn; a claim declined, another put aside."""
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    review = Review.objects.get()
    asked = requests.request_review(review, RequestKind.DISPUTE, "Không đúng.", source_url="", ref="r")
    correct(claim, desk.minh, desk.an, wording("mostly_true"), "Có nguồn mới.")
    reasons = "Nguồn mới nói khác, bài đã được đính chính."
    requests.decide(asked.request.pk, RequestOutcome.CORRECTED, reasons, actor=desk.ha)
    seen = Draft.objects.get(claim=claim).revision
    draft = drafting.propose_withdrawal(claim.pk, "Nguồn đã rút lại.", actor=desk.linh, revision=seen)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)
    opinion, chatter = (ask(text).claim for text in ("Theo tôi phim này dở nhất năm", "chào cả nhà buổi sáng vui vẻ"))
    assert opinion is not None
    assert chatter is not None
    claims.decline(opinion.pk, Declining.OPINION, actor=desk.linh)
    claims.dismiss([chatter.pk], actor=desk.linh)


def test_r19_each_line_has_facts_ground_automation_and_a_way_to_object_that_is_there(
    desk: Desk, reader: Client
) -> None:
    everything_is_done(desk)
    response = reader.get("/nhat-ky.jsonl")
    lines = [json.loads(line) for line in b"".join(response).decode().splitlines()]
    said = {one["kind"]: one["facts"] for one in lines if one["kind"] in GROUNDS}
    assert said.keys() == GROUNDS.keys()
    for kind, facts in said.items():
        assert FACTS & facts.keys()
        assert len(str(facts[GROUNDS[LogKind(kind)]])) >= 3
        assert facts["automation"] in set(Automation)
        assert reader.get(facts["redress"]).status_code == 200


def test_r24_there_is_no_word_for_what_a_machine_decided_alone() -> None:
    assert {one.value for one in Automation} == {"not_automated", "partially_automated"}


@pytest.mark.parametrize("days", [1, 183, 2000])
def test_r20_a_review_can_be_disputed_for_ever(days: int, desk: Desk, reader: Client, hands: Hands) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    review = publish(claim, desk.linh, desk.an).review
    hands.forward(days=days)
    form = {"kind": "dispute", "text": "Nguồn thứ hai nói khác.", "source_url": "https://nguon.example/x"}
    assert reader.post(f"/kiem-chung/{review.slug}/yeu-cau", form).status_code == 302
    assert review.requests.get().outcome == ""


def test_r10_a_review_that_is_published_again_says_that_it_had_been_withdrawn(desk: Desk, reader: Client) -> None:
    everything_is_done(desk)
    review = Review.objects.get()
    correct(review.claim, desk.minh, desk.an, wording("mixed"), "Đã có nguồn khác.")
    page = reader.get(f"/kiem-chung/{review.slug}").content.decode()
    assert "kiểm chứng lại và đăng ngày" in page
    assert "<strong>Đã rút lại</strong>: Nguồn đã rút lại." in page
    assert "Đã đính chính ngày" not in page
