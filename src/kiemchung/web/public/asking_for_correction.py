"""A reader's request for a correction, or a dispute: free, without an account, answered within a shown deadline."""

from __future__ import annotations

import secrets

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kiemchung.desk import intake, requests
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.desk.models import RequestKind, Review
from kiemchung.desk.reading import versions_of
from kiemchung.desk.tickets import ref_of_form
from kiemchung.web.limits import Rate, limited
from kiemchung.web.security.headers import private

_KINDS = [
    (RequestKind.CORRECTION, _("Something in it is wrong")),
    (RequestKind.DISPUTE, _("I disagree with the rating")),
]


class RequestForm(forms.Form):
    """What should change, and why."""

    kind = forms.ChoiceField(label=_("What do you ask for?"), choices=_KINDS, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is wrong, and what is right?"),
        help_text=_("Do not write your name or a phone number: nobody here wants to know who you are."),
        max_length=intake.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    source_url = forms.CharField(
        label=_("Address of a source (if you have one)"), max_length=2000, required=False, empty_value=""
    )
    once = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput, required=False)


@limited("ask_for_correction", Rate(burst=5, every_s=60))
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a request in and lead to its ticket."""
    review = get_object_or_404(Review, slug=slug)
    if request.method == "POST":
        form = RequestForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            parts = (slug, said["kind"], said["text"], said["source_url"])
            try:
                stored = requests.request_review(
                    review,
                    RequestKind(said["kind"]),
                    said["text"],
                    source_url=said["source_url"],
                    ref=ref_of_form(said["once"] or secrets.token_urlsafe(24), *(one.encode() for one in parts)),
                )
            except RefusedMessageError as error:
                form.add_error("source_url", error.text(get_language() or "vi"))
            else:
                return redirect("request", code=stored.ticket)
    else:
        form = RequestForm(initial={"once": secrets.token_urlsafe(24)})
    context = {
        "form": form,
        "version": versions_of(slug)[0],
        "days": requests.WORKING_DAYS,
        "kept": requests.kept().days,
    }
    return render(request, "public/ask_for_correction.html", context, status=422 if form.is_bound else 200)


@private
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show what became of a request."""
    found = requests.request_for(code)
    if found is None:
        raise Http404
    version = versions_of(found.review.slug)[0]
    return render(request, "public/request.html", {"asked": found, "version": version, "code": code})
