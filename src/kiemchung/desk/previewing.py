"""What a draft would be as a published version: for the writer's eyes, for the second person's, stored nowhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from kiemchung.desk import evidence
from kiemchung.desk.drafting import Wording
from kiemchung.desk.models import Draft, Member, Review, ReviewVersion, VersionKind
from kiemchung.desk.pages import method_version
from kiemchung.desk.publishing import free_slug
from kiemchung.jobs import clock


def version_of(draft: Draft, said: Wording, reason: str, *, actor: Member) -> ReviewVersion:
    """Return the version that this draft would become with these words; not stored.

    It is made as publishing makes it; page and ClaimReview are both made from it (R11).
    """
    now, review = clock.now(), Review.objects.filter(claim=draft.claim_id).first()
    number = review.versions.count() + 1 if review else 1
    kind = VersionKind.FIRST if number == 1 else VersionKind.CORRECTION
    return ReviewVersion(
        review=review or Review(claim_id=draft.claim_id, slug=free_slug(said.title), first_published_at=now),
        number=number,
        kind=VersionKind.WITHDRAWAL if draft.is_withdrawal else kind,
        reason=reason if number > 1 else "",
        evidence=[evidence.shown(one) for one in draft.claim.evidence.all()],
        method_version=method_version(),
        selection=draft.claim.selection,
        written_by=draft.submitted_by or actor,
        published_by=actor,
        published_at=now,
        **asdict(said),
    )


@dataclass(frozen=True)
class Piece:
    """A run of words that a change keeps (`same`), takes away (`gone`) or adds (`new`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A field that a draft changes."""

    field: str
    pieces: tuple[Piece, ...]


_WORDS = (
    "claim_reviewed",
    "title",
    "summary",
    "body",
    "appearance",
    "speaker",
    "said_in_office",
    "office",
    "search_described",
)


def differences(before: ReviewVersion, after: ReviewVersion) -> tuple[Difference, ...]:
    """Return what two versions say differently, word by word, in the order of the page; the rating first."""
    found = list(changed_words(before, after))
    old_sources, new_sources = (sorted(map(_line, one.evidence)) for one in (before, after))
    if old_sources != new_sources:
        gone = [Piece("gone", line) for line in old_sources if line not in new_sources]
        new_ones = [Piece("new", line) for line in new_sources if line not in old_sources]
        found.append(Difference("evidence", (*gone, *new_ones)))
    return tuple(found)


def changed_words(before: Wording | ReviewVersion, after: Wording | ReviewVersion) -> tuple[Difference, ...]:
    """Return what two wordings say differently, the rating first."""
    found = []
    if before.rating != after.rating:
        gone, new = Piece("gone", before.rating), Piece("new", after.rating)
        found.append(Difference("rating", tuple(one for one in (gone, new) if one.text)))
    for field in _WORDS:
        old_words, new_words = getattr(before, field).strip(), getattr(after, field).strip()
        if old_words != new_words:
            found.append(Difference(field, tuple(_pieces(old_words, new_words))))
    return tuple(found)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = re.findall(r"\s*\S+\s*", old), re.findall(r"\s*\S+\s*", new)
    was, now = [one.strip() for one in before], [one.strip() for one in after]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        said = "".join(after[c:d])
        if kind == "equal":
            yield Piece("same", said)
            continue
        if a < b:
            yield Piece("gone", "".join(before[a:b]).rstrip())
        if c < d:
            yield Piece("new", said.rstrip())
            yield Piece("same", said[len(said.rstrip()) :])


def _line(source: dict[str, object]) -> str:
    if "withheld" in source:
        return f"— {source['withheld']}"
    file = source.get("file")
    said = [str(source[name]) for name in ("title", "url", "archive", "quotation") if source.get(name)]
    return " · ".join([*said, *([f"SHA-256 {file['sha256']}"] if isinstance(file, dict) else [])])
