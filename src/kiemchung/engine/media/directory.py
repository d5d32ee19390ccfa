"""Segments of media references as files in a folder: immutable, memory-mapped, named by a list that the owner keeps.

The owner (`kiemchung.collection.media`) keeps the list of files in a record that changes in one transaction. New files
are written and flushed before the list names them; files that it does not name are swept when the next writer begins.
So a process killed at any moment leaves the state of the last transaction and at most some files that nobody names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kiemchung.engine.arrays import open_arrays, write_arrays
from kiemchung.engine.errors import IndexDamagedError
from kiemchung.engine.media.audio import SoundSegment
from kiemchung.engine.media.pictures import PictureSegment
from kiemchung.engine.media.segments import MediaSegments, Part, Segment
from kiemchung.engine.writing import checksum, locked

# Grows whenever arrays of a segment come, go or mean something else; `collection.media` says what to do then.
FORMAT = 1
_MARK = b"KCMED1\n\0"
_KINDS: dict[str, type[PictureSegment] | type[SoundSegment]] = {"pictures": PictureSegment, "sounds": SoundSegment}


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the list: its name, what is in it (`pictures` or `sounds`), length, CRC-32, and which references are
    dead: a bit each, packed, empty when all live."""

    file: str
    kind: str
    length: int
    checksum: int
    dead: bytes = b""


def open_parts(path: Path, files: Sequence[Listed]) -> tuple[Part, ...]:
    """Map the files of a list. Raises `IndexDamagedError` when one is not what was committed."""
    return tuple(_opened(path, one) for one in files)


def _opened(path: Path, one: Listed) -> Part:
    arrays = open_arrays(path / one.file, _MARK, length=one.length)
    try:
        segment = _KINDS[one.kind].load(arrays)
    except (KeyError, ValueError, IndexError) as error:
        raise damaged(path / one.file, f"without {error}") from error
    alive = None
    if one.dead:
        alive = np.unpackbits(np.frombuffer(one.dead, np.uint8), count=segment.size) == 0
    return Part(segment, alive, one.file)


def damaged(path: Path, why: str) -> IndexDamagedError:
    """Return what is said of a file that cannot be relied on: it is not derived from anything else."""
    return IndexDamagedError(
        f"{path}: not what was committed ({why}). Put the folder {path.parent} back from a backup, or move it away and "
        "add the files again: kiemchung media add.",
        f"{path}: không phải phần đã được ghi ({why}). Hãy lấy lại thư mục {path.parent} từ bản sao lưu, hoặc chuyển "
        "nó đi nơi khác rồi thêm lại các tệp: kiemchung media add.",
    )


class Writer(MediaSegments):
    """Adds, removes and merges in a folder, as its only writer; `close` it.

    `files` is the list as it is; `listed()` the list to be committed, when everything it names is on the disk. After
    the commit, or without one, `sweep` takes away what the list does not name. Raises `IndexBusyError` when another
    process writes.
    """

    def __init__(self, path: Path, files: Sequence[Listed]) -> None:
        self._path = path
        self._lock = locked(path)
        self._files = {one.file: one for one in files}
        try:
            super().__init__(open_parts(path, files))
            self._next = 1 + max((int(f.stem) for f in path.glob("*.segment") if f.stem.isdecimal()), default=0)
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        """Let another writer begin."""
        self._lock.close()

    def sweep(self, files: Sequence[Listed]) -> None:
        """Take away the files that a committed list does not name: what was merged, or what a kill left behind."""
        named = {one.file for one in files}
        for file in self._path.glob("*.segment"):
            if file.name not in named:
                file.unlink(missing_ok=True)

    def listed(self) -> tuple[Listed, ...]:
        """Return the list of the files as they are now, with what is dead in each."""
        found = []
        for part in self._parts:
            one = self._files[part.file]
            dead = b"" if part.alive is None else np.packbits(~part.alive).tobytes()
            found.append(Listed(one.file, one.kind, one.length, one.checksum, dead))
        return tuple(found)

    def _merged(self, parts: Sequence[Part]) -> Part:
        for part in parts:  # a byte that turned over must not get into a new file with a new checksum
            if checksum(self._path / part.file) != self._files[part.file].checksum:
                raise damaged(self._path / part.file, "checksum")
        return super()._merged(parts)

    def _stored(self, segment: Segment) -> Part:
        name = f"{self._next:08d}.segment"
        self._next += 1
        length = write_arrays(self._path / name, segment.arrays(), _MARK)
        kind = Part(segment).kind
        one = Listed(name, kind, length, checksum(self._path / name))
        self._files[name] = one
        return _opened(self._path, one)
