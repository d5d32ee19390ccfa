"""A worker: claims jobs one after the other, runs them, keeps their leases alive, and stops when asked."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from kiemchung.jobs import clock, queue, wakeup
from kiemchung.jobs.handlers import HANDLERS, Handler, UnworkableJobError
from kiemchung.jobs.models import UNFINISHED, Job
from kiemchung.jobs.queue import LEASE, LeaseLostError, Run
from kiemchung.jobs.schedules import enqueue_due, record_schedules
from kiemchung.jobs.transactions import DatabaseBusyError

logger = logging.getLogger(__name__)
POLL_S = {"sqlite": 0.5, "postgresql": 5.0}
_AFTER_OUTAGE_S = 1.0
_LOOKS_AGAIN_S = 0.05


class StopAtOnce(BaseException):
    """Raised into a running job by the second signal."""


class Worker:
    """Works until `stop()`; `queues` empty means all. Use one in a thread of its own, at most."""

    def __init__(self, queues: Collection[str] = (), *, lease: timedelta = LEASE) -> None:
        self._queues, self._lease = tuple(queues), lease
        self._stopping = False
        self._is_running = False
        self._jumps = clock.JumpWatch()
        self._no_takeover_before = 0.0

    def stop(self) -> None:
        """Ask for the end: after the running job; asked again, at once. Safe inside a signal handler."""
        if self._stopping and self._is_running:
            raise StopAtOnce
        self._stopping = True
        wakeup.strike()

    def run(self, *, once: bool = False) -> int:
        """Work; return the number of jobs that were begun. With `once` it ends when nothing is due."""
        begun = 0
        ear: wakeup.Ear | None = None
        while not self._stopping:
            try:
                if ear is None:
                    record_schedules()
                    ear = wakeup.Ear()
                begun += self._work_off()
                if once:
                    break
                close_old_connections()
                ear.wait(0 if self._stopping else POLL_S[connection.vendor])
            except (OperationalError, InterfaceError, DatabaseBusyError) as error:
                if once:
                    raise
                logger.warning("the database does not answer (%s); trying again", type(error).__name__)
                self._let_go(ear)
                ear = None
                time.sleep(_AFTER_OUTAGE_S)
        self._let_go(ear)
        return begun

    def _let_go(self, ear: wakeup.Ear | None) -> None:
        with suppress(Exception):
            connection.close()
        if ear is not None:
            with suppress(Exception):
                ear.close()

    def _work_off(self) -> int:
        begun = 0
        while not self._stopping:
            enqueue_due()
            run = queue.claim(self._queues, lease=self._lease, take_over=self._may_take_over())
            if run is None:
                break
            begun += 1
            self._run(run, HANDLERS[run.kind])
        return begun

    def _may_take_over(self) -> bool:
        # After the clock was set, leases of living workers look old: they get one lease's time to renew them.
        if self._jumps.has_jumped():
            self._no_takeover_before = time.monotonic() + self._lease.total_seconds()
            logger.warning("the clock was set; other workers' jobs are left alone for %s", self._lease)
        return time.monotonic() >= self._no_takeover_before

    def _run(self, run: Run, handler: Handler) -> None:
        self._is_running = True
        try:
            work_on(run, handler, self._lease)
        except StopAtOnce:
            queue.release(run)
            raise
        finally:
            self._is_running = False


def run_now(job_id: int, *, lease: timedelta = LEASE) -> bool:
    """Run one job here, if it waits and is due; False when there was nothing to run. What a failure does to the job is
    the same as in a worker.

    For work that somebody waits for: whoever enqueued it runs it after the commit, and a worker does when that fails.
    """
    run = queue.claim(only=job_id, lease=lease, take_over=False)
    if run is None:
        return False
    work_on(run, HANDLERS[run.kind], lease)
    return True


def has_ended(job_id: int, *, within_s: float) -> bool:
    """Wait until a job that a worker has is done or given up; False when it is not after `within_s` seconds.

    For work that somebody waits for when `run_now` came too late to run it.
    """
    end = time.monotonic() + within_s
    while Job.objects.filter(UNFINISHED, pk=job_id).exists():
        if time.monotonic() >= end:
            return False
        time.sleep(_LOOKS_AGAIN_S)
    return True


def work_on(run: Run, handler: Handler, lease: timedelta) -> None:
    """Run a claimed job to its end, keep its lease alive, and record how it went."""
    started = time.monotonic()
    outcome = "given up"
    try:
        with Heartbeat(run, lease):
            outcome = _outcome(run, handler)
    except LeaseLostError:
        outcome = "late: another worker has it"
    finally:
        spent = time.monotonic() - started
        logger.info("job %d %s attempt %d: %s after %.2f s", run.job_id, run.kind, run.attempt, outcome, spent)


def _outcome(run: Run, handler: Handler) -> str:
    try:
        handler.function(run.payload, run)
    except LeaseLostError:
        raise
    except UnworkableJobError as error:
        return queue.retry_or_quarantine(run, handler, str(error), is_hopeless=True)
    except Exception as error:
        return queue.retry_or_quarantine(run, handler, place_of(error))
    if not run.is_finished:
        queue.finish(run)
    return "done"


def place_of(error: BaseException) -> str:
    """Where an error arose, without its words: they may repeat what a person wrote.

    >>> place_of(ValueError("0912 345 678"))
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}"


class Heartbeat:
    """Renews the lease of a running job from a thread, three times in its length, for as long as the block runs."""

    def __init__(self, run: Run, lease: timedelta) -> None:
        self._run, self._lease = run, lease
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(self._lease.total_seconds() / 3):
                try:
                    if not queue.extend(self._run, lease=self._lease):
                        return
                except (OperationalError, InterfaceError, DatabaseBusyError):
                    connection.close()  # the next beat tries a new one
        finally:
            connection.close()
