"""Writing a review: the draft, its evidence, and handing it to a second person."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from django.db import transaction

from kiemchung.desk import evidence, source_files
from kiemchung.desk.access import require_work
from kiemchung.desk.claims import require_held
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.grouping import content_key
from kiemchung.desk.hands import changed_by
from kiemchung.desk.models import (
    Claim,
    ClaimState,
    Draft,
    DraftState,
    Evidence,
    Member,
    Message,
    PageKind,
    Review,
    Speaker,
)
from kiemchung.desk.pages import missing_pages
from kiemchung.engine.text.personal_data import masked
from kiemchung.engine.types import MappedRating
from kiemchung.jobs import clock

LEAST_EVIDENCE = 2  # R2
_LONGEST_ADDRESS = 2_000


@dataclass(frozen=True)
class Wording:
    """What a review says; the fields of `kiemchung.desk.models.reviews.Wording`."""

    claim_reviewed: str = ""
    title: str = ""
    rating: str = ""
    summary: str = ""
    body: str = ""
    lang: str = "vi"
    appearance: str = ""
    speaker: str = ""
    said_in_office: str = ""
    office: str = ""
    search_described: str = ""


@dataclass(frozen=True)
class Source:
    """A piece of evidence as a member enters it."""

    title: str
    url: str = ""
    archived_at_url: str = ""
    quotation: str = ""
    is_primary: bool = False
    accessed_on: date | None = None
    withheld_because: str = ""
    file: bytes = b""
    is_file_public: bool = False


def wording_of(draft: Draft) -> Wording:
    """Return what the draft says."""
    return Wording(**{one.name: getattr(draft, one.name) for one in fields(Wording)})


def draft_of(claim: Claim) -> Draft:
    """Return the claim's draft, begun with its statement when there is none; not stored before it is saved."""
    found = Draft.objects.filter(claim=claim).first()
    return found or Draft(claim=claim, claim_reviewed=claim.statement, lang=claim.lang or "vi", revision=0)


def save(claim_id: int, wording: Wording, *, actor: Member, revision: int, correction_reason: str = "") -> Draft:
    """Store what the review is to say. `revision` is the one that the member has seen.

    A saved draft is nobody's to publish who has had a hand in it. Raises `ConflictError` when somebody else saved
    meanwhile, or has the claim open, and `NotReadyError` for an address that is none, or an account as the speaker.
    """
    _require_web_address(wording.appearance, "appearance")
    _require_no_account(wording)
    with transaction.atomic():
        draft = _writable(claim_id, actor, revision)
        for name, value in asdict(wording).items():
            setattr(draft, name, value.strip().replace("\r\n", "\n"))  # a form sends lines as networks do
        draft.correction_reason = correction_reason.strip()
        draft.is_withdrawal = False
        changed_by(draft, actor)
    return draft


def propose_withdrawal(claim_id: int, reason: str, *, actor: Member, revision: int) -> Draft:
    """Prepare the withdrawal of the published review; a second person publishes it like any other version."""
    with transaction.atomic():
        draft = _writable(claim_id, actor, revision)
        if draft.claim.state != ClaimState.PUBLISHED:
            raise ConflictError("There is no published review to withdraw.", "Chưa có bài đã đăng để rút lại.")
        draft.correction_reason, draft.is_withdrawal = reason.strip(), True
        changed_by(draft, actor)
    return draft


def add_evidence(claim_id: int, source: Source, *, actor: Member) -> Evidence:
    """Store a source of the review; the draft, if there is one, has the member among its writers.

    Raises `NotReadyError` for one without title and content, and for a file that cannot be taken.
    """
    said = (source.title, source.url, source.archived_at_url, source.quotation)
    content, is_withheld = evidence.Content(*(one.strip() for one in said)), bool(source.withheld_because.strip())
    if not content.title or not (content.url or content.quotation or source.file):
        raise NotReadyError(
            "A source needs a title, and an address, a quotation or a file.",
            "Nguồn cần có tên, và đường dẫn, đoạn trích hoặc tệp.",
            missing=("title", "url"),
        )
    if source.accessed_on and source.accessed_on > clock.now().date() + timedelta(days=1):  # it may be tomorrow there
        raise NotReadyError(
            "The day on which the source was read is in the future.",
            "Ngày đọc nguồn ở tương lai.",
            missing=("accessed_on",),
        )
    _require_web_address(content.url, "url")
    _require_web_address(content.archived_at_url, "archived_at_url")
    require_work(actor)
    is_public = source.is_file_public and not is_withheld
    kept = source_files.prepare(source.file, is_public=is_public) if source.file else None
    with transaction.atomic():
        _open_draft_again(claim_id, actor)
        if kept is not None:
            source_files.keep(kept)
        return Evidence.objects.create(
            claim_id=claim_id,
            **evidence.columns(content, claim_id, is_withheld=is_withheld),
            file=kept.file if kept else None,
            public_file=kept.public if kept else None,
            is_primary=source.is_primary,
            accessed_on=source.accessed_on or clock.now().date(),
            is_withheld=is_withheld,
            withheld_because=source.withheld_because.strip(),
            added_by=actor,
        )


def remove_evidence(claim_id: int, evidence_id: int, *, actor: Member) -> None:
    """Take a source out of the draft, and delete its file; what a published version names stays."""
    with transaction.atomic():
        _open_draft_again(claim_id, actor)
        for one in Evidence.objects.filter(pk=evidence_id, claim_id=claim_id).select_related("file", "public_file"):
            found = {file.pk: file for file in (one.file, one.public_file) if file is not None}
            one.delete()
            source_files.forget_unnamed(claim_id, list(found.values()))


