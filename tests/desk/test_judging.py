"""A reader says that the answer is about something else: a person looks, and nothing is answered twice or lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiemchung.desk import answering, claims, erasing, statistics
from kiemchung.desk.collecting import collect
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.judging import Outcome, judge
from kiemchung.desk.models import Answer, Claim, ClaimState, Message
from kiemchung.desk.reading import ticket_of
from kiemchung.engine.types import MappedRating, Rating
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, know, publish, wording, work
from tests.desk.test_catching_up import FOREIGN, NOW

SAME = "uong nuoc chanh nong moi sang chua khoi ung thu"


def refuse(message: Message) -> None:
    answer = message.answers.order_by("-pk")[0]
    assert judge(message.pk, answer.pk, is_helpful=False, reason="other_claim") is not Outcome.UNKNOWN
    work()
    message.refresh_from_db()


def claim_of(message: Message) -> Claim:
    message.refresh_from_db()
    assert message.claim is not None
    return message.claim


def kinds(message: Message) -> list[tuple[str, str]]:
    return list(message.answers.order_by("pk").values_list("review_ref", "kind"))


@pytest.fixture
def answered(desk: Desk) -> Message:
    """A message that the engine has answered with another publisher's review."""
    collect([FOREIGN], now=NOW)
    message = ask(SAME)
    assert message.state == "answered"
    return message


def test_an_answer_about_something_else_brings_the_question_before_a_person(answered: Message) -> None:
    refuse(answered)
    assert (answered.state, claim_of(answered).state, claim_of(answered).statement) == ("open", "open", SAME)
    read = dossier_of(claim_of(answered).pk)
    assert [(one.review.id, one.times) for one in read.refused] == [("kiem-1", 1)]
    ticket = ticket_of(answered)
    assert (ticket.answers, [one.answer.review_ref for one in ticket.refused]) == ((), ["kiem-1"])


@pytest.mark.parametrize("reason", ["unclear", "outdated", "not_convinced", "", "evil"])
def test_any_other_reason_counts_and_opens_nothing(answered: Message, reason: str) -> None:
    judge(answered.pk, answered.answers.get().pk, is_helpful=False, reason=reason)
    answered.refresh_from_db()
    assert answered.state == "answered"
    assert answered.answers.get().unhelpful_reason == ("" if reason == "evil" else reason)
    assert not Claim.objects.exists()


def test_saying_it_twice_opens_one_claim(answered: Message) -> None:
    refuse(answered)
    refuse(answered)
    assert Claim.objects.count() == 1


def test_whoever_says_yes_after_all_has_the_answer_back_and_nobody_a_claim_to_look_at(answered: Message) -> None:
    refuse(answered)
    claim = claim_of(answered)
    judge(answered.pk, answered.answers.get().pk, is_helpful=True)
    answered.refresh_from_db()
    assert (answered.state, Claim.objects.filter(pk=claim.pk).exists()) == ("answered", False)
    assert [one.answer.review_ref for one in ticket_of(answered).answers] == ["kiem-1"]


def test_a_claim_that_somebody_works_on_stays_when_the_reader_changes_her_mind(desk: Desk, answered: Message) -> None:
    refuse(answered)
    claim = claim_of(answered)
    claims.hold(claim.pk, actor=desk.linh)
    judge(answered.pk, answered.answers.get().pk, is_helpful=True)
    claim.refresh_from_db()
    assert claim.state == ClaimState.OPEN


def test_a_refused_answer_does_not_come_back_when_its_publisher_changes_it(answered: Message) -> None:
    refuse(answered)
    changed = replace(FOREIGN, date="2026-02-01", rating=Rating("Đúng", MappedRating.TRUE, "words"), body="Khác hẳn.")
    collect([changed], now=NOW)
    work()
    work()
    answered.refresh_from_db()
    assert (answered.state, kinds(answered)) == ("open", [("kiem-1", "matched")])
    assert not answered.suggestions.exists()


