"""A changing set of media references: files come in, go out, small segments are merged; in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media import audio
from kiemchung.engine.media.audio import SoundFeatures, SoundIndex, SoundSegment
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.index import Described, MediaIndex, frame_name, owner
from kiemchung.engine.media.pictures import MOST_PICTURES, PictureIndex, PictureSegment
from kiemchung.engine.media.types import MediaKind
from kiemchung.engine.tiers import to_merge

Mask = NDArray[np.bool_]
Segment = PictureSegment | SoundSegment

# Up to so many pictures, and so many frames of sound (about twenty minutes), segments count as of one size.
SMALLEST = {"pictures": 16, "sounds": 10_000}
# So much is merged into one segment at most: 350 MB of pictures, whose merge takes 1 GB of memory (of 32,768 it took
# 2.7); of sound about 3,000 hours.
MOST = {"pictures": 16_384, "sounds": 75_000_000}
# Read for candidates only, here and there in the file: a worker need not hold these.
_SELDOM = ("spots", "shapes", "codes", "thumbs", "letters")


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, which of its references live (`None`: all), and the file it lies in (empty in memory)."""

    segment: Segment
    alive: Mask | None = None
    file: str = ""

    @property
    def kind(self) -> str:
        """`pictures` or `sounds`."""
        return "pictures" if isinstance(self.segment, PictureSegment) else "sounds"

    @property
    def weight(self) -> int:
        """What a merge has to move: pictures, or frames of sound."""
        return self.segment.size if isinstance(self.segment, PictureSegment) else len(self.segment.frames)


class MediaSegments:
    """References in segments; held in memory, `_stored` puts them elsewhere.

    What is found does not depend on how the references lie in segments. How rare a feature is, is counted over all that
    a segment holds, so that removed references weigh a little on the order of candidates until they are rewritten.
    """

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self._parts = list(parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The segments, in the order in which they were made."""
        return tuple(self._parts)

    def add(self, references: Sequence[tuple[str, Described]]) -> None:
        """Add described files by their names; one that the set already holds must have been removed first.

        Cost: half a millisecond a picture or frame, .7 s an hour of sound.
        """
        names: list[str] = []
        pictures: list[PictureFeatures] = []
        heard: list[tuple[str, SoundFeatures]] = []
        for name, one in references:
            is_still = one.kind is MediaKind.PICTURE
            names += [name] if is_still else [frame_name(name, at_s) for at_s in one.times]
            pictures += one.pictures
            if one.sound is not None:
                heard.append((name, audio.describe(one.sound)))
        for at in range(0, len(names), MOST_PICTURES):
            part = slice(at, at + MOST_PICTURES)
            self._parts.append(self._stored(PictureSegment.build(names[part], pictures[part])))
        if heard:
            self._parts.append(self._stored(SoundSegment.build([name for name, _ in heard], [one for _, one in heard])))

    def remove(self, names: Iterable[str]) -> None:
        """Remove references by their names; names that the set does not hold are passed over."""
        gone = frozenset(names)
        for number, part in enumerate(self._parts if gone else ()):
            dead = np.array([owner(name) in gone for name in part.segment.ids], bool)
            if dead.any():
                self._parts[number] = replace(part, alive=_mask(part) & ~dead)

    def tidy(self) -> None:
        """Rewrite what holds anything dead and merge what is small.

        What was removed is gone for good, its grey copy included; of a claim's words that costs nobody anything, so
        there a quarter may be dead.
        """
        kept = []
        for part in self._parts:
            if part.alive is None or part.alive.all():
                kept.append(part)
            elif part.alive.any():
                kept.append(self._merged([part]))
        self._parts = kept
        for kind in SMALLEST:
            while len(group := self._mergeable(kind)) > 1:
                merged = self._merged(group)
                at = self._parts.index(group[-1])
                self._parts[at] = merged
                self._parts = [part for part in self._parts if part not in group]

    def index(self) -> MediaIndex:
        """Return what answers questions about the references as they are now."""
        pictures = [(p.segment, p.alive) for p in self._parts if isinstance(p.segment, PictureSegment)]
        sounds = [(p.segment, p.alive) for p in self._parts if isinstance(p.segment, SoundSegment)]
        return MediaIndex(
            PictureIndex([segment for segment, _ in pictures], [alive for _, alive in pictures]),
            SoundIndex([segment for segment, _ in sounds], [alive for _, alive in sounds]),
            seldom=[segment.arrays()[name] for segment, _ in pictures for name in _SELDOM],
        )

    def _mergeable(self, kind: str) -> list[Part]:
        parts = [part for part in self._parts if part.kind == kind]
        sizes = [part.weight for part in parts]

        def fits(group: Sequence[int]) -> bool:
            return sum(sizes[number] for number in group) <= MOST[kind]

        return [parts[number] for number in to_merge(sizes, smallest=SMALLEST[kind], fits=fits)]

    def _merged(self, parts: Sequence[Part]) -> Part:
        masks = [part.alive for part in parts]
        pictures = [part.segment for part in parts if isinstance(part.segment, PictureSegment)]
        if pictures:
            return self._stored(PictureSegment.merge(pictures, masks))
        sounds = [part.segment for part in parts if isinstance(part.segment, SoundSegment)]
        return self._stored(SoundSegment.merge(sounds, masks))

    def _stored(self, segment: Segment) -> Part:
        return Part(segment)


def _mask(part: Part) -> Mask:
    return np.ones(part.segment.size, bool) if part.alive is None else part.alive
