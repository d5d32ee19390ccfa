"""What is found in a file among references: still pictures, scenes of videos and sound, each reference once.

References are named by the caller. A picture goes into the picture index under its name, a frame of a video under the
name and its time, sound into the sound index: `MediaSegments` keeps both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from kiemchung.engine.arrays import forget
from kiemchung.engine.media import video
from kiemchung.engine.media.audio import LEAST, PLAUSIBLE, SoundIndex
from kiemchung.engine.media.geometry import LEAST_PAIRS
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.pictures import PictureIndex
from kiemchung.engine.media.types import AS_IT_IS, MediaKind, MediaMatch, Region, Sound
from kiemchung.engine.media.video import FrameMatch

# The same bytes are the same file; no answer claims to be certain.
SAME_FILE = 1.0 - 1e-6
# A scene of a video has many frames that look alike: so many are asked for, so that other references have room too.
_EACH_FRAME = 24
# A picture and a moment of a video are told apart in the index by this in the name; no file name holds it.
_AT = "\0"
# The pages that so many pictures read for their candidates are held at most: 10-50 MB each among 100,000.
_HELD = 4


@dataclass(frozen=True, slots=True)
class Described:
    """A decoded file as it is compared: its pictures (of a video: the frames, at `times` in seconds) and its sound.

    `times` is empty and `seconds` 0 for a still picture. The pixels are no longer needed; of sound the samples are,
    since a query is tried at several speeds.
    """

    kind: MediaKind
    sha256: str
    pictures: tuple[PictureFeatures, ...] = ()
    times: tuple[float, ...] = ()
    sound: Sound | None = None
    seconds: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether it shows and plays nothing by which more than the very file could be recognised."""
        return self.sound is None and all(len(one.places) < LEAST_PAIRS for one in self.pictures)


class MediaIndex:
    """Answers which references a file shows or plays, from an index of pictures and one of sound."""

    def __init__(self, pictures: PictureIndex, sounds: SoundIndex, *, seldom: Sequence[NDArray[Any]] = ()) -> None:
        """`seldom` are arrays that are read for candidates only: where they are mapped, their pages are not held."""
        self._pictures = pictures
        self._sounds = sounds
        self._seldom = seldom
        self._looked_up = 0

    def match(self, query: Described, *, top: int = 5, same: Sequence[str] = ()) -> list[MediaMatch]:
        """Return the references that are found in a query, the likeliest first, each once, at most `top`.

        `same` names the references that have the same bytes as the query. Cost: 100-250 ms a picture or frame among
        100,000, some 20-500 ms for sound.
        """
        found = {match.reference: match for match in reversed(self._found(query, top))}
        for name in same:
            found[name] = _same_file(name, query)
        return sorted(found.values(), key=lambda match: (-match.probability, match.reference))[:top]

    def _found(self, query: Described, top: int) -> list[MediaMatch]:
        heard = [] if query.sound is None else self._sounds.match_many([query.sound], top=top, least=PLAUSIBLE)[0]
        if not query.pictures:
            return [match for match in heard if match.probability >= LEAST]
        times = query.times or (0.0,)
        looks: dict[int, list[MediaMatch]] = {}

        def seen_in(at: int) -> set[str]:
            looks[at] = self._look(query.pictures[at])
            return {owner(match.reference) for match in looks[at]}

        looked_at = video.look_at(times, seen_in)
        at_s = [times[at] if query.times else None for at in looked_at]
        stills = _likeliest_stills([looks[at] for at in looked_at], at_s)
        moments = [[_moment(match) for match in looks[at] if _AT in match.reference] for at in looked_at]
        scenes = video.vote([times[at] for at in looked_at], moments, seconds=query.seconds, top=top)
        likely = [match for match in video.with_sound(scenes, heard, top=top) if match.probability >= LEAST]
        return sorted([*stills, *likely], key=lambda match: -match.probability)

    def _look(self, picture: PictureFeatures) -> list[MediaMatch]:
        """Return what one picture or frame shows."""
        [found] = self._pictures.match_many([picture], top=_EACH_FRAME)
        self._looked_up += 1
        if self._looked_up >= _HELD:
            forget(self._seldom)
            self._looked_up = 0
        return found


def frame_name(name: str, at_s: float) -> str:
    """Return the name of a frame of a reference in the picture index."""
    return f"{name}{_AT}{at_s!r}"


def owner(name: str) -> str:
    """Return the reference to which a name in the picture index belongs.

    >>> owner(frame_name("a", 1.5)), owner("b")
    ('a', 'b')
    """
    return name.partition(_AT)[0]


def whole(features: PictureFeatures) -> Region:
    """Return the region that is all of a picture."""
    return Region(0, 0, features.width, features.height)


def _same_file(name: str, query: Described) -> MediaMatch:
    if query.kind is not MediaKind.PICTURE:
        return MediaMatch(name, SAME_FILE, "file", start_s=0.0, end_s=query.seconds)
    region = whole(query.pictures[0])
    return MediaMatch(name, SAME_FILE, "file", query_region=region, reference_region=region, placed=AS_IT_IS)


def _likeliest_stills(looks: Sequence[Sequence[MediaMatch]], at_s: Sequence[float | None]) -> list[MediaMatch]:
    """Return each still picture that is seen in any frame once, where it is seen best, with the time of that frame."""
    best: dict[str, MediaMatch] = {}
    for look, seen_at_s in zip(looks, at_s, strict=True):
        for match in look:
            known = best.get(match.reference)
            if _AT not in match.reference and (known is None or match.probability > known.probability):
                best[match.reference] = replace(match, query_at_s=seen_at_s)
    return list(best.values())


def _moment(match: MediaMatch) -> FrameMatch:
    name, _, at_s = match.reference.partition(_AT)
    return FrameMatch(name, float(at_s), match.probability, match.query_region, match.reference_region, match.placed)
