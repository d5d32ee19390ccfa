"""A browser's place in the tests: Django's client, on a database that is emptied after each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

from kiemchung.desk import matching
from kiemchung.desk.models import Member
from kiemchung.jobs import clock
from kiemchung.web.database import database_from
from kiemchung.web.limits import LIMITS
from kiemchung.web.staff.signing_in import throttle
from tests.databases import (
    KINDS,
    Database,
    bring_rows_back,
    database,
    empty_sqlite,
    empty_tables,
    keep_rows,
    postgresql,
    use,
)
from tests.jobs.conftest import Hands
from tests.web.cast import Cast, cast
from tests.web.routes import PARTS
from tests.web.stock import Parts, stock

__all__ = ["database", "empty_sqlite", "postgresql"]
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    setup_test_environment(debug=False)
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield
    teardown_test_environment()


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    """No test has to wait for what another one has tried."""
    for buckets in [*LIMITS.values(), throttle.ACCOUNT, throttle.EVERYBODY]:
        buckets.forget()


@pytest.fixture
def site(database: Database) -> Path:
    """An empty site; returns its home."""
    return database.home


@dataclass
class Stocked:
    """A site with one of everything, to be copied: its home, and what stands in its addresses."""

    home: Path
    parts: Parts


@pytest.fixture(scope="session")
def stocked_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    home = tmp_path_factory.mktemp("stocked")
    shutil.copy(empty_sqlite, home / "desk.sqlite")
    return _stock(home, "")


@pytest.fixture(scope="session")
def stocked_postgresql(postgresql: str | None, tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    if postgresql is None:
        pytest.skip("PostgreSQL is not installed: its half of the tests does not run")
    use(database_from(postgresql, Path()))
    empty_tables()
    ready = _stock(tmp_path_factory.mktemp("stocked"), postgresql)
    keep_rows()
    return ready


def _stock(home: Path, address: str) -> Stocked:
    with pytest.MonkeyPatch.context() as patch, override_settings(PASSWORD_HASHERS=QUICK):
        patch.setenv("KIEMCHUNG_HOME", str(home))
        matching.indexes.cache_clear()
        use(database_from(address, home))
        parts = stock(cast())
        matching.indexes.cache_clear()
    return Stocked(home, parts)


@pytest.fixture(params=KINDS)
def stocked(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """A site with one of everything; returns its members."""
    ready: Stocked = request.getfixturevalue(f"stocked_{request.param}")
    connections.close_all()
    shutil.copytree(ready.home, tmp_path, dirs_exist_ok=True)
    PARTS.update(ready.parts)
    monkeypatch.setenv("KIEMCHUNG_HOME", str(tmp_path))
    matching.indexes.cache_clear()
    if request.param == "postgresql":
        use(database_from(request.getfixturevalue("postgresql"), tmp_path))
        bring_rows_back()
    else:
        use(database_from("", tmp_path))
    yield Cast(*(Member.objects.get(username=name) for name in ("lan", "minh", "hoa")))
    connections.close_all()
    matching.indexes.cache_clear()


@pytest.fixture
def reader(site: Path) -> Client:
    """A reader's browser, in Vietnamese."""
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def people(site: Path) -> Cast:
    """Three members of the desk."""
    return cast()


@pytest.fixture
def hands() -> Iterator[Hands]:
    """A clock that a test sets."""
    set_by_test = Hands(datetime.now(UTC))
    with clock.showing(lambda: set_by_test.time):
        yield set_by_test
