"""Small pictures of what readers send in, for the members of the desk: blurred until one is wanted.

They are made of the pixels that the locked child has decoded, so that nothing is in them that the file said about
itself (R27), and they lie encrypted beside the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiemchung.desk import files
from kiemchung.desk.errors import StorageFullError
from kiemchung.desk.models import MessageFile
from kiemchung.engine.media.drawing import blurred_preview, preview
from kiemchung.engine.media.sheet import contact_sheet
from kiemchung.engine.media.types import Picture, Sound, Video

_SIDE, _SHEET_SIDE = 720, 990
_MOST_FRAMES = 12
_LENGTH = 4  # bytes: how long the first of the two is


@dataclass(frozen=True)
class Preview:
    """Two JPEGs of one picture, or of the frames of a video."""

    blurred: bytes
    sharp: bytes


@dataclass(frozen=True)
class KeptPreview:
    """Where it lies; empty where there is none."""

    name: str = ""
    sha256: str = ""


NO_PREVIEW = KeptPreview()


def made_of(media: Picture | Sound | Video) -> Preview | None:
    """Return the preview of decoded media; sound has none. Cost: some milliseconds and 20-150 kB."""
    if isinstance(media, Sound):
        return None
    if isinstance(media, Picture):
        return Preview(blurred_preview(media), preview(media, _SIDE))
    sheet = contact_sheet(media.frames, most=_MOST_FRAMES)
    picture = Picture(sheet, sheet.shape[1], sheet.shape[0])
    return Preview(blurred_preview(picture), preview(picture, _SHEET_SIDE))


def kept(made: Preview | None) -> KeptPreview:
    """Store a preview; where the disk is full there is none, and the message is answered all the same."""
    if made is None:
        return NO_PREVIEW
    content = len(made.blurred).to_bytes(_LENGTH, "big") + made.blurred + made.sharp
    try:
        return KeptPreview(files.keep(content), hashlib.sha256(content).hexdigest())
    except StorageFullError:
        return NO_PREVIEW


def preview_of(file: MessageFile) -> Preview:
    """Return the preview of a file. Raises `LookupError` where there is none, `FileDamagedError` where it is lost."""
    if not file.preview_as:
        raise LookupError(f"there is no preview of the file of message {file.message_id}")
    content = files.read(file.preview_as, file.preview_sha256)
    begin = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    return Preview(content[_LENGTH:begin], content[begin:])
