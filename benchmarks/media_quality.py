"""Recall over the twenty transformations and false alarms, ours beside hashes, in one run."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.media_references import SEED, Source, picture
from benchmarks.media_transformations import COLLAGE, TRANSFORMATIONS, Box, sent
from benchmarks.setting import markdown
from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import MediaMatch, Pixels, Region

NAMES = (*TRANSFORMATIONS, COLLAGE)
METHODS = ("ours", "PDQ ≤ 31", "PDQ ≤ 31, 8 orientations", "pHash64 ≤ 10")
_PDQ, _PHASH = 31, 10
_LIKE = 40  # hashes nearer than this are taken for one picture when duplicates are removed
_WORST = 20
# What PDQ calls hardly anything to see (its quality, 0-100): gradients, blurred grounds.
PLAIN = 20
_PLAIN_OR_NOT = {True: f"Nearly plain (PDQ quality below {PLAIN})", False: "Not plain"}

# Names of the references, their PDQ (n, 4) and their pHash (n,).
Hashes = tuple[list[str], NDArray[np.uint64], NDArray[np.uint64]]


@dataclass
class Tally:
    """What one run counted, by transformation."""

    asked: int = 0
    found: dict[str, dict[str, int]] = field(default_factory=lambda: {m: defaultdict(int) for m in METHODS})
    alarms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    quiet: int = 0
    alike: dict[str, str] = field(default_factory=dict)
    quiet_alone: int = 0
    alarms_alone: int = 0
    plain: dict[bool, list[bool]] = field(default_factory=lambda: {True: [], False: []})
    overlaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def duplicates(segments: Sequence[PictureSegment]) -> set[str]:
    """Return the names to leave out, so that no picture is there twice: those near an earlier one by PDQ.

    Parts of one picture and one drawing on two grounds may remain: a false alarm may be one of these, so that their
    number is an upper bound.
    """
    hashes = np.concatenate([s.hashes for s in segments])
    names = [name for s in segments for name in s.ids]
    dropped: set[str] = set()
    for number, one in enumerate(hashes):
        near = np.bitwise_count(hashes[number + 1 :] ^ one).sum(axis=1, dtype=np.int64) <= _LIKE
        dropped.update(names[number + 1 + int(n)] for n in np.flatnonzero(near))
    return dropped


def measured(
    index: PictureIndex,
    hashes: Hashes,
    known: Sequence[Source],
    unknown: Sequence[Source],
    most_seconds: float,
) -> Tally:
    """Send every known and unknown picture in every transformation; `hashes` are names, PDQ and pHash of references.

    No further picture is sent after so many seconds of the clock: the table says how many were.
    """
    tally = Tally()
    every = [*known, *unknown]
    turns = [n for pair in zip_longest(range(len(known)), range(len(known), len(every))) for n in pair if n is not None]
    until = time.monotonic() + most_seconds
    for number in turns:
        if time.monotonic() > until:
            break
        source = every[number]
        tally.asked += number < len(known)
        tally.quiet += (number >= len(known)) * len(NAMES)
        pixels = source.pixels()
        seen = describe(picture(pixels))
        plain = seen.quality < PLAIN
        # Beside it in a collage: one of the same kind, so that an unknown query holds nothing known.
        group = known if number < len(known) else unknown
        other = group[(number + 1) % len(group)]
        if number >= len(known):
            beside = describe(picture(other.pixels()))
            for one, found in zip((source, other), index.match_many([seen, beside], top=1), strict=True):
                tally.alike.update((one.name, match.reference) for match in found)
            tally.quiet_alone += (source.name not in tally.alike) * len(NAMES)
        for place, name in enumerate(NAMES):
            rng = np.random.default_rng([SEED, number, place])
            made = sent(name, pixels, rng, other.pixels() if name == COLLAGE else pixels)
            begin = time.process_time()
            features = describe(picture(made.pixels))
            matches = index.match_many([features], top=10)[0]
            tally.seconds.append(time.process_time() - begin)
            right = {source.name, other.name} if name == COLLAGE else {source.name}
            _count(tally, name, source.name if number < len(known) else None, right, matches, made.shown)
            if number < len(known):
                tally.plain[plain].append(any(match.reference == source.name for match in matches))
            _count_hashes(tally, name, source.name if number < len(known) else None, features, made.pixels, hashes)
    return tally


def _count(
    tally: Tally, name: str, wanted: str | None, right: set[str], matches: Sequence[MediaMatch], shown: Box
) -> None:
    by_name = {match.reference: match for match in matches}
    others = [m for m in matches if wanted is None or m.reference not in right]
    if wanted is None and others:
        tally.alarms["ours"] += 1
        tally.alarms_alone += not right & tally.alike.keys()
    tally.wrong += [f"{m.probability:.3f} {name}: {wanted or 'unknown ' + min(right)} → {m.reference}" for m in others]
    if wanted is None:
        return
    if wanted in by_name:
        tally.found["ours"][name] += 1
        region = by_name[wanted].query_region
        if region:
            tally.overlaps[name].append(overlap(region, shown))
    else:
        tally.missed.append(f"{name}: {wanted}")


def _count_hashes(
    tally: Tally,
    name: str,
    wanted: str | None,
    features: PictureFeatures,
    pixels: Pixels,
    hashes: Hashes,
) -> None:
    names, pdq, phash = hashes
    found = {
        METHODS[1]: _within(pdq, features.hashes[:1], _PDQ),
        METHODS[2]: _within(pdq, features.hashes, _PDQ),
        METHODS[3]: np.flatnonzero(np.bitwise_count(phash ^ phash64(pixels)) <= _PHASH),
    }
    for method, rows in found.items():
        hit = {names[row] for row in rows}
        if wanted is None:
            tally.alarms[method] += bool(hit)
        else:
            tally.found[method][name] += wanted in hit


def _within(known: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int) -> NDArray[np.int64]:
    near = np.zeros(len(known), bool)
    for one in queries:
        near |= np.bitwise_count(known ^ one).sum(axis=1, dtype=np.int64) <= radius
    return np.flatnonzero(near)


def phash64(pixels: Pixels) -> np.uint64:
    """Return the pHash of `imagehash` as a number."""
    import imagehash

    bits = imagehash.phash(Image.fromarray(pixels)).hash.ravel()
    return np.uint64(int.from_bytes(np.packbits(bits).tobytes(), "big"))


def phash_of_thumb(thumb: Pixels) -> np.uint64:
    """Return nearly the same of a reference's small copy: `imagehash` itself shrinks to 32 × 32."""
    return phash64(opencv().cvtColor(thumb, opencv().COLOR_GRAY2RGB))


