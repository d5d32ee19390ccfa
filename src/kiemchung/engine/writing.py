"""One writer a folder: a lock that goes with its process, and the checksum by which a file is known again."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kiemchung.engine.errors import IndexBusyError, SetupError, system_words

try:
    import fcntl
except ImportError:  # Windows: renames still keep readers whole, a second writer is not kept out
    fcntl = None  # type: ignore[assignment]

LOCKS = fcntl is not None
_PIECE_BYTES = 1 << 20


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name a file in what the system says while it is written: a full disk does not say which.

    >>> try:
    ...     with naming(Path("/mnt/claims/0001.segment")):
    ...         raise OSError(28, "No space left on device")
    ... except OSError as error:
    ...     error.filename
    '/mnt/claims/0001.segment'
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def locked(path: Path) -> IO[bytes]:
    """Return the open lock of a folder, which is made when missing; closing it lets go, and so does a kill.

    Raises `SetupError` when nothing can be written there, `IndexBusyError` when another process has the lock.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / "lock").open("ab")
    except OSError as error:
        english, vietnamese = system_words(error)
        raise SetupError(
            f"{path}: cannot write the index here ({english}). Check the folder's rights.",
            f"{path}: không ghi được chỉ mục vào đây ({vietnamese}). Hãy kiểm tra quyền của thư mục.",
        ) from error
    if fcntl is not None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise IndexBusyError(
                f"{path}: another kiemchung process is writing this index. Try again later.",
                f"{path}: một tiến trình kiemchung khác đang ghi chỉ mục này. Hãy thử lại sau.",
            ) from error
    return lock


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file, read in pieces."""
    value = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            value = zlib.crc32(piece, value)
    return value
