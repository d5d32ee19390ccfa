"""The desk's own pages: about, funding, people, contact, method, corrections, independence; all their versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from kiemchung.desk import pages, reading
from kiemchung.desk.models import Page, PageKind
from kiemchung.web.public import measured

_CORRECTIONS = 50
TITLES = {
    PageKind.ABOUT: pgettext_lazy("page", "About us"),
    PageKind.FUNDING: pgettext_lazy("page", "Funding"),
    PageKind.PEOPLE: pgettext_lazy("page", "People"),
    PageKind.CONTACT: pgettext_lazy("page", "Contact"),
    PageKind.METHOD: pgettext_lazy("page", "Method"),
    PageKind.CORRECTIONS: pgettext_lazy("page", "Corrections"),
    PageKind.INDEPENDENCE: pgettext_lazy("page", "Independence"),
}


@require_safe
def show(request: HttpRequest, kind: str, number: int | None = None) -> HttpResponse:
    """Show a page in the reader's language, or in the other one where it is not translated; with a number as it stood
    when that version was written (R8)."""
    if kind not in TITLES:
        raise Http404
    versions = pages.versions_at(PageKind(kind), get_language() or "vi", number)
    if number is not None and not versions:
        raise Http404
    page = versions[0] if versions else None
    is_current = number is None or page == pages.current_page(PageKind(kind), page.lang if page else "")
    shown: dict[str, Any] = {
        "page": page,
        "versions": versions,
        "heading": TITLES[PageKind(kind)],
        "is_current": is_current,
    }
    if page is not None and number not in (None, page.number):
        shown["asked_for"] = Page.objects.get(kind=kind, number=number)
    if kind == PageKind.METHOD and is_current:
        shown |= {"measured": measured.context()}
    if kind == PageKind.CORRECTIONS and is_current:
        shown |= {"has_corrections": True, "corrections": reading.changes()[:_CORRECTIONS]}
    return render(request, "public/about.html", shown, status=200 if page else 404)
