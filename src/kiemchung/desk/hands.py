"""Whose hands a draft went through, which decides who may publish it (R18), and when it goes back to its writers."""

from __future__ import annotations

from kiemchung.desk.models import Claim, Draft, DraftState


def send_to_writers(claim: Claim) -> None:
    """Let nobody publish the claim's draft before it is handed in anew: the claim is not open any more."""
    Draft.objects.filter(claim=claim).update(state=DraftState.WRITING)
