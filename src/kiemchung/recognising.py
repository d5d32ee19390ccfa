"""Recognises pictures, sound and video among references: files through the guarded door, then the media engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiemchung.decoding import Decoded
from kiemchung.engine.media import audio, image, video
from kiemchung.engine.media.audio import SoundFeatures, SoundIndex, SoundSegment
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import MediaKind, MediaMatch, Picture, Region, Sound, Video
from kiemchung.engine.media.video import FrameMatch

# The same bytes are the same file; no answer claims to be certain.
SAME_FILE = 1.0 - 1e-6
# A scene of a video has many frames that look alike: so many are asked for, so that other references have room too.
_EACH_FRAME = 24
# A picture and a moment of a video are told apart in the index by this in the name; no file name holds it.
_AT = "\0"


@dataclass(frozen=True, slots=True)
class Described:
    """A decoded file as the engine compares it: its pictures (of a video: the frames, at `times` in seconds) and sound.

    `times` is empty and `seconds` 0 for a still picture. The pixels are no longer needed; of sound the samples are,
    since a query is tried at several speeds.
    """

    kind: MediaKind
    sha256: str
    pictures: tuple[PictureFeatures, ...] = ()
    times: tuple[float, ...] = ()
    sound: Sound | None = None
    seconds: float = 0.0


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
        self._whole: dict[str, Region] = {}
        names: list[str] = []
        pictures: list[PictureFeatures] = []
        heard: list[tuple[str, SoundFeatures]] = []
        for name, one in references:
            self._files.setdefault(one.sha256, []).append(name)
            if one.kind is MediaKind.PICTURE:
                self._whole[name] = whole(one.pictures[0])
                names.append(name)
            else:
                names += [f"{name}{_AT}{at_s!r}" for at_s in one.times]
            pictures += one.pictures
            if one.sound is not None:
                heard.append((name, audio.describe(one.sound)))
        self._pictures = PictureIndex([PictureSegment.build(names, pictures)] if names else [])
        sounds = SoundSegment.build([name for name, _ in heard], [features for _, features in heard])
        self._sounds = SoundIndex([sounds] if heard else [])

    def match(self, query: Described, *, top: int = 5) -> list[MediaMatch]:
        """Return the references that are found in a query, the likeliest first, each once, at most `top`."""
        found = {match.reference: match for match in reversed(self._found(query, top))}
        for name in self._files.get(query.sha256, ()):
            found[name] = self._same_file(name, query)
        return sorted(found.values(), key=lambda match: (-match.probability, match.reference))[:top]

    def _found(self, query: Described, top: int) -> list[MediaMatch]:
        heard = self._sounds.match_many([query.sound], top=top)[0] if query.sound is not None else []
        if not query.pictures:
            return heard
        looks = self._pictures.match_many(query.pictures, top=_EACH_FRAME)
        stills = _likeliest_stills(looks)
        moments = [[_moment(match) for match in one if _AT in match.reference] for one in looks]
        scenes = video.vote(query.times or (0.0,), moments, seconds=query.seconds, top=top)
        return sorted([*stills, *video.with_sound(scenes, heard, top=top)], key=lambda match: -match.probability)

    def _same_file(self, name: str, query: Described) -> MediaMatch:
        region = self._whole.get(name)
        times = {"start_s": 0.0, "end_s": query.seconds} if region is None else {}
        return MediaMatch(name, SAME_FILE, "file", query_region=region, reference_region=region, **times)


def whole(features: PictureFeatures) -> Region:
    """Return the region that is all of a picture."""
    return Region(0, 0, features.width, features.height)


def _likeliest_stills(looks: Sequence[Sequence[MediaMatch]]) -> list[MediaMatch]:
    """Return each still picture that is seen in any frame once, where it is seen best."""
    best: dict[str, MediaMatch] = {}
    for match in (match for one in looks for match in one if _AT not in match.reference):
        if match.reference not in best or match.probability > best[match.reference].probability:
            best[match.reference] = match
    return list(best.values())


def _moment(match: MediaMatch) -> FrameMatch:
    name, _, at_s = match.reference.partition(_AT)
    return FrameMatch(name, float(at_s), match.probability, match.query_region, match.reference_region)
