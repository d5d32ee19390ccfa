"""Pictures that a command draws into a PNG file, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kiemchung.cli.media_rows import Row
from kiemchung.cli.terminal import chance
from kiemchung.cli.usage import UsageError
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.media.drawing import Drawn, Side, both_sides, png
from kiemchung.engine.media.types import Pixels

# So many matches are drawn at most, one below the other.
_MOST = 12


class Gallery:
    """Matches to be drawn into the file that `--picture` names; an empty name draws nothing."""

    def __init__(self, name: str, inputs: Iterable[str] = ()) -> None:
        """Raises `UsageError` where nothing can or should be written (`check_picture_name`)."""
        if name:
            check_picture_name(name, "--picture", inputs)
        self._name = name
        self._matches: list[Drawn] = []

    @property
    def has_room(self) -> bool:
        """Whether a further match would be drawn."""
        return bool(self._name) and len(self._matches) < _MOST

    def add(self, query: Side | None, reference: Side | None, row: Row) -> None:
        """Take a match in, with its two sides."""
        match = row.match
        # A picture may be passed on: where the file lies on this machine is nobody's business.
        title = f"{Path(row.query).name}  =  {match.reference}  ({chance(match.probability)})"
        drawn = Drawn(query, reference, match.start_s, match.end_s, row.seconds, title, match.placed)
        self._matches.append(drawn)

    def write(self) -> None:
        """Write the file when there is anything to draw. Raises `OSError` that names it."""
        if self._matches:
            write_picture(self._name, both_sides(self._matches))


def check_picture_name(name: str, option: str, inputs: Iterable[str]) -> None:
    """Raise `UsageError`, before any work is done, for a name that is no PNG, in no folder, or one of the inputs."""
    path = Path(name)
    if path.suffix.lower() != ".png":
        raise UsageError(
            f"{option} writes a PNG picture: {name} should end in .png.",
            f"{option} ghi ảnh PNG: tên {name} cần có đuôi .png.",
        )
    if not path.parent.is_dir():
        raise UsageError(
            f"{option}: there is no folder {path.parent}. Make it, or name another.",
            f"{option}: không có thư mục {path.parent}. Hãy tạo thư mục hoặc nêu tên khác.",
        )
    if path.exists() and any(Path(one).exists() and path.samefile(one) for one in inputs):
        raise UsageError(
            f"{option} would write over {name}, which is to be recognised. Name another file.",
            f"{option} sẽ ghi đè lên {name}, chính tệp cần nhận ra. Hãy nêu tên tệp khác.",
        )


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
