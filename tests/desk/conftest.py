"""The desk on an empty database of each kind, with a fixed cast."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from kiemchung.desk import matching
from kiemchung.desk.models import LogEntry, LogHead, LogSalt, Member, Page, PageKind, Role
from kiemchung.web.database import database_from
from tests.jobs.conftest import Database, Hands, hands, use
from tests.jobs.postgresql import cluster

__all__ = ["Database", "Hands", "hands"]
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


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that each test copies."""
    folder = tmp_path_factory.mktemp("empty")
    use(database_from("", folder))
    call_command("migrate", verbosity=0)
    connections.close_all()
    return folder / "desk.sqlite"


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[str | None]:
    """A migrated cluster that each test empties."""
    with cluster() as address:
        if address is not None:
            use(database_from(address, Path()))
            call_command("migrate", verbosity=0)
            connections.close_all()
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty, migrated database in a home of its own."""
    monkeypatch.setenv("KIEMCHUNG_HOME", str(tmp_path))
    matching.indexes.cache_clear()
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("migrated_postgresql")
        if address is None:
            pytest.skip("PostgreSQL is not installed: its half of the desk's tests does not run")
        use(database_from(address, tmp_path))
        tables = ", ".join(f'"{model._meta.db_table}"' for model in apps.get_models(include_auto_created=True))
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # past the triggers that keep the log
            cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")
    else:
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "desk.sqlite")
        use(database_from("", tmp_path))
    yield Database(request.param, tmp_path, address)
    connections.close_all()
    matching.indexes.cache_clear()


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
