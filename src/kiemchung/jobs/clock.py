"""The one clock of the queue, which a test may set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_JUMP = timedelta(seconds=5)  # what an ordinary correction of the time stays below


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return _source()


@contextmanager
def showing(source: Callable[[], datetime]) -> Iterator[None]:
    """Let the clock show what `source` returns, in all threads, for as long as the block runs."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


class JumpWatch:
    """Notices that the clock was set, by comparing it with one that nobody sets."""

    def __init__(self) -> None:
        self._wall, self._steady = now(), time.monotonic()

    def has_jumped(self) -> bool:
        """Whether the clock went more than 5 s forward or back since the last question, beyond the time that passed."""
        wall, steady = now(), time.monotonic()
        passed = timedelta(seconds=steady - self._steady)
        jumped = abs((wall - self._wall) - passed) > _JUMP
        self._wall, self._steady = wall, steady
        return jumped
