"""Requests that no view sees: a method nobody needs, a body that is too large, a host that is not ours."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from kiemchung.web import errors
from kiemchung.web.security.bodies import largest_body

METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class Refusals:
    """Answers 400, 405 and 413 in the reader's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse, or let the request through."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.META.get("kiemchung.is_unreadable"):
            return errors.bad_request(request)
        # The door counts what arrives and says so; elsewhere what the request says of itself is all there is.
        is_too_large = request.META.get("kiemchung.is_too_large", False)
        length = request.headers.get("Content-Length") or "0"
        if is_too_large or (length.isdigit() and int(length) > largest_body(request.path_info)):
            return errors.too_large(request.path_info)
        request.get_host()  # raises what becomes a page of our own
        return self._get_response(request)
