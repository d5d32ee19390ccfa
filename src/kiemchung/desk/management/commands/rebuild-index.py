"""`kiemchung manage rebuild-index`: build this machine's index anew from the record, while the site serves."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from kiemchung.desk.matching import rebuild


class Command(BaseCommand):
    """Safe at any time: readers use the old index until the new one is complete."""

    help = "Build the index of the reviews anew from the record. / Dựng lại chỉ mục từ cơ sở dữ liệu."

    def handle(self, *_: object, **__: object) -> None:
        """Build it, and say of how many reviews."""
        self.stdout.write(f"{rebuild()} reviews")
