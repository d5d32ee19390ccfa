"""What the media benchmark runs on: references without duplicates, and which pictures are sent."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.media_quality import Hashes
from benchmarks.media_queries import phash_of_thumb
from benchmarks.media_references import PHOTOGRAPHS, SEED, Source, described, kind_of, picture, sources
from benchmarks.media_variants import HASH, Greys, Variants, sheet, variant_of, variants
from kiemchung.engine.media.image import describe
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
    """Describe the references, leave out what shows the same, hold some back as unknown."""
    every, by_name, same, seconds = described_once(
        options.pictures, options.references, options.kept, looked_at=options.looked_at
    )
    left = [by_name[name] for name in sorted(set(every.ids) - same.dropped.keys())]
    drawn = _drawn([one for one in left if one.reported is not options.looked_at], 2 * options.unknown + options.known)
    known, held = drawn[: options.known], drawn[options.known :]
    out = same.dropped.keys() | {one.name for one in held}
    whole = without(every, out)
    index = PictureIndex([whole])
    unknown, replaced = _strangers(held, options.unknown, index, whole, by_name)
    kept = list(whole.ids)
    phash = np.array([phash_of_thumb(thumb) for thumb in whole.arrays()["thumbs"]])
    kinds = Counter(kind_of(by_name[name]) for name in kept)
    half = (
        "was looked at while the method was made: no figures to publish" if options.looked_at else "was not looked at"
    )
    said = (
        f"{len(kept):,} references: {', '.join(f'{count:,} {kind}' for kind, count in kinds.most_common())}. Left out "
        f"of {every.size:,} as showing the same as another: {same.said()}. Sent are pictures of the half of the "
        f"files that {half}, every second one a photograph or a tile of a large picture. Of the pictures held back as "
        f"unknown {len(replaced)} were replaced, for a reference shows the same, point by point; {len(unknown)} were "
        "sent."
    )
    if options.sheet:
        looked = [(stays, gone) for gone, (stays, rule) in same.dropped.items() if rule != HASH]
        sheet([*looked[:: -(-len(looked) // 12) or 1], *replaced[:12]], by_name, options.sheet)
    return Setting(whole, index, (kept, whole.hashes, phash), known, unknown, said, seconds)


def described_once(
    folder: Path | None, count: int, kept: Path | None, *, looked_at: bool = False
) -> tuple[PictureSegment, dict[str, Source], Variants, float]:
    """Return the described pictures, each by its name, which of them are variants, and seconds for describing one."""
    found = sources(folder, count)
    by_name = {source.name: source for source in found}
    segments, seconds = described(found, kept, at_once=250)
    every = PictureSegment.merge(segments, [_may_be_used(segment, by_name, looked_at) for segment in segments])
    return every, by_name, _variants(every, by_name, kept), seconds


def without(every: PictureSegment, names: Container[str]) -> PictureSegment:
    """Return the references but for those of these names."""
    return PictureSegment.merge([every], [np.array([name not in names for name in every.ids], bool)])


def _may_be_used(segment: PictureSegment, by_name: dict[str, Source], looked_at: bool) -> NDArray[np.bool_]:
    """Return which references count: while the method is made, none of the half that figures are published of."""
    return np.array([not looked_at or not by_name[name].reported for name in segment.ids], bool)


def _variants(every: PictureSegment, by_name: dict[str, Source], kept: Path | None) -> Variants:
    """Return what is left out; kept beside the references, for it takes minutes."""
    file = kept / f"variants {every.size}.json" if kept else None
    if file and file.exists():
        stored = json.loads(file.read_text(encoding="utf-8"))
        dropped = {gone: (stays, rule) for gone, stays, rule in stored["dropped"]}
        return Variants(dropped, Counter(stored["proposed"]))
    found = variants(every, by_name)
    if file:
        rows = [[gone, *why] for gone, why in found.dropped.items()]
        file.write_text(json.dumps({"dropped": rows, "proposed": found.proposed}), encoding="utf-8")
    return found


def _strangers(
    held: list[Source], wanted: int, index: PictureIndex, whole: PictureSegment, by_name: dict[str, Source]
) -> tuple[list[Source], list[tuple[str, str]]]:
    """Return pictures of which no reference shows the same, and those that were replaced, each with its reference."""
    greys = Greys(by_name)
    unknown: list[Source] = []
    replaced = []
    for source in held:
        if len(unknown) == wanted:
            break
        same = variant_of(describe(picture(source.pixels())), source.name, index, whole, greys)
        if same is None:
            unknown.append(source)
        else:
            replaced.append((same, source.name))
    return unknown, replaced


def _drawn(pictures: list[Source], count: int) -> list[Source]:
    """Return pictures in an order that the seed determines, photographs and others in turn, no two of one file."""
    random.Random(SEED).shuffle(pictures)  # noqa: S311 - a fixed order, no secret
    pictures = list({one.path or one.name: one for one in pictures if one.path}.values())
    kinds = [[one for one in pictures if (kind_of(one) == PHOTOGRAPHS) == wanted] for wanted in (True, False)]
    turns = [one for pair in zip(*kinds, strict=False) for one in pair]
    rest = [one for one in pictures if one not in set(turns)]
    return (turns + rest)[:count]
