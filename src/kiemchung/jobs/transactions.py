"""Transactions that are tried again when the database asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction

from kiemchung.engine.errors import KiemchungError

TRIES = 5
_FIRST_WAIT_S = 0.02
_PASSING = {"40001", "40P01", "55P03"}  # PostgreSQL: serialization failure, deadlock, lock not available

Result = TypeVar("Result")


class DatabaseBusyError(KiemchungError):
    """The same transaction failed several times because others worked on the same rows."""


def retried(action: Callable[[], Result]) -> Result:
    """Run `action` in a transaction of its own; again, at most `TRIES` times, when it met another one.

    `action` must have no effect outside the database. The waits are .02, .04, .08 and .16 s. Raises
    `DatabaseBusyError` when the last try fails too; other errors pass as they are.
    """
    for turn in range(TRIES):
        try:
            with transaction.atomic(durable=True):
                return action()
        except OperationalError as error:
            if not is_passing(error):
                raise
            if turn == TRIES - 1:
                raise DatabaseBusyError(
                    f"The database was busy {TRIES} times in a row. Nothing was changed; try again in a moment.",
                    f"Cơ sở dữ liệu bận {TRIES} lần liên tiếp. Chưa có gì thay đổi; hãy thử lại sau giây lát.",
                ) from error
            time.sleep(_FIRST_WAIT_S * 2**turn)
    raise AssertionError


def is_passing(error: OperationalError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    return getattr(error.__cause__, "sqlstate", None) in _PASSING or "database is locked" in str(error)
