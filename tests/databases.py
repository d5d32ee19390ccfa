"""An empty, migrated database for each test: on SQLite in the quick suite, on PostgreSQL in the slow one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from kiemchung.desk import matching
from kiemchung.web.database import database_from
from tests.postgresql import cluster

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@dataclass
class Database:
    """Where a test's database is, for this process and for others."""

    vendor: str
    home: Path
    address: str

    @property
    def environment(self) -> dict[str, str]:
        return {"KIEMCHUNG_HOME": str(self.home), "KIEMCHUNG_DATABASE": self.address}


def use(settings: dict[str, object]) -> None:
    """Let this process's next query go to another database; SQLite's without waiting for the disk at each commit.

    A process that is killed loses nothing by that, only a machine whose power fails does.
    """
    options = settings.get("OPTIONS")
    if isinstance(options, dict) and "init_command" in options:
        options["init_command"] += "; PRAGMA synchronous=OFF"
    connections.close_all()
    connections.settings = connections.configure_settings({"default": settings})
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that each test copies: made once a run, for its processes and for each folder's `conftest.py`."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "migrated"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _migrate(folder)
            (folder / "ready").touch()
    return folder / "desk.sqlite"


def _migrate(folder: Path) -> None:
    use(database_from("", folder))
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str | None]:
    """The address of a migrated database in a cluster that each test empties; None where PostgreSQL is missing."""
    with cluster() as address:
        if address is not None:
            use(database_from(address, Path()))
            call_command("migrate", verbosity=0)
            connections.close_all()
        yield address


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty, migrated database in a home of its own."""
    monkeypatch.setenv("KIEMCHUNG_HOME", str(tmp_path))
    matching.indexes.cache_clear()
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql")
        if address is None:
            pytest.skip("PostgreSQL is not installed: its half of the tests does not run")
        use(database_from(address, tmp_path))
        empty_tables()
    else:
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "desk.sqlite")
        use(database_from("", tmp_path))
    yield Database(request.param, tmp_path, address)
    connections.close_all()
    matching.indexes.cache_clear()


def tables() -> list[str]:
    """Return the names of all tables that Django knows."""
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True)]


@contextmanager
def _past_the_triggers() -> Iterator[CursorWrapper]:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def empty_tables() -> None:
    """Take every row out of PostgreSQL, past the triggers that keep the log."""
    with _past_the_triggers() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(_quoted, tables()))} RESTART IDENTITY CASCADE")


def keep_rows() -> None:
    """Lay all rows of PostgreSQL aside, for tests that begin with them."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept")
        for name in tables():
            cursor.execute(f"CREATE TABLE kept.{_quoted(name)} AS TABLE {_quoted(name)}")


def bring_rows_back() -> None:
    """Empty PostgreSQL and put in what `keep_rows` laid aside; new rows get numbers after theirs."""
    empty_tables()
    rows = [f"INSERT INTO {_quoted(name)} SELECT * FROM kept.{_quoted(name)}" for name in tables()]  # noqa: S608
    models = apps.get_models(include_auto_created=True)
    with _past_the_triggers() as cursor:
        cursor.execute(";".join(rows + connection.ops.sequence_reset_sql(no_style(), list(models))))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
