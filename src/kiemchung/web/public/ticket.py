"""The page of a ticket: from "not checked yet" to the answer, and to its correction."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiemchung.checking import about_links
from kiemchung.desk import erasing, intake, judging, reading, requests, tickets
from kiemchung.desk.models import Message, Unhelpful
from kiemchung.web.limits import Rate, limited
from kiemchung.web.security.headers import private

_REASONS = {
    Unhelpful.OTHER_CLAIM: gettext_lazy("It is about something else"),
    Unhelpful.UNCLEAR: gettext_lazy("I do not understand it"),
    Unhelpful.OUTDATED: gettext_lazy("It is out of date"),
    Unhelpful.NOT_CONVINCED: gettext_lazy("It does not convince me"),
}


class TicketForm(forms.Form):
    """A code as it was written down."""

    code = forms.CharField(
        label=gettext_lazy("Ticket"), help_text=gettext_lazy("For example KC-7F3K-9Q2M-…"), max_length=300
    )


@limited("find_ticket", Rate(burst=10, every_s=6))
@private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a code that somebody types to its page."""
    form = TicketForm(request.POST or None)
    if form.is_bound and form.is_valid():
        code = tickets.read_code(form.cleaned_data["code"])
        if intake.message_for(code):
            return redirect("ticket", code=code)
        if requests.request_for(code):
            return redirect("request", code=code)
        form.add_error("code", _("There is no such ticket. Look at each letter again; a deleted one is gone for good."))
    return render(request, "public/find_ticket.html", {"form": form}, status=422 if form.is_bound else 200)


@private
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show what became of the message."""
    ticket = reading.ticket_of(_message(code))
    official = about_links(ticket.message.text).official if ticket.message.text else ()
    page = "public/ticket_state.html" if request.headers.get("HX-Request") else "public/ticket.html"
    shown = {"ticket": ticket, "official": official, "code": tickets.read_code(code), "unhelpful": _REASONS.items()}
    return render(request, page, shown)


@limited("judge", Rate(burst=20, every_s=6))
@private
@require_POST
def judge(request: HttpRequest, code: str, answer_id: int) -> HttpResponse:
    """Keep whether the answer answered; of one that is about something else a person looks at the question."""
    is_helpful = request.POST.get("helpful") == "yes"
    reason = "" if is_helpful else request.POST.get("reason", "")
    outcome = judging.judge(_message(code).pk, answer_id, is_helpful=is_helpful, reason=reason)
    if outcome is judging.Outcome.UNKNOWN:
        raise Http404
    if outcome is judging.Outcome.COUNTED:  # else the page itself says what becomes of the question
        messages.success(request, _("Thank you. The desk sees how often answers fail, not who said so."))
    return redirect("ticket", code=tickets.read_code(code))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Delete the question, after one more look."""
    message = _message(code)
    if request.method != "POST":
        return render(request, "public/delete_ticket.html", {"message": message, "code": tickets.read_code(code)})
    erasing.erase_now(message.pk)
    messages.success(request, _("Your question is deleted."))
    return redirect("start")


def _message(code: str) -> Message:
    message = intake.message_for(code)
    if message is None:
        raise Http404
    return message
