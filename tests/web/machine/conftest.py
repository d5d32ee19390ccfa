"""Programs meet a desk with its cast, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiemchung.web.limits import LIMITS
from tests.databases import database, empty_sqlite, postgresql
from tests.desk.conftest import desk, hands, new_desk

__all__ = ["database", "desk", "empty_sqlite", "hands", "new_desk", "postgresql"]


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """No test finds the buckets of another one empty."""
    yield
    for buckets in LIMITS.values():
        buckets.forget()
