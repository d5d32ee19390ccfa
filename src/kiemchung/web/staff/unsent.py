"""What a member typed in a form that could not be taken, as after the end of a session: shown once, to be copied."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiemchung.web.staff.terms import FIELDS

# Named one by one, so that no password and no code is ever shown again.
_TYPED: dict[str, str | Promise] = {
    "claim_reviewed": FIELDS["claim_reviewed"],
    "title": FIELDS["title"],
    "summary": FIELDS["summary"],
    "body": FIELDS["body"],
    "appearance": FIELDS["appearance"],
    "said_in_office": FIELDS["said_in_office"],
    "office": FIELDS["office"],
    "search_described": FIELDS["search_described"],
    "correction_reason": _("Why there is a new version"),
    "statement": _("The claim, in one sentence"),
    "text": _("Text"),
    "note": _("Or: what has to change"),
    "reason": _("Why"),
    "reply": _("Reasons"),
    "url": _("Address"),
    "archived_at_url": _("Address of an archived copy"),
    "quotation": _("What it says, word for word"),
    "withheld_because": _("Keep it back, because"),
}
Unsent = tuple[str, str | Promise, str]  # field, label, text
_WITH_A_PAGE = {"sources", "draft", "publish", "review_request", "desk_page", "members"}
_OF_THE_DRAFT = {"preview", "take_back", "withdraw"}
_OF_THE_SOURCES = {"remove_source", "take_file_back"}


def unsent_text(request: HttpRequest) -> list[Unsent]:
    """Return all that was typed, as it came; nothing is kept."""
    typed = [(name, label, request.POST.get(name, "")) for name, label in _TYPED.items()]
    return [(name, label, text) for name, label, text in typed if text.strip()]


def page_of_form(request: HttpRequest) -> str:
    """Return the address of the page on which a form stood, for after signing in."""
    match = request.resolver_match
    name, given = (match.url_name, match.kwargs) if match else (None, {})
    if name in _WITH_A_PAGE:
        return request.path
    if name in _OF_THE_DRAFT:
        return reverse("draft", kwargs=given)
    if name in _OF_THE_SOURCES:
        return reverse("sources", args=(given["claim_id"],))
    if "claim_id" in given:
        return reverse("claim", args=(given["claim_id"],))
    return reverse("desk")
