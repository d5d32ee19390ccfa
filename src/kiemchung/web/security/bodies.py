"""How large the body of a request may be, by the view that gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])

ORDINARY = 1_000_000  # a message of the longest kind, as a form, is a twentieth of that


def takes_up_to(size: int) -> Callable[[View], View]:
    """Let a view take bodies of at most `size` bytes, for example pictures; others take `ORDINARY`."""

    def mark(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return mark


def largest_body(path: str) -> int:
    """Return how many bytes may be sent to `path`."""
    try:
        return int(getattr(resolve(path).func, "largest_body", ORDINARY))
    except Resolver404:
        return ORDINARY
