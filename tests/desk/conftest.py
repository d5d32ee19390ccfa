"""The desk on an empty database of each kind; the queue's fixtures serve it too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from kiemchung.desk.models import LogEntry, LogHead, LogSalt
from tests.jobs.conftest import Database, Hands, database, handlers, hands, postgresql

__all__ = ["Database", "Hands", "database", "handlers", "hands", "postgresql"]
_TABLES = (LogSalt, LogHead, LogEntry)


@dataclass
class Log:
    """Where the public log is, and what an insider who owns the database can do."""

    home: Path
    vendor: str

    def as_owner(self, statement: str, *values: str | int | bytes) -> None:
        """Run a statement with the triggers switched off, as whoever owns the database can."""
        names = [model._meta.db_table for model in _TABLES]
        with connection.cursor() as cursor:
            if self.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(statement, values)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [row for row in cursor.fetchall() if any(row[0].startswith(name) for name in names)]
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement, values)
            for _, made in triggers:
                cursor.execute(made)


@pytest.fixture
def log(database: Database, monkeypatch: pytest.MonkeyPatch) -> Log:
    """An empty public log, its key in a folder of the test's own."""
    monkeypatch.setenv("KIEMCHUNG_HOME", str(database.home))
    monkeypatch.delenv("KIEMCHUNG_LOG_KEY_FILE", raising=False)
    place = Log(database.home, database.vendor)
    for model in _TABLES:
        place.as_owner(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
    return place
