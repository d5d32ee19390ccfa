"""The Django app of the queue."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Finds the handlers: every installed app keeps its own in a module `handlers`."""

    name = "kiemchung.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the module `handlers` of every installed app."""
        autodiscover_modules("handlers")
