"""Atom (RFC 4287) and JSON Feed 1.1 of reviews, and of corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import conditional_page, require_safe

from kiemchung.desk import publishing, reading
from kiemchung.desk.models import ReviewVersion, VersionKind
from kiemchung.web.templatetags.ratings import rating_word

_SHOWN = 50
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00+00:00"
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")
_WITHDRAWN = {"vi": "Đã rút lại", "en": "Withdrawn"}
_KINDS = {"reviews": ("kiem-chung", ""), "corrections": ("sua-sai", " · đính chính")}


@require_safe
@conditional_page
def atom(_request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with an Atom feed, newest first."""
    path, suffix = _KINDS[kind]
    address = f"{publishing.origin()}/{path}.atom"
    versions = _versions(kind)
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "vi"})
    _add(feed, "id", address)
    _add(feed, "title", f"{settings.DESK_NAME}{suffix}")
    _add(feed, "updated", _last_change())
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": address})
    ElementTree.SubElement(feed, "link", {"href": f"{publishing.origin()}/"})
    _add(ElementTree.SubElement(feed, "author"), "name", settings.DESK_NAME)
    for version in versions:
        feed.append(_entry(version, is_change=kind == "corrections"))
    text = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_safe
@conditional_page
def json_feed(_request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with a JSON Feed, newest first."""
    path, suffix = _KINDS[kind]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{settings.DESK_NAME}{suffix}",
        "home_page_url": f"{publishing.origin()}/",
        "feed_url": f"{publishing.origin()}/{path}.json",
        "language": "vi",
        "authors": [{"name": settings.DESK_NAME, "url": f"{publishing.origin()}/"}],
        "items": [_item(one, is_change=kind == "corrections") for one in _versions(kind)],
    }
    return JsonResponse(data, content_type="application/feed+json")


def _last_change() -> str:
    """When anything was published last: a withdrawal changes the feed of reviews too."""
    last = ReviewVersion.objects.order_by("-published_at").values_list("published_at", flat=True).first()
    return last.isoformat() if last else _NEVER


def _versions(kind: str) -> Sequence[ReviewVersion]:
    return list((reading.changes() if kind == "corrections" else reading.newest_versions())[:_SHOWN])


def _entry(version: ReviewVersion, *, is_change: bool) -> ElementTree.Element:
    address = publishing.review_address(version.review.slug)
    entry = ElementTree.Element("entry", {"xml:lang": version.lang})
    _add(entry, "id", _identity(version, is_change=is_change))
    _add(entry, "title", _title(version))
    _add(entry, "published", version.review.first_published_at.isoformat())
    _add(entry, "updated", version.published_at.isoformat())
    ElementTree.SubElement(entry, "link", {"href": address})
    _add(entry, "summary", _summary(version))
    return entry


def _item(version: ReviewVersion, *, is_change: bool) -> dict[str, Any]:
    return {
        "id": _identity(version, is_change=is_change),
        "url": publishing.review_address(version.review.slug),
        "title": _title(version),
        "content_text": _summary(version),
        "date_published": version.review.first_published_at.isoformat(),
        "date_modified": version.published_at.isoformat(),
        "language": version.lang,
    }


def _identity(version: ReviewVersion, *, is_change: bool) -> str:
    """A review stays the same entry when it is corrected; each correction is an entry of the corrections' feed."""
    address = publishing.review_address(version.review.slug)
    return f"{address}/ban/{version.number}" if is_change else address


def _title(version: ReviewVersion) -> str:
    if version.kind == VersionKind.WITHDRAWAL:  # it answers nobody any more: its rating is not passed on
        return f"{_WITHDRAWN.get(version.lang[:2], _WITHDRAWN['en'])}: {version.title}"
    return f"{rating_word(version.rating, version.lang)}: {version.title}"


def _summary(version: ReviewVersion) -> str:
    if version.kind == VersionKind.WITHDRAWAL:
        return version.reason
    return f"{version.reason}\n\n{version.summary}" if version.reason else version.summary


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    # XML 1.0 has no characters for most control signs, halves of pairs, and two at the end of the first plane.
    kept = "".join(sign for sign in text if (sign >= " " or sign in "\n\t") and not _NO_CHARACTERS.match(sign))
    ElementTree.SubElement(parent, name).text = kept
