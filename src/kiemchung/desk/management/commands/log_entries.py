"""`kiemchung manage log-entries`: the public log, or its heads, for others to keep and to check."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk.log import files, lines, signing


class Command(BaseCommand):
    """One line an entry, exactly the bytes that are hashed; or one line a head."""

    help = "Print the entries of the public log, one a line, or with --heads the signed heads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--heads", action="store_true", help="the signed heads with the hashes that they bind")
        parser.add_argument("--notes", action="store_true", help="the signed heads as notes, an empty line after each")
        parser.add_argument("--from", dest="first", type=int, default=0, metavar="INDEX", help="begin with this entry")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print what was asked for."""
        if options["heads"] or options["notes"]:
            for head in signing.heads():
                self.stdout.write(f"{head.note}\n" if options["notes"] else files.head_line(head))
            return
        for line in lines(options["first"]):
            self.stdout.write(line)
