"""A list of media files: JSON Lines with `file` and `review`, names of files taken from the list's own folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiemchung.engine.errors import InputError, KiemchungError
from kiemchung.engine.formats.refusals import clip
from kiemchung.engine.formats.streams import lines, plain_utf8
from kiemchung.sources import open_file, pieces_of

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A line of a list: the file as it is written there, where it lies, and the ids of its reviews."""

    number: int
    file: str
    path: Path
    reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineError:
    """A line that is refused: where it stands and why."""

    place: str
    error: KiemchungError


def listed_files(source: str) -> Iterator[ListedFile | LineError]:
    """Yield the lines of a list in their order; an empty line is passed over.

    Raises `InputError` for a list that cannot be read.
    """
    folder = Path(source).parent
    with open_file(source) as file:
        pieces = plain_utf8(pieces_of(file, clip(source)), source)
        for number, line in enumerate(lines(pieces, _MOST_BYTES), 1):
            if line is None or line.strip():
                try:
                    yield _listed(line, number, folder)
                except (ValueError, TypeError, KeyError):
                    yield LineError(f"{source}:{number}", _wrong(source, number))


def _listed(line: bytes | None, number: int, folder: Path) -> ListedFile:
    row = json.loads((line or b"").decode("utf-8"))
    file, review = row["file"], row.get("review") or []
    reviews = [review] if isinstance(review, str) else review
    if not isinstance(file, str) or not file or not isinstance(reviews, list):
        raise TypeError
    if not all(isinstance(one, str) and one for one in reviews):
        raise TypeError
    return ListedFile(number, file, folder / file, tuple(reviews))


def _wrong(source: str, number: int) -> InputError:
    shown = clip(source)
    return InputError(
        f'{shown}, line {number}: not {{"file": "name", "review": "id"}}. `review` may be a list, or be left out.',
        f'{shown}, dòng {number}: không phải {{"file": "tên", "review": "id"}}. `review` có thể là danh sách, hoặc bỏ '
        "trống.",
    )
