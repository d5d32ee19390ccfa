"""A worker in this process: outcomes, quarantine, periodic jobs, what is logged."""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from kiemchung.engine.errors import InputError
from kiemchung.jobs import clock, wakeup
from kiemchung.jobs.handlers import Payload, UnworkableJobError, handler
from kiemchung.jobs.models import Job, Schedule, State
from kiemchung.jobs.queue import Run, enqueue
from kiemchung.jobs.schedules import enqueue_due, record_schedules
from kiemchung.jobs.worker import Worker, has_ended
from tests.jobs.conftest import Hands

pytestmark = pytest.mark.usefixtures("database")
CANARY = "0912 345 678"


def test_a_job_that_ran_leaves_nothing_behind() -> None:
    seen: list[Payload] = []
    handler("work")(lambda payload, run: seen.append(payload))
    enqueue("work", {"n": 1})
    assert Worker().run(once=True) == 1
    assert seen == [{"n": 1}]
    assert not Job.objects.exists()


def test_a_job_that_somebody_waits_for_has_ended_when_it_is_done_or_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    handler("work")(lambda payload, run: None)
    enqueue("work", {})
    job = Job.objects.get()
    assert not has_ended(job.pk, within_s=0.0)
    monkeypatch.setattr(time, "sleep", lambda seconds: Worker().run(once=True))
    assert has_ended(job.pk, within_s=60.0)
    enqueue("work", {})
    Job.objects.update(state=State.QUARANTINED)
    assert has_ended(Job.objects.get().pk, within_s=0.0)


def test_f9_a_job_that_always_fails_is_quarantined_with_the_reason_and_others_flow(hands: Hands) -> None:
    done: list[int] = []

    @handler("poison", attempts=3)
    def poison(payload: Payload, run: Run) -> None:
        raise ValueError(CANARY)

    handler("work")(lambda payload, run: done.append(1))
    enqueue("poison", {"text": CANARY})
    for turn in range(1, 6):
        enqueue("work", {})
        Worker().run(once=True)
        assert len(done) == turn
        hands.forward(hours=2)
    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.QUARANTINED, 3)
    assert "ValueError at test_worker.py" in job.reason


def test_a_hopeless_job_is_quarantined_at_once_with_the_handlers_words() -> None:
    @handler("work")
    def hopeless(payload: Payload, run: Run) -> None:
        raise UnworkableJobError("The review is gone.", "Bài kiểm chứng không còn.")

    enqueue("work", {})
    Worker().run(once=True)
    assert Job.objects.get().reason == "The review is gone."


def test_no_payload_and_no_words_of_an_error_reach_log_or_report(caplog: pytest.LogCaptureFixture) -> None:
    @handler("work", attempts=1)
    def fails(payload: Payload, run: Run) -> None:
        raise ValueError(payload["text"])

    caplog.set_level(logging.DEBUG, logger="kiemchung")
    enqueue("work", {"text": CANARY})
    Worker().run(once=True)
    printed = StringIO()
    call_command("jobs", "--json", stdout=printed)
    kept = [record.getMessage() for record in caplog.records if record.name.startswith("kiemchung")]
    assert kept
    assert CANARY not in "\n".join([*kept, printed.getvalue()])
    assert json.loads(printed.getvalue())["quarantined"][0]["reason"].startswith("ValueError at")


def test_a_periodic_job_is_made_once_a_period_and_never_beside_itself(hands: Hands) -> None:
    handler("tidy", every=timedelta(hours=1))(lambda payload, run: None)
    record_schedules()
    record_schedules()
    assert (enqueue_due(), enqueue_due()) == (1, 0)
    hands.forward(hours=5)
    enqueue_due()
    assert Job.objects.count() == 1
    Worker().run(once=True)
    assert Schedule.objects.get().last_done_at == hands.time
    hands.forward(days=-1)
    assert enqueue_due() == 1


def test_the_report_tells_the_age_of_the_last_run_in_both_languages(hands: Hands) -> None:
    handler("tidy", every=timedelta(hours=1))(lambda payload, run: None)
    Worker().run(once=True)
    hands.forward(minutes=5)
    for lang, words in (("vi", "lần xong gần nhất cách đây 300 s"), ("en", "last run ended 300 s")):
        printed = StringIO()
        call_command("jobs", "--lang", lang, stdout=printed)
        assert words in printed.getvalue()
    hands.forward(days=-1)
    printed = StringIO()
    call_command("jobs", "--json", stdout=printed)
    assert json.loads(printed.getvalue())["periodic"][0]["last_run_s"] == 0


def test_a_job_that_is_not_quarantined_cannot_be_tried_again_or_discarded() -> None:
    job_id = enqueue("work", {})
    for option in ("--again", "--discard"):
        with pytest.raises(InputError, match="not quarantined"):
            call_command("jobs", option, str(job_id))


def test_a_waiting_worker_wakes_when_a_job_is_committed_and_not_before() -> None:
    ear = wakeup.Ear()
    ear.wait(-1)

    def later() -> None:
        time.sleep(0.1)
        enqueue("work", {})
        connection.close()

    thread = threading.Thread(target=later)
    begun = time.monotonic()
    thread.start()
    ear.wait(20)
    spent = time.monotonic() - begun
    thread.join()
    ear.close()
    assert 0.05 < spent < 10
    assert Job.objects.count() == 1


@pytest.mark.parametrize("key", [None, "same"], ids=["new", "known"])
def test_a_job_wakes_a_worker_unless_whoever_enqueued_it_runs_it_at_once(key: str | None) -> None:
    ear = wakeup.Ear()
    ear.wait(0)
    assert not rings(ear, key, wakes=False)
    assert rings(ear, key, wakes=True)  # one whose kind and key wait already, too
    assert not rings(ear, key, wakes=True, is_committed=False)
    ear.close()


def rings(ear: wakeup.Ear, key: str | None, *, wakes: bool, is_committed: bool = True) -> bool:
    """Tell whether a worker hears at once of a job that is enqueued so."""
    with suppress(ZeroDivisionError), transaction.atomic():
        enqueue("work", {}, key=key, wakes=wakes)
        if not is_committed:
            raise ZeroDivisionError
    longest = 20 if wakes and is_committed else 0.2
    begun = time.monotonic()
    ear.wait(longest)
    return time.monotonic() - begun < longest


def test_many_workers_run_each_job_once() -> None:
    seen: list[int] = []
    handler("work")(lambda payload, run: seen.append(payload["n"]))
    for n in range(40):
        enqueue("work", {"n": n})

    def work() -> None:
        Worker().run(once=True)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(40))


def test_f23_after_the_clock_was_set_living_workers_get_time_to_renew_their_leases(hands: Hands) -> None:
    watch = clock.JumpWatch()
    assert not watch.has_jumped()
    hands.forward(days=1)
    assert watch.has_jumped()
    assert not watch.has_jumped()
    hands.forward(days=-1)
    assert watch.has_jumped()
