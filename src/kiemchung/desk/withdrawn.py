"""Reviews that were withdrawn: who asks the same again hears of it, and so does the desk."""

from __future__ import annotations

from collections.abc import Collection

from kiemchung.desk.models import Message, Review, ReviewVersion, VersionKind


def is_withdrawn(review: Review) -> bool:
    """Whether the newest version of a review says that it was withdrawn."""
    return review.claim_id in withdrawals_of([review.claim_id])


def withdrawals_of(claims: Collection[int]) -> dict[int, ReviewVersion]:
    """Return, by the claim's number, the withdrawal of each review that stands withdrawn. Cost: one query."""
    versions = ReviewVersion.objects.filter(review__claim__in=claims).select_related("review").order_by("number")
    newest = {version.review.claim_id: version for version in versions}
    return {claim_id: one for claim_id, one in newest.items() if one.kind == VersionKind.WITHDRAWAL}


def withdrawal_for(
    keys: Collection[str], claim_id: int | None = None, *, refused: Collection[str] = ()
) -> ReviewVersion | None:
    """Return the latest withdrawal of a review of the claim, or of a message with any of these content keys, of words
    or of a file; of none that was `refused`."""
    known = [key for key in keys if key]
    same = Message.objects.filter(content_key__in=known, claim__review__isnull=False)
    claims = set(same.values_list("claim_id", flat=True)) if known else set()
    if claim_id is not None:
        claims.add(claim_id)
    found = [one for one in withdrawals_of(claims).values() if one.review.ref not in refused] if claims else ()
    return max(found, key=lambda version: version.published_at, default=None)
