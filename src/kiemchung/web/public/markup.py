"""A review as schema.org's ClaimReview, from the same version as its page (R11)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from kiemchung.desk import publishing
from kiemchung.desk.models import ReviewVersion, Speaker
from kiemchung.engine.types import MappedRating
from kiemchung.web.templatetags.ratings import rating_word

# The published scale, worst to best; what says nothing about truth has no place on it.
SCALE = {
    MappedRating.FALSE: 1,
    MappedRating.SCAM: 1,
    MappedRating.MISSING_CONTEXT: 2,
    MappedRating.MIXED: 3,
    MappedRating.MOSTLY_TRUE: 4,
    MappedRating.TRUE: 5,
}


def claim_review(version: ReviewVersion) -> dict[str, Any]:
    """Return the ClaimReview of a version."""
    claim: dict[str, Any] = {"@type": "Claim", "name": version.claim_reviewed}
    if version.appearance:
        claim["appearance"] = [{"@type": "CreativeWork", "url": version.appearance}]
    if version.said_in_office:
        claim["author"] = _speaker(version)
    data = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": publishing.review_address(version.review.slug),
        "headline": version.title,
        "claimReviewed": version.claim_reviewed,
        "description": version.summary,
        "inLanguage": version.lang,
        "datePublished": version.review.first_published_at.isoformat(),
        "dateModified": version.published_at.isoformat(),
        "author": _desk(),
        "itemReviewed": claim,
        "reviewRating": _rating(version),
        "version": version.number,
    }
    if version.reason:
        data["correction"] = {"@type": "CorrectionComment", "text": version.reason}
    return data


def withdrawal(version: ReviewVersion) -> dict[str, Any]:
    """Return what machines read of a withdrawn review, in its page and in the data feed: since when and why.

    Without claim and rating. ClaimReview has no field for it; `dateDeleted` of a feed's item is the standard one.
    """
    return {
        "@context": "https://schema.org",
        "@type": "DataFeedItem",
        "url": publishing.review_address(version.review.slug),
        "dateCreated": version.review.first_published_at.isoformat(),
        "dateDeleted": version.published_at.isoformat(),
        "description": version.reason,
        "item": [],  # readers of feeds look for a list of reviews
    }


def _speaker(version: ReviewVersion) -> dict[str, Any]:
    """R13: a public body, or an officeholder as the holder of an office."""
    if version.speaker == Speaker.OFFICEHOLDER:
        return {"@type": "Person", "name": version.said_in_office, "jobTitle": version.office}
    return {"@type": "Organization", "name": version.said_in_office}


def _desk() -> dict[str, Any]:
    return {"@type": "Organization", "name": settings.DESK_NAME, "url": f"{publishing.origin()}/"}


def _rating(version: ReviewVersion) -> dict[str, Any]:
    rating = {"@type": "Rating", "alternateName": rating_word(version.rating, version.lang)}
    value = SCALE.get(MappedRating(version.rating))
    return rating | ({"ratingValue": value, "bestRating": 5, "worstRating": 1} if value else {})


def to_read(version: ReviewVersion) -> str:
    """Return the ClaimReview of a version for people to look at; "" while it has no rating or no claim."""
    if version.rating not in list(MappedRating) or not version.claim_reviewed:
        return ""
    return json.dumps(claim_review(version), ensure_ascii=False, indent=2)


def in_script(data: dict[str, Any]) -> SafeString:
    """Return JSON that is inert inside a script element, whatever is in it (ASVS V1.2.4)."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    unsafe = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return SafeString("".join(unsafe.get(sign, sign) for sign in text))
