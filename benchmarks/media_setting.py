"""What the media benchmark runs on: references without duplicates, and which pictures are sent."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass

import numpy as np

from benchmarks.media_quality import Hashes, duplicates, phash_of_thumb
from benchmarks.media_references import SEED, Source, described, sources
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment


@dataclass(frozen=True)
class Setting:
    """References in an index, their hashes (names, PDQ, pHash), the pictures sent, and what is said of them."""

    segment: PictureSegment
    index: PictureIndex
    hashes: Hashes
    known: list[Source]
    unknown: list[Source]
    said: str
    seconds: float


def prepared(options: argparse.Namespace) -> Setting:
    """Describe the references, leave out duplicates, hold some back as unknown."""
    found = sources(options.pictures, options.references)
    by_name = {source.name: source for source in found}
    segments, seconds = described(found, options.kept, at_once=250)
    dropped = duplicates(segments)
    names = [name for segment in segments for name in segment.ids]
    left = [by_name[name] for name in sorted(set(names) - dropped)]
    drawn = _drawn([one for one in left if one.reported], options.unknown + options.known)
    unknown, known = drawn[: options.unknown], drawn[options.unknown :]
    out = dropped | {one.name for one in unknown}
    alive = [np.array([name not in out for name in segment.ids], bool) for segment in segments]
    whole = PictureSegment.merge(segments, alive)
    kept = list(whole.ids)
    phash = np.array([phash_of_thumb(thumb) for thumb in whole.arrays()["thumbs"]])
    kinds = Counter(_kind(by_name[name]) for name in kept)
    said = (
        f"{len(kept):,} references ({len(dropped):,} duplicates left out): "
        + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        + ". Sent are pictures of the half of the files that was not looked at while the method was made, every second"
        + " one a photograph or a tile of a large picture."
    )
    return Setting(whole, PictureIndex([whole]), (kept, whole.hashes, phash), known, unknown, said, seconds)


def _drawn(pictures: list[Source], count: int) -> list[Source]:
    """Return pictures in an order that the seed determines, photographs and others in turn, no two of one file."""
    random.Random(SEED).shuffle(pictures)  # noqa: S311 - a fixed order, no secret
    pictures = list({one.path or one.name: one for one in pictures}.values())
    kinds = [[one for one in pictures if (_kind(one) == PHOTOGRAPHS) == wanted] for wanted in (True, False)]
    turns = [one for pair in zip(*kinds, strict=False) for one in pair]
    rest = [one for one in pictures if one not in set(turns)]
    return (turns + rest)[:count]


PHOTOGRAPHS = "photographs and tiles of large pictures"


def _kind(source: Source) -> str:
    if source.path is None:
        return "made"
    return (
        PHOTOGRAPHS if source.tile or source.path.suffix.lower() in (".jpg", ".jpeg") else "drawings, icons and others"
    )
