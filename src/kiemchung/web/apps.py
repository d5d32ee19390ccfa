"""The Django app of the site: its pages, tags, words and what signing in needs to remember."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and catalogues lie in it."""

    name = "kiemchung.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the gate and the diary of the desk hear who signs in, and second factors be sealed for their members."""
        from kiemchung.web.staff import diary, gate  # noqa: F401
        from kiemchung.web.staff.signing_in import factors  # noqa: F401
