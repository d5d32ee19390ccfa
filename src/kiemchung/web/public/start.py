"""The first page: ask, and what was checked lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kiemchung.desk import reading
from kiemchung.web.public.ask import new_form

_SHOWN = 6


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the form and the newest reviews."""
    return render(request, "public/start.html", {"form": new_form(), "newest": reading.newest_versions()[:_SHOWN]})
