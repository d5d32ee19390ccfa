"""The headers of every answer: what a browser may load, send and show (TRUST, ASVS 26-31, 65).

Django's own middleware adds HSTS, nosniff, the referrer and the opener policy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",  # blob: what a page shows of a file that its reader has just chosen
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_NOT_IN_FRAMES = ("script_src", "connect_src", "media_src", "font_src", "manifest_src", "form_action")
_ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}
_PRIVATE = "no-store"
_DESK = "/desk"


def is_of_desk(path: str) -> bool:
    """Whether a path is one of the pages of members."""
    return path == _DESK or path.startswith(f"{_DESK}/")


def policy(**changes: str) -> str:
    """Return the content policy with some of its parts changed: `policy(frame_ancestors="*")`."""
    parts = _POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def embeddable(view: View) -> View:
    """Let other sites show this view in a frame: the one exception, for cards of published reviews.

    Such a view knows no session, and has no form and no script.
    """

    @wraps(view)
    def shown_anywhere(*arguments: Any, **options: Any) -> HttpResponseBase:
        response = view(*arguments, **options)
        response["Content-Security-Policy"] = policy(frame_ancestors="*", **dict.fromkeys(_NOT_IN_FRAMES, "'none'"))
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.xframe_options_exempt = True  # type: ignore[attr-defined]
        return response

    shown_anywhere.is_embeddable = True  # type: ignore[attr-defined]
    return shown_anywhere  # type: ignore[return-value]


def private(view: View) -> View:
    """Let nobody keep a copy of what this view answers: pages of tickets and of the desk."""

    @wraps(view)
    def not_kept(*arguments: Any, **options: Any) -> HttpResponseBase:
        response = view(*arguments, **options)
        response["Cache-Control"] = _PRIVATE
        return response

    not_kept.is_private = True  # type: ignore[attr-defined]
    return not_kept  # type: ignore[return-value]


class Headers:
    """Adds the headers that the view has not set itself; the outermost layer, so that errors have them too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer with its headers."""
        response = self._get_response(request)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy())
        if is_of_desk(request.path_info):
            response["Cache-Control"] = _PRIVATE
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
