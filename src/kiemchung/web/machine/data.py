"""All published reviews as data: the Data Commons feed, the open dump, the public log, the map for search engines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import condition, conditional_page, require_safe

from kiemchung.desk import log, publishing, reading
from kiemchung.desk.models import LogHead, ReviewVersion
from kiemchung.version import VERSION
from kiemchung.web.public.markup import claim_review, withdrawal
from kiemchung.web.templatetags.ratings import rating_word

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST_ADDRESSES = 50_000  # the format's own limit
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LINES = "application/jsonl; charset=utf-8"


def _state_of_reviews(_request: HttpRequest) -> str:
    """Return what changes with every published version, and with whatever else is in the texts; one short query.

    Versions are only ever added, so the newest one tells them all; its time tells a record that was set back.
    """
    newest = ReviewVersion.objects.order_by("-pk").values_list("pk", "published_at").first()
    state = json.dumps([VERSION, settings.DESK_NAME, publishing.origin(), str(newest)])
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_state_of_reviews)
def data_feed(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream every current review in the shape of the Data Commons feed, then what was withdrawn, as deleted items."""
    return StreamingHttpResponse(_Begun(_feed()), content_type="application/json")


def _feed() -> Generator[str]:
    yield '{"@context": "http://schema.org", "@type": "DataFeed", "dateModified": '
    changed = ReviewVersion.objects.order_by("-published_at").values_list("published_at", flat=True).first()
    yield f'{json.dumps((changed or _NEVER).isoformat())}, "dataFeedElement": ['
    mark = ""
    current = map(_feed_item, reading.newest_versions().iterator(chunk_size=500))
    withdrawn = map(withdrawal, reading.standing_withdrawals().iterator(chunk_size=500))
    for item in chain(current, withdrawn):
        yield mark + json.dumps(item, ensure_ascii=False)
        mark = ",\n"
    yield "]}\n"


def _feed_item(version: ReviewVersion) -> dict[str, Any]:
    review = claim_review(version)
    return {
        "@type": "DataFeedItem",
        "dateCreated": review["datePublished"],
        "dateModified": review["dateModified"],
        "url": review["url"],
        "item": [review],
    }


@require_safe
@condition(etag_func=_state_of_reviews)
def dump(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream all versions of all reviews, a line each, with their sources; nothing that a reader has sent."""
    return StreamingHttpResponse(_Begun(_dumped()), content_type=_LINES)


class _Begun:
    """Lines of which the first are drawn now: a database that is away is told of by the status (F12)."""

    def __init__(self, lines: Generator[str]) -> None:
        self._first, self._lines = list(islice(lines, 3)), lines

    def __iter__(self) -> Iterator[str]:
        return chain(self._first, self._lines)

    def close(self) -> None:
        """Leave the database's cursor, also when nobody reads on."""
        self._lines.close()


def _dumped() -> Generator[str]:
    versions = ReviewVersion.objects.select_related("review").order_by("pk")
    for version in versions.iterator(chunk_size=500):
        said = publishing.content_of(version)
        about = {
            "url": publishing.review_address(version.review.slug),
            "version": version.number,
            "kind": version.kind,
            "published_at": version.published_at.isoformat(),
            "method_version": version.method_version,
            "selection": version.selection,
            "digest": publishing.digest_of(said),
            "publisher": {"name": settings.DESK_NAME, "url": publishing.origin()},
            "rating_published": rating_word(version.rating, version.lang),
        }
        yield json.dumps(about | said, ensure_ascii=False) + "\n"


@require_safe
def log_entries(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream the leaves of the public log, from which anybody can compute its heads."""
    return StreamingHttpResponse(_Begun(f"{line}\n" for line in log.lines()), content_type=_LINES)


@require_safe
def log_heads(_request: HttpRequest) -> HttpResponse:
    """Answer with the signed heads, oldest first: who keeps a copy can tell when the log is changed."""
    heads = LogHead.objects.order_by("size").values_list("note", flat=True)
    return HttpResponse("\n".join(heads), content_type="text/plain; charset=utf-8")


@require_safe
@conditional_page
def sitemap(_request: HttpRequest) -> HttpResponse:
    """Answer with the addresses of the start page and of the newest reviews."""
    root = ElementTree.Element("urlset", {"xmlns": _SITEMAP})
    _page(root, f"{publishing.origin()}{reverse('start')}", "")
    rows = reading.newest_versions().values_list("review__slug", "published_at")[: _MOST_ADDRESSES - 1]
    for slug, published in rows:
        _page(root, publishing.review_address(slug), published.isoformat())
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="application/xml")


def _page(root: ElementTree.Element, address: str, changed: str) -> None:
    page = ElementTree.SubElement(root, "url")
    ElementTree.SubElement(page, "loc").text = address
    if changed:
        ElementTree.SubElement(page, "lastmod").text = changed
