"""`kiemchung manage export-review SLUG OUT.zip`: a review with its sources, to be checked without a network (R5)."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk import bundling, reading
from kiemchung.engine.errors import InputError
from kiemchung.engine.writing import naming
from kiemchung.web.public.markup import claim_review


class Command(BaseCommand):
    """Check it with `sha256sum -c SHA256SUMS` in the folder where it was unpacked."""

    help = "Write a published review, its versions, sources, excerpts and files with their digests to a ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("slug", metavar="SLUG", help="the last part of the review's address")
        parser.add_argument("out", type=Path, metavar="OUT.zip")
        parser.add_argument("--with-withheld", action="store_true", help="also what is withheld: never publish that")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write it; an older file of the name is replaced when it is whole."""
        versions = reading.versions_of(options["slug"])
        if not versions:
            raise InputError(
                f"There is no review {options['slug']!r}. Take the last part of its address.",
                f"Không có bài {options['slug']!r}. Hãy lấy phần cuối của địa chỉ bài.",
            )
        out: Path = options["out"]
        draft = out.with_name(f".{out.name}.part")
        try:
            draft.unlink(missing_ok=True)
            with naming(out), os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                markup = claim_review(versions[0])
                bundling.write(target, versions, markup, with_withheld=options["with_withheld"])
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{out}: sha256sum -c SHA256SUMS")
