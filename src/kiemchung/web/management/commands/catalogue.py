"""`kiemchung manage catalogue`: bring the translations up to date with the pages; for developers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.web.settings import HERE
from kiemchung.web.words.catalogue import Entry, compiled, read, write
from kiemchung.web.words.collecting import collect

FOLDER = HERE / "locale" / "vi" / "LC_MESSAGES"


class Command(BaseCommand):
    """Texts that are gone are dropped, new ones are added without a translation, and the whole is compiled."""

    help = "Collect the texts of pages into locale/vi/LC_MESSAGES/django.po, and compile it."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Write both files and list what lacks a translation."""
        path = FOLDER / "django.po"
        known = read(path) if path.exists() else {}
        entries = {key: known.get(key, Entry("")) for key in collect(HERE)}
        write(path, entries)
        path.with_suffix(".mo").write_bytes(compiled(entries))
        for key in sorted(key for key, entry in entries.items() if not entry.text or entry.is_fuzzy):
            self.stdout.write(f"không có bản dịch / not translated: {key.id!r}")
