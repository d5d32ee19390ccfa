"""Work on many items by several processes that share what is in memory already."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import BinaryIO, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_SIZE = 8


class _Worker(NamedTuple):
    pid: int
    results: BinaryIO


def usable_cores() -> int:
    """Return how many cores this process may run on (`taskset` and containers are respected)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(work: Callable[[T], R], items: Sequence[T], processes: int) -> Generator[R, None, None]:
    """Yield `work(item)` of each item, in order, worked out by `processes` forks of this process.

    A fork has all that is in memory without a copy; only results travel, through a pipe that holds a fork back when
    nobody reads. What a fork fails at (an error, or killed for its memory) this process does itself, so that errors are
    raised here and a lost fork costs time alone. Where there is no `fork` that can be relied on (other systems than
    Linux), or one process is asked for, everything happens here.

    >>> list(in_processes(str.upper, ["a", "b", "c"], 2))
    ['A', 'B', 'C']
    """
    count = min(processes, len(items))
    if count < 2 or sys.platform != "linux":
        yield from map(work, items)
        return
    workers: list[_Worker] = []
    try:
        for number in range(count):
            workers.append(_forked(work, items[number::count], workers))
        for place, item in enumerate(items):
            found = _next_result(workers[place % count].results)
            # The pipe is our own fork's: nobody else can have written what is unpickled.
            yield work(item) if found is None else pickle.loads(found)  # noqa: S301
    finally:
        for worker in workers:
            worker.results.close()
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        for worker in workers:
            with suppress(ChildProcessError):
                os.waitpid(worker.pid, 0)


def _forked(work: Callable[[T], R], items: Sequence[T], others: Sequence[_Worker]) -> _Worker:
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Worker(pid, os.fdopen(reading, "rb"))
    # In the fork: it must leave without a word, whatever happens, and never run what belongs to its parent.
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
        os.close(reading)
        for other in others:
            os.close(other.results.fileno())
        with os.fdopen(writing, "wb") as results:
            for item in items:
                found = pickle.dumps(work(item), protocol=pickle.HIGHEST_PROTOCOL)
                results.write(len(found).to_bytes(_SIZE, "big") + found)
                results.flush()
    finally:
        os._exit(0)


def _next_result(results: BinaryIO) -> bytes | None:
    """Return the next result of a fork, `None` when it ended before."""
    size = results.read(_SIZE)
    if len(size) < _SIZE:
        return None
    length = int.from_bytes(size, "big")
    found = results.read(length)
    return found if len(found) == length else None
