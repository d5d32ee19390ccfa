"""PostgreSQL's side of a backup: pg_dump, and the way back in one transaction of psql."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from kiemchung.engine.durable import settle
from kiemchung.engine.errors import SetupError

# Tables and functions of this schema go, those of extensions stay.
_EMPTY = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename) AS step
    FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE one.step; END LOOP;
  FOR one IN SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) AS step
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP EXECUTE one.step; END LOOP;
END $$;
"""


def dump(place: Path) -> None:
    """Copy the database to a new file: one state, while others write."""
    connection.close()
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={place}")
    require_whole(place)
    with place.open("rb+") as file:
        settle(file)


def require_whole(place: Path) -> None:
    """Raise `SetupError` when the dump cannot be read to its end."""
    _run("pg_restore", f"--file={os.devnull}", str(place), is_offline=True)


def put_back(place: Path) -> None:
    """Let the dump take the place of what is in the database: all of it, or after an error or a kill nothing."""
    connection.close()
    script = place.with_name("script.sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(place), is_offline=True)
    # -X: nobody's psqlrc; --single-transaction takes in what -c and -f say together.
    _run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-c", _EMPTY, "-f", str(script))


def _run(program: str, *arguments: str, is_offline: bool = False) -> None:
    """Run one of PostgreSQL's programs; the password is in its environment, never among its arguments."""
    command = shutil.which(program)
    if command is None:
        raise SetupError(
            f"{program} is not installed. Install PostgreSQL's client programs of the server's version.",
            f"Chưa cài {program}. Hãy cài các chương trình khách của PostgreSQL, đúng phiên bản máy chủ.",
        )
    environment = {**os.environ, **({} if is_offline else _environment())}
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [command, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = lines[0] if lines else str(done.returncode)
        raise SetupError(
            f"{program} failed: {said}. Nothing was changed; look at KIEMCHUNG_DATABASE and at the room on the disk.",
            f"{program} không xong: {said}. Chưa có gì thay đổi; hãy xem KIEMCHUNG_DATABASE và chỗ trống trên đĩa.",
        )


def _environment() -> dict[str, str]:
    """What libpq needs to reach the same database as Django."""
    own = connection.settings_dict
    given = {
        "PGDATABASE": own["NAME"],
        "PGUSER": own["USER"],
        "PGPASSWORD": own["PASSWORD"],
        "PGHOST": own["HOST"],
        "PGPORT": own["PORT"],
    }
    given |= {f"PG{name.upper()}": str(value) for name, value in own["OPTIONS"].items()}
    return {name: str(value) for name, value in given.items() if value}
