"""Periodic jobs: a row each, of which one worker at a time makes a job when it is due."""

from __future__ import annotations

from django.db.models import QuerySet

from kiemchung.jobs import clock
from kiemchung.jobs.handlers import HANDLERS
from kiemchung.jobs.models import Job, Schedule
from kiemchung.jobs.queue import store
from kiemchung.jobs.transactions import retried


def record_schedules() -> None:
    """Make the rows of the periodic handlers that are registered, or bring them up to date; due at once when new."""
    for one in HANDLERS.values():
        if one.every is not None:
            kept = {"every": one.every, "queue": one.queue, "version": one.version}
            row = {"name": one.kind, "defaults": kept, "create_defaults": {**kept, "next_at": clock.now()}}
            retried(lambda row=row: Schedule.objects.update_or_create(**row))  # type: ignore[misc]


def enqueue_due() -> int:
    """Enqueue the periodic jobs that are due; return how many.

    A job whose last run has not ended is not enqueued twice: the schedule's name is its key. Periods that passed while
    no worker ran are made up for by one run. Costs one read when nothing is due.
    """
    return retried(_enqueue_due) if _due(Schedule.objects.all()) else 0


def _due(rows: QuerySet[Schedule]) -> list[Schedule]:
    now = clock.now()
    # A time further away than the period was written before the clock was set back.
    return [row for row in rows.filter(name__in=HANDLERS) if row.next_at <= now or row.next_at > now + row.every]


def _enqueue_due() -> int:
    now = clock.now()
    due = _due(Schedule.objects.select_for_update(skip_locked=True))
    for row in due:
        job = Job(kind=row.name, queue=row.queue, payload="{}", version=row.version, schedule=row, enqueued_at=now)
        job.key = f"schedule:{row.name}"
        store(job)
        row.next_at = now + row.every
        row.save(update_fields=("next_at",))
    return len(due)