def submit(claim_id: int, *, actor: Member, revision: int) -> Draft:
    """Hand the draft to a second person. Raises `NotReadyError` with everything that is missing."""
    with transaction.atomic():
        draft = _writable(claim_id, actor, revision)
        require_complete(draft)
        draft.state, draft.submitted_at, draft.submitted_by = DraftState.SUBMITTED, clock.now(), actor
        draft.save()
        draft.writers.add(actor)
    return draft


def take_back(claim_id: int, *, actor: Member) -> Draft:
    """Go on writing at a draft that was handed in."""
    with transaction.atomic():
        draft = _locked(claim_id, actor)
        draft.state = DraftState.WRITING
        draft.save()
    return draft


def repeats_a_reader(wording: Wording) -> bool:
    """Whether claim or title are word by word what somebody has sent: published, they stay when the message is
    deleted."""
    keys = [content_key(text) for text in (wording.claim_reviewed, wording.title) if text.strip()]
    return Message.objects.filter(content_key__in=keys).exists()


def was_published(claim: Claim) -> bool:
    """Whether what is written is a new version of a review, which says why there is one; also after a withdrawal."""
    return Review.objects.filter(claim=claim).exists()


# On lists, cards, in feeds and in the log: nobody's number or address. In the text an office may have its own.
_SHOWN_EVERYWHERE = ("claim_reviewed", "title", "summary")


def missing(draft: Draft) -> tuple[str, ...]:
    """Return codes of everything that a draft lacks before it can be published; the same for every rating (R1)."""
    is_change = was_published(draft.claim)
    lacks = [name for name in ("claim_reviewed", "title", "summary", "body") if not getattr(draft, name)]
    if draft.rating not in list(MappedRating):
        lacks.append("rating")
    if not draft.claim.selection:
        lacks.append("selection")
    if is_change and not draft.correction_reason:
        lacks.append("correction_reason")
    if not _is_speaker_whole(draft):
        lacks.append("speaker")
    if not _has_evidence(draft):
        lacks.append("evidence")
    if any(masked(getattr(draft, name)).kinds for name in _SHOWN_EVERYWHERE):
        lacks.append("no_personal_data")
    return (*lacks, *(f"page_{PageKind(kind)}" for kind in missing_pages()))


def require_complete(draft: Draft) -> None:
    """Raise `NotReadyError` unless nothing is missing."""
    lacks = missing(draft)
    if lacks:
        raise NotReadyError(
            f"Before this can be published, these are missing: {', '.join(lacks)}.",
            f"Trước khi đăng còn thiếu: {', '.join(lacks)}.",
            missing=lacks,
        )


def _require_web_address(text: str, field: str) -> None:
    """Readers follow it: nothing but http and https, which run nothing in their browser."""
    address = text.strip()
    is_web = address.lower().startswith(("http://", "https://")) and not re.search(r"[\s\x00-\x1f]", address)
    if address and (not is_web or len(address) > _LONGEST_ADDRESS):
        raise NotReadyError(
            "A web address begins with https:// and has no blanks.",
            "Địa chỉ web bắt đầu bằng https:// và không có dấu cách.",
            missing=(field,),
        )


def _require_no_account(wording: Wording) -> None:
    """R13: a body or an officeholder is named, never an account or an address."""
    if re.search(r"@|//|www\.|\.(?:com|net|org|vn)\b", f"{wording.said_in_office} {wording.office}", re.IGNORECASE):
        raise NotReadyError(
            "Name the public body, or the officeholder and the office; no account and no address.",
            "Hãy nêu tên cơ quan, hoặc tên người và chức vụ; không nêu tài khoản hay địa chỉ.",
            missing=("said_in_office",),
        )


def _is_speaker_whole(draft: Draft) -> bool:
    """R13: nobody; a body by its name; or an officeholder by name and office."""
    wanted = {"": (False, False), Speaker.PUBLIC_BODY: (True, False), Speaker.OFFICEHOLDER: (True, True)}
    return wanted.get(draft.speaker) == (bool(draft.said_in_office), bool(draft.office))


def _has_evidence(draft: Draft) -> bool:
    """R2: two sources, one of them primary; or a claim that stays unproven, with the search described.

    The same page or file twice is one source.
    """
    sources = evidence.sources_of(draft.claim)
    is_supported = evidence.distinct(sources) >= LEAST_EVIDENCE and any(one.source.is_primary for one in sources)
    return is_supported or (draft.rating == MappedRating.UNPROVEN and bool(draft.search_described))


def _locked(claim_id: int, actor: Member) -> Draft:
    require_work(actor)
    claim = Claim.objects.select_for_update(of=("self",)).select_related("lease_by").get(pk=claim_id)
    require_held(claim, actor)
    if claim.state not in (ClaimState.OPEN, ClaimState.PUBLISHED):
        raise ConflictError("This claim is not open any more.", "Nhận định này không còn mở.")
    return draft_of(claim)


def _writable(claim_id: int, actor: Member, revision: int) -> Draft:
    draft = _locked(claim_id, actor)
    if draft.revision != revision:
        raise ConflictError(
            "Somebody else has saved this draft meanwhile. Look at their version before you save yours.",
            "Có người khác vừa lưu bản nháp này. Hãy xem phiên bản của họ trước khi lưu phiên bản của bạn.",
        )
    return draft


def _open_draft_again(claim_id: int, actor: Member) -> None:
    """Evidence is part of what is published: who changes it has a hand in the draft, and it is handed in anew."""
    draft = _locked(claim_id, actor)
    changed_by(draft, actor)
