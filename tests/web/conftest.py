"""A browser's place in the tests: Django's client, on a database that is emptied after each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from kiemchung.web.database import database_from
from tests.jobs.conftest import use


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    setup_test_environment(debug=False)
    yield
    teardown_test_environment()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, migrated database, which each test copies."""
    folder = tmp_path_factory.mktemp("migrated")
    use(database_from("", folder))
    call_command("migrate", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    return folder / "desk.sqlite"


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Path]:
    """An empty site; returns its home."""
    (tmp_path / "desk.sqlite").write_bytes(migrated.read_bytes())
    use(database_from("", tmp_path))
    yield tmp_path
    connections.close_all()


@pytest.fixture
def reader(site: Path) -> Client:
    """A reader's browser, in Vietnamese."""
    return Client(headers={"accept-language": "vi"})
