"""Tables that the database itself refuses to change: rows are added, never changed or deleted (R9, R32)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: a change is a new row'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION desk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only: a change is a new row', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table} FOR EACH ROW EXECUTE FUNCTION desk_refuse_change()
"""


def protect(table: str) -> Callable[[Any, Any], None]:
    """Return the forward step of a migration that lets nobody change or delete rows of a table."""

    def forward(_apps: Any, editor: Any) -> None:
        is_postgresql = editor.connection.vendor == "postgresql"
        if is_postgresql:
            editor.execute(_POSTGRESQL_FUNCTION, params=None)
        for verb in ("update", "delete"):
            form = _POSTGRESQL if is_postgresql else _SQLITE
            editor.execute(form.format(table=table, verb=verb, VERB=verb.upper()))

    return forward


def unprotect(table: str) -> Callable[[Any, Any], None]:
    """Return the step back."""

    def backward(_apps: Any, editor: Any) -> None:
        place = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {table}_no_{verb}{place}")

    return backward
