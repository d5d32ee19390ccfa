"""Replacing a file so that whatever happens the older one or the newer one is there, and nothing between."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def settle(file: IO[bytes] | IO[str]) -> None:
    """Bring what was written to an open file onto the disk."""
    file.flush()
    os.fsync(file.fileno())


def take_the_place(temporary: Path, path: Path) -> None:
    """Give a settled file the name `path` in the same folder, for good where folders can be settled (not on Windows).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, other = Path(folder, "one"), Path(folder, "other")
    ...     _ = one.write_text("newer"), other.write_text("older")
    ...     take_the_place(one, other)
    ...     other.read_text(), one.exists()
    ('newer', False)
    """
    temporary.replace(path)
    if os.name == "nt":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
