"""Where the service's log goes, and what must not get into it: addresses of pages hold tickets (R26)."""

from __future__ import annotations

import logging
import time
from typing import TextIO

# Django's own loggers repeat the path of a request; our diary names its route instead.
_SILENT = ("django.request", "django.security", "django.server", "uvicorn.access", "asyncio")


def write_log_to(stream: TextIO) -> None:
    """Let everything that is noted go to `stream`, a line each, with the time in UTC."""
    handler = logging.StreamHandler(stream)
    formatter = OneLine("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class OneLine(logging.Formatter):
    """Nobody can write a second line, or colour, into the log: control characters are shown as such (ASVS 72)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        whole = super().format(record)
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
            for character in whole
        )
