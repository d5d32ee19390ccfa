"""Whose hands a draft went through, which decides who may publish it (R18), and when it goes back to its writers."""

from __future__ import annotations

from django.db.models import F

from kiemchung.desk.models import Claim, ClaimDeed, ClaimEvent, Draft, DraftState, Member
from kiemchung.jobs import clock


def changed_by(draft: Draft, actor: Member) -> None:
    """Store a draft that the member has changed: it is handed in anew, and the member does not publish it.

    A draft begins with the claim's statement: who gave the claim these words is among the writers from the first.
    """
    is_new = draft.pk is None
    draft.state, draft.changed_at = DraftState.WRITING, clock.now()
    draft.revision += 1
    draft.save()
    draft.writers.add(actor)
    restated = ClaimEvent.objects.filter(claim=draft.claim, deed=ClaimDeed.RESTATED, member__isnull=False)
    last = restated.order_by("-pk").first() if is_new else None
    if last is not None and last.member is not None:
        draft.writers.add(last.member)


def claim_changed_by(claim: Claim, actor: Member) -> None:
    """Take the change of a claim, of which a version says something, as one of its draft, where there is one."""
    draft = Draft.objects.filter(claim=claim).first()
    if draft is not None:
        changed_by(draft, actor)


def hand_in_anew(claim: Claim) -> None:
    """Let the claim's draft be handed in anew, and be read anew by whoever has seen it, without another writer."""
    Draft.objects.filter(claim=claim).update(
        state=DraftState.WRITING, revision=F("revision") + 1, changed_at=clock.now()
    )


def send_to_writers(claim: Claim) -> None:
    """Let nobody publish the claim's draft before it is handed in anew: the claim is not open any more."""
    Draft.objects.filter(claim=claim).update(state=DraftState.WRITING)
