"""Asking about a message."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

_LONGEST = 20_000


class AskForm(forms.Form):
    """What a reader has doubts about."""

    text = forms.CharField(
        label=_("The message you doubt"),
        help_text=_("A text, a link, or a name. Leave out names and phone numbers of people."),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form; what happens with an answer follows."""
    form = AskForm(request.POST or None)
    return render(request, "public/start.html", {"form": form}, status=422 if form.is_bound else 200)
