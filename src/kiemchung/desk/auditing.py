"""Compares what readers are shown with what the public log says was published (F39)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kiemchung.desk import pages, publishing
from kiemchung.desk.log import leaves
from kiemchung.desk.log.checking import Row
from kiemchung.desk.log.findings import Finding, finding
from kiemchung.desk.models import LogKind, Page, ReviewVersion

_KINDS = set(publishing.LOGGED.values())


def check_all(rows: Callable[[], Iterable[Row]]) -> Iterator[Finding]:
    """Yield what is wrong with published versions and pages; `rows` gives the entries, once for each."""
    yield from check_versions(rows())
    yield from check_pages(rows())


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


def check_pages(rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield each version of a page about the desk that is missing, has no entry, or is not what its entry says.

    Before the first entry about a page nothing is known of any.
    """
    logged = {}
    for row in rows:
        leaf = leaves.read(row.leaf)
        if leaf is not None and leaf.kind == LogKind.PAGE:
            logged[tuple(str(leaf.facts.get(name)) for name in ("page", "lang", "number"))] = leaf
    last = max((leaf.index for leaf in logged.values()), default=None)
    for page in Page.objects.order_by("pk") if last is not None else ():
        where = (page.kind, page.lang, str(page.number))
        leaf = logged.pop(where, None)
        if leaf is None:
            yield finding("page_unlogged", last or 0, page=page.kind, lang=page.lang, number=page.number)
        elif leaf.facts != pages.facts_of(page):
            yield finding("page_changed", leaf.index, page=page.kind, lang=page.lang, number=page.number)
    for (kind, lang, number), leaf in logged.items():
        yield finding("page_missing", leaf.index, page=kind, lang=lang, number=number)


def _is_what_was_published(version: ReviewVersion, leaf: leaves.Leaf) -> bool:
    said = publishing.facts_of(version)
    is_same = all(leaf.facts[name] == said[name] for name in said.keys() & leaf.facts.keys())
    return is_same and (publishing.LOGGED[version.kind], version.published_at) == (leaf.kind, leaf.at)
