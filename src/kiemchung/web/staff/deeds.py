"""What every view of the desk shares: who acts, and what a refusal of the desk becomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiemchung.desk.errors import ConflictError, NotAllowedError, NotReadyError
from kiemchung.desk.models import Member
from kiemchung.engine.errors import KiemchungError

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
REFUSALS = (NotAllowedError, NotReadyError, ConflictError)
_MOST_PAGES = 100_000


def actor_of(request: HttpRequest) -> Member:
    """Return the member who asks. The gate lets nobody else get here."""
    assert isinstance(request.user, Member)  # noqa: S101 - the gate has seen to it
    return request.user


def words_of(error: KiemchungError) -> str:
    """Return what an error says, in the reader's language."""
    return error.text(get_language() or "vi")


def status_of(error: KiemchungError) -> int:
    """Return 403 for what is not allowed, 409 for a conflict, 422 for what is not ready."""
    if isinstance(error, NotAllowedError):
        return 403
    return 409 if isinstance(error, ConflictError) else 422


def at_the_desk(view: View) -> View:
    """Show refusals of the desk as pages of ours; what is not there is 404."""

    @wraps(view)
    def shown(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        try:
            return view(request, *arguments, **options)
        except ObjectDoesNotExist:
            raise Http404 from None
        except REFUSALS as error:
            return refused(request, error)

    return shown  # type: ignore[return-value]


def refused(request: HttpRequest, error: KiemchungError) -> HttpResponse:
    """Return the page that says why, and what is missing."""
    titles = {
        403: _("Somebody else has to do this"),
        409: _("Something has changed meanwhile"),
        422: _("Not yet: something is missing"),
    }
    status = status_of(error)
    shown = {"title": titles[status], "words": words_of(error), "missing": getattr(error, "missing", ())}
    return render(request, "desk/refused.html", {**shown, "status": status}, status=status)


def number_in(request: HttpRequest, name: str, default: int = 1) -> int:
    """Return a small number of the address; the default for everything else."""
    text = request.GET.get(name, "")
    return min(int(text), _MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < len(str(2**31)) else default


def is_fragment(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for, not the whole."""
    return request.headers.get("HX-Request") == "true"
