"""`kiemchung manage log-key`: the public key of the log, and its change."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk.log import keys, notes, signing
from kiemchung.jobs import clock


class Command(BaseCommand):
    """Publish what it prints where outsiders find it: they give it to `verify-log --key`."""

    help = (
        "Print the public key that the log names; with --rotate a new key takes over, and the old one vouches for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--rotate", action="store_true", help="make a new key; the old one is deleted")

    def handle(self, *_: Any, **options: Any) -> None:
        """Change the key when asked, then print it."""
        at = clock.now()
        if options["rotate"]:
            signing.rotate(at)
        else:
            signing.sign(at)
        self.stdout.write(signing.named_key() or notes.public_text(keys.made_key(keys.key_file()).public_key()))
