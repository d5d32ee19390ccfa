"""Recognises pictures, sound and video among references: files through the guarded door, then the media engine."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from kiemchung.decoding import Decoded
from kiemchung.engine.media import image
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.segments import MediaSegments
from kiemchung.engine.media.types import MediaMatch, Picture, Sound, Video

_BATCH = 500


def describe(decoded: Decoded) -> Described:
    """Describe a decoded file. Cost: about 35 ms a picture or frame. Raises `SetupError` without the extra `media`."""
    media = decoded.media
    if isinstance(media, Picture):
        return Described(decoded.kind, decoded.sha256, (image.describe(media),))
    if isinstance(media, Sound):
        return Described(decoded.kind, decoded.sha256, sound=media, seconds=media.seconds)
    return _described_video(decoded, media)


def _described_video(decoded: Decoded, media: Video) -> Described:
    pictures = tuple(image.describe(frame.picture) for frame in media.frames)
    times = tuple(frame.at_s for frame in media.frames)
    return Described(decoded.kind, decoded.sha256, pictures, times, media.sound, media.seconds)


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
