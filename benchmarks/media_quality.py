"""Recall over the twenty transformations and false alarms, ours beside hashes, in one run."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.media_queries import NAMES, SentQuery, queries
from benchmarks.media_references import DRAWINGS, MADE, PHOTOGRAPHS, Source, kind_of
from benchmarks.media_transformations import COLLAGE, Box
from benchmarks.setting import markdown
from kiemchung.engine.media.pictures import PictureIndex
from kiemchung.engine.media.types import MediaMatch, Region
from kiemchung.engine.shares import wilson

METHODS = ("ours", "PDQ ≤ 31", "PDQ ≤ 31, 8 orientations", "pHash64 ≤ 10")
_PDQ, _PHASH = 31, 10
_WORST = 20
# What PDQ calls hardly anything to see (its quality, 0-100): gradients, blurred grounds.
PLAIN = 20
PLAIN_KIND = "nearly plain"

# Names of the references, their PDQ (n, 4) and their pHash (n,).
Hashes = tuple[list[str], NDArray[np.uint64], NDArray[np.uint64]]


@dataclass
class Tally:
    """What one run counted: by transformation and kind of picture what was found, and what should not have been."""

    found: dict[str, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))
    by_hash: dict[str, dict[str, list[bool]]] = field(default_factory=lambda: {m: defaultdict(list) for m in METHODS})
    alarms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    quiet: int = 0
    overlaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measured(
    index: PictureIndex,
    hashes: Hashes,
    known: Sequence[Source],
    unknown: Sequence[Source],
    most_seconds: float,
    kept: Path | None,
) -> Tally:
    """Send every known and unknown picture in every transformation; `hashes` are names, PDQ and pHash of references.

    Beside a picture in a collage stands one of the same kind, known or unknown. Described queries are kept in a folder,
    where one is given. No further picture is sent after so many seconds of the clock: the table says how many were.
    """
    tally = Tally()
    every = [*known, *unknown]
    turns = [n for pair in zip_longest(range(len(known)), range(len(known), len(every))) for n in pair if n is not None]
    until = time.monotonic() + most_seconds
    for number in turns:
        if time.monotonic() > until:
            break
        is_known = number < len(known)
        group = known if is_known else unknown
        source, other = every[number], group[(number - (not is_known) * len(known) + 1) % len(group)]
        described = queries(source, other, kept)
        kind = PLAIN_KIND if described[0].features.quality < PLAIN else kind_of(source)
        for query in described[1:]:
            begin = time.process_time()
            matches = index.match_many([query.features], top=10)[0]
            tally.seconds.append(query.seconds + time.process_time() - begin)
            right = {source.name, other.name} if query.name == COLLAGE else {source.name}
            _count(tally, query, kind, source.name, right if is_known else set(), matches)
            _count_hashes(tally, query, source.name if is_known else None, hashes)
    return tally


def _count(
    tally: Tally, query: SentQuery, kind: str, name: str, right: set[str], matches: Sequence[MediaMatch]
) -> None:
    by_name = {match.reference: match for match in matches}
    others = [m for m in matches if m.reference not in right]
    tally.wrong += [
        f"{m.probability:.3f} {m.method} {query.name}: {'' if right else 'unknown '}{name} → {m.reference}"
        for m in others
    ]
    if not right:
        tally.quiet += 1
        tally.alarms[METHODS[0]] += bool(others)
        return
    tally.found[query.name].append((kind, name in by_name))
    if name not in by_name:
        tally.missed.append(f"{query.name}: {name} ({kind})")
    elif region := by_name[name].query_region:
        tally.overlaps[query.name].append(overlap(region, query.shown))


def _count_hashes(tally: Tally, query: SentQuery, wanted: str | None, hashes: Hashes) -> None:
    names, pdq, phash = hashes
    found = {
        METHODS[1]: _within(pdq, query.features.hashes[:1], _PDQ),
        METHODS[2]: _within(pdq, query.features.hashes, _PDQ),
        METHODS[3]: np.flatnonzero(np.bitwise_count(phash ^ query.phash) <= _PHASH),
    }
    for method, rows in found.items():
        hit = {names[row] for row in rows}
        if wanted is None:
            tally.alarms[method] += bool(hit)
        else:
            tally.by_hash[method][query.name].append(wanted in hit)


def _within(known: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int) -> NDArray[np.int64]:
    near = np.zeros(len(known), bool)
    for one in queries:
        near |= np.bitwise_count(known ^ one).sum(axis=1, dtype=np.int64) <= radius
    return np.flatnonzero(near)


def overlap(region: Region, box: Box) -> float:
    """Return the area that two rectangles have in common over that of both together.

    >>> overlap(Region(0, 0, 10, 10), (0, 0, 10, 5))
    0.5
    """
    x, y, w, h = box
    across = max(0.0, min(region.x + region.w, x + w) - max(region.x, x))
    down = max(0.0, min(region.y + region.h, y + h) - max(region.y, y))
    return across * down / (region.w * region.h + w * h - across * down)


def table(tally: Tally) -> str:
    """Return recall by transformation and kind, the mean, and false alarms, as Markdown."""
    asked = tally.found[NAMES[0]]
    kinds = [kind for kind in (PHOTOGRAPHS, DRAWINGS, MADE, PLAIN_KIND) if any(k == kind for k, _ in asked)]
    rows = []
    for name in NAMES:
        ours = [f"{np.mean([hit for _, hit in tally.found[name]] or [False]):.3f}"]
        ours += [f"{np.mean([hit for k, hit in tally.found[name] if k == kind] or [False]):.3f}" for kind in kinds]
        shares = [f"{np.mean(tally.by_hash[m][name] or [False]):.3f}" for m in METHODS[1:]]
        rows.append([name, *ours, *shares, f"{np.median(tally.overlaps[name] or [0]):.2f}"])
    every = [pair for name in NAMES for pair in tally.found[name]]
    means = [_interval([hit for _, hit in every])]
    means += [f"**{np.mean([hit for k, hit in every if k == kind]):.3f}**" for kind in kinds]
    means += [f"**{np.mean([h for n in NAMES for h in tally.by_hash[m][n]] or [False]):.3f}**" for m in METHODS[1:]]
    rows.append(["**mean of 20**", *means, ""])
    alarms = []
    for method in METHODS:
        low, high = wilson(tally.alarms[method], tally.quiet)
        alarms.append(f"{tally.alarms[method]} of {tally.quiet:,} ({1000 * low:.1f}-{1000 * high:.1f} ‰)")
    rows.append(["false alarms (95 %)", alarms[0], *("" for _ in kinds), *alarms[1:], ""])
    counts = [f"{sum(k == kind for k, _ in asked)} {kind}" for kind in kinds]
    said = (
        f"Sent: {len(asked)} pictures that are references ({', '.join(counts)}) and {tally.quiet // len(NAMES)} that "
        f"are not, {len(NAMES)} ways each. Nearly plain: PDQ quality below {PLAIN}."
    )
    header = ["recall", "ours", *(f"ours, {kind}" for kind in kinds), *METHODS[1:], "region (median IoU)"]
    return said + "\n\n" + markdown(header, rows)


def _interval(hits: Sequence[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"**{np.mean(hits or [False]):.3f}** ({low:.3f}-{high:.3f})"


def worst(tally: Tally) -> str:
    """Return the likeliest wrong matches, and pictures that were missed."""
    wrong = sorted(tally.wrong, reverse=True)
    alarms = [line for line in wrong if ": unknown " in line]
    return "\n".join(["false alarms:", *alarms, "wrong:", *wrong[:_WORST], "missed:", *tally.missed])
