"""What the queue keeps: jobs that are not done, and the schedules of periodic ones."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Where a job is. One that is done has no row any more, and so no payload."""

    WAITING = "waiting"
    RUNNING = "running"
    QUARANTINED = "quarantined"


UNFINISHED = Q(state__in=(State.WAITING, State.RUNNING))


class Schedule(models.Model):
    """A periodic job: when it is due, and when it last ran to its end."""

    name = models.CharField(max_length=100, unique=True)
    every = models.DurationField()
    queue = models.CharField(max_length=50)
    version = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField()
    last_done_at = models.DateTimeField(null=True)


class Job(models.Model):
    """One piece of work. `token` grows with every claim: who holds an older one has lost the job."""

    kind = models.CharField(max_length=100)
    queue = models.CharField(max_length=50)
    payload = models.TextField()  # JSON; as text it is the same in both databases, whatever characters are in it
    version = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200, null=True)  # no key is not the empty key
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    token = models.BigIntegerField(default=0)
    enqueued_at = models.DateTimeField()
    run_after = models.DateTimeField(null=True)  # empty: at once, whatever the clock says
    leased_until = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "key"), condition=UNFINISHED, name="one_unfinished_job_a_key"),
        )
        indexes = (models.Index(fields=("queue", "id"), condition=UNFINISHED, name="unfinished_jobs"),)
