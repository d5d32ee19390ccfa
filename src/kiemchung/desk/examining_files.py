"""Looks at the file of a message: what in it was checked, and what words it has."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.collection.home import default_home
from kiemchung.collection.types import CollectionError
from kiemchung.decoding.errors import DecodeError, SandboxError
from kiemchung.desk import files
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import MessageFile, MessageKind
from kiemchung.engine import types
from kiemchung.engine.errors import IndexDamagedError, SetupError
from kiemchung.engine.media.types import MediaKind
from kiemchung.examining import Examiner

REFUSED, NOT_HERE = "refused", "not_here"
_KINDS = {
    MediaKind.PICTURE: MessageKind.PICTURE,
    MediaKind.SOUND: MessageKind.SOUND,
    MediaKind.VIDEO: MessageKind.VIDEO,
}


@dataclass(frozen=True)
class FileSeen:
    """What a file is and says; `problem` is `refused` (the file) or `not_here` (this machine), else empty."""

    problem: str = ""
    kind: MessageKind | None = None
    words: str = ""
    answer: types.Answer | None = None


def look_at(file: MessageFile) -> FileSeen:
    """Decode the file in a locked child, read its words, and search both. Raises `FileDamagedError`.

    Cost: one or two seconds.
    """
    known = indexes()
    index = known.reviews_index()
    with files.opened(file) as path:
        try:
            with Examiner(default_home(), known.reviews, index) as examiner:
                seen = examiner.examine(path, name="file")
        except DecodeError:
            return FileSeen(REFUSED)
        except (SandboxError, SetupError, CollectionError, IndexDamagedError, ModuleNotFoundError):
            return FileSeen(NOT_HERE)
    return FileSeen("", _KINDS[seen.decoded.kind], seen.text, seen.answer)
