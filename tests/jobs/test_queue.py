"""The queue's promises, one by one, with a clock that the test sets."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from kiemchung.engine.errors import InputError
from kiemchung.jobs import queue
from kiemchung.jobs.handlers import HANDLERS, Payload, handler
from kiemchung.jobs.models import Job, State
from kiemchung.jobs.queue import LARGEST_PAYLOAD, LEASE, LONGEST_WAIT, LeaseLostError, Run, claim, enqueue, finish
from kiemchung.jobs.transactions import TRIES, DatabaseBusyError, retried
from tests.databases import Database
from tests.jobs.conftest import Hands

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def work() -> None:
    @handler("work", attempts=3)
    def nothing(payload: Payload, run: Run) -> None:
        """Run by nobody here."""


def claimed() -> Run:
    run = claim()
    assert run is not None
    return run


def test_f2_a_job_is_there_only_when_its_callers_transaction_commits() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        enqueue("work", {})
        raise ZeroDivisionError
    assert claim() is None
    with transaction.atomic():
        enqueue("work", {})
    assert claimed().kind == "work"


@pytest.mark.parametrize("payload", [{"a": object()}, {"a": float("nan")}, {1: "a"}, {"a": (1,)}, ["a"]])
def test_a_payload_that_is_not_json_is_refused(payload: Any) -> None:
    with pytest.raises(InputError, match="not a JSON object"):
        enqueue("work", payload)


def test_a_payload_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="bytes"):
        enqueue("work", {"a": "x" * LARGEST_PAYLOAD})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        enqueue("work", {}, run_after=datetime(2026, 1, 1))


def test_any_characters_come_back_as_they_were() -> None:
    payload = {"a": "Tiếng Việt \0 \ud800 😀"}
    enqueue("work", payload)
    assert claimed().payload == payload


def test_the_same_key_is_the_same_job_until_it_ends() -> None:
    first = enqueue("work", {"n": 1}, key="k")
    assert enqueue("work", {"n": 2}, key="k") == first
    run = claimed()
    assert enqueue("work", {"n": 3}, key="k") == first
    finish(run)
    assert enqueue("work", {"n": 4}, key="k") != first


def test_a_job_waits_for_its_time(hands: Hands) -> None:
    enqueue("work", {}, run_after=hands.time + timedelta(minutes=1))
    assert claim() is None
    hands.forward(minutes=1)
    assert claimed().attempt == 1


def test_jobs_come_in_the_order_in_which_they_were_stored() -> None:
    ids = [enqueue("work", {}) for _ in range(3)]
    assert [claimed().job_id for _ in ids] == ids


def test_a_worker_takes_only_the_queues_and_the_kinds_and_the_versions_it_knows() -> None:
    enqueue("work", {}, queue="other")
    enqueue("unknown", {})
    enqueue("work", {}, version=2)
    assert claim(["default"]) is None
    assert claimed().kind == "work"
    assert claim() is None


def test_f3_f7_a_job_whose_worker_is_gone_is_taken_over_after_the_lease(hands: Hands) -> None:
    enqueue("work", {})
    claimed()
    hands.forward(seconds=LEASE.total_seconds() - 1)
    assert claim() is None
    hands.forward(seconds=1)
    assert claimed().attempt == 2


def test_a_heartbeat_keeps_the_lease(hands: Hands) -> None:
    enqueue("work", {})
    run = claimed()
    hands.forward(seconds=20)
    assert queue.extend(run)
    hands.forward(seconds=20)
    assert claim() is None


def test_f11_the_late_result_of_a_lost_lease_is_refused(hands: Hands) -> None:
    enqueue("work", {})
    late = claimed()
    hands.forward(seconds=31)
    second = claimed()
    with pytest.raises(LeaseLostError), late.finishing():
        enqueue("result", {})
    with pytest.raises(LeaseLostError):
        queue.retry_or_quarantine(late, HANDLERS["work"], "late")
    assert not queue.extend(late)
    with second.finishing():
        enqueue("result", {})
    assert Job.objects.filter(kind="result").count() == 1


def test_a_result_that_fails_leaves_the_job_as_it_was() -> None:
    enqueue("work", {})
    run = claimed()
    with pytest.raises(ZeroDivisionError), run.finishing():
        raise ZeroDivisionError
    assert not run.is_finished
    finish(run)


def test_f10_an_attempt_is_counted_before_the_run_and_the_last_ends_in_quarantine(hands: Hands) -> None:
    enqueue("work", {})
    other = enqueue("work", {}, run_after=hands.time + timedelta(minutes=2))
    for attempt in (1, 2, 3):
        assert claimed().attempt == attempt
        hands.forward(minutes=1)
    assert claimed().job_id == other
    job = Job.objects.get(state=State.QUARANTINED)
    assert (job.attempts, "begun 3 times" in job.reason) == (3, True)


def test_a_job_comes_out_of_quarantine_with_all_its_attempts() -> None:
    job_id = enqueue("work", {})
    queue.retry_or_quarantine(claimed(), HANDLERS["work"], "why", is_hopeless=True)
    assert claim() is None
    assert queue.again(job_id)
    assert claimed().attempt == 1
    assert not queue.again(job_id)


@pytest.mark.parametrize("days", [1, -1])
def test_f23_a_clock_set_by_a_day_loses_no_job_and_holds_none_up(days: int, hands: Hands) -> None:
    enqueue("work", {"n": 1})
    enqueue("work", {"n": 2})
    run = claimed()
    queue.retry_or_quarantine(run, HANDLERS["work"], "why")
    held = claimed()
    hands.forward(days=days)
    again = {one.payload["n"]: one for one in (claimed(), claimed())}  # the retry, and the lease of another day
    assert set(again) == {1, 2}
    with pytest.raises(LeaseLostError):
        finish(held)
    for one in again.values():
        finish(one)
    assert not Job.objects.exists()


def test_waits_grow_to_a_limit() -> None:
    waits = [queue.backoff(attempt) for attempt in range(1, 1000)]
    assert waits == sorted(waits)
    assert (min(waits), max(waits)) == (queue.FIRST_WAIT, LONGEST_WAIT)


class SerializationError(Exception):
    sqlstate = "40001"


def test_f15_a_transaction_that_met_another_is_tried_again_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiemchung.jobs.transactions.time.sleep", lambda _s: None)
    turns: list[int] = []

    def action(failures: int) -> str:
        turns.append(1)
        if len(turns) <= failures:
            raise OperationalError from SerializationError()
        return "done"

    assert retried(lambda: action(2)) == "done"
    turns.clear()
    with pytest.raises(DatabaseBusyError, match="try again"):
        retried(lambda: action(99))
    assert len(turns) == TRIES


def test_f15_of_two_sessions_that_wait_for_each_other_both_get_through_on_postgresql(database: Database) -> None:
    if database.vendor != "postgresql":
        pytest.skip("SQLite lets one transaction write at a time: two cannot wait for each other")
    ids = [enqueue("work", {}), enqueue("work", {})]
    met = threading.Barrier(2)
    turns: list[int] = []

    def session(order: list[int]) -> None:
        def action() -> None:
            turns.append(1)
            for job_id in order:
                Job.objects.filter(pk=job_id).update(attempts=F("attempts") + 1)
                if len(turns) <= 2:
                    with suppress(threading.BrokenBarrierError):
                        met.wait(2)

        retried(action)
        connection.close()

    threads = [threading.Thread(target=session, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert list(Job.objects.values_list("attempts", flat=True)) == [2, 2]
    assert len(turns) >= 3


def test_what_somebody_waits_for_comes_before_what_was_asked_earlier() -> None:
    @handler("urgent", is_urgent=True)
    def nothing(payload: Payload, run: Run) -> None:
        """Run by nobody here."""

    earlier, urgent = enqueue("work", {}), enqueue("urgent", {})
    assert [claimed().job_id, claimed().job_id] == [urgent, earlier]
