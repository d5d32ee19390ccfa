"""The page of a claim, and what members do with it before there is a review."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from kiemchung.desk import answering, claims, dossier, reading
from kiemchung.desk.access import may_edit
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import Claim, ClaimState, Declining, Member, Selection
from kiemchung.web.staff.deeds import actor_of, at_the_desk, status_of, words_of
from kiemchung.web.staff.gate import needs
from kiemchung.web.staff.terms import DECLININGS, SELECTIONS

_MOST_TICKED = 200
_MOST_FOUND = 8
_LONGEST = {"statement": 2_000, "text": 10_000}


@require_safe
@at_the_desk
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show the claim; this opens it for nobody."""
    return claim_page(request, claim_id)


def claim_page(request: HttpRequest, claim_id: int, *, wrong: str = "", status: int = 200) -> HttpResponse:
    """Return the page; with `wrong`, what was refused, above what was typed."""
    read = dossier.dossier_of(claim_id)
    actor = actor_of(request)
    looked_for = request.GET.get("find", "").strip()[: _LONGEST["statement"]]
    shown = {
        "step": "claim",
        "looked_for": looked_for,
        "found": reading.search(looked_for, most=_MOST_FOUND),
        "wrong": wrong,
        "typed": request.POST,
        "read": read,
        "may_edit": may_edit(actor),
        "selections": list(SELECTIONS.items()),
        "declinings": list(DECLININGS.items()),
        "can_split": read.asked > 1 and len(read.texts) > 1,
        **standing(read.claim, actor),
    }
    return render(request, "desk/claim.html", shown, status=status)


def standing(claim: Claim, actor: Member) -> dict[str, object]:
    """Return what the head of a claim's pages shows: who has it open, and whether the member may work on it now."""
    holder = claims.holder_of(claim)
    is_mine = holder is not None and holder.member == actor
    return {
        "claim": claim,
        "holder": holder,
        "is_mine": is_mine,
        "is_open": claim.state == ClaimState.OPEN,
        "can_work": is_mine and claim.state == ClaimState.OPEN,
        "can_write": is_mine and claim.state in (ClaimState.OPEN, ClaimState.PUBLISHED),
        "can_be_held": claim.state in (ClaimState.OPEN, ClaimState.PUBLISHED),
    }


@require_POST
@at_the_desk
def open_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Take the claim for half an hour; from another member only by the button that says so."""
    actor = actor_of(request)
    held = claims.hold(claim_id, actor=actor, take_over=request.POST.get("take_over") == "yes")
    if held.member != actor:
        words = gettext("%(member)s has this claim open. You can read it, or take it over.")
        messages.warning(request, words % {"member": held.member})
    back = request.POST.get("back", "")
    return redirect(back if back in ("draft", "sources") else "claim", claim_id)


@require_POST
@at_the_desk
def close_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Let others open it."""
    claims.let_go(claim_id, actor=actor_of(request))
    return redirect("desk")


def _deed(act: Callable[[HttpRequest, int, Member], str | None]) -> Callable[..., HttpResponse]:
    """Make a view of a deed on one claim: back to the claim, or to where the deed says; what is refused is said there
    too, with all that was typed."""

    @require_POST
    @at_the_desk
    def view(request: HttpRequest, claim_id: int) -> HttpResponse:
        try:
            where = act(request, claim_id, actor_of(request))
        except (NotReadyError, ConflictError) as error:
            return claim_page(request, claim_id, wrong=words_of(error), status=status_of(error))
        return redirect(where) if where else redirect("claim", claim_id)

    view.__name__, view.__doc__ = act.__name__, act.__doc__
    return view


@_deed
def note(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Leave a note for colleagues."""
    Claim.objects.only("pk").get(pk=claim_id)
    claims.note(claim_id, _text(request, "text"), actor=actor)
    messages.success(request, gettext("Noted."))


@_deed
def restate(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Say the claim in better words."""
    claims.restate(claim_id, _text(request, "statement"), actor=actor)
    messages.success(request, gettext("The claim has its new words."))


@_deed
def select(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Choose it to be checked."""
    claims.select(claim_id, Selection(_choice(request, Selection.values)), actor=actor)
    messages.success(request, gettext("Chosen. Next: collect the sources."))


@_deed
def decline(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Say publicly that it is not checked, and why."""
    claims.decline(claim_id, Declining(_choice(request, Declining.values)), actor=actor)
    messages.success(request, gettext("Declined. Whoever asked reads the reason."))


@_deed
def dismiss(_request: HttpRequest, claim_id: int, actor: Member) -> str:
    """Put it aside: nothing to check."""
    batch = claims.dismiss([claim_id], actor=actor)
    return f"{reverse('desk')}?{urlencode({'undo': batch})}"


@_deed
def merge(request: HttpRequest, claim_id: int, actor: Member) -> str:
    """Let its messages count for another claim."""
    other = _other(request)
    claims.merge(claim_id, other, actor=actor)
    messages.success(request, gettext("Merged: the messages are here now."))
    return reverse("claim", args=(other,))


@_deed
def keep_apart(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Say that two claims are not the same."""
    claims.refuse_resemblance(claim_id, _other(request), actor=actor)
    messages.success(request, gettext("They stay two claims."))


@_deed
def split(request: HttpRequest, claim_id: int, actor: Member) -> str:
    """Give the ticked messages, and those of the same words, a claim of their own."""
    ticked = [int(text) for text in request.POST.getlist("message")[:_MOST_TICKED] if text.isascii() and text.isdigit()]
    new = claims.split(claim_id, dossier.messages_like(claim_id, ticked), actor=actor)
    messages.success(request, gettext("The ticked messages are a claim of their own now."))
    return reverse("claim", args=(new.pk,))


@_deed
def answer_with_review(request: HttpRequest, claim_id: int, actor: Member) -> None:
    """Give everybody who asks a review that is published already."""
    count = answering.answer_with(claim_id, request.POST.get("review", "")[:2_000], actor=actor)
    words = ngettext("%(count)s message is answered.", "%(count)s messages are answered.", count)
    messages.success(request, words % {"count": count})


answer_with_review = needs(may_edit)(answer_with_review)


def _text(request: HttpRequest, field: str) -> str:
    text = request.POST.get(field, "").replace("\0", "")
    if len(text) > _LONGEST[field]:
        raise NotReadyError(
            f"That is too long: at most {_LONGEST[field]:,} characters.",
            f"Dài quá: nhiều nhất {_LONGEST[field]} ký tự.",
            missing=(field,),
        )
    return text


def _choice(request: HttpRequest, known: list[str]) -> str:
    choice = request.POST.get("reason", "")
    if choice not in known:
        raise NotReadyError("Choose one of the reasons.", "Hãy chọn một lý do.", missing=("reason",))
    return choice


def _other(request: HttpRequest) -> int:
    text = request.POST.get("other", "").strip().lstrip("#")
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**62))):
        raise NotReadyError("Give the number of the other claim.", "Hãy ghi số của nhận định kia.", missing=("other",))
    if not Claim.objects.filter(pk=int(text)).exists():
        raise NotReadyError(
            f"There is no claim #{int(text)}. Look at its number in the queue.",
            f"Không có nhận định số {int(text)}. Hãy xem lại số trong hàng chờ.",
            missing=("other",),
        )
    return int(text)
