"""The entries as they lie in the database, read so that damaged ones are shown and not an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.db.models import BinaryField, TextField
from django.db.models.expressions import Combinable, F
from django.db.models.functions import Cast

from kiemchung.desk.log.checking import Row
from kiemchung.desk.models.log import LogEntry

_UNREADABLE = datetime(1, 1, 1, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Yield the entries by their index, as `checking.check` reads them."""
    entries = LogEntry.objects.annotate(
        raw_leaf=_raw("leaf"), raw_kind=_raw("kind"), raw_peaks=_raw("peaks"), raw_at=Cast("at", TextField())
    )
    names = ("index", "raw_leaf", "raw_kind", "raw_at", "raw_peaks")
    for index, leaf, kind, at, peaks in entries.order_by("index").values_list(*names).iterator():
        yield Row(index, _text(leaf), _text(kind), _moment(at), _text(peaks))


def _raw(name: str) -> Combinable:
    # SQLite gives out text that is no UTF-8 as an error, and bytes as they are; PostgreSQL stores no such text.
    return Cast(name, BinaryField()) if connection.vendor == "sqlite" else F(name)


def _text(value: bytes | memoryview | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", errors="replace")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _UNREADABLE
    return at if at.tzinfo else at.replace(tzinfo=UTC)
