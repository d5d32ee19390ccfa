"""What members do with claims: nothing that was asked is lost by it, and nothing that was erased comes back."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiemchung.desk import claims, drafting, erasing, grouping, log, publishing
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Claim, ClaimState, Declining, Message, MessageState
from tests.desk.conftest import Desk, Hands
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording, work

BRIDGE = "Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ"


def claim_of(text: str) -> Claim:
    claim = ask(text).claim
    assert claim is not None
    return claim


def test_what_is_merged_counts_for_the_other_claim_and_hears_of_its_review(desk: Desk) -> None:
    first, second = claim_of(TAMARIND), claim_of(BRIDGE)
    claims.merge(second.pk, first.pk, actor=desk.linh)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (ClaimState.MERGED, first)
    assert first.messages.count() == 2
    publish(first, desk.linh, desk.an)
    assert not Message.objects.exclude(state=MessageState.ANSWERED).exists()
    with pytest.raises(ConflictError):
        claims.merge(second.pk, first.pk, actor=desk.linh)


def test_what_is_merged_into_a_published_claim_gets_its_newest_version_and_no_word_of_a_correction(desk: Desk) -> None:
    first, second = ask(TAMARIND), ask(BRIDGE)
    assert first.claim is not None
    assert second.claim is not None
    review = publish(first.claim, desk.linh, desk.an).review
    correct(first.claim, desk.linh, desk.an, wording("mixed"), "Một nghiên cứu mới.")
    claims.merge(second.claim.pk, first.claim.pk, actor=desk.linh)
    work()
    second.refresh_from_db()
    assert second.state == MessageState.ANSWERED
    assert list(second.answers.values_list("review_ref", "version", "kind")) == [(review.ref, 2, "checked")]
    assert [one.kind for one in first.answers.order_by("version")] == ["checked", "corrected"]


def test_what_is_merged_into_a_claim_whose_review_was_withdrawn_waits_for_the_next_one(desk: Desk) -> None:
    first, second = claim_of(TAMARIND), claim_of(BRIDGE)
    publish(first, desk.linh, desk.an)
    first.refresh_from_db()
    revision = drafting.draft_of(first).revision
    draft = drafting.propose_withdrawal(first.pk, "Nguồn đã rút lại.", actor=desk.linh, revision=revision)
    drafting.submit(first.pk, actor=desk.linh, revision=draft.revision)
    publishing.publish(first.pk, actor=desk.an, revision=draft.revision)
    claims.merge(second.pk, first.pk, actor=desk.linh)
    work()
    moved = Message.objects.get(text=BRIDGE)
    assert (moved.state, moved.claim, moved.answers.count()) == (MessageState.OPEN, first, 0)
    correct(first, desk.linh, desk.an, wording(), "Có nguồn mới.")
    assert list(moved.answers.values_list("version", "kind")) == [(3, "checked")]


def test_messages_are_taken_in_the_order_of_their_ids_as_delivering_takes_them(desk: Desk) -> None:
    first, second, third = claim_of(TAMARIND), claim_of(BRIDGE), claim_of("thử xem trang này chạy không")
    with CaptureQueriesContext(connection) as queries:
        claims.merge(second.pk, first.pk, actor=desk.linh)
        claims.dismiss([third.pk], actor=desk.linh)
    looked = [one["sql"] for one in queries if one["sql"].startswith('SELECT "desk_message"."id"')]
    assert len(looked) == 2
    assert all("ORDER BY" in one for one in looked)
    assert all("FOR UPDATE" in one for one in looked) == (desk.vendor == "postgresql")


def test_what_is_split_has_a_claim_of_its_own_under_which_more_is_grouped(desk: Desk) -> None:
    first = claim_of(TAMARIND)
    other = ask(BRIDGE)
    assert other.claim is not None
    claims.merge(other.claim.pk, first.pk, actor=desk.linh)
    new = claims.split(first.pk, [other.pk], actor=desk.linh)
    assert (new.statement, new.messages.get(), first.messages.count()) == (BRIDGE, other, 1)
    assert ask("cau anh duong o xa hoa mai sap bi do bo").claim == new
    for chosen in ([], list(new.messages.values_list("pk", flat=True))):
        with pytest.raises(NotReadyError):
            claims.split(new.pk, chosen, actor=desk.linh)


def test_words_that_an_open_claim_has_are_not_split_off_to_another_and_grouping_goes_on(desk: Desk) -> None:
    first = claim_of(TAMARIND)
    claims.merge(claim_of(BRIDGE).pk, first.pk, actor=desk.linh)
    with pytest.raises(ConflictError) as refused:
        claims.split(first.pk, [first.messages.earliest("pk").pk], actor=desk.linh)
    assert "Merge them" in refused.value.text("en")
    assert "Hãy gộp" in refused.value.text("vi")
    assert indexes().claims_index()
    assert ask("thử xem trang này chạy không").state == MessageState.OPEN


def test_whoever_sends_the_words_of_a_merged_claim_again_hears_of_the_review(desk: Desk) -> None:
    first, second = claim_of(TAMARIND), claim_of(BRIDGE)
    claims.merge(second.pk, first.pk, actor=desk.linh)
    again = ask(BRIDGE.upper())
    assert again.claim == first
    publish(first, desk.linh, desk.an)
    again.refresh_from_db()
    assert (again.state, again.answers.count()) == (MessageState.ANSWERED, 1)


def test_words_that_are_known_are_found_by_an_index_in_two_queries(desk: Desk) -> None:
    claims.merge(claim_of(BRIDGE).pk, claim_of(TAMARIND).pk, actor=desk.linh)
    with CaptureQueriesContext(connection) as queries:
        assert grouping.claim_of_the_same(grouping.content_key(BRIDGE)) is not None
    assert len(queries) == 2
    if desk.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + queries[1]["sql"])
            assert "messages_of_the_same_words" in str(cursor.fetchall())


def test_what_was_put_aside_comes_back_together(desk: Desk) -> None:
    chatter = [claim_of("chào cả nhà buổi sáng vui vẻ"), claim_of("thử xem trang này chạy không")]
    batch = claims.dismiss([one.pk for one in chatter], actor=desk.linh)
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.DISMISSED}
    assert claims.undo(batch, actor=desk.minh) == 2
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.OPEN}
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.OPEN}


@pytest.mark.parametrize("came_again", [False, True])
def test_r25_an_erased_message_does_not_come_back_with_its_claim(desk: Desk, came_again: bool) -> None:
    erased, kept = ask(BRIDGE), ask(BRIDGE)
    assert kept.claim is not None
    batch = claims.dismiss([kept.claim.pk], actor=desk.linh)
    if came_again:
        ask(BRIDGE)
    erasing.erase(erased.pk)
    claims.undo(batch, actor=desk.linh)
    erased.refresh_from_db()
    kept.refresh_from_db()
    assert (erased.state, erased.claim, kept.state) == (MessageState.DELETED, None, MessageState.OPEN)


def test_r4_what_is_declined_is_a_public_line_without_a_word_of_the_asker(desk: Desk) -> None:
    claim = claim_of(BRIDGE)
    claims.decline(claim.pk, Declining.OPINION, actor=desk.linh)
    (entry,) = (json.loads(line) for line in log.lines())
    assert (entry["kind"], "Ánh Dương" in json.dumps(entry, ensure_ascii=False)) == ("declined", False)
    assert Declining.OPINION in json.dumps(entry)


def test_r4_what_is_put_aside_and_brought_back_are_public_lines_without_a_word_of_the_askers(desk: Desk) -> None:
    chatter = [claim_of("chào cả nhà buổi sáng vui vẻ"), claim_of(BRIDGE)]
    numbers = sorted(one.pk for one in chatter)
    batch = claims.dismiss([one.pk for one in chatter], actor=desk.linh)
    assert (claims.undo(batch, actor=desk.minh), claims.undo(batch, actor=desk.minh)) == (2, 0)
    entries = [json.loads(line) for line in log.lines()]
    assert [(one["kind"], one["facts"]["claims"]) for one in entries] == [("dismissed", numbers), ("reopened", numbers)]
    assert "Ánh Dương" not in json.dumps(entries, ensure_ascii=False)


def test_two_members_do_not_work_on_one_claim_unknowingly(desk: Desk, hands: Hands) -> None:
    claim = claim_of(BRIDGE)
    assert claims.hold(claim.pk, actor=desk.linh).member == desk.linh
    assert claims.hold(claim.pk, actor=desk.minh).member == desk.linh
    with pytest.raises(ConflictError):
        claims.restate(claim.pk, "Cầu sẽ được sửa", actor=desk.minh)
    assert claims.hold(claim.pk, actor=desk.minh, take_over=True).member == desk.minh
    hands.forward(minutes=31)
    assert claims.hold(claim.pk, actor=desk.linh).member == desk.linh


def test_messages_are_grouped_by_the_better_words_of_a_member(desk: Desk) -> None:
    claim = claim_of("Tin nóng!!! xem ngay kẻo xóa, cầu sắp dỡ")
    claims.restate(claim.pk, BRIDGE, actor=desk.linh)
    assert ask("cau anh duong o xa hoa mai sap bi do bo").claim == claim
    assert grouping.said_in(Message.objects.earliest("pk")).startswith("Tin nóng")