def overlap(region: Region, box: Box) -> float:
    """Return the area that two rectangles have in common over that of both together.

    >>> overlap(Region(0, 0, 10, 10), (0, 0, 10, 5))
    0.5
    """
    x, y, w, h = box
    across = max(0.0, min(region.x + region.w, x + w) - max(region.x, x))
    down = max(0.0, min(region.y + region.h, y + h) - max(region.y, y))
    return across * down / (region.w * region.h + w * h - across * down)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the interval of 95 % for a share (Wilson 1927).

    >>> [round(v, 4) for v in wilson(0, 1000)]
    [0.0, 0.0038]
    """
    share, z = count / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def table(tally: Tally) -> str:
    """Return recall by transformation, the mean, and false alarms, as Markdown."""
    rows = []
    for name in NAMES:
        shares = [f"{tally.found[m][name] / max(tally.asked, 1):.3f}" for m in METHODS]
        rows.append([name, *shares, f"{np.median(tally.overlaps[name] or [0]):.2f}"])
    means = [sum(tally.found[m][n] for n in NAMES) / max(tally.asked, 1) / len(NAMES) for m in METHODS]
    rows.append(["**mean of 20**", *(f"**{mean:.3f}**" for mean in means), ""])
    alarms = []
    for method in METHODS:
        low, high = wilson(tally.alarms[method], max(tally.quiet, 1))
        alarms.append(f"{tally.alarms[method]} of {tally.quiet} ({1000 * low:.1f}-{1000 * high:.1f} ‰)")
    rows.append(["false alarms (95 %)", *alarms, ""])
    sizes = (
        f"Sent: {tally.asked} pictures that are references and {tally.quiet // len(NAMES)} that are not, 20 ways each."
    )
    sizes += "".join(
        f" {_PLAIN_OR_NOT[plain]}: {len(found) // len(NAMES)} pictures, mean recall {np.mean(found):.3f}."
        for plain, found in tally.plain.items()
        if found
    )
    alone, of = tally.alarms_alone, max(tally.quiet_alone, 1)
    low, high = wilson(alone, of)
    sizes += (
        f" Of the pictures that are no references ours matches {len(tally.alike)} when sent as they are (to be "
        f"looked at: `--worst`); the others raise {alone} false alarms in {of:,} queries ({1000 * low:.1f}-"
        f"{1000 * high:.1f} ‰)."
    )
    return sizes + "\n\n" + markdown(["recall", *METHODS, "region (median IoU)"], rows)


def worst(tally: Tally) -> str:
    """Return the likeliest wrong matches, and pictures that were missed."""
    wrong = sorted(tally.wrong, reverse=True)[:_WORST]
    alike = [f"{name} → {reference}" for name, reference in tally.alike.items()]
    return "\n".join(
        ["look alike as they are:", *alike, "wrong, likeliest first:", *wrong, "missed:", *tally.missed[:_WORST]]
    )
