"""How often something may be asked for: buckets in memory that fill again with time; nothing about a caller is stored.

The key of a caller is that of today (callers.py). Each process counts for itself.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kiemchung.web import errors

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
_MOST_KEYS = 50_000  # of some 200 bytes; beyond it the key that was quiet longest is forgotten


@dataclass(frozen=True)
class Rate:
    """`burst` at once, and one more each `every_s` seconds."""

    burst: int
    every_s: float


class Buckets:
    """One bucket a key, of the same rate. `clock` counts seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one from the bucket; return 0, or the seconds to wait when it is empty."""
        with self._lock:
            left, now = self._level(key)
            wait = 0.0 if left >= 1 else (1 - left) * self._rate.every_s
            self._keep(key, left - 1 if left >= 1 else left, now)
            return wait

    def wait_of(self, key: str) -> float:
        """Return the seconds to wait, without taking."""
        with self._lock:
            left, _ = self._level(key)
            return 0.0 if left >= 1 else (1 - left) * self._rate.every_s

    def give_back(self, key: str) -> None:
        """Undo one `take`."""
        with self._lock:
            left, now = self._level(key)
            self._keep(key, min(self._rate.burst, left + 1), now)

    def forget(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._kept.clear()

    def _level(self, key: str) -> tuple[float, float]:
        now = self._clock()
        left, since = self._kept.get(key, (float(self._rate.burst), now))
        return min(self._rate.burst, left + max(0.0, now - since) / self._rate.every_s), now

    def _keep(self, key: str, left: float, now: float) -> None:
        self._kept[key] = (left, now)
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_KEYS:
            self._kept.popitem(last=False)


LIMITS: dict[str, Buckets] = {}


def limited(name: str, rate: Rate, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Let one caller have a view only so often: `@limited("ask", Rate(burst=10, every_s=20))`. Answers 429."""
    buckets = LIMITS.setdefault(name, Buckets(rate))

    def mark(view: View) -> View:
        @wraps(view)
        def within_limits(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
            method = "GET" if request.method == "HEAD" else request.method  # Django does the same work for both
            wait = buckets.take(caller_of(request)) if method in methods else 0.0
            return (
                view(request, *arguments, **options)
                if not wait
                else errors.too_many(request.path_info, math.ceil(wait))
            )

        return within_limits  # type: ignore[return-value]

    return mark


def caller_of(request: HttpRequest) -> str:
    """Return the key of the caller that the door has put in the place of the address."""
    return str(request.META.get("REMOTE_ADDR", ""))
