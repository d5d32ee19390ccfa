"""Asking about a message: it is stored, answered at once where that is possible, and followed at its ticket."""

from __future__ import annotations

import logging
import secrets
import threading

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kiemchung.desk import files, intake, tickets
from kiemchung.desk.errors import RefusedMessageError, StorageFullError
from kiemchung.jobs import wakeup
from kiemchung.jobs.transactions import DatabaseBusyError
from kiemchung.jobs.worker import has_ended, run_now
from kiemchung.web.limits import Rate, limited
from kiemchung.web.security.bodies import takes_up_to

logger = logging.getLogger(__name__)
CHANNEL = "web"
_WAITS_FOR_A_WORKER_S = 2.0
_WAITS_FOR_ITS_TURN_S = 0.5
_answers_here = threading.Lock()  # two at once would only take the interpreter from each other, with locks in hand
# How many of the readers' threads wait for a worker; further readers follow their ticket, and pages are still shown.
_waits_for_a_file, _waits_for_a_text = threading.Semaphore(2), threading.Semaphore(3)


class AskForm(forms.Form):
    """What a reader has doubts about. `once` makes a form that is sent twice, as it is, one message."""

    text = forms.CharField(
        label=_("The message you doubt"),
        help_text=_("A text, a link, or a name. Leave out names and phone numbers of people."),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        label=_("Or a picture, a sound, a video"),
        help_text=_("At most 32 MB. It is stored encrypted, and deleted with your question."),
        required=False,
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": "image/*,audio/*,video/*"}),
    )
    once = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput, required=False)


def new_form() -> AskForm:
    """Return an empty form."""
    return AskForm(initial={"once": secrets.token_urlsafe(24)})


@takes_up_to(files.LARGEST + 100_000)
@limited("ask", Rate(burst=20, every_s=3))
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take the message in and lead to its ticket; a GET shows the form."""
    if request.method != "POST":
        return render(request, "public/start.html", {"form": new_form()})
    form = AskForm(request.POST, request.FILES)
    if form.is_valid():
        text, given = form.cleaned_data["text"], form.cleaned_data["file"]
        once, file = form.cleaned_data["once"] or secrets.token_urlsafe(24), given.read() if given else b""
        try:
            ref = tickets.ref_of_form(once, text.encode(), file)
            asked = intake.ask(text, channel=CHANNEL, ref=ref, file=file, runs_here=not file)
        except (RefusedMessageError, StorageFullError) as error:
            form.add_error("text", error.text(get_language() or "vi"))
        else:
            _answer_at_once(asked.job_id, has_file=bool(given))
            return redirect("ticket", code=asked.ticket)
    return render(request, "public/start.html", {"form": form}, status=422)


def _answer_at_once(job_id: int | None, *, has_file: bool) -> None:
    """Run the message's job here, or wait for the worker that has it; where both fail, the ticket's page says so.

    A file is left to the worker: to decode it takes long, and other readers need this thread.

    A browser without scripts shows what is there when it arrives: the answer is worth two seconds and a half.
    """
    if job_id is None:
        return
    try:
        if has_file:
            _wait_for_a_worker(job_id, _waits_for_a_file)
        elif not _ran_here(job_id):
            wakeup.ring()
            _wait_for_a_worker(job_id, _waits_for_a_text)
    except DatabaseBusyError:
        logger.warning("job %d waits for a worker: the database is busy", job_id)


def _wait_for_a_worker(job_id: int, places: threading.Semaphore) -> None:
    if not places.acquire(blocking=False):
        return
    try:
        has_ended(job_id, within_s=_WAITS_FOR_A_WORKER_S)
    finally:
        places.release()


def _ran_here(job_id: int) -> bool:
    """Run the job when its turn comes; False when a worker has it, or when it is to be left to one."""
    if not _answers_here.acquire(timeout=_WAITS_FOR_ITS_TURN_S):
        return False
    try:
        return run_now(job_id)
    finally:
        _answers_here.release()
