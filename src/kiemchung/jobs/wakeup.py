"""How a waiting worker learns of a new job before its next look: LISTEN/NOTIFY on PostgreSQL, an event on SQLite."""

from __future__ import annotations

import threading
from typing import Any

from django.db import connection, transaction

CHANNEL = "kiemchung_jobs"
_bell = threading.Event()


def ring() -> None:
    """Wake the workers when the current transaction commits; when it does not, nobody is woken."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    else:
        transaction.on_commit(_bell.set)


def strike() -> None:
    """Wake a worker of this process at once, for example to stop."""
    _bell.set()


class Ear:
    """Waits for the bell. On PostgreSQL it holds a connection of its own."""

    def __init__(self) -> None:
        self._connection: Any = None
        if connection.vendor == "postgresql":
            self._connection = connection.get_new_connection(connection.get_connection_params())
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> None:
        """Return when a job was committed, after `seconds` at the latest; at once for a negative number."""
        seconds = max(0.0, seconds)
        if self._connection is None:
            _bell.wait(seconds)
            _bell.clear()
        else:
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
