"""The gate of the desk: whoever asks for a page below /desk/ passes here, and nothing is open that is not named.

Signed in; not idle for half an hour nor for longer than half a day; with a second factor; with the role that the view
asks for. A view says by `@needs(may_…)` what it asks for; one that says nothing is for every member.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kiemchung.desk.access import may_work
from kiemchung.desk.models import Member
from kiemchung.jobs import clock
from kiemchung.web import errors
from kiemchung.web.staff.signing_in.adapters import has_second_factor
from kiemchung.web.staff.unsent import page_of_form, unsent_text

logger = logging.getLogger("kiemchung.web.staff")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)
BEFORE_SIGNING_IN = {"account_login", "account_logout", "mfa_authenticate", "mfa_login_webauthn", "welcome"}
ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
}


def needs(may: Callable[[Member], bool]) -> Callable[[View], View]:
    """Open a view only to members who `may`, a function of `desk.access`."""

    def mark(view: View) -> View:
        view.needs = may  # type: ignore[attr-defined]
        return view

    return mark


def sure(view: View) -> View:
    """Ask once more who it is before a change that matters, unless that was answered within five minutes (ASVS 54)."""
    return reauthentication_required(view)  # type: ignore[no-any-return]


class Gate:
    """Keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the answer through."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _arguments: Any, _options: Any
    ) -> HttpResponseBase | None:
        """Return the answer for those who do not get in, None for those who do."""
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not request.path_info.startswith("/desk/") or name in BEFORE_SIGNING_IN:
            return None
        if not isinstance(request.user, Member):
            return _sign_in(request)
        if not _is_fresh(request):
            logout(request)
            messages.info(request, _("You were signed out because nothing happened for a while. Sign in again."))
            return _sign_in(request)
        if not has_second_factor(request.user):
            return None if name in ENROLMENT else HttpResponseRedirect(reverse("mfa_index"))
        if not getattr(view, "needs", may_work)(request.user):
            logger.warning("refused: member %d asked for %s", request.user.pk, name)
            return errors.forbidden(request)
        return None


def _sign_in(request: HttpRequest) -> HttpResponse:
    address, is_read = reverse("account_login"), request.method in ("GET", "HEAD")
    if request.headers.get("HX-Request") == "true":
        # What comes from a form leaves the page as it is: leading away would throw away what is typed there.
        return HttpResponse(status=401, headers={"HX-Redirect": address} if is_read else {})
    back = request.get_full_path() if is_read else page_of_form(request)
    address = f"{address}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    return HttpResponseRedirect(address) if is_read else errors.not_signed_in(address, unsent_text(request))


def _is_fresh(request: HttpRequest) -> bool:
    now, session = clock.now(), request.session
    try:
        began, seen = (datetime.fromisoformat(session[name]) for name in ("began_at", "seen_at"))
    except (KeyError, ValueError):
        return False
    if now - began >= LONGEST or now - seen >= IDLE:
        return False
    if now - seen >= _NOTED_EVERY:
        session["seen_at"] = now.isoformat()
    return True


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **_: Any) -> None:
    """Note when the session began."""
    request.session["began_at"] = request.session["seen_at"] = clock.now().isoformat()
