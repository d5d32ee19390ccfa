"""Their addresses."""

from __future__ import annotations

from django.urls import path

from kiemchung.web.operation import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
