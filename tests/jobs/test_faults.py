"""Workers in processes of their own, killed, frozen and thawed for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiemchung.jobs.models import Job, State
from kiemchung.jobs.queue import enqueue
from tests.databases import Database

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parent.parent.parent
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(database: Database) -> Iterator[Start]:
    """Start workers with a lease of a second; those that are left are killed."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str, dies: str = "") -> subprocess.Popen[bytes]:
        environment = {**os.environ, **database.environment, "TEST_LEASE_S": "1", "TEST_DIES": dies}
        command = [sys.executable, "-m", "tests.jobs.worker_process", *arguments]
        started.append(subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen in 10 s"
        time.sleep(0.05)


def results() -> int:
    return Job.objects.filter(kind="result").count()


def began(database: Database, process: subprocess.Popen[bytes]) -> bool:
    return (database.home / f"began-{process.pid}").exists()


def hold(database: Database) -> None:
    enqueue("hold", {"folder": str(database.home)})


def test_f3_f7_the_job_of_a_killed_worker_is_taken_over_and_has_one_result(database: Database, start: Start) -> None:
    hold(database)
    first = start()
    until(lambda: began(database, first))
    first.kill()
    second = start()
    until(lambda: began(database, second))
    (database.home / "go").touch()
    until(results)
    assert not Job.objects.filter(kind="hold").exists()
    assert results() == 1


def test_f8_a_worker_killed_while_it_takes_over_leaves_the_job_to_the_next(database: Database, start: Start) -> None:
    hold(database)
    first = start()
    until(lambda: began(database, first))
    first.kill()
    for _ in range(2):
        assert start(dies="claiming").wait(10) == -signal.SIGKILL
    assert Job.objects.get().attempts == 1
    (database.home / "go").touch()
    start()
    until(results)
    assert results() == 1


def test_f10_a_job_that_kills_its_process_is_quarantined_and_others_flow(database: Database, start: Start) -> None:
    (database.home / "go").touch()
    enqueue("die", {})
    for _ in range(3):
        assert start("--once").wait(10) == -signal.SIGKILL
        time.sleep(1.1)
    hold(database)
    start()
    until(results)
    job = Job.objects.get(kind="die")
    assert (job.state, job.attempts) == (State.QUARANTINED, 3)


def test_f11_the_result_of_a_worker_that_was_frozen_is_refused(database: Database, start: Start) -> None:
    hold(database)
    frozen = start()
    until(lambda: began(database, frozen))
    frozen.send_signal(signal.SIGSTOP)
    second = start()
    until(lambda: began(database, second))
    (database.home / "go").touch()
    until(results)
    frozen.send_signal(signal.SIGCONT)
    frozen.send_signal(signal.SIGTERM)
    assert frozen.wait(10) == 0
    assert results() == 1


def test_a_long_job_is_left_to_the_worker_that_lives(database: Database, start: Start) -> None:
    hold(database)
    first = start()
    until(lambda: began(database, first))
    second = start()
    time.sleep(4)
    assert not began(database, second)
    (database.home / "go").touch()
    until(results)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_ends_its_job_first(
    sign: signal.Signals, database: Database, start: Start
) -> None:
    hold(database)
    worker = start()
    until(lambda: began(database, worker))
    worker.send_signal(sign)
    time.sleep(0.5)
    assert worker.poll() is None
    (database.home / "go").touch()
    assert worker.wait(10) == 0
    assert results() == 1


def test_the_second_signal_stops_at_once_and_gives_the_job_back(database: Database, start: Start) -> None:
    hold(database)
    worker = start()
    until(lambda: began(database, worker))
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 130
    assert Job.objects.get().state == State.WAITING
