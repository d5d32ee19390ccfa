"""SQLite's side of a backup: a copy while others write, and its way back in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from kiemchung.engine.durable import settle
from kiemchung.engine.errors import InputError, SetupError

_BUSY_S = 60


def dump(place: Path) -> None:
    """Copy the database to a new file: one state, without the pages that erased rows have left free."""
    connection.close()
    try:
        with closing(sqlite3.connect(_own(), timeout=_BUSY_S)) as source, closing(sqlite3.connect(place)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("VACUUM")  # the copy has the free pages too, and in them perhaps what was erased
    except sqlite3.DatabaseError as error:
        raise SetupError(
            f"The database cannot be copied: {error}. Look at the room on the disk, and whether the database is whole.",
            f"Không sao chép được cơ sở dữ liệu: {error}. Hãy xem chỗ trống trên đĩa và xem tệp có hỏng không.",
        ) from error
    require_whole(place)
    with place.open("rb+") as file:
        settle(file)


def require_whole(place: Path) -> None:
    """Raise `InputError` when SQLite finds the file damaged."""
    try:
        with closing(sqlite3.connect(place)) as copy:
            (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise InputError(
            f"The database in the backup is damaged: {said}. Take an older backup.",
            f"Cơ sở dữ liệu trong bản sao lưu bị hỏng: {said}. Hãy dùng bản sao lưu cũ hơn.",
        )


def put_back(place: Path) -> None:
    """Let the copy take the place of what is in the database: all of it, or after a kill nothing."""
    connection.close()
    Path(_own()).parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(place)) as copy, closing(sqlite3.connect(_own(), timeout=_BUSY_S)) as target:
        copy.backup(target)
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _own() -> str:
    return str(connection.settings_dict["NAME"])
