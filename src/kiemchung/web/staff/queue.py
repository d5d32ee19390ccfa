"""The queue: what people ask, and what is done with many claims at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from kiemchung.desk import claims, grouping
from kiemchung.desk import queue as shelves
from kiemchung.desk.access import may_administer
from kiemchung.desk.models import ClaimDeed, ClaimEvent, ClaimState, Member, Message, ReviewVersion, Role
from kiemchung.desk.pages import missing_pages
from kiemchung.desk.queue import Order, Pile
from kiemchung.web.staff.deeds import actor_of, at_the_desk, number_in
from kiemchung.web.staff.terms import ORDERS, PILES

_TO_PUBLISH = 2  # one who writes, and an editor who did not
_TO_DECIDE = 3  # and an editor who neither wrote nor published, for what readers ask about it (R20)
_MOST_AT_ONCE = shelves.ON_A_PAGE
_LONGEST_SEARCH = 200


@require_safe
@at_the_desk
def queue(request: HttpRequest) -> HttpResponse:
    """Show a page of a pile."""
    pile = _among(Pile, request.GET.get("pile"), Pile.OPEN)
    order = _among(Order, request.GET.get("order"), Order.URGENT)
    words = request.GET.get("words", "")[:_LONGEST_SEARCH].strip()
    found = shelves.queue(pile, order=order, words=words, page=number_in(request, "page"))
    kept = {"pile": pile.value, "order": order.value, "words": words}
    shown = {
        "found": found,
        "pile": pile,
        "order": order,
        "words": words,
        "piles": [(one.value, PILES[one], found.piles[one]) for one in Pile],
        "orders": [(one.value, ORDERS[one]) for one in Order],
        "kept": urlencode({name: value for name, value in kept.items() if value}),
        "has_unusual": any(row.is_unusual for row in found.rows),
        "can_dismiss": pile is Pile.OPEN,
        "being_grouped": grouping.being_grouped() if pile is Pile.OPEN else 0,
        "warned": _warned(found),
        "undo": _undoable(request.GET.get("undo", "")),
        **_guide(actor_of(request)),
    }
    return render(request, "desk/queue.html", shown)


@require_POST
@at_the_desk
def dismiss_claims(request: HttpRequest) -> HttpResponse:
    """Put the ticked claims aside, and offer to bring them back."""
    ticked = [int(text) for text in request.POST.getlist("claim")[:_MOST_AT_ONCE] if text.isascii() and text.isdigit()]
    if not ticked:
        messages.info(request, gettext("Nothing was ticked."))
        return redirect("desk")
    batch = claims.dismiss(ticked, actor=actor_of(request))
    return redirect(f"{reverse('desk')}?{urlencode({'undo': batch})}")


@require_POST
@at_the_desk
def undo_dismissal(request: HttpRequest) -> HttpResponse:
    """Bring back what was put aside together."""
    back = claims.undo(request.POST.get("batch", "")[:32], actor=actor_of(request))
    words = ngettext("%(count)s claim is back in the queue.", "%(count)s claims are back in the queue.", back)
    messages.success(request, words % {"count": back})
    return redirect("desk")


def _among(kinds: Any, text: str | None, default: Any) -> Any:
    return kinds(text) if text in {one.value for one in kinds} else default


def _warned(found: shelves.Found) -> set[int]:
    """Return the claims on the page with a message in which a name imitates another: in a list it looks like that."""
    messages_of = Message.objects.filter(claim__in=[row.claim.pk for row in found.rows]).exclude(lookalikes=[])
    return set(messages_of.values_list("claim_id", flat=True))


def _undoable(batch: str) -> dict[str, object] | None:
    """Return what the note after a dismissal says, while there is something to bring back."""
    if not batch:
        return None
    events = ClaimEvent.objects.filter(batch=batch[:32], deed=ClaimDeed.DISMISSED, claim__state=ClaimState.DISMISSED)
    count = events.count()
    return {"batch": batch[:32], "count": count} if count else None


def _guide(member: Member) -> dict[str, object]:
    """Return what the desk lacks before it can publish anything (R7), and until it does, who decides requests."""
    roles = list(Member.objects.filter(is_active=True).values_list("role", flat=True))
    editors = sum(role in (Role.EDITOR, Role.ADMINISTRATOR) for role in roles)
    lacking = missing_pages()
    needs_colleague = len(roles) < _TO_PUBLISH or not editors
    needs_third = not needs_colleague and (len(roles) < _TO_DECIDE or editors < _TO_PUBLISH)
    is_unready, is_administrator = bool(lacking) or needs_colleague, may_administer(member)
    return {
        "missing_pages": lacking,
        "needs_colleague": needs_colleague,
        "needs_third": needs_third,
        "is_unready": is_unready or (needs_third and is_administrator and not ReviewVersion.objects.exists()),
        "is_administrator": is_administrator,
    }