def test_an_editor_who_finds_that_it_is_the_answer_gives_it_once_more(desk: Desk, answered: Message) -> None:
    refuse(answered)
    assert answering.answer_with(claim_of(answered).pk, "kiem-1", actor=desk.an) == 1
    answered.refresh_from_db()
    assert (answered.state, kinds(answered)) == ("answered", [("kiem-1", "matched")])
    assert answered.answers.get().confirmed_at is not None
    refuse(answered)  # the reader may still say so; a person has looked
    assert answered.state == "answered"
    collect([replace(FOREIGN, body="Bài viết thêm.", date="2026-02-01")], now=NOW)
    work()
    work()
    assert kinds(answered) == [("kiem-1", "matched"), ("kiem-1", "corrected")]


def test_what_a_person_has_given_to_the_same_words_is_not_given_again_to_who_refuses_it(desk: Desk) -> None:
    first = ask(SAME)
    know(("kiem-9", "Dán băng keo lên miệng khi ngủ giúp khỏe tim"))
    answering.answer_with(claim_of(first).pk, "kiem-9", actor=desk.an)
    second = ask(SAME)
    assert kinds(second) == [("kiem-9", "checked")]
    refuse(second)
    assert (second.state, claim_of(second).state, kinds(second)) == ("open", "open", [("kiem-9", "checked")])


def test_another_review_takes_the_place_of_the_refused_one(desk: Desk, answered: Message) -> None:
    refuse(answered)
    know(("kiem-2", "Uống giấm táo chữa khỏi cảm cúm"))
    answering.answer_with(claim_of(answered).pk, "kiem-2", actor=desk.an)
    answered.refresh_from_db()
    ticket = ticket_of(answered)
    assert [one.answer.review_ref for one in ticket.answers] == ["kiem-2"]
    assert [one.answer.review_ref for one in ticket.refused] == ["kiem-1"]


def test_of_a_review_of_the_desk_the_corrections_go_to_those_whose_answer_it_is(desk: Desk) -> None:
    first = ask(TAMARIND)
    version = publish(claim_of(first), desk.linh, desk.an)
    other = ask(TAMARIND.lower())
    first.refresh_from_db()
    refuse(other)
    assert claim_of(other) != claim_of(first)
    correct(claim_of(first), desk.linh, desk.an, wording(summary="Viết lại cho rõ hơn một chút."), "Viết lại.")
    other.refresh_from_db()
    assert (other.state, len(kinds(first)), len(kinds(other))) == ("open", 2, 1)
    claims.hold(claim_of(other).pk, actor=desk.linh)
    claims.merge(claim_of(other).pk, version.review.claim_id, actor=desk.linh)
    work()
    other.refresh_from_db()
    assert (other.state, [kind for _, kind in kinds(other)]) == ("answered", ["matched", "corrected"])


def test_a_question_that_is_put_back_to_the_same_version_is_answered_again(desk: Desk) -> None:
    first = ask(TAMARIND)
    version = publish(claim_of(first), desk.linh, desk.an)
    first.refresh_from_db()
    refuse(first)
    claims.merge(claim_of(first).pk, version.review.claim_id, actor=desk.linh)
    work()
    first.refresh_from_db()
    assert (first.state, [kind for _, kind in kinds(first)]) == ("answered", ["checked"])
    assert [one.answer.confirmed_at is None for one in ticket_of(first).answers] == [False]


def test_a_refused_answer_is_none_that_the_software_gave_rightly(answered: Message) -> None:
    assert statistics.statistics(1).automatic == 1
    refuse(answered)
    found = statistics.statistics(1)
    assert (found.automatic, found.waiting, found.reports.unhelpful_in_all) == (0, 1, 1)


def test_a_deleted_question_is_opened_for_nobody(answered: Message) -> None:
    pk = answered.answers.get().pk
    erasing.erase(answered.pk)
    assert judge(answered.pk, pk, is_helpful=False, reason="other_claim") is Outcome.UNKNOWN
    assert not Claim.objects.exists()


def test_f2_the_word_and_the_claim_are_kept_together_or_not_at_all(
    answered: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OSError("the process ends here")

    monkeypatch.setattr("kiemchung.desk.grouping.ask_to_group", dies)
    with pytest.raises(OSError, match="ends here"):
        judge(answered.pk, answered.answers.get().pk, is_helpful=False, reason="other_claim")
    assert Answer.objects.get().is_helpful is None
