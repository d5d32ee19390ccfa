"""R32: the database itself lets nobody do anything to the log but add the next entry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from kiemchung.desk.log import append, lines, signing
from kiemchung.desk.models import LogEntry, LogHead
from tests.desk.conftest import Log

AT = datetime(2026, 3, 2, tzinfo=UTC)
ROW = 'INTO desk_logentry ("index", kind, at, leaf, peaks)'
ONE = 'FROM desk_logentry WHERE "index" = 1'
FORBIDDEN = (
    "UPDATE desk_logentry SET kind = 'refused' WHERE \"index\" = 1",
    'DELETE FROM desk_logentry WHERE "index" = 2',
    "DELETE FROM desk_logentry",
    "UPDATE desk_loghead SET note = ''",
    "DELETE FROM desk_loghead",
    f"INSERT {ROW} SELECT 7, kind, at, leaf, peaks {ONE}",
    f"INSERT {ROW} SELECT 1, kind, at, leaf, peaks {ONE}",
    "INSERT INTO desk_loghead (size, first, note, hashes, at) SELECT 99, 3, note, hashes, at FROM desk_loghead",
    "INSERT INTO desk_loghead (size, first, note, hashes, at) SELECT 1, 0, note, hashes, at FROM desk_loghead",
)
OF_SQLITE = (
    f"INSERT OR REPLACE {ROW} SELECT 1, 'refused', at, leaf, peaks {ONE}",
    'UPDATE OR REPLACE desk_logentry SET "index" = 0 WHERE "index" = 1',
)
OF_POSTGRESQL = ("TRUNCATE desk_loghead", "TRUNCATE desk_logentry CASCADE")


@pytest.fixture
def signed(log: Log) -> Log:
    for number in range(3):
        append("published", {"review": f"bai-{number}"}, at=AT)
    signing.sign(AT)
    return log


def refused(statement: str) -> None:
    before = list(lines()), list(LogHead.objects.values_list())
    with (
        pytest.raises(DatabaseError, match="public log"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (list(lines()), list(LogHead.objects.values_list())) == before


def test_r32_nothing_can_be_changed_deleted_replaced_or_left_out(signed: Log) -> None:
    more = OF_SQLITE if signed.vendor == "sqlite" else OF_POSTGRESQL
    for statement in (*FORBIDDEN, *more):
        refused(statement)


def test_r32_the_software_itself_cannot_change_an_entry(signed: Log) -> None:
    entry = LogEntry.objects.get(pk=1)
    entry.kind = "refused"
    with pytest.raises(DatabaseError):
        entry.save()
    with pytest.raises(DatabaseError):
        LogEntry.objects.all().delete()
