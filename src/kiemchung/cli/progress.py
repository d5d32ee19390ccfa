"""One line of progress on a terminal, and files found by what was named."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiemchung.cli.terminal import safe

_EVERY = 0.5  # seconds between two lines of progress


class Progress:
    """Files done of all, files a second, the time that remains; silent where nobody looks."""

    def __init__(self, total: int, label: str, *, quiet: bool = False) -> None:
        self._is_on = not quiet and sys.stderr.isatty()
        self._total, self._label, self._done = total, label, 0
        self._started = self._told = time.monotonic()

    def step(self) -> None:
        """Take note of one file; say so now and then."""
        self._done += 1
        now = time.monotonic()
        if self._is_on and now - self._told >= _EVERY:
            self._told = now
            rate = self._done / (now - self._started)
            left = (self._total - self._done) / rate
            sys.stderr.write(
                f"\r{safe(self._label)}  {self._done:,} / {self._total:,}  {rate:,.1f}/s  {left:,.0f} s \x1b[K"
            )
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave a clean line."""
        if self._is_on:
            sys.stderr.write("\r\x1b[K")


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder in the order of their names; names that begin with a dot are passed over."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def named_files(given: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield files by what they are called: a file as it was named, those of a folder by their paths below it."""
    for name in given:
        path = Path(name)
        if path.is_dir():
            yield from ((one.relative_to(path).as_posix(), one) for one in files_below(path))
        else:
            yield name, path
