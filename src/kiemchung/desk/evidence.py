"""Sources as members read them: what is withheld from everybody outside is encrypted in the database (R6)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from kiemchung.desk import sealing
from kiemchung.desk.models import Claim, Evidence


@dataclass(frozen=True)
class Content:
    """What a source is and says."""

    title: str = ""
    url: str = ""
    archived_at_url: str = ""
    quotation: str = ""


@dataclass(frozen=True)
class Shown:
    """A source with its content; None where the key is not here with which it was encrypted."""

    source: Evidence
    content: Content | None


def columns(content: Content, claim_id: int, *, is_withheld: bool) -> dict[str, str]:
    """Return what is stored: the content itself, or of a withheld source nothing but the sealed form."""
    if not is_withheld:
        return {**asdict(content), "sealed": ""}
    return {**asdict(Content()), "sealed": sealing.seal(json.dumps(asdict(content)), purpose(claim_id))}


def purpose(claim_id: int) -> str:
    """Return for what the source of a claim is sealed."""
    return f"source of claim {claim_id}"


def content_of(one: Evidence) -> Content:
    """Return the content. Raises `SealedError`."""
    if one.is_withheld:
        return Content(**json.loads(sealing.opened(one.sealed, purpose(one.claim_id))))
    return Content(one.title, one.url, one.archived_at_url, one.quotation)


def sources_of(claim: Claim) -> list[Shown]:
    """Return the sources of a claim with their content, for members."""
    return [Shown(one, _or_none(one)) for one in claim.evidence.select_related("added_by")]


def _or_none(one: Evidence) -> Content | None:
    try:
        return content_of(one)
    except sealing.SealedError:
        return None


def shown(one: Evidence) -> dict[str, Any]:
    """Return a source as everybody may see it: of a withheld one, that it exists and why it is withheld (R6)."""
    if one.is_withheld:
        return {"withheld": one.withheld_because, "kind": one.media_type or "text", "primary": one.is_primary}
    return {
        "title": one.title,
        "url": one.url,
        "archive": one.archived_at_url,
        "quotation": one.quotation,
        "primary": one.is_primary,
        "accessed": one.accessed_on.isoformat(),
        "sha256": one.sha256,
    }
