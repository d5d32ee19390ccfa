"""A review inside other sites: a small page for frames, the snippet for it, and oEmbed."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override
from django.views.decorators.http import require_safe

from kiemchung.desk import publishing, reading
from kiemchung.desk.models import ReviewVersion, VersionKind
from kiemchung.web.security.headers import embeddable
from kiemchung.web.templatetags.ratings import RATINGS, WITHDRAWN

HEIGHT = 480  # pixels: what most reviews need at 320 of width; longer ones scroll
_WIDTH, _NARROWEST = 600, 280
_LATEST = "public, max-age=60"  # a correction is seen within a minute
_PAGES = ("review", "review_version", "embed")


@require_safe
@embeddable
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest version in short, in the review's language; other sites may frame it."""
    versions = reading.versions_of(slug)
    if not versions:
        raise Http404
    newest = versions[0]
    is_withdrawn = newest.kind == VersionKind.WITHDRAWAL
    shown = {
        "version": newest,
        "shown": WITHDRAWN if is_withdrawn else RATINGS[newest.rating],
        "is_withdrawn": is_withdrawn,
        "address": publishing.review_address(slug),
        "site_name": settings.DESK_NAME,
    }
    with override("vi" if newest.lang.startswith("vi") else "en"):
        response = render(request, "public/embed.html", shown)
    response["Cache-Control"] = _LATEST
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer with the frame of a review whose address is `url`, as oEmbed 1.0 has it; 404 for every other address."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only JSON. / Chỉ có JSON.\n", status=400, content_type="text/plain; charset=utf-8")
    versions = reading.versions_of(_slug_in(request.GET.get("url", "")))
    if not versions:
        return HttpResponse("No review. / Không có bài.\n", status=404, content_type="text/plain; charset=utf-8")
    newest = versions[0]
    data = {
        "version": "1.0",
        "type": "rich",
        "title": newest.title,
        "provider_name": settings.DESK_NAME,
        "provider_url": f"{publishing.origin()}/",
        "cache_age": 60,
        "html": snippet(newest),
        "width": _within(request.GET.get("maxwidth", "")),
        "height": HEIGHT,
    }
    return JsonResponse(data)


def snippet(version: ReviewVersion) -> SafeString:
    """Return the frame that others put into their page. The frame may open links and do nothing else, and does not say
    on which page it stands."""
    return format_html(
        '<iframe src="{}" title="{}: {}" width="100%" height="{}" frameborder="0" loading="lazy" '
        'referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
        f"{publishing.origin()}{reverse('embed', args=(version.review.slug,))}",
        settings.DESK_NAME,
        version.title,
        HEIGHT,
    )


def oembed_address(version: ReviewVersion) -> str:
    """Return where programs ask for the frame of a review."""
    return f"{publishing.origin()}{reverse('oembed')}?url={publishing.review_address(version.review.slug)}"


def _slug_in(url: str) -> str:
    """Return the slug of a review of ours in an address; "" for every other text."""
    try:
        parts = urlsplit(url)
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return ""
    is_ours = f"{parts.scheme}://{parts.netloc}" == publishing.origin()
    return str(found.kwargs["slug"]) if is_ours and found.url_name in _PAGES else ""


def _within(most: str) -> int:
    wide = int(most) if most.isascii() and most.isdigit() and len(most) < len("10000") else _WIDTH
    return max(_NARROWEST, min(_WIDTH, wide))
