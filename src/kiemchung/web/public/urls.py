"""Addresses of readers' pages."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from kiemchung.web.public import ask, start

urlpatterns = [
    path("", start.start, name="start"),
    path("ask", ask.ask, name="ask"),
    path("language", require_POST(set_language), name="language"),
]
