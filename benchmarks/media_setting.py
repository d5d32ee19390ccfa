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
    left = sorted(set(names) - dropped)
    random.Random(SEED).shuffle(left)  # noqa: S311 - a fixed order, no secret
    unknown, known = left[: options.unknown], left[options.unknown : options.unknown + options.known]
    out = dropped | set(unknown)
    alive = [np.array([name not in out for name in segment.ids], bool) for segment in segments]
    whole = PictureSegment.merge(segments, alive)
    kept = list(whole.ids)
    phash = np.array([phash_of_thumb(thumb) for thumb in whole.arrays()["thumbs"]])
    kinds = Counter(_kind(by_name[name]) for name in kept)
    said = (
        f"{len(kept):,} references ({len(dropped):,} duplicates left out): "
        + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        + "."
    )
    sent = [[by_name[name] for name in group] for group in (known, unknown)]
    return Setting(whole, PictureIndex([whole]), (kept, whole.hashes, phash), sent[0], sent[1], said, seconds)


def _kind(source: Source) -> str:
    if source.path is None:
        return "made"
    return "tiles of photographs and paintings" if source.tile else "files"
