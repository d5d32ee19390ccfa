"""Pictures that a command draws into a PNG file, whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.media.drawing import Drawn, Side, both_sides, png
from kiemchung.engine.media.types import MediaMatch, Pixels

# So many matches are drawn at most, one below the other.
_MOST = 12


class Gallery:
    """Matches to be drawn into the file that `--picture` names; an empty name draws nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._matches: list[Drawn] = []

    @property
    def has_room(self) -> bool:
        """Whether a further match would be drawn."""
        return bool(self._name) and len(self._matches) < _MOST

    def add(self, query: Side | None, reference: Side | None, match: MediaMatch, seconds: float) -> None:
        """Take a match in, with its two sides and the length of the reference."""
        self._matches.append(Drawn(query, reference, match.start_s, match.end_s, seconds))

    def write(self) -> None:
        """Write the file when there is anything to draw. Raises `OSError` that names it."""
        if self._matches:
            write_picture(self._name, both_sides(self._matches))


def write_picture(name: str, pixels: Pixels) -> None:
    """Write pixels (rows, columns, 3), RGB, as a PNG file. Raises `OSError` that names it."""
    path = Path(os.path.realpath(name))
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(png(pixels))
            settle(file)
        take_the_place(part, path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno:
            raise OSError(error.errno, error.strerror, name) from error
        raise
