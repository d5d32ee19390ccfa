"""The desk on an empty database of each kind, with a fixed cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from kiemchung.desk.models import LogEntry, LogHead, LogSalt, Member, Page, PageKind, Role
from tests.databases import Database, database, empty_sqlite, postgresql
from tests.jobs.conftest import Hands, hands

__all__ = ["Database", "Hands", "database", "empty_sqlite", "hands", "postgresql"]
_TABLES = (LogSalt, LogHead, LogEntry)


@dataclass
class Desk:
    """The cast: two who write, two who publish, one who looks after the pages."""

    vendor: str
    home: Path
    address: str
    linh: Member  # checker
    minh: Member  # checker
    an: Member  # editor
    binh: Member  # editor
    ha: Member  # administrator


@pytest.fixture
def new_desk(database: Database) -> Desk:
    """The cast, on a desk whose pages are not written yet."""
    roles = {"linh": Role.CHECKER, "minh": Role.CHECKER, "an": Role.EDITOR, "binh": Role.EDITOR}
    roles["ha"] = Role.ADMINISTRATOR
    cast = {name: Member.objects.create_user(name, shown_name=name.title(), role=role) for name, role in roles.items()}
    return Desk(database.vendor, database.home, database.address, **cast)


@pytest.fixture
def desk(new_desk: Desk) -> Desk:
    """The cast, and all pages that publishing wants."""
    write_pages(new_desk.ha, list(PageKind))
    return new_desk


def write_pages(member: Member, kinds: Sequence[PageKind]) -> None:
    text = (
        "Ban kiểm chứng độc lập, không nhận tiền của đảng phái hay cơ quan nhà nước nào; mọi khoản thu đều công khai."
    )
    for kind in kinds:
        Page.objects.create(kind=kind, lang="vi", number=1, text=text, written_by=member)


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
