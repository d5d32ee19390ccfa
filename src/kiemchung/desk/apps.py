"""The Django app of the desk."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Its models; its jobs are found in the module `handlers`."""

    name = "kiemchung.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
