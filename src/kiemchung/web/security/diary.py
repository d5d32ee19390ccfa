"""One line a request, for the operator: what was asked for and how long it took, nothing about who asked (R26).

The address is not in it either: a ticket is in some. The name of the route says enough.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger("kiemchung.web")


class Diary:
    """Writes the line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer, and write."""
        began = time.monotonic()
        response = self._get_response(request)
        match = request.resolver_match
        route = (match.view_name if match else "") or "-"
        method = request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "OTHER"
        logger.info("%s %s %d %.0f ms", method, route, response.status_code, 1000 * (time.monotonic() - began))
        return response
