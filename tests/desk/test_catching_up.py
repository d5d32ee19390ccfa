"""Messages that nobody has answered hear of what is published or imported later; changes reach who was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection

from kiemchung.desk import answering, catching_up, claims, erasing, following, foreign_changes, intake, record
from kiemchung.desk.collecting import collect
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.models import (
    Answer,
    Claim,
    ClaimState,
    ForeignChange,
    Message,
    MessageState,
    Selection,
    Shelf,
    ShelfState,
    Suggestion,
)
from kiemchung.desk.reading import ticket_of
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import MappedRating, Rating, Review
from kiemchung.jobs import queue
from kiemchung.jobs.handlers import HANDLERS
from kiemchung.jobs.models import Job
from tests.desk.conftest import Desk
from tests.desk.dying import dies_at
from tests.desk.newsroom import TAMARIND, ask, publish, wording, work

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LEMON = "Uống nước chanh nóng mỗi sáng chữa khỏi ung thư"
DIABETES = "uống nước chanh nóng chữa khỏi tiểu đường"
FOREIGN = Review(
    id="kiem-1",
    claim=LEMON,
    title="Nước chanh không chữa ung thư",
    body="Chưa có nghiên cứu nào.",
    rating=Rating("Sai", MappedRating.FALSE, "words"),
    url="https://kiem.example/chanh",
    publisher="Báo Kiểm",
    date="2026-01-02",
    lang="vi",
)


def answers_of(message: Message) -> list[tuple[str, int, str]]:
    return list(message.answers.order_by("version").values_list("review_ref", "version", "kind"))


def state() -> object:
    """Return all that catching up may change, but for the keys of suggestions."""
    return [
        list(Message.objects.order_by("pk").values_list()),
        list(Answer.objects.order_by("pk").values_list()),
        list(Claim.objects.order_by("pk").values_list()),
        list(ShelfState.objects.order_by("pk").values_list()),
        list(
            Suggestion.objects.order_by("message", "rank").values_list("message", "review_ref", "rank", "probability")
        ),
    ]


def test_an_import_answers_the_open_messages_that_it_is_about_and_their_claim_leaves_the_queue(desk: Desk) -> None:
    open_ones = [ask(LEMON), ask(LEMON.upper())]
    other = ask(TAMARIND)
    collect([FOREIGN], now=NOW)
    work()
    for message in open_ones:
        message.refresh_from_db()
        assert (message.state, answers_of(message)) == (MessageState.ANSWERED, [("kiem-1", 1, "later")])
        assert message.claim is not None
        assert message.claim.state == ClaimState.ANSWERED
    other.refresh_from_db()
    assert (other.state, answers_of(other)) == (MessageState.OPEN, [])


def test_a_publication_answers_the_askers_of_other_claims_too(desk: Desk) -> None:
    claim, second = ask(TAMARIND).claim, ask("an me chua trc khi ngu giup cao them 2cm ha moi ng")
    assert claim is not None
    if second.claim == claim:  # grouped: give it a claim of its own
        new = claims.split(claim.pk, [second.pk], actor=desk.linh)
        second.claim = new
    version = publish(claim, desk.linh, desk.an)
    second.refresh_from_db()
    assert answers_of(second) == [(version.review.ref, 1, "later")]
    assert second.claim == claim


def test_what_is_below_the_limit_becomes_a_suggestion_on_the_page_of_the_claim(desk: Desk) -> None:
    message = ask(DIABETES)
    assert message.claim is not None
    collect([FOREIGN], now=NOW)
    work()
    message.refresh_from_db()
    assert message.state == MessageState.OPEN
    assert [one.review.id for one in dossier_of(message.claim.pk).suggested] == ["kiem-1"]


def test_once_or_twice_is_the_same(desk: Desk) -> None:
    for text in (LEMON, TAMARIND, DIABETES):
        ask(text)
    collect([FOREIGN], now=NOW)
    work()
    before = state()
    ShelfState.objects.filter(shelf=Shelf.REVIEWS).update(matched=0)
    queue.enqueue(following.CATCH_UP_JOB, {}, key="grown", queue="answers")
    work()
    assert state() == before


@pytest.mark.faults
def test_killed_at_any_statement_between_two_batches_all_are_answered_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "BATCH", 2)
    messages = [ask(f"{LEMON} {'!' * number}") for number in range(5)]
    collect([FOREIGN], now=NOW)

    def one_run() -> None:
        run = queue.claim(("answers",))
        assert run is not None
        HANDLERS[run.kind].function(run.payload, run)

    for number in count(1):
        if not Job.objects.filter(kind=following.CATCH_UP_JOB).exists():
            break
        dies_at(number, one_run)
        Job.objects.filter(kind=following.CATCH_UP_JOB).update(state="waiting", leased_until=None, attempts=0)
        some = Answer.objects.count()
        assert some == Message.objects.filter(state=MessageState.ANSWERED).count()
    assert number > 10
    assert sorted(Answer.objects.values_list("message", flat=True)) == sorted(one.pk for one in messages)
    assert record.matched_until() == record.ShelfRecord(Shelf.REVIEWS).last_change()


def test_a_run_does_one_batch_and_the_next_goes_on_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "BATCH", 2)
    for number in range(3):
        ask(f"{LEMON} {'!' * number}")
    collect([FOREIGN], now=NOW)
    run = queue.claim(("answers",))
    assert run is not None
    catching_up.catch_up(run.payload, run)
    assert Answer.objects.count() == 2
    (job,) = Job.objects.filter(kind=following.CATCH_UP_JOB)
    assert '"after":2' in job.payload
    work()
    assert Answer.objects.count() == 3


def test_a_message_that_is_looked_up_while_a_review_comes_in_is_not_missed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = intake.ask(LEMON, channel="test", ref="meanwhile")
    found = answering._found

    def slow(*arguments: object) -> object:
        answer = found(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(answering, "_found", found)
        collect([FOREIGN], now=NOW)
        Job.objects.filter(kind=following.CATCH_UP_JOB).delete()  # it went by before the message was open
        return answer

    monkeypatch.setattr(answering, "_found", slow)
    work()
    assert answers_of(Message.objects.get(pk=asked.message_id)) == [("kiem-1", 1, "later")]


@pytest.mark.parametrize("has_file", [False, True])
def test_a_review_that_vanishes_while_a_message_is_examined_is_not_its_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, has_file: bool
) -> None:
    collect([FOREIGN], now=NOW)
    found = answering._found

    def slow(*arguments: object) -> object:
        answer = found(*arguments)  # type: ignore[arg-type]
        record.remove(Shelf.REVIEWS, ["kiem-1"])
        return answer

    monkeypatch.setattr(answering, "_found", slow)
    asked = intake.ask(LEMON, channel="test", ref="gone", file=b"no picture" if has_file else b"")
    work()
    message = Message.objects.get(pk=asked.message_id)
    assert (message.state, answers_of(message), message.suggestions.count()) == (MessageState.OPEN, [], 0)
    assert message.claim is not None
    assert not Job.objects.filter(kind=intake.ANSWER_JOB).exists()


def test_a_review_that_vanishes_while_open_messages_are_matched_is_not_their_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = ask(LEMON)
    collect([FOREIGN], now=NOW)
    found = catching_up._answers

    def slow(*arguments: object) -> object:
        answer = found(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(catching_up, "_answers", found)
        record.remove(Shelf.REVIEWS, ["kiem-1"])
        return answer

    monkeypatch.setattr(catching_up, "_answers", slow)
    work()
    message.refresh_from_db()
    assert (message.state, answers_of(message)) == (MessageState.OPEN, [])


@pytest.mark.parametrize("came_again", [False, True])
def test_what_was_put_aside_and_comes_back_hears_of_what_came_in_meanwhile(desk: Desk, came_again: bool) -> None:
    message, other = ask(LEMON), ask(DIABETES)
    assert message.claim is not None
    assert other.claim is not None
    batch = claims.dismiss([message.claim.pk, other.claim.pk], actor=desk.linh)
    if came_again:
        ask(LEMON)
    collect([FOREIGN], now=NOW)
    work()
    assert claims.undo(batch, actor=desk.linh) == 2
    work()
    message.refresh_from_db()
    assert (message.state, answers_of(message)) == (MessageState.ANSWERED, [("kiem-1", 1, "later")])
    assert [one.review_ref for one in other.suggestions.all()] == ["kiem-1"]
    assert not Job.objects.filter(kind=following.CATCH_UP_JOB).exists()


def test_a_claim_that_a_member_works_on_stays_and_its_review_is_told_too(desk: Desk) -> None:
    message = ask(LEMON)
    claim = message.claim
    assert claim is not None
    claims.select(claim.pk, Selection.REQUESTS, actor=desk.linh)
    collect([FOREIGN], now=NOW)
    work()
    claim.refresh_from_db()
    assert claim.state == ClaimState.OPEN
    publish(claim, desk.linh, desk.an, wording(claim_reviewed=LEMON))
    assert [kind for _, _, kind in answers_of(message)] == ["later", "checked"]


def test_a_changed_rating_of_another_publisher_is_told_with_what_changed(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    message = ask(LEMON)
    assert answers_of(message) == [("kiem-1", 1, "matched")]
    newer = replace(FOREIGN, rating=Rating("Thiếu bối cảnh", MappedRating.MISSING_CONTEXT, "words"), date="2026-02-01")
    collect([newer], now=NOW)
    work()
    work()
    assert answers_of(message) == [("kiem-1", 1, "matched"), ("kiem-1", 2, "corrected")]
    shown = ticket_of(Message.objects.get(pk=message.pk)).answers[0]
    assert shown.change is not None
    assert shown.change.changed == [["rating", "Sai", "Thiếu bối cảnh"]]
    later = ask(LEMON)
    assert answers_of(later) == [("kiem-1", 2, "matched")], "who asks later has had the new state from the start"
    collect([newer], now=NOW)
    work()
    assert ForeignChange.objects.count() == 1


def test_r25_a_message_that_is_erased_while_a_change_is_told_stays_without_an_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect([FOREIGN], now=NOW)
    message = ask(LEMON)
    collect([replace(FOREIGN, rating=Rating("Đúng", MappedRating.TRUE, "words"), date="2026-02-01")], now=NOW)
    asks_for_it: list[Thread] = []
    batch = foreign_changes._batch

    def erase() -> None:
        erasing.erase(message.pk)
        connection.close()

    def read(change: ForeignChange) -> object:
        some = batch(change)
        if not asks_for_it:
            asks_for_it.append(Thread(target=erase))
            asks_for_it[0].start()
            asks_for_it[0].join(0.5)  # it has to wait, where what was read is to be written
        return some

    monkeypatch.setattr(foreign_changes, "_batch", read)
    foreign_changes.tell(ForeignChange.objects.get().pk)
    asks_for_it[0].join(20)
    message.refresh_from_db()
    assert (message.state, answers_of(message)) == (MessageState.DELETED, [])


def test_where_nobody_refused_a_changed_review_each_who_had_it_hears_once_and_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect([FOREIGN], now=NOW)
    had, other = [ask(LEMON), ask(LEMON.upper()), ask(LEMON.lower())], ask(TAMARIND)
    collect([replace(FOREIGN, title="Chanh không thay được thuốc", date="2026-02-01")], now=NOW)
    monkeypatch.setattr(foreign_changes, "_BATCH", 2)
    for _ in range(2):
        foreign_changes.tell(ForeignChange.objects.get().pk)
        assert [answers_of(one) for one in had] == [[("kiem-1", 1, "matched"), ("kiem-1", 2, "corrected")]] * len(had)
        assert answers_of(other) == []


def test_a_new_date_alone_is_no_correction(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    message = ask(LEMON)
    collect([replace(FOREIGN, date="2026-02-01")], now=NOW)
    work()
    assert len(answers_of(message)) == 1


def test_a_review_that_its_source_has_no_more_says_so_and_so_does_its_return(desk: Desk) -> None:
    rest = [replace(FOREIGN, id=f"rest-{n}", claim=f"Tin số {n}", url=f"https://kiem.example/{n}") for n in range(3)]
    collect([FOREIGN, *rest], now=NOW)
    message = ask(LEMON)
    assert collect(rest, now=NOW, is_whole=True).removed == 1
    work()
    assert answers_of(message)[-1] == ("kiem-1", 2, "corrected")
    shown = ticket_of(Message.objects.get(pk=message.pk)).answers[0]
    assert (shown.review, shown.change is not None and shown.change.is_gone) == (None, True)
    collect([FOREIGN], now=NOW)
    work()
    assert answers_of(message)[-1] == ("kiem-1", 3, "corrected")


def test_a_source_that_lacks_most_of_its_site_is_not_taken_for_whole(desk: Desk) -> None:
    some = [replace(FOREIGN, id=f"one-{n}", url=f"https://kiem.example/{n}") for n in range(5)]
    elsewhere = replace(FOREIGN, id="elsewhere", url="https://other.example/1")
    collect([*some, elsewhere], now=NOW)
    with pytest.raises(InputError, match="really all"):
        collect(some[:1], now=NOW, is_whole=True)
    assert collect(some[:4], now=NOW, is_whole=True).removed == 1
    assert record.ShelfRecord(Shelf.REVIEWS).get_many(["elsewhere", "one-4"]).keys() == {"elsewhere"}


def test_the_command_says_how_many_were_taken_off(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import-reviews", "starter", whole=True)
    assert "removed 0" in capsys.readouterr().out


def test_a_look_at_one_claim_looks_at_all_of_its_messages_and_at_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "BATCH", 2)
    texts = (LEMON, f"{LEMON} !", TAMARIND, f"{LEMON} !!", f"{LEMON} !!!", TAMARIND.upper())
    messages = [ask(text) for text in texts]
    claim_id = messages[0].claim_id
    assert claim_id is not None
    before = record.matched_until()
    collect([FOREIGN, replace(FOREIGN, id="kiem-2", claim=TAMARIND, url="https://kiem.example/me")], now=NOW)
    Job.objects.filter(kind=following.CATCH_UP_JOB).delete()
    following.look_at_claim(claim_id, 1)
    work()
    for message in messages:
        message.refresh_from_db()
        assert message.state == ("open" if message.text.lower() == TAMARIND.lower() else "answered")
    assert record.matched_until() == before, "what is new was not compared with the others"
