"""The desk's processes killed for real, at each statement: what was there or what is new is there, never half."""

from __future__ import annotations

import http.client
import re
from contextlib import suppress
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection, connections

from kiemchung.desk import delivering, erasing, intake, publishing
from kiemchung.desk.log import checking, signing, stored
from kiemchung.desk.models import Answer, Draft, LogEntry, Message, MessageState, ReviewVersion, Shelf, Shelved
from kiemchung.jobs import clock
from kiemchung.jobs.models import Job
from kiemchung.jobs.worker import run_now
from kiemchung.web.database import database_from
from kiemchung.web.starting import require_migrated
from tests.databases import Database, use
from tests.desk.calling import Answered, call
from tests.desk.conftest import Desk
from tests.desk.dying import dies_at, serving
from tests.desk.newsroom import TAMARIND, ask, hand_in, publish, wording
from tests.desk.test_faults_of_migrations import use_an_empty_one

pytestmark = pytest.mark.faults


def is_whole() -> bool:
    return not checking.check(stored.rows(), signing.heads()).findings


def test_f2_f15_killed_at_any_statement_of_asking_both_message_and_job_are_there_or_none(desk: Desk) -> None:
    for number in count(1):
        ref = f"message {number}"
        died = dies_at(number, lambda ref=ref: intake.ask(TAMARIND, channel="test", ref=ref))  # type: ignore[misc]
        messages = list(Message.objects.filter(channel_ref=ref).values_list("pk", flat=True))
        jobs = Job.objects.filter(kind=intake.ANSWER_JOB, key__in=map(str, messages)).count()
        assert len(messages) == jobs == (0 if died else 1)
        again = intake.ask(TAMARIND, channel="test", ref=ref)
        assert Message.objects.filter(channel_ref=ref).count() == 1
        assert intake.message_for(again.ticket) is not None
        if not died:
            break
    assert number > 4
    assert Job.objects.filter(kind=intake.ANSWER_JOB).count() == Message.objects.count() == number


def test_f5_killed_at_any_statement_of_a_correction_the_old_page_or_the_new_one_is_there(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    claim.refresh_from_db()
    new = wording(summary="Câu tóm tắt mới, sau khi sửa.")
    revision = hand_in(claim, desk.linh, new, "Số liệu cũ đã lỗi thời.")
    signing.sign(clock.now())
    entries = LogEntry.objects.count()
    for number in count(1):
        died = dies_at(number, lambda: publishing.publish(claim.pk, actor=desk.an, revision=revision))
        shelved = Shelved.objects.get(shelf=Shelf.REVIEWS, is_removed=False)
        state = (
            ReviewVersion.objects.count(),
            LogEntry.objects.count() - entries,
            new.summary in shelved.body,
            Job.objects.filter(kind=delivering.DELIVER_JOB).count(),
            Draft.objects.get().state,
        )
        assert state == ((1, 0, False, 0, "submitted") if died else (2, 1, True, 1, "writing")), f"statement {number}"
        assert is_whole()
        if not died:
            break
    assert number > 15
    signing.sign(clock.now())
    assert is_whole()


def test_f5_f6_killed_at_any_statement_of_telling_who_asked_each_hears_once(desk: Desk) -> None:
    claims = [ask(TAMARIND, ref=f"asker {number}").claim for number in range(5)]
    assert claims[0] is not None
    revision = hand_in(claims[0], desk.linh)
    version = publishing.publish(claims[0].pk, actor=desk.an, revision=revision)
    for number in count(1):
        if not dies_at(number, lambda: delivering.deliver(version.review_id, 1)):
            break
        assert Answer.objects.count() == 5 * (Message.objects.filter(state=MessageState.ANSWERED).count() == 5)
    assert number > 2
    assert sorted(Answer.objects.values_list("message", flat=True)) == sorted(
        Message.objects.values_list("pk", flat=True)
    )


def test_killed_at_any_statement_of_erasing_a_message_is_whole_or_gone(desk: Desk) -> None:
    message = ask(TAMARIND)
    for number in count(1):
        died = dies_at(number, lambda: erasing.erase(message.pk))
        message.refresh_from_db()
        assert (message.text, message.state) == ((TAMARIND, MessageState.OPEN) if died else ("", MessageState.DELETED))
        if not died:
            break
    assert number > 5


def send(address: str, values: dict[str, str], cookie: str) -> Answered:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    return call(address, "POST", "/hoi", urlencode(values), headers)


def test_f1_a_site_killed_after_the_commit_and_asked_again_has_one_message(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-worker", dies="answering") as (process, address):
        page = call(address, "GET", "/hoi")
        cookie = "; ".join(one.partition(";")[0] for one in page.headers.get_all("Set-Cookie") or ())
        found = dict(re.findall(r'name="(csrfmiddlewaretoken|once)"[^>]*?value="([^"]+)"', page.text))
        values = {"text": TAMARIND, **found}
        assert set(values) == {"text", "once", "csrfmiddlewaretoken"}
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            send(address, values, cookie)
        assert process.wait(10) == -9
    use(database_from("", tmp_path))
    assert Message.objects.count() == Job.objects.filter(kind=intake.ANSWER_JOB).count() == 1
    connections.close_all()
    with serving(tmp_path) as (_, address):
        answers = [send(address, values, cookie) for _ in range(2)]
        assert [one.status for one in answers] == [302, 302]
        assert len({one.headers["Location"] for one in answers}) == 1
    assert Message.objects.count() == 1
    connections.close_all()


@pytest.mark.parametrize("which", [1, 2, 5, 12, 20, 33])
def test_f37_a_migration_that_was_killed_before_it_was_written_down_is_run_again(
    which: int, database: Database, tmp_path: Path
) -> None:
    use_an_empty_one(database, tmp_path)
    assert dies_at(which, lambda: call_command("migrate", verbosity=0), begins='INSERT INTO "django_migrations"')
    call_command("migrate", verbosity=0)
    require_migrated()
    with suppress(Exception):
        connection.close()


@pytest.mark.parametrize("which", [1, 9, 15, 20, 40, 60, 150, 220])
def test_f37_a_migration_that_was_killed_is_run_again(which: int, database: Database, tmp_path: Path) -> None:
    use_an_empty_one(database, tmp_path)
    assert dies_at(which, lambda: call_command("migrate", verbosity=0))
    call_command("migrate", verbosity=0)
    require_migrated()
    assert intake.ask(TAMARIND, channel="test", ref="one").message_id
    with suppress(Exception):
        connection.close()


def test_f27_an_order_to_delete_that_comes_before_or_after_the_answer_ends_the_same(desk: Desk) -> None:
    ends = set()
    for deeds in (("delete", "answer"), ("answer", "delete"), ("answer", "delete", "delete", "answer")):
        asked = intake.ask(TAMARIND, channel="test", ref=" ".join(deeds))
        assert asked.job_id is not None
        for deed in deeds:
            if deed == "delete":
                erasing.erase(asked.message_id)
            else:
                run_now(asked.job_id)
        message = Message.objects.get(pk=asked.message_id)
        ends.add((message.state, message.text, message.claim_id, message.answers.count()))
        assert intake.message_for(asked.ticket) is None
    assert ends == {(MessageState.DELETED, "", None, 0)}
