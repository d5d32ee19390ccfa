"""The pages about the desk: administrators write them, every version stays (R7, R8)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kiemchung.desk import pages
from kiemchung.desk.access import may_administer
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import Page, PageKind
from kiemchung.web.staff.deeds import actor_of, at_the_desk, words_of
from kiemchung.web.staff.gate import needs
from kiemchung.web.staff.terms import ABOUT_PAGES, PAGES

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


class PageForm(forms.Form):
    """The text of a page."""

    text = forms.CharField(
        label=_("Text"),
        help_text=_("Plain text. A blank line begins a paragraph."),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 16}),
    )


@needs(may_administer)
@require_safe
def desk_pages(request: HttpRequest) -> HttpResponse:
    """List the pages, with what is missing."""
    newest = {(page.kind, page.lang): page for page in Page.objects.select_related("written_by").order_by("number")}
    rows = [
        (
            kind.value,
            PAGES[kind],
            ABOUT_PAGES[kind],
            [(lang, LANGUAGES[lang], newest.get((kind, lang))) for lang in LANGUAGES],
        )
        for kind in PageKind
    ]
    return render(request, "desk/pages.html", {"rows": rows, "missing": pages.missing_pages()})


@needs(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def desk_page(request: HttpRequest, kind: str, lang: str) -> HttpResponse:
    """Show the newest version in a form, or publish a new one."""
    current = pages.current_page(_kind(kind, lang), lang)
    if request.method != "POST":
        return _page(request, kind, lang, current, PageForm(initial={"text": current.text if current else ""}))
    form = PageForm(request.POST)
    if not form.is_valid():
        return _page(request, kind, lang, current, form, status=422)
    if "preview" in request.POST:
        return _page(request, kind, lang, current, form, preview=form.cleaned_data["text"])
    try:
        pages.write_page(PageKind(kind), lang, form.cleaned_data["text"], actor=actor_of(request))
    except (NotReadyError, ConflictError) as error:
        form.add_error("text", words_of(error))
        return _page(request, kind, lang, current, form, status=422)
    messages.success(request, gettext("Published. The earlier versions stay readable."))
    return redirect("desk_pages")


@needs(may_administer)
@require_safe
@at_the_desk
def desk_page_version(request: HttpRequest, kind: str, lang: str, number: int) -> HttpResponse:
    """Show one version."""
    page = Page.objects.select_related("written_by").get(kind=_kind(kind, lang), lang=lang, number=number)
    return render(request, "desk/page_version.html", {"page": page, "language_name": LANGUAGES[lang]})


def _kind(kind: str, lang: str) -> PageKind:
    if kind not in PageKind.values or lang not in LANGUAGES:
        raise Http404
    return PageKind(kind)


def _page(
    request: HttpRequest,
    kind: str,
    lang: str,
    current: Page | None,
    form: PageForm,
    *,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    versions = Page.objects.filter(kind=kind, lang=lang).select_related("written_by").order_by("-number")
    shown = {
        "kind": kind,
        "lang": lang,
        "language_name": LANGUAGES[lang],
        "current": current,
        "versions": list(versions),
        "form": form,
        "preview": preview,
        "least": pages.LEAST_TEXT,
    }
    return render(request, "desk/page.html", shown, status=status)
