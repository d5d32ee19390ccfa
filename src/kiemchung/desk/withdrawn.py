"""Reviews that were withdrawn: who asks the same words again hears of it, and so does the desk."""

from __future__ import annotations

from collections.abc import Collection

from kiemchung.desk.models import ClaimState, Message, ReviewVersion, VersionKind


def withdrawals_of(claims: Collection[int]) -> dict[int, ReviewVersion]:
    """Return, by the claim's number, the withdrawal of each review that stands withdrawn. Cost: one query."""
    versions = ReviewVersion.objects.filter(review__claim__in=claims).select_related("review").order_by("number")
    newest = {version.review.claim_id: version for version in versions}
    return {claim_id: one for claim_id, one in newest.items() if one.kind == VersionKind.WITHDRAWAL}


def withdrawal_for(keys: Collection[str]) -> ReviewVersion | None:
    """Return the latest withdrawal of a review of a message with any of these content keys, of words or of a file."""
    known = [key for key in keys if key]
    same = Message.objects.filter(content_key__in=known, claim__state=ClaimState.PUBLISHED)
    claims = set(same.values_list("claim_id", flat=True)) if known else set()
    found = withdrawals_of(claims).values() if claims else ()
    return max(found, key=lambda version: version.published_at, default=None)
