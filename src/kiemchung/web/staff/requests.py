"""What readers ask about published reviews: by deadline, decided by somebody who had no part in the review (R20)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kiemchung.desk import deciding, public_files
from kiemchung.desk import requests as acts
from kiemchung.desk.access import may_decide, may_look_after_members, was_reset
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import RequestOutcome, ReviewRequest
from kiemchung.jobs import clock
from kiemchung.web.staff.deeds import actor_of, at_the_desk, number_in, status_of, words_of
from kiemchung.web.staff.terms import OUTCOMES

ON_A_PAGE = 50


def _outcomes() -> list[tuple[str, str | Promise]]:
    return [(outcome.value, OUTCOMES[outcome]) for outcome in RequestOutcome]


class DecisionForm(forms.Form):
    """How a request ends, and why (R19)."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=_outcomes, widget=forms.RadioSelect)
    reply = forms.CharField(
        label=_("Reasons"),
        help_text=format_lazy(
            "{} {}",
            _("The reader and the public read them: what you looked at, what it shows, and what follows."),
            lazy(lambda: gettext("At least %(least)s characters.") % {"least": acts.LEAST_REPLY}, str)(),
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@require_safe
@at_the_desk
def review_requests(request: HttpRequest) -> HttpResponse:
    """List the requests: those to be decided, the first deadline first; or those decided, the last one first."""
    is_decided = request.GET.get("show") == "decided"
    found = ReviewRequest.objects.select_related("review__claim", "decided_by")
    found = found.exclude(outcome="").order_by("-decided_at") if is_decided else found.filter(outcome="")
    page = number_in(request, "page") or 1
    some = list(
        (found if is_decided else found.order_by("due_at", "pk"))[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1]
    )
    who = {} if is_decided else deciding.deciders_of(some[:ON_A_PAGE])
    shown = {
        "requests": some[:ON_A_PAGE],
        "undecidable": {number for number, deciders in who.items() if not deciders.able},
        "is_decided": is_decided,
        "page": page,
        "has_more": len(some) > ON_A_PAGE,
        "now": clock.now(),
    }
    return render(request, "desk/requests.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def review_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show a request, or decide it."""
    asked = ReviewRequest.objects.select_related("review__claim", "decided_by").get(pk=request_id)
    if request.method != "POST":
        return _page(request, asked, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    outcome = RequestOutcome(form.cleaned_data["outcome"])
    try:
        acts.decide(request_id, outcome, form.cleaned_data["reply"], actor=actor_of(request))
    except (ConflictError, NotReadyError) as error:
        field = error.missing[0] if isinstance(error, NotReadyError) and error.missing else None
        form.add_error(field, words_of(error))
        asked.refresh_from_db()
        return _page(request, asked, form, status=status_of(error))
    messages.success(request, gettext("Decided. The reader sees your reasons at the ticket."))
    return redirect("review_requests")


def _page(request: HttpRequest, asked: ReviewRequest, form: DecisionForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    version = asked.review.versions.select_related("written_by", "published_by").get(number=asked.version)
    shown = {
        "asked": asked,
        "version": version,
        "newest": asked.review.versions.order_by("-number")[0],
        "taken_back": public_files.taken_back([version]),
        "form": form,
        "may_decide": may_decide(actor, asked),
        "deciders": None if asked.outcome else deciding.deciders_of([asked])[asked.pk],
        "was_reset": was_reset(actor),
        "may_invite": may_look_after_members(actor),
        "is_late": not asked.outcome and asked.due_at < clock.now(),
    }
    return render(request, "desk/request.html", shown, status=status)
