"""A recognised reference as a row: for people, as TSV, as JSON. The columns are a promise (docs/library.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kiemchung.cli.terminal import chance, visible
from kiemchung.cli.words import say
from kiemchung.engine.formats.answers import line_of, rounded
from kiemchung.engine.media.types import MediaMatch, Region

COLUMNS = (
    "query",
    "reference",
    "probability",
    "query_region",
    "reference_region",
    "start_s",
    "end_s",
    "method",
)
# What comes after these where the references are those of the collection.
STORED_COLUMNS = ("id", "reviews")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Row:
    """A reference found in a query, `seconds` long; of a stored one also its id and the reviews it belongs to."""

    query: str
    match: MediaMatch
    id: int | None = None
    reviews: tuple[str, ...] = ()
    seconds: float = 0.0


def header(*, with_reviews: bool) -> str:
    """Return the first line of the TSV."""
    return "\t".join(COLUMNS + STORED_COLUMNS if with_reviews else COLUMNS)


def match_data(match: MediaMatch) -> dict[str, Any]:
    """Return what is told about a match, but for the two names."""
    return {
        "probability": rounded(match.probability),
        "query_region": match.query_region,
        "reference_region": match.reference_region,
        "start_s": match.start_s,
        "end_s": match.end_s,
        "method": match.method,
        "mirrored": None if match.placed is None else match.placed.is_mirrored,
        "turned": None if match.placed is None else match.placed.turned,
    }


def where(match: MediaMatch, lang: str) -> str:
    """Return the matching times and parts for people, and how it was turned; empty where there is nothing to tell."""
    parts = [times(match), turned(match, lang)]
    if match.reference_region is not None:
        parts.append(f"{_shown(match.query_region)} = {_shown(match.reference_region)}")
    return "  ".join(filter(None, parts))


def times(match: MediaMatch) -> str:
    """Return the matching time in the reference, empty for pictures."""
    if match.start_s is None or match.end_s is None:
        return ""
    start, end = f"{match.start_s:.1f}", f"{match.end_s:.1f}"
    return f"{start} s" if start == end else f"{start}-{end} s"


def turned(match: MediaMatch, lang: str) -> str:
    """Return how the query is mirrored and turned for people, empty where it stands as the reference does.

    >>> from kiemchung.engine.media.types import Placement
    >>> turned(MediaMatch("a", 0.9, "features", placed=Placement(0, 1, 0, 1, 0, 0)), "en")
    'mirrored, turned by 270°'
    """
    placed = match.placed
    if placed is None:
        return ""
    told = [say("mirrored", lang)] if placed.is_mirrored else []
    return ", ".join(told + ([say("turned", lang, degrees=placed.turned)] if placed.turned else []))


def _shown(region: Region | None) -> str:
    """Return a part for people: how large it is, and where its upper left corner lies."""
    return "" if region is None else f"{region.w}x{region.h} @ {region.x},{region.y}"


def _written(region: Region | None) -> str:
    return "" if region is None else ",".join(map(str, region))


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _tsv(row: Row, _: str) -> str:
    match = row.match
    names = (visible(one.translate(_ESCAPES)) for one in (row.query, match.reference))
    regions = (_written(match.query_region), _written(match.reference_region))
    times = (_seconds(match.start_s), _seconds(match.end_s))
    stored = () if row.id is None else (str(row.id), json.dumps(row.reviews, ensure_ascii=False).translate(_ESCAPES))
    return "\t".join([*names, f"{rounded(match.probability):g}", *regions, *times, match.method, *stored])


def _json(row: Row, _: str) -> str:
    stored = {} if row.id is None else {"id": row.id, "reviews": list(row.reviews)}
    return line_of({"query": row.query, "reference": row.match.reference} | match_data(row.match) | stored)


def _table(row: Row, lang: str) -> str:
    name = row.match.reference if row.id is None else f"{row.match.reference} ({row.id})"
    reviews = f"  [{', '.join(row.reviews)}]" if row.reviews else ""
    line = f"{visible(row.query)}  →  {visible(name)}{visible(reviews)}  {chance(row.match.probability)}"
    places = where(row.match, lang)
    return f"{line}  {places}" if places else line


FORMS = {"tsv": _tsv, "jsonl": _json, "table": _table}
