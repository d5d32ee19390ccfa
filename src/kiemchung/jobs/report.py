"""What the queue looks like now: states, ages, quarantine, periodic jobs. Payloads are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from kiemchung.jobs import clock
from kiemchung.jobs.models import Job, Schedule, State


@dataclass(frozen=True)
class Group:
    """The jobs of one queue, kind and state."""

    queue: str
    kind: str
    state: str
    count: int
    oldest_s: float


@dataclass(frozen=True)
class Quarantined:
    """A job that nobody tries any more, with the reason."""

    id: int
    kind: str
    attempts: int
    age_s: float
    reason: str


@dataclass(frozen=True)
class Periodic:
    """A periodic job; `last_run_s` is the age of its last run that ended well, None when there was none.

    `idle_s` is the same age or, before the first run that ended well, how long that one has been due.
    """

    name: str
    every_s: float
    last_run_s: float | None
    idle_s: float


@dataclass(frozen=True)
class Report:
    """The whole queue; ages are in seconds and never negative."""

    jobs: list[Group]
    quarantined: list[Quarantined]
    periodic: list[Periodic]


def report() -> Report:
    """Return what is in the queue now."""
    groups = Job.objects.values("queue", "kind", "state").annotate(count=Count("id"), oldest=Min("enqueued_at"))
    jobs = [
        Group(row["queue"], row["kind"], row["state"], row["count"], age_of(row["oldest"]))
        for row in groups.order_by("queue", "kind", "state")
    ]
    quarantined = [
        Quarantined(job.pk, job.kind, job.attempts, age_of(job.enqueued_at), job.reason)
        for job in Job.objects.filter(state=State.QUARANTINED).order_by("id")
    ]
    schedules = Schedule.objects.annotate(first_job=Min("job__enqueued_at")).order_by("name")
    return Report(jobs, quarantined, [_periodic(row, row.first_job) for row in schedules])


def _periodic(row: Schedule, first_job: datetime | None) -> Periodic:
    last_run_s = None if row.last_done_at is None else age_of(row.last_done_at)
    due = min(row.next_at, first_job or row.next_at)  # the time in the row moves on with each job that is made
    return Periodic(row.name, row.every.total_seconds(), last_run_s, age_of(due) if last_run_s is None else last_run_s)


def age_of(moment: datetime) -> float:
    """Seconds since `moment`; 0 where the clock was set back behind it."""
    return round(max(0.0, (clock.now() - moment).total_seconds()), 1)
