"""The standard measures of recognising: how much is found, how often wrongly, and how exactly where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from statistics import mean, median

from kiemchung.engine.media.types import MediaMatch, Region
from kiemchung.engine.shares import Share

# What is right within so many seconds counts as right.
NEAR_S = 1.0
WORST = 20
# A region that overlaps less, and a time that is off by more than `NEAR_S`, are listed; from `_FAR_S` on it is worst.
_GOOD_OVERLAP, _FAR_S = 0.75, 60.0


@dataclass(frozen=True, slots=True)
class Label:
    """What a query really shows: one of its references (empty: none of them), with the parts and times that match
    where these are known. `group` is a word of the one who labelled, such as the kind of change."""

    query: str
    reference: str
    query_region: Region | None = None
    reference_region: Region | None = None
    start_s: float | None = None
    end_s: float | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One that went wrong: `what` is `missed`, `false_alarm`, `wrong_reference`, `region` or `time`; the larger `by`,
    the worse (0-1)."""

    what: str
    query: str
    reference: str
    by: float


@dataclass(frozen=True, slots=True)
class MediaMeasures:
    """The measures over a labelled set; the lists of single values are empty where nothing was labelled so."""

    shares: tuple[Share, ...]
    region_overlaps: tuple[float, ...]
    time_errors: tuple[float, ...]
    worst: tuple[Case, ...]

    def numbers(self) -> dict[str, float]:
        """Return the measures that are no shares: overlap of regions (IoU), error of times in seconds."""
        found: dict[str, float] = {}
        if self.region_overlaps:
            found |= {
                "region_iou_mean": mean(self.region_overlaps),
                "region_iou_median": median(self.region_overlaps),
            }
        if timed := [error for error in self.time_errors if isfinite(error)]:
            found |= {"time_error_s_median": median(timed), "time_error_s_max": max(timed)}
        return {name: round(value, 4) for name, value in found.items()}


def measure_media(labels: Sequence[Label], found: Mapping[str, Sequence[MediaMatch]]) -> MediaMeasures:
    """Return the measures of what was `found` in each query, against its labels (several for a collage).

    `recall` is the share of labelled pairs that are found; `false_alarms` the share of queries without a reference in
    which one is found; `wrong_references` that of queries with one in which another is found too.

    >>> seen = {"a": [MediaMatch("1", 0.9, "features")], "b": []}
    >>> done = measure_media([Label("a", "1"), Label("b", "")], seen)
    >>> [(share.what, share.count, share.total) for share in done.shares]
    [('recall', 1, 1), ('found_first', 1, 1), ('false_alarms', 0, 1), ('wrong_references', 0, 1)]
    """
    pairs = [label for label in labels if label.reference]
    strangers = [label.query for label in labels if not label.reference]
    right: dict[str, set[str]] = {}
    for label in pairs:
        right.setdefault(label.query, set()).add(label.reference)
    matches = [(label, _match(found[label.query], label.reference)) for label in pairs]
    hits = [(label, match) for label, match in matches if match is not None]
    first = sum(bool(found[query]) and found[query][0].reference in names for query, names in right.items())
    wrong = [query for query, names in right.items() if any(one.reference not in names for one in found[query])]
    shares = [
        Share("recall", len(hits), len(pairs)),
        Share("found_first", first, len(right)),
        Share("false_alarms", sum(bool(found[query]) for query in strangers), len(strangers)),
        Share("wrong_references", len(wrong), len(right)),
        *_by_group(matches),
    ]
    errors = [(label, error) for label, match in hits if (error := _time_error(label, match)) is not None]
    overlaps = [(label, at) for label, match in hits if (at := _overlap(label, match)) is not None]
    if errors:
        shares.append(Share("time_within_1_s", sum(error <= NEAR_S for _, error in errors), len(errors)))
    cases = [Case("missed", label.query, label.reference, 1.0) for label, match in matches if match is None]
    cases += [Case("false_alarm", query, one.reference, one.probability) for query in strangers for one in found[query]]
    for query in wrong:
        others = [one for one in found[query] if one.reference not in right[query]]
        cases += [Case("wrong_reference", query, one.reference, one.probability) for one in others]
    cases += [Case("region", label.query, label.reference, 1 - at) for label, at in overlaps if at < _GOOD_OVERLAP]
    late = [(label, error) for label, error in errors if error > NEAR_S]
    cases += [Case("time", label.query, label.reference, min(1.0, error / _FAR_S)) for label, error in late]
    worst = sorted(cases, key=lambda case: (-case.by, case.what, case.query, case.reference))[:WORST]
    return MediaMeasures(
        tuple(shares), tuple(at for _, at in overlaps), tuple(error for _, error in errors), tuple(worst)
    )


def _by_group(matches: Sequence[tuple[Label, MediaMatch | None]]) -> list[Share]:
    groups = sorted({label.group for label, _ in matches} - {""})
    return [
        Share(
            f"recall: {group}",
            sum(match is not None for label, match in matches if label.group == group),
            sum(label.group == group for label, _ in matches),
        )
        for group in groups
    ]


def _match(found: Sequence[MediaMatch], reference: str) -> MediaMatch | None:
    return next((one for one in found if one.reference == reference), None)


def overlap(one: Region, other: Region) -> float:
    """Return the intersection of two regions over their union, 0-1.

    >>> overlap(Region(0, 0, 10, 10), Region(5, 0, 10, 10))
    0.3333333333333333
    """
    width = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    height = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    both = max(0, width) * max(0, height)
    return both / (one.w * one.h + other.w * other.h - both) if both else 0.0


def _overlap(label: Label, match: MediaMatch) -> float | None:
    """Return the overlap of the regions that are labelled, the mean of the two sides; `None` where none is."""
    sides = ((label.query_region, match.query_region), (label.reference_region, match.reference_region))
    known = [0.0 if seen is None else overlap(true, seen) for true, seen in sides if true is not None]
    return mean(known) if known else None


def _time_error(label: Label, match: MediaMatch) -> float | None:
    """Return by how many seconds the worse end of the time is off; `None` where no times are labelled."""
    ends = ((label.start_s, match.start_s), (label.end_s, match.end_s))
    known = [inf if seen is None else abs(true - seen) for true, seen in ends if true is not None]
    return max(known) if known else None
