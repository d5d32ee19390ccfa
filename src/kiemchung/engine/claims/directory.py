"""Segments in a directory: one writer, any number of readers, always at the last commit.

A commit writes new segment files, then one manifest under a temporary name, and renames it: until the rename nothing
has changed, after it everything has. Files that no manifest names are swept at the next commit. A process killed at any
moment leaves at most such files behind.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.segment import MOST_POSTINGS, MOST_REVIEWS, Segment
from kiemchung.engine.claims.segments import SegmentSet
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.errors import IndexDamagedError, system_words
from kiemchung.engine.writing import LOCKS, checksum, locked

FORMAT = 2
_MANIFEST = "manifest.json"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Commit:
    """What a directory holds: the segments, which of their reviews live (`None`: all), and up to which change.

    `mark` tells one record's state after that change from another's; `checksums` are those of the segments' files.
    """

    change: int
    encoder: str
    segments: tuple[Segment, ...]
    alive: tuple[Mask | None, ...]
    mark: int = 0
    checksums: tuple[int, ...] = ()


EMPTY = Commit(0, "", (), ())


def read(path: Path) -> Commit:
    """Return the last commit of an index directory, or an empty one where there is none.

    Raises `IndexDamagedError` when the directory is not what was committed: delete it and it is built anew.
    """
    for attempt in range(3):
        try:
            manifest = json.loads((path / _MANIFEST).read_bytes())
            return _opened(path, manifest)
        except FileNotFoundError:
            return EMPTY
        except IndexDamagedError:
            # A writer may have replaced the manifest and swept the files between our two reads.
            if attempt == 2:
                raise
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamagedError(
                f"{path / _MANIFEST}: not an index manifest ({error}). Delete the folder; it is built anew.",
                f"{path / _MANIFEST}: không phải bản kê của chỉ mục ({error}). Hãy xóa thư mục; nó sẽ được dựng lại.",
            ) from error
        except OSError as error:
            english, vietnamese = system_words(error)
            raise IndexDamagedError(
                f"{path}: cannot be read ({english}).", f"{path}: không đọc được ({vietnamese})."
            ) from error
    raise AssertionError("unreachable")


def _opened(path: Path, manifest: dict[str, object]) -> Commit:
    if manifest["format"] != FORMAT:
        raise IndexDamagedError(
            f"{path}: written in index format {manifest['format']}, this version reads {FORMAT}.",
            f"{path}: chỉ mục ghi theo định dạng {manifest['format']}, bản này đọc định dạng {FORMAT}.",
        )
    segments, alive = [], []
    for entry in manifest["segments"]:  # type: ignore[attr-defined]
        segment = Segment.open(path / entry["file"], length=entry["length"])
        segments.append(segment)
        mask: Mask | None = None
        if entry["dead"]:
            mask = np.ones(segment.size, bool)
            mask[np.array(entry["dead"])] = False
        alive.append(mask)
    return Commit(
        change=int(str(manifest["change"])),
        encoder=str(manifest["encoder"]),
        segments=tuple(segments),
        alive=tuple(alive),
        mark=int(str(manifest["mark"])),
        checksums=tuple(int(entry["checksum"]) for entry in manifest["segments"]),  # type: ignore[attr-defined]
    )


class Writer(SegmentSet):
    """Collects added segments and removed reviews and commits them together; use as a context manager.

    Leaving the context without `commit` changes nothing. Raises `IndexBusyError` when another process writes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: list[str] = []
        self._parts: list[Segment] = []
        self._lock = locked(path)
        try:
            self.base = self._last_commit()
            super().__init__(self.base.segments, self.base.alive)
            self._lengths = {s.name: (path / s.name).stat().st_size for s in self._segments}
            self._checksums = {s.name: c for s, c in zip(self._segments, self.base.checksums, strict=True)}
            if LOCKS and self.base is not EMPTY:  # nobody else writes: what is not named, a kill left behind
                self._sweep(set(self._lengths))
            self._next = 1 + max((int(f.stem) for f in path.glob("*.segment") if f.stem.isdecimal()), default=0)
        except BaseException:
            self._lock.close()
            raise

    def _last_commit(self) -> Commit:
        """Return the commit to build on, or an empty one: what is derived and cannot be relied on is built anew.

        Readers compare length and header of a file only; here, where its bytes would be merged into new files, they
        are compared with their checksums. Cost: a fifth of a second for the index of 300,000 reviews.
        """
        try:
            commit = read(self._path)
            whole = all(
                checksum(self._path / segment.name) == known
                for segment, known in zip(commit.segments, commit.checksums, strict=True)
            )
        except (IndexDamagedError, OSError):
            return EMPTY
        return commit if whole else EMPTY

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for name in self._written:  # not committed: a full disk needs the room
                with suppress(OSError):
                    (self._path / name).unlink(missing_ok=True)
        finally:
            self._lock.close()

    def add(self, segment: Segment) -> None:
        """Add a segment, which may be a small part of many reviews: parts become whole segments as they come."""
        if not segment.size:
            return
        parts = [*self._parts, segment]
        if sum(p.posting_count for p in parts) > MOST_POSTINGS or sum(p.size for p in parts) > MOST_REVIEWS:
            self._gather()
        super().add(segment)
        self._parts.append(self._segments[-1])

    def clear(self) -> None:
        """Forget all reviews."""
        super().clear()
        self._parts.clear()

    def tidy(self) -> None:
        """Make one segment of the parts that came last; then as in memory."""
        self._gather()
        super().tidy()

    def _gather(self) -> None:
        group = [number for number, segment in enumerate(self._segments) if segment in self._parts]
        self._parts.clear()
        if len(group) > 1:
            self._merge(group)

    def commit(self, *, change: int, encoder: str = "", mark: int = 0) -> None:
        """Make all of it durable and visible at once."""
        self.tidy()
        entries = [
            {
                "file": s.name,
                "length": self._lengths[s.name],
                "checksum": self._checksums[s.name],
                "dead": [] if a is None else np.flatnonzero(~a).tolist(),
            }
            for s, a in zip(self._segments, self._alive, strict=True)
        ]
        manifest = {"format": FORMAT, "change": change, "mark": mark, "encoder": encoder, "segments": entries}
        _replace(self._path / _MANIFEST, json.dumps(manifest).encode())
        self._written.clear()
        self._sweep({s.name for s in self._segments})
        checksums = tuple(self._checksums[s.name] for s in self._segments)
        self.base = Commit(change, encoder, tuple(self._segments), tuple(self._alive), mark, checksums)

    def _stored(self, segment: Segment) -> Segment:
        name = f"{self._next:08d}.segment"
        self._next += 1
        self._written.append(name)
        self._lengths[name] = segment.write(self._path / name)
        self._checksums[name] = checksum(self._path / name)
        return Segment.open(self._path / name, length=self._lengths[name])

    def _sweep(self, named: set[str]) -> None:
        for file in self._path.glob("*.segment"):
            if file.name not in named:
                file.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        settle(file)
    take_the_place(temporary, path)
