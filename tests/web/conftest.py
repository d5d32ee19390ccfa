"""A browser's place in the tests: Django's client, on a database that is emptied after each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

from kiemchung.desk import matching
from kiemchung.desk.models import Member
from kiemchung.jobs import clock
from kiemchung.web.database import database_from
from kiemchung.web.limits import LIMITS
from kiemchung.web.staff.signing_in import throttle
from tests.jobs.conftest import Hands, database, postgresql, use  # noqa: F401 - fixtures
from tests.web.cast import Cast, cast
from tests.web.routes import PARTS
from tests.web.stock import stock

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


@pytest.fixture(scope="session")
def full(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a site with one of everything, which tests copy."""
    home = tmp_path_factory.mktemp("full")
    shutil.copy(migrated, home)
    with pytest.MonkeyPatch.context() as patch, override_settings(PASSWORD_HASHERS=QUICK):
        patch.setenv("KIEMCHUNG_HOME", str(home))
        matching.indexes.cache_clear()
        use(database_from("", home))
        PARTS.update(stock(cast()))
        connections.close_all()
        matching.indexes.cache_clear()
    return home


@pytest.fixture
def stocked(full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """A site with one of everything; returns its members."""
    shutil.copytree(full, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("KIEMCHUNG_HOME", str(tmp_path))
    matching.indexes.cache_clear()
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
