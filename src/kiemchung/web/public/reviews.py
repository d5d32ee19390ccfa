"""Published reviews: the list, the search, and the page of each with all its versions."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kiemchung.desk import public_files, publishing, reading
from kiemchung.desk.models import VersionKind
from kiemchung.web.public.card import card_address, card_in_words
from kiemchung.web.public.embedding import oembed_address, snippet
from kiemchung.web.public.markup import claim_review, in_script, withdrawal

_A_PAGE = 20
_FOUND = 15


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show our reviews, newest first; or what was found for `?q=` among the reviews of all publishers."""
    query = request.GET.get("q", "").strip()
    if query:
        found = reading.search(query, most=_FOUND)
        return render(request, "public/search.html", {"query": query, "found": found})
    pages = Paginator(reading.newest_versions(), _A_PAGE)
    return render(request, "public/reviews.html", {"page": pages.get_page(request.GET.get("page"))})


@require_safe
def show(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a review, or an older version of it, with the same facts for machines."""
    versions = reading.versions_of(slug)
    version = next((one for one in versions if number in (None, one.number)), None)
    if version is None:
        raise Http404
    is_current = version is versions[0]
    for_machines = withdrawal if version.kind == VersionKind.WITHDRAWAL else claim_review
    context = {
        "version": version,
        "versions": versions,
        "taken_back": public_files.taken_back(versions),
        "is_current": is_current,
        "changes": [one for one in versions if one.kind != VersionKind.FIRST],
        "markup": in_script(for_machines(version)) if is_current else "",
        "address": publishing.review_address(slug),
        "card": card_address(versions[0]),
        "card_in_words": card_in_words(versions[0]),
        "site_name": settings.DESK_NAME,
        "snippet": snippet(versions[0]),
        "oembed": oembed_address(versions[0]),
    }
    return render(request, "public/review.html", context)
