"""Reviews that were withdrawn: who asks the same words again hears of it, and so does the desk."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from kiemchung.desk.models import Claim, ClaimState, Message, ReviewVersion, VersionKind


def withdrawals_of(claims: Collection[int] | QuerySet[Claim, int]) -> dict[int, ReviewVersion]:
    """Return, by the claim's number, the withdrawal of each review that stands withdrawn. Cost: one query."""
    versions = ReviewVersion.objects.filter(review__claim__in=claims).select_related("review").order_by("number")
    newest = {version.review.claim_id: version for version in versions}
    return {claim_id: one for claim_id, one in newest.items() if one.kind == VersionKind.WITHDRAWAL}


def withdrawal_for(messages: QuerySet[Message]) -> ReviewVersion | None:
    """Return the latest withdrawal of a review that was of the words, or of the file, of any of these messages."""
    keys = messages.exclude(content_key="").values("content_key")
    claims = Claim.objects.filter(state=ClaimState.PUBLISHED, messages__content_key__in=keys)
    found = withdrawals_of(claims.values_list("pk", flat=True)).values()
    return max(found, key=lambda version: version.published_at, default=None)
