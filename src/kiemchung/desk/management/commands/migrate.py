"""`kiemchung manage migrate`, as Django's, but each migration is there with its record or not at all (F37).

Django writes down that a migration was applied after it has committed it where indexes come last. Killed between the
two, it finds its tables there at the next run and refuses.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor


class WholeMigrations(MigrationExecutor):
    """Applies each migration and writes it down in one transaction."""

    def apply_migration(self, state: Any, migration: Any, *arguments: Any, **options: Any) -> Any:
        """Apply a migration; one that says that it cannot be in a transaction is applied as Django does it."""
        if not migration.atomic:
            return super().apply_migration(state, migration, *arguments, **options)
        is_sqlite = self.connection.vendor == "sqlite"
        if is_sqlite:  # it can be switched off outside of transactions alone, and tables cannot be made anew with it
            self.connection.disable_constraint_checking()
        try:
            with transaction.atomic(using=self.connection.alias):
                return super().apply_migration(state, migration, *arguments, **options)
        finally:
            if is_sqlite:
                self.connection.enable_constraint_checking()


class Command(migrate.Command):
    """Django's own, with our way of applying."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Bring the tables to this version."""
        migrate.MigrationExecutor = WholeMigrations  # type: ignore[attr-defined]
        super().handle(*arguments, **options)
