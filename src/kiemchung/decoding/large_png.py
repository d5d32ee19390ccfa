"""Large plain PNGs, unpacked by FFmpeg in less time than Pillow takes; runs inside the child.

Every point of a PNG has to be unpacked, however small a picture is made of it. FFmpeg is handed nothing but the size
and the points; what else stands in the file is read by Pillow, as it is of other files.
"""

from __future__ import annotations

import io
import os
import zlib
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
from PIL import Image

from kiemchung.decoding.limits import LARGE_PNG_POINTS, MIB
from kiemchung.engine.media.types import Pixels

# Of a larger file no second copy is made.
_MOST_BYTES = 64 * MIB
# What FFmpeg calls the points of the two modes that both hold in the same bytes.
_FORMS = {"RGB": "rgb24", "RGBA": "rgba"}
_SIGNATURE, _HEAD_BYTES, _AROUND_BYTES = b"\x89PNG\r\n\x1a\n", 33, 12
_ONE_POINT = b"\0\0\0\1\0\0\0\1\x08\x02\0\0\0"
# A wrong checksum is an error, as it is for Pillow.
_STRICT = {"err_detect": "crccheck+explode"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """A PNG's chunks: the points, and what stands before and behind them but for the head and the end."""

    before: bytes
    points: bytes
    behind: bytes


def prepare() -> None:
    """Unpacks a point, so that all that is needed is there before any file."""
    head = _SIGNATURE + _chunk(b"IHDR", _ONE_POINT)
    _frame(head, _chunk(b"IDAT", zlib.compress(bytes(4))))


def unpacked(image: Image.Image, file: BinaryIO) -> Image.Image:
    """The picture that `image` has opened with its points unpacked and what it says about itself; `image` itself, not
    yet unpacked, where it is no large plain PNG (8 bits, in colour, not moving) or is not whole."""
    if not _is_large_and_plain(image):
        return image
    before = file.tell()
    if file.seek(0, os.SEEK_END) > _MOST_BYTES:
        file.seek(before)
        return image
    file.seek(0)
    content = file.read()
    file.seek(before)
    parts = _parted(content)
    frame = _frame(content[:_HEAD_BYTES], parts.points) if parts else None
    if parts is None or frame is None or frame.format.name != _FORMS[image.mode]:
        return image
    if (frame.width, frame.height) != image.size:
        return image
    rows = np.frombuffer(frame.planes[0], np.uint8).reshape(image.height, -1)  # type: ignore[call-overload]
    mode = "RGBX" if image.mode == "RGBA" and _is_opaque(rows, image.width) else image.mode
    shown = Image.frombuffer(mode, image.size, rows, "raw", mode, rows.shape[1], 1)
    shown.info = _notes(parts)
    return shown


def _is_large_and_plain(image: Image.Image) -> bool:
    return (
        image.format == "PNG"
        and image.mode in _FORMS
        and image.width * image.height >= LARGE_PNG_POINTS
        and not getattr(image, "is_animated", False)
        and not {"transparency", "interlace"} & {name for name, value in image.info.items() if value is not None}
    )


def _parted(content: bytes) -> _Parts | None:
    """The chunks of a whole PNG, `None` for what is cut."""
    before: list[memoryview] = []
    points: list[memoryview] = []
    behind: list[memoryview] = []
    at = _HEAD_BYTES
    while at + _AROUND_BYTES <= len(content):
        name = content[at + 4 : at + 8]
        end = at + _AROUND_BYTES + int.from_bytes(content[at : at + 4], "big")
        if name == b"IEND":
            return _Parts(b"".join(before), b"".join(points), b"".join(behind))
        part = memoryview(content)[at:end]
        (points if name == b"IDAT" else behind if points else before).append(part)
        at = end
    return None


def _frame(head: bytes, points: bytes) -> av.VideoFrame | None:
    """What FFmpeg makes of the head and the points, `None` where it makes nothing of them."""
    decoder = av.CodecContext.create("png", "r")
    decoder.thread_count = 1  # no other may be started here
    decoder.options = dict(_STRICT)
    try:
        frames = decoder.decode(av.Packet(b"".join([head, points, _chunk(b"IEND")])))
    except (av.FFmpegError, ValueError):
        return None
    return frames[0] if len(frames) == 1 and isinstance(frames[0], av.VideoFrame) else None


def _is_opaque(rows: Pixels, width: int) -> bool:
    """Whether all points of four bytes are opaque; at what only fills up the rows nobody looks."""
    points = rows.view("<u4")[:, :width]
    return int(np.bitwise_and.reduce(np.bitwise_and.reduce(points, axis=0))) >> 24 == 255


def _notes(parts: _Parts) -> dict[str | tuple[int, int], object]:
    """What Pillow reads of all but the points: they are put around a picture of one."""
    head = _chunk(b"IHDR", _ONE_POINT)
    point = _chunk(b"IDAT", zlib.compress(bytes(4)))
    around = b"".join([_SIGNATURE, head, parts.before, point, parts.behind, _chunk(b"IEND")])
    with Image.open(io.BytesIO(around), formats=["PNG"]) as notes:
        notes.load()
        return dict(notes.info)


def _chunk(name: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
