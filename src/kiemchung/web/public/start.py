"""The first page: ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kiemchung.web.public.ask import AskForm


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the form."""
    return render(request, "public/start.html", {"form": AskForm()})
