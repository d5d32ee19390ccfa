"""What was erased before its time, so that a backup that is put back is erased again.

`erased` in `KIEMCHUNG_HOME` is only added to, a JSON line each: the digest of a ticket, or an entry of the public log
and the name of its sealed part. What was erased because its time was over needs no line: it is over in the backup too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kiemchung.collection.home import default_home
from kiemchung.engine.durable import settle
from kiemchung.engine.errors import InputError, SetupError, system_words
from kiemchung.jobs import clock

NAME = "erased"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A message, by the digest of its ticket; a sealed part (`name`; None: all parts) of an entry of the log; or the
    bytes of a file of a source, by their digest, with why they were taken back (`name`)."""

    ticket: str | None = None
    entry: int | None = None
    name: str | None = None
    file: str | None = None


def note(erasure: Erasure) -> None:
    """Write it down for good; called before the erasing transaction commits.

    A line of what was not erased after all does no harm: somebody has wanted it erased. Raises `SetupError` when it
    cannot be written; then nothing may be erased either.
    """
    path = default_home() / NAME
    at = clock.now().isoformat(timespec="seconds")
    said = json.dumps({"at": at, **{part: value for part, value in asdict(erasure).items() if value is not None}})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The line break comes first: a line that a crash has torn never swallows the next one.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(f"\n{said}".encode())
            settle(file)
    except OSError as error:
        english, vietnamese = system_words(error)
        raise SetupError(
            f"{path}: erasures cannot be noted here ({english}). Make room, or check the folder's rights.",
            f"{path}: không ghi được việc xóa vào đây ({vietnamese}). Hãy dọn chỗ trống hoặc kiểm tra quyền.",
        ) from error


def noted(path: Path) -> Iterator[Erasure]:
    """Yield what the file says was erased; nothing when there is none. A torn line is passed over.

    Raises `InputError` for a file that cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        english, vietnamese = system_words(error)
        raise InputError(
            f"{path}: {english}. Give the file `erased` of a KIEMCHUNG_HOME.",
            f"{path}: {vietnamese}. Hãy đưa tệp `erased` của một KIEMCHUNG_HOME.",
        ) from None
    for line in lines:
        try:
            said = json.loads(line)
            erasure = Erasure(said.get("ticket"), said.get("entry"), said.get("name"), said.get("file"))
        except (ValueError, AttributeError, RecursionError):
            continue
        if isinstance(erasure.ticket, str) or isinstance(erasure.entry, int) or isinstance(erasure.file, str):
            yield erasure
