"""Compares what readers are shown with what the public log says was published (F39)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiemchung.desk import publishing
from kiemchung.desk.log import leaves
from kiemchung.desk.log.checking import Row
from kiemchung.desk.log.findings import Finding, finding
from kiemchung.desk.models import ReviewVersion

_KINDS = set(publishing.LOGGED.values())


def check_versions(rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield each published version that is not what its entry has the digest of, is missing, or has no entry.

    Whether the entries are what was signed is for `checking.check` to say.
    """
    logged: dict[tuple[str, int], leaves.Leaf] = {}
    last = -1
    for row in rows:
        last = row.index
        leaf = leaves.read(row.leaf)
        if leaf is not None and leaf.kind in _KINDS:
            number = leaf.facts.get("version")
            logged.setdefault((str(leaf.facts.get("review")), number if isinstance(number, int) else 0), leaf)
    for version in ReviewVersion.objects.select_related("review").order_by("pk").iterator(chunk_size=500):
        where = (version.review.slug, version.number)
        leaf = logged.pop(where, None)
        if leaf is None:
            yield finding("version_unlogged", max(last, 0), review=where[0], number=where[1])
        elif not _is_what_was_published(version, leaf):
            yield finding("version_changed", leaf.index, review=where[0], number=where[1])
    for (slug, number), leaf in logged.items():
        if number:
            yield finding("version_missing", leaf.index, review=slug, number=number)


def _is_what_was_published(version: ReviewVersion, leaf: leaves.Leaf) -> bool:
    said = publishing.facts_of(version)
    is_same = all(leaf.facts[name] == said[name] for name in said.keys() & leaf.facts.keys())
    return is_same and (publishing.LOGGED[version.kind], version.published_at) == (leaf.kind, leaf.at)
