"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("kiemchung.web.public.urls")),
    path("", include("kiemchung.web.machine.urls")),
    path("desk/", include("kiemchung.web.staff.urls")),
    path("", include("kiemchung.web.operation.urls")),
]

handler400 = "kiemchung.web.errors.bad_request"
handler403 = "kiemchung.web.errors.forbidden"
handler404 = "kiemchung.web.errors.not_found"
handler500 = "kiemchung.web.errors.server_error"
