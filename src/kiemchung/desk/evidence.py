"""Sources as members read them: what is withheld from everybody outside is encrypted in the database (R6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kiemchung.desk import sealing
from kiemchung.desk.models import Claim, Evidence, SourceFile
from kiemchung.engine.links import address_key
from kiemchung.engine.text.normalise import fold, normalise


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
    return [Shown(one, _or_none(one)) for one in claim.evidence.select_related("added_by", "file", "public_file")]


def distinct(sources: Sequence[Shown]) -> int:
    """Return how many different sources these are: those that share an address or a file are one."""
    groups: list[set[str]] = []
    for one in sources:
        marks = _marks(one)
        same = [group for group in groups if group & marks]
        groups = [group for group in groups if not group & marks] + [marks.union(*same)]
    return len(groups)


def share_words(sources: Sequence[Shown]) -> bool:
    """Whether two sources that count as different have the same excerpt: one may have copied the other."""
    by_words: dict[str, list[Shown]] = {}
    for one in sources:
        words = _plain(one.content.quotation) if one.content else ""
        if words:
            by_words.setdefault(words, []).append(one)
    return any(distinct(same) > 1 for same in by_words.values())


def _plain(quotation: str) -> str:
    return " ".join(fold(normalise(quotation)).split())


def _marks(one: Shown) -> set[str]:
    """What tells one source from another: where it stands and its file; without both its words."""
    content, file = one.content, one.source.file
    places = (content.url, content.archived_at_url) if content else ()
    marks = {address_key(place) or place for place in places if place} | ({file.sha256} if file else set())
    if marks:
        return marks
    return {_plain(content.quotation) if content else f"not readable: {one.source.pk}"}


def _or_none(one: Evidence) -> Content | None:
    try:
        return content_of(one)
    except sealing.SealedError:
        return None


def shown(one: Evidence) -> dict[str, Any]:
    """Return a source as everybody may see it: of a withheld one, that it exists and why it is withheld (R6).

    `sha256` is that of the excerpt; a file has its own, and that of the copy that is public (R5).
    """
    if one.is_withheld:
        kind = one.file.media_type if one.file else "text"
        return {"withheld": one.withheld_because, "kind": kind, "primary": one.is_primary}
    about = {"file": _about(one.file) | {"public": one.public_file and _about(one.public_file)}} if one.file else {}
    return about | {
        "title": one.title,
        "url": one.url,
        "archive": one.archived_at_url,
        "quotation": one.quotation,
        "primary": one.is_primary,
        "accessed": one.accessed_on.isoformat(),
        "sha256": hashlib.sha256(one.quotation.encode()).hexdigest() if one.quotation else "",
    }


def _about(file: SourceFile) -> dict[str, Any]:
    return {"sha256": file.sha256, "type": file.media_type, "bytes": file.bytes}
