"""The pages for what goes wrong: in the reader's language, with a way on, without a detail of the cause."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kiemchung.jobs.transactions import DatabaseBusyError
from kiemchung.jobs.worker import place_of
from kiemchung.web.machine.refusals import is_described, refusal
from kiemchung.web.security.bodies import largest_body
from kiemchung.web.security.headers import is_of_desk
from kiemchung.web.staff.unsent import Unsent, page_of_form, unsent_text

logger = logging.getLogger("kiemchung.web")
_UNAVAILABLE = (OperationalError, InterfaceError, DatabaseBusyError)
_AGAIN_S = 15


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense, or (413) is larger than we take."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return too_large(request.path_info)
    if is_described(request.path_info):
        return refusal(400, "The request cannot be read. What can be asked, and how: /openapi.json")
    return _page(400, _("We did not understand that"), _("Go back, check what you entered, and try once more."))


def not_signed_in(sign_in: str, unsent: Sequence[Unsent]) -> HttpResponse:
    """401: a form of the desk was sent after its session had ended. `sign_in` leads back to its page, and `unsent` is
    what had been typed in it: field, label, text."""
    words = _("Your session has ended, so this was not saved. Sign in again and send it once more.")
    return _with_unsent(401, _("Please sign in"), words, sign_in, unsent)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: known who asks, and not allowed."""
    return _page(403, _("This is not open to you"), _("If you think it should be, ask an administrator of the desk."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form did not come from a page of ours, or from one that was opened before signing in anew. A member
    sees what was typed; browsers send no session with what comes from elsewhere, so nobody is shown foreign words."""
    words = _(
        "The page was open for too long, or cookies are blocked. Go back and copy what you typed; "
        "then open the page anew, paste it, and send it again."
    )
    title = _("The form could not be accepted")
    if is_of_desk(request.path_info) and SESSION_KEY in request.session:
        words = _("You have signed in since the page was opened, or it was open for too long. Nothing was saved.")
        return _with_unsent(403, title, words, page_of_form(request), unsent_text(request))
    return _page(403, title, words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404; programs get JSON."""
    if is_described(request.path_info):
        return refusal(404, "Nothing is asked here. What can be asked: /openapi.json")
    words = _("The address may be mistyped, or the page was deleted.")
    return _page(404, _("There is no such page"), words)


def too_large(path: str) -> HttpResponse:
    """413, with the limit, as whoever sent it reads it: members are led back to the form's page, programs get JSON."""
    if is_of_desk(path):
        words = _(
            "A file of a source has at most 10 MB. Attach a smaller picture, only the pages of the PDF that matter, or "
            "the page saved as text. Go back with your browser, and look whether your text is still in the form."
        )
        back = path if path.endswith("/sources") else "/desk/"
        return _page(413, _("The file is too large"), words, path=back, way=_("Back to the desk"))
    most = largest_body(path) // 1_000_000
    if is_described(path):
        return refusal(413, f"The body has more than {most} MB. Send a shorter text.")
    words = _("At most %(most)d MB can be sent here. Send a smaller file, or a screenshot of the part you doubt.")
    return _page(413, _("That is more than we can take"), words % {"most": most})


def too_many(path: str, retry_after_s: int) -> HttpResponse:
    """429, with the time after which it works again; programs get JSON."""
    words = _("Wait a little, then try again. Nothing that you sent before is lost.")
    response: HttpResponse
    if is_described(path):
        response = refusal(429, f"Too many requests. Try again in {retry_after_s} s, as Retry-After says.")
    else:
        response = _page(429, _("A little too fast"), words)
    response["Retry-After"] = str(retry_after_s)
    return response


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500, or 503 where the database does not answer; the log says the place of the error, not its words."""
    error = sys.exc_info()[1]
    if isinstance(error, _UNAVAILABLE):
        logger.warning("the database does not answer: %s", type(error).__name__)
        return unavailable()
    logger.error("error in a page: %s", place_of(error) if error else "unknown")
    words = _("The mistake is ours and has been noted. Try again in a moment.")
    return _page(500, _("Something went wrong here"), words)


def unavailable() -> HttpResponse:
    """503, with the time after which to try again."""
    words = _("The site is being looked after. Try again in a moment; what you sent before is kept.")
    response = _page(503, _("Back in a moment"), words)
    response["Retry-After"] = str(_AGAIN_S)
    return response


def _with_unsent(status: int, title: str, words: str, way: str, unsent: Sequence[Unsent]) -> HttpResponse:
    shown = {"status": status, "title": title, "words": words, "way_on": way, "unsent": unsent, "is_desk": True}
    response = HttpResponse(render_to_string("errors/unsent.html", shown), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _page(status: int, title: str, words: str, path: str = "/", way: str = "") -> HttpResponse:
    # Without the request's own context: nothing here may need the database.
    shown = {"status": status, "title": title, "words": words, "path": path, "way": way, "is_desk": is_of_desk(path)}
    content = render_to_string("errors/page.html", shown)
    return HttpResponse(content, status=status)
