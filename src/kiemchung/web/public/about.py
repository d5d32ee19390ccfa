"""The desk's own pages: about, funding, people, contact, method, corrections, independence; all their versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from kiemchung.desk.models import Page, PageKind

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
    """Show a page in the reader's language, or in the other one where it is not translated; or an older version."""
    if kind not in TITLES:
        raise Http404
    mine = get_language() or "vi"
    pages = sorted(Page.objects.filter(kind=kind), key=lambda page: (page.lang != mine, -page.number))
    page = next((one for one in pages if number in (None, one.number)), None)
    if page is None and number is not None:
        raise Http404
    versions = [one for one in pages if page and one.lang == page.lang]
    context = {"page": page, "versions": versions, "heading": TITLES[PageKind(kind)]}
    return render(request, "public/about.html", context, status=200 if page else 404)
