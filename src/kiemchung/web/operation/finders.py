"""Files for those who find: robots of search engines, and people who have found a fault (RFC 9116, R30)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from kiemchung.web import errors

_TEXT = "text/plain; charset=utf-8"
RELEASED = date(2026, 11, 26)  # of this version; a test fails a month before what follows from it has passed
VALID = timedelta(days=360)  # RFC 9116: less than a year


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Return whom to write to; 404 while the operator has not said it."""
    if not settings.SECURITY_CONTACT:
        return errors.not_found(request)
    expires = datetime.combine(RELEASED + VALID, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {expires}", "Preferred-Languages: vi, en"]
    if settings.SITE.is_public:
        lines.append(f"Canonical: {settings.SITE.origin}{request.path}")
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_TEXT)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be found but the desk and what belongs to one reader."""
    closed = ("/desk/", f"{reverse('find_ticket')}/", "/yeu-cau/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_TEXT)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Where browsers look without being told."""
    return HttpResponseRedirect(static("kiemchung/mark.svg"))
