"""Publishing: one path for every rating, by a second person, and a new version for every change."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from kiemchung.desk import claims, evidence, grouping, log, record, reopening, statements
from kiemchung.desk.access import require_publishing
from kiemchung.desk.delivering import DELIVER_JOB
from kiemchung.desk.disclosing import require_meant
from kiemchung.desk.drafting import require_complete, wording_of
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.following import follow
from kiemchung.desk.models import (
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimState,
    Draft,
    DraftState,
    Member,
    Note,
    Review,
    ReviewVersion,
    Shelf,
    VersionKind,
)
from kiemchung.desk.pages import method_version
from kiemchung.engine import types
from kiemchung.engine.text.normalise import fold, normalise
from kiemchung.engine.types import MappedRating, Rating
from kiemchung.jobs import clock
from kiemchung.jobs.queue import enqueue

_LONGEST_SLUG = 80
LOGGED: dict[str, str] = {
    VersionKind.FIRST: "published",
    VersionKind.CORRECTION: "corrected",
    VersionKind.WITHDRAWAL: "withdrawn",
}


def publish(claim_id: int, *, actor: Member, revision: int, is_disclosure_meant: bool = False) -> ReviewVersion:
    """Publish the draft that was handed in, at the `revision` that the member has read.

    `is_disclosure_meant`: the member has seen what it has of personal data, and says that this may be published; it is
    not stored.

    In one transaction: the version, the searchable record, the claim's state (open again after a withdrawal), the line
    of the public log, and the jobs that tell everybody who asked and look for others who did. Raises `NotAllowedError`
    for whoever had a hand in it, `NotReadyError` with what is missing, `ConflictError` when it is not handed in, or was
    changed meanwhile.
    """
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)
        record.lock(Shelf.CLAIMS)
        draft = _handed_in(claim_id, revision)
        require_publishing(actor, draft)
        require_complete(draft)
        require_meant(draft, is_meant=is_disclosure_meant)
        version = _stored(draft, actor)
        _shelve(version)
        _close(draft)
        if version.kind == VersionKind.WITHDRAWAL:
            reopening.reopen(version)
        else:
            reopening.set_apart_who_refused(version.review)
        log.append(LOGGED[version.kind], facts_of(version), at=version.published_at)
        enqueue(DELIVER_JOB, {"review": version.review_id, "version": version.number}, key=f"{version.pk}")
        follow()
    return version


def send_back(claim_id: int, why: str, *, actor: Member, revision: int) -> Note:
    """Return the draft to its writers, with a note that says what is to be done. The member may publish it later."""
    if not why.strip():
        raise NotReadyError(
            "Say what is to be changed: the writer sees it.",
            "Hãy viết cần sửa gì: người viết sẽ đọc.",
            missing=("note",),
        )
    with transaction.atomic():
        draft = _handed_in(claim_id, revision)
        require_publishing(actor, draft)
        draft.state = DraftState.WRITING
        draft.save(update_fields=("state",))
        note = Note.objects.create(claim=draft.claim, text=why.strip(), member=actor)
        claims.write_down(draft.claim, ClaimDeed.SENT_BACK, actor, {"note": note.pk})
    return note


def sent_back_with(draft: Draft) -> Note | None:
    """Return the note with which the draft was sent back last; None once it was handed in again, also when its writer
    has taken it back since."""
    if draft.pk is None or draft.state == DraftState.SUBMITTED or draft.submitted_at is None:
        return None
    last = ClaimEvent.objects.filter(claim=draft.claim_id, deed=ClaimDeed.SENT_BACK).order_by("-pk").first()
    if last is None:
        return None
    notes = Note.objects.filter(pk=last.detail["note"], written_at__gte=draft.submitted_at)
    return notes.select_related("member").first()


def _handed_in(claim_id: int, revision: int) -> Draft:
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    if claim.state not in (ClaimState.OPEN, ClaimState.PUBLISHED):
        raise ConflictError("This claim is not open any more.", "Nhận định này không còn mở.")
    draft = Draft.objects.select_related("claim", "submitted_by").filter(claim=claim).first()
    if draft is None or draft.state != DraftState.SUBMITTED:
        raise ConflictError(
            "This draft is not handed in. Its writer hands it in first.",
            "Bản nháp này chưa được nộp. Người viết cần nộp trước.",
        )
    if draft.revision != revision:
        raise ConflictError(
            "The draft was changed while you read it. Read it again.",
            "Bản nháp đã thay đổi trong lúc bạn đọc. Hãy đọc lại.",
        )
    return draft


def _stored(draft: Draft, actor: Member) -> ReviewVersion:
    now, writer = clock.now(), draft.submitted_by
    if writer is None:
        raise LookupError(f"the draft of claim {draft.claim_id} was handed in by nobody")
    review = Review.objects.filter(claim=draft.claim).first()
    if review is None:
        review = Review.objects.create(claim=draft.claim, slug=free_slug(draft.title), first_published_at=now)
    number = review.versions.count() + 1
    kind = VersionKind.FIRST if number == 1 else VersionKind.CORRECTION
    version = ReviewVersion.objects.create(
        review=review,
        number=number,
        kind=VersionKind.WITHDRAWAL if draft.is_withdrawal else kind,
        reason=draft.correction_reason if number > 1 else "",
        evidence=[evidence.shown(one) for one in draft.claim.evidence.all()],
        method_version=method_version(),
        selection=draft.claim.selection,
        written_by=writer,
        published_by=actor,
        published_at=now,
        **asdict(wording_of(draft)),
    )
    version.writers.set({writer, *draft.writers.all()})
    return version


def _shelve(version: ReviewVersion) -> None:
    if version.kind == VersionKind.WITHDRAWAL:
        record.remove(Shelf.REVIEWS, [version.review.ref])
    else:
        record.put(Shelf.REVIEWS, [searchable(version)])


def _close(draft: Draft) -> None:
    claim = draft.claim
    if claim.state == ClaimState.OPEN:
        grouping.unshelve(claim)
    claim.state, claim.lease_by, claim.lease_until = ClaimState.PUBLISHED, None, None
    claim.save()
    draft.state, draft.correction_reason, draft.is_withdrawal = DraftState.WRITING, "", False
    draft.revision += 1
    draft.save()
    draft.writers.clear()


def facts_of(version: ReviewVersion) -> dict[str, Any]:
    """What the public log says of a version; the text itself is bound by its digest."""
    return {
        "review": version.review.slug,
        "version": version.number,
        "rating": version.rating,
        "claim": version.claim_reviewed,
        "selection": version.selection,
        "reason": version.reason,
        "method": version.method_version,
        "sources": len(version.evidence),
        "digest": digest_of(content_of(version)),
        **statements.about_review(version.review.slug),
    }


def content_of(version: ReviewVersion) -> dict[str, Any]:
    """Return all that a version says, as the log's digest binds it: of a version from before a field, without it."""
    speaker = {name: getattr(version, name) for name in ("speaker", "office") if getattr(version, name)}
    return speaker | {
        "claim_reviewed": version.claim_reviewed,
        "title": version.title,
        "rating": version.rating,
        "summary": version.summary,
        "body": version.body,
        "lang": version.lang,
        "appearance": version.appearance,
        "said_in_office": version.said_in_office,
        "search_described": version.search_described,
        "evidence": version.evidence,
        "reason": version.reason,
    }


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a content as canonical JSON."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """Return a content as canonical JSON: keys in order, no blanks."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def searchable(version: ReviewVersion) -> types.Review:
    """Return the version as a review of the searchable record."""
    return types.Review(
        id=version.review.ref,
        claim=version.claim_reviewed,
        title=version.title,
        body=f"{version.summary}\n\n{version.body}",
        rating=Rating(version.rating, MappedRating(version.rating), "given"),
        url=review_address(version.review.slug),
        publisher=settings.DESK_NAME,
        publisher_url=origin(),
        date=version.published_at.date().isoformat(),
        lang=version.lang,
        appearances=(version.appearance,) if version.appearance else (),
    )


def origin() -> str:
    """Return the address of the site, without a path."""
    return settings.SITE.origin or f"http://127.0.0.1:{settings.LOCAL_PORT}"


def review_address(slug: str) -> str:
    """Return the public address of a review."""
    return f"{origin()}/kiem-chung/{slug}"


def free_slug(title: str) -> str:
    """Return the words of a title as an address that no review has yet."""
    plain = unicodedata.normalize("NFKD", fold(normalise(title))).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "bai"
    taken = set(Review.objects.filter(slug__startswith=words).values_list("slug", flat=True))
    number = 2
    slug = words
    while slug in taken:
        slug, number = f"{words}-{number}", number + 1
    return slug
