"""Their addresses."""

from __future__ import annotations

from django.urls import path

from kiemchung.web.operation import finders, health, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", finders.robots, name="robots"),
    path(".well-known/security.txt", finders.security, name="security"),
    path("favicon.ico", finders.favicon, name="favicon"),
]
