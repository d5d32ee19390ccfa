"""Which function runs which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kiemchung.engine.errors import KiemchungError

if TYPE_CHECKING:
    from kiemchung.jobs.queue import Run

Payload = dict[str, Any]
Function = Callable[[Payload, "Run"], None]
ATTEMPTS = 5


class UnworkableJobError(KiemchungError):
    """Raised by a handler for a job that no repetition helps: it is quarantined at once, with this text as reason.

    The text is kept and shown: it names no person and repeats nothing of the payload.
    """


@dataclass(frozen=True)
class Handler:
    """A function and what it promises: the newest payload version it reads, how often it is tried, its period, and
    whether somebody waits for it."""

    kind: str
    function: Function
    queue: str
    version: int
    attempts: int
    every: timedelta | None
    is_urgent: bool = False


HANDLERS: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    queue: str = "default",
    version: int = 1,
    attempts: int = ATTEMPTS,
    every: timedelta | None = None,
    is_urgent: bool = False,
) -> Callable[[Function], Function]:
    """Register the decorated function for jobs of `kind`; with `every` it also runs periodically, with payload `{}`.

    `version` is the newest payload version that it reads; a newer one is left to newer workers. `attempts` (at least 1)
    counts runs that were begun, whatever became of them. Jobs that are `is_urgent` come before all others. Raises
    `ValueError` for a kind that has a handler already.

    >>> @handler("example.greet", attempts=3)
    ... def greet(payload, run):
    ...     print("hello", payload["whom"])
    >>> HANDLERS.pop("example.greet").attempts
    3
    """
    if kind in HANDLERS:
        raise ValueError(f"two handlers for jobs of the kind {kind!r}: give one of them another name")
    if attempts < 1 or (every is not None and every <= timedelta(0)):
        raise ValueError(f"handler {kind!r}: `attempts` is at least 1, and `every` is longer than nothing")

    def register(function: Function) -> Function:
        HANDLERS[kind] = Handler(kind, function, queue, version, attempts, every, is_urgent)
        return function

    return register
