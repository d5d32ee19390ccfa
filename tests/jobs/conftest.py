"""The queue on an empty database of each kind, with handlers of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kiemchung.jobs import clock
from kiemchung.jobs.handlers import HANDLERS
from kiemchung.jobs.models import Job, Schedule
from tests.databases import database, empty_sqlite, postgresql

__all__ = ["database", "empty_sqlite", "postgresql"]


@pytest.fixture(autouse=True)
def no_jobs(request: pytest.FixtureRequest) -> None:
    """The queue is empty at first: the desk's own periodic jobs do not run."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
        Job.objects.all().delete()
        Schedule.objects.all().delete()


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """No handler of one test is left to the next."""
    before = dict(HANDLERS)
    HANDLERS.clear()
    yield
    HANDLERS.clear()
    HANDLERS.update(before)


@dataclass
class Hands:
    """A clock that a test sets."""

    time: datetime = field(default_factory=lambda: datetime(2026, 2, 28, 17, 0, tzinfo=UTC))

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def hands() -> Iterator[Hands]:
    set_by_test = Hands()
    with clock.showing(lambda: set_by_test.time):
        yield set_by_test
