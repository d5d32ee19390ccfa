"""F37: `migrate` killed for real at every statement of every migration: minutes for each kind of database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kiemchung.desk import intake
from kiemchung.web.database import database_from
from kiemchung.web.starting import require_migrated
from tests.databases import Database, use
from tests.desk.dying import dies_at
from tests.desk.newsroom import TAMARIND

pytestmark = pytest.mark.slow
BEFORE_THE_FIRST = 8  # statements of `migrate` at most before those of a migration


def use_an_empty_one(database: Database, place: Path) -> None:
    """Connect to a database without tables, of the same kind."""
    address = ""
    if database.vendor == "postgresql":
        with psycopg.connect(database.address, autocommit=True) as owner:
            owner.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
            owner.execute("CREATE DATABASE empty")
        address = database.address.replace("/postgres?", "/empty?")
    (place / "new").mkdir()
    use(database_from(address, place / "new"))


def test_f37_a_migration_that_is_killed_at_any_of_its_statements_is_run_again(
    database: Database, tmp_path: Path
) -> None:
    use_an_empty_one(database, tmp_path)
    # Each run goes on from what the one before has left: it is killed one statement later, until a migration is done.
    number, done, kills = 1, 0, 0
    while dies_at(number, lambda: call_command("migrate", verbosity=0)):
        kills, applied = kills + 1, len(MigrationRecorder(connection).applied_migrations())
        connection.close()
        number, done = (number + 1, done) if applied == done else (min(number, BEFORE_THE_FIRST), applied)
    require_migrated()
    assert kills > 300, "every statement of every migration"
    assert done == len(MigrationLoader(None).disk_migrations)
    assert intake.ask(TAMARIND, channel="test", ref="one").message_id
    with suppress(Exception):
        connection.close()
