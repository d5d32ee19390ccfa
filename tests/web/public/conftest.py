"""Readers meet a desk with its cast, on each kind of database."""

from __future__ import annotations

from tests.desk.conftest import database, desk, empty_sqlite, hands, migrated_postgresql, new_desk

__all__ = ["database", "desk", "empty_sqlite", "hands", "migrated_postgresql", "new_desk"]
