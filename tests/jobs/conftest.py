"""The queue on an empty database of each kind, with handlers of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from kiemchung.jobs import clock
from kiemchung.jobs.handlers import HANDLERS
from kiemchung.jobs.models import Job, Schedule
from kiemchung.web.database import database_from
from tests.jobs.postgresql import cluster


@dataclass
class Database:
    """Where the queue is, for this process and for others."""

    vendor: str
    home: Path
    address: str

    @property
    def environment(self) -> dict[str, str]:
        return {"KIEMCHUNG_HOME": str(self.home), "KIEMCHUNG_DATABASE": self.address}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str | None]:
    with cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; this process is connected to it."""
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql")
        if address is None:
            pytest.skip("PostgreSQL is not installed: its half of the queue's tests does not run")
    use(database_from(address, tmp_path))
    call_command("migrate", verbosity=0)
    Job.objects.all().delete()
    Schedule.objects.all().delete()
    yield Database(request.param, tmp_path, address)
    connections.close_all()


def use(settings: dict[str, object]) -> None:
    connections.close_all()
    connections.settings = connections.configure_settings({"default": settings})
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]


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
