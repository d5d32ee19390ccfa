"""Looks at the file of a message: what in it was checked, and what words it has."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.collection.home import default_home
from kiemchung.collection.types import CollectionError
from kiemchung.decoding.errors import DecodeError, SandboxError
from kiemchung.desk import files, previews
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import MessageFile, MessageKind
from kiemchung.desk.previews import NO_PREVIEW, KeptPreview
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
    preview: KeptPreview = NO_PREVIEW
    answer: types.Answer | None = None


def look_at(file: MessageFile) -> FileSeen:
    """Decode the file in a locked child, read its words, search both, and keep small pictures of it.

    Whoever does not note the `preview` that lies on the disk then forgets it. Raises `FileDamagedError`.

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
    preview = previews.kept(previews.made_of(seen.decoded.media))
    return FileSeen("", _KINDS[seen.decoded.kind], seen.text, preview, seen.answer)
