"""Recognises pictures, sound and video among references: files through the guarded door, then the media engine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from kiemchung.decoding import Decoded, Decoder
from kiemchung.decoding.certificates import count_certificates
from kiemchung.decoding.formats import format_of, is_heic
from kiemchung.decoding.limits import PICTURE_SIDE
from kiemchung.engine.errors import InputError
from kiemchung.engine.media import image
from kiemchung.engine.media.drawing import FRAME_SIDE, Side, preview
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.segments import MediaSegments
from kiemchung.engine.media.types import MediaMatch, Picture, Region, Sound, Video

_BATCH = 500
# So many bytes tell a text from what only begins like one.
_HEAD = 512
# So many frames of a video are kept as small pictures, evenly over its time.
_MOST_PREVIEWS = 64


def open_decoder(environment: Mapping[str, str] | None = None, *, reading: bool = False) -> Decoder:
    """Return a decoder that knows the signers trusted here: those in the file that `KIEMCHUNG_TRUST_LIST` names (PEM).

    `reading`: words in pictures are read too, where that is installed. Raises `InputError` when there is no such file,
    no certificate in it, or one that cannot be read.
    """
    named = (os.environ if environment is None else environment).get("KIEMCHUNG_TRUST_LIST", "")
    if named:
        _require_certificates(named)
    return Decoder(trust_list=Path(named) if named else None, reading=reading)


def _require_certificates(named: str) -> None:
    if not Path(named).is_file():
        raise InputError(
            f"KIEMCHUNG_TRUST_LIST names {named}, which is no file. Name a file of certificates (PEM).",
            f"KIEMCHUNG_TRUST_LIST chỉ tới {named}, không phải tệp. Hãy nêu một tệp chứng chỉ (PEM).",
        )
    try:
        count = count_certificates(Path(named).read_bytes())
    except (OSError, ValueError):
        count = 0
    if not count:
        raise InputError(
            f"KIEMCHUNG_TRUST_LIST names {named}, which cannot be used: there has to be at least one certificate in it "
            "(PEM), and each has to be whole. Correct the file, and look whether this account may read it.",
            f"KIEMCHUNG_TRUST_LIST chỉ tới {named}, tệp không dùng được: trong tệp phải có ít nhất một chứng chỉ "
            "(PEM), và chứng chỉ nào cũng phải nguyên vẹn. Hãy sửa tệp, và xem tài khoản này có được đọc tệp không.",
        )


def looks_like_media(path: Path) -> bool:
    """Return whether a file begins like a picture, sound or video, and not like a text that only says so ("ID3 …").

    >>> looks_like_media(Path("no-such-file"))
    False
    """
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):
        return False
    return (format_of(head) is not None or is_heic(head)) and not _is_text(head)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a character may have been cut at the end
            return False
        text = head[: error.start].decode("utf-8")
    return all(one.isprintable() or one.isspace() for one in text)


def as_compared(decoded: Decoded) -> Decoded:
    """Return a decoded file with its picture in the points in which it is compared, for what is described and shown:
    it is made smaller once then. Cost: .5 ms."""
    media = decoded.media
    return replace(decoded, media=_smaller(media)) if isinstance(media, Picture) else decoded


def describe(decoded: Decoded) -> Described:
    """Describe a decoded file. Cost: about 24 ms a picture or frame. Raises `SetupError` without the extra `media`."""
    media = decoded.media
    if isinstance(media, Picture):
        return Described(decoded.kind, decoded.sha256, (image.describe(_smaller(media)),))
    if isinstance(media, Sound):
        return Described(decoded.kind, decoded.sha256, sound=media, seconds=media.seconds)
    return _described_video(decoded, media)


def _described_video(decoded: Decoded, media: Video) -> Described:
    pictures = tuple(image.describe(frame.picture) for frame in media.frames)
    times = tuple(frame.at_s for frame in media.frames)
    return Described(decoded.kind, decoded.sha256, pictures, times, media.sound, media.seconds)


def _smaller(picture: Picture) -> Picture:
    """Return a picture in the points in which it is compared; the decoder gives up to twice as many a side.

    Between neighbours is enough for less than half: the means of areas, tried before, take nine times as long.
    """
    rows, columns, _ = picture.pixels.shape
    by = PICTURE_SIDE / max(rows, columns)
    if by >= 1:
        return picture
    cv2 = opencv()
    size = (max(1, round(columns * by)), max(1, round(rows * by)))
    pixels = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_LINEAR)
    return Picture(pixels, picture.width, picture.height)


def previews(decoded: Decoded) -> dict[float, bytes]:
    """Return small JPEGs of a picture (time 0) or of frames of a video by their seconds; nothing of sound."""
    media = decoded.media
    if isinstance(media, Picture):
        return {0.0: preview(_smaller(media))}
    if isinstance(media, Sound):
        return {}
    count = min(_MOST_PREVIEWS, len(media.frames))
    chosen = np.unique(np.linspace(0, len(media.frames) - 1, count).round().astype(int)).tolist()
    return {media.frames[at].at_s: preview(media.frames[at].picture, FRAME_SIDE) for at in chosen}


def side(decoded: Decoded, region: Region | None, at_s: float | None) -> Side | None:
    """Return a file as one side of a drawn match: the picture, or the frame nearest to a time; `None` for sound."""
    media = decoded.media
    if isinstance(media, Picture):
        return Side(media, region)
    if isinstance(media, Sound):
        return None
    frame = min(media.frames, key=lambda one: abs(one.at_s - (at_s or 0.0)))
    return Side(frame.picture, region)


class MediaReferences:
    """Described reference files, in memory, that queries are matched against."""

    def __init__(self, references: Iterable[tuple[str, Described]]) -> None:
        """Index references by their names, which must not be repeated."""
        self._files: dict[str, list[str]] = {}
        segments = MediaSegments()
        coming = iter(references)
        while batch := list(islice(coming, _BATCH)):  # what is described is much larger than what is kept
            for name, one in batch:
                self._files.setdefault(one.sha256, []).append(name)
            segments.add(batch)
        segments.tidy()
        self._index = segments.index()

    def match(self, query: Described, *, top: int = 5) -> list[MediaMatch]:
        """Return the references that are found in a query, the likeliest first, each once, at most `top`."""
        return self._index.match(query, top=top, same=self._files.get(query.sha256, ()))
