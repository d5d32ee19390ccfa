"""One deadline over everything that a fetch waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DeadlineError(Exception):
    """The time of a fetch is over."""


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds that are left; raises `DeadlineError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlineError
        return left


def within(deadline: Deadline, look_up: Callable[[], T]) -> T:
    """What `look_up` returns, called in a thread of its own, because the system's resolver knows no deadline."""
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(look_up())
        except Exception as error:  # raised again below, in the thread that asked
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="kiemchung-look-up")
    thread.start()
    thread.join(deadline.remaining())
    if errors:
        raise errors[0]
    if not answers:
        raise DeadlineError
    return answers[0]
