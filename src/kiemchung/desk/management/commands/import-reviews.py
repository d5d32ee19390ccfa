"""`kiemchung manage import-reviews SOURCE…`: reviews of other publishers into the service's record."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kiemchung.desk.collecting import collect
from kiemchung.jobs import clock
from kiemchung.sources import read_source
from kiemchung.starter import starter_reviews

STARTER = "starter"


class Command(BaseCommand):
    """Reads what `kiemchung import` reads; `starter` is the collection that comes along."""

    help = "Take reviews of other publishers in: files, addresses, or `starter`. / Nạp bài kiểm chứng của nơi khác."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the sources."""
        parser.add_argument("sources", nargs="+", metavar="SOURCE")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the sources have all reviews of their sites: take the others of these sites off / nguồn có đủ bài",
        )

    def handle(self, *_: object, **options: Any) -> None:
        """Take all sources in, all or none, and say how many."""
        items = chain.from_iterable(
            starter_reviews() if source == STARTER else read_source(source) for source in options["sources"]
        )
        done = collect(items, now=clock.now(), is_whole=options["whole"])
        self.stdout.write(
            f"added {done.added}, updated {done.updated}, unchanged {done.unchanged}, refused {len(done.refused)}"
            + (f", removed {done.removed}" if options["whole"] else "")
        )
        for one in done.refused[:20]:
            self.stderr.write(f"  {one.text('en')}")
