"""`kiemchung manage backup`: the desk's record and files in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk.backups.making import make

_SAID = (
    "Đã sao lưu vào {path} ({size} byte), lúc {at}; nhật ký công khai có {entries} mục. Đã đọc lại, nguyên vẹn.",
    "Backed up to {path} ({size} bytes), as of {at}; entries in the public log: {entries}. Read again: it is whole.",
)
_KEYS = (
    "Khóa không nằm trong đó: hãy giữ secret-key và log-key riêng, ở nơi khác.",
    "The keys are not in it: keep secret-key and log-key apart, in another place.",
)


class Command(BaseCommand):
    """Others may write meanwhile; an older backup under the name stays until the new one is whole."""

    help = "Write a backup of the database and the files to FILE, and read it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of what is printed")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make it."""
        path, lang = options["file"].absolute(), options["lang"] != "vi"
        manifest = make(path)
        size, entries = path.stat().st_size, manifest.log_entries
        self.stdout.write(_SAID[lang].format(path=path, size=size, at=manifest.shown_at, entries=entries))
        self.stdout.write(_KEYS[lang])
