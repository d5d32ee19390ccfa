"""What readers ask about published reviews: corrections and disputes, free, with a deadline, decided by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from django.conf import settings
from django.db import IntegrityError, transaction

from kiemchung.desk import log, statements, tickets
from kiemchung.desk.access import require_decision
from kiemchung.desk.answering import current_version
from kiemchung.desk.errors import ConflictError, NotReadyError, RefusedMessageError
from kiemchung.desk.intake import readable
from kiemchung.desk.models import Member, RequestKind, RequestOutcome, Review, ReviewRequest, VersionKind
from kiemchung.desk.working_days import due_after
from kiemchung.engine.text.personal_data import masked
from kiemchung.jobs import clock

WORKING_DAYS = 7  # EFCSN's standard asks for an answer in this time
LEAST_REPLY = 40  # characters of reasons (R19)
_LONGEST_URL = 2_000


@dataclass(frozen=True)
class Requested:
    """A request that was stored, and its ticket, which is kept nowhere."""

    request: ReviewRequest
    ticket: str


def request_review(review: Review, kind: RequestKind, text: str, *, source_url: str, ref: str) -> Requested:
    """Store a reader's request about the current version; the same `ref` again gives the same ticket.

    Raises `RefusedMessageError` for an empty text, for an address that is none, and for one in which a telephone number
    or the like stands (R25): masked it would lead nowhere.
    """
    source = _source_at(source_url.strip())
    code, now, said = tickets.code_for("request", ref), clock.now(), masked(readable(text)).text
    try:
        with transaction.atomic():
            stored = ReviewRequest.objects.create(
                kind=kind,
                review=review,
                version=current_version(review),
                text=said,
                source_url=source,
                ticket_digest=tickets.digest_of(code),
                received_at=now,
                due_at=due_after(now, WORKING_DAYS),
            )
            facts = {"review": review.slug, "kind": kind, "request": stored.pk}
            stored.entry = log.append("requested", facts, at=now, sealed={"text": said})
            stored.save(update_fields=("entry",))
    except IntegrityError:
        known = ReviewRequest.objects.filter(ticket_digest=tickets.digest_of(code)).first()
        if known is None:
            raise
        return Requested(known, code)
    return Requested(stored, code)


def _source_at(address: str) -> str:
    if address and (not address.startswith(("http://", "https://")) or len(address) > _LONGEST_URL):
        raise RefusedMessageError(
            "The source must be a web address that begins with https://.",
            "Nguồn phải là địa chỉ web bắt đầu bằng https://.",
        )
    # Masking takes an address for a page and leaves it as it is: its parts are looked at one by one.
    if any(masked(part).kinds for part in re.split(r"[/?&=#:;,|]+", unquote(address))):
        raise RefusedMessageError(
            "This address holds a phone number, an e-mail address or another number of a person. Please leave it out: "
            "you can describe the source in your text instead.",
            "Địa chỉ này chứa số điện thoại, e-mail hoặc một số riêng của ai đó. Bạn bỏ phần đó giúp nhé: có thể mô tả "
            "nguồn ngay trong phần nội dung.",
        )
    return address


def request_for(typed: str) -> ReviewRequest | None:
    """Return the request of a ticket as somebody typed it."""
    code = tickets.read_code(typed)
    found = (
        ReviewRequest.objects.filter(ticket_digest=tickets.digest_of(code)) if code else ReviewRequest.objects.none()
    )
    return found.select_related("review").first()


def kept() -> timedelta:
    """Return how long what a reader wrote is kept after the decision."""
    return timedelta(days=settings.REQUESTS_KEPT_DAYS)


def erase_expired(now: datetime | None = None) -> int:
    """Delete what readers wrote in requests that were decided long enough ago; return how many.

    Outcome and reasons stay at the ticket, and the log keeps its commitment, whose salt goes too: nobody can tell from
    it any more what was written.
    """
    ended = ReviewRequest.objects.filter(decided_at__lte=(now or clock.now()) - kept(), erased_at=None)
    ids = list(ended.values_list("pk", flat=True))
    for request_id in ids:
        with transaction.atomic():
            request = ReviewRequest.objects.select_for_update().get(pk=request_id)
            request.text, request.source_url, request.erased_at = "", "", clock.now()
            request.save(update_fields=("text", "source_url", "erased_at"))
            if request.entry is not None:
                log.erase(request.entry, "text")
    return len(ids)


def decide(request_id: int, outcome: RequestOutcome, reply: str, *, actor: Member) -> ReviewRequest:
    """Answer a request, with reasons; by an editor who neither wrote nor published the review.

    A correction or withdrawal itself is a new version, which goes its own way past two people and comes first: the
    reader and the log are told of nothing that has not happened. Raises `NotReadyError` otherwise.
    """
    if len(reply.strip()) < LEAST_REPLY:
        raise NotReadyError(
            f"Give reasons, in at least {LEAST_REPLY} characters: the reader and the public read them.",
            f"Hãy nêu lý do, ít nhất {LEAST_REPLY} ký tự: người gửi và công chúng sẽ đọc.",
            missing=("reply",),
        )
    with transaction.atomic():
        request = ReviewRequest.objects.select_for_update(of=("self",)).select_related("review").get(pk=request_id)
        if request.outcome:
            raise ConflictError("This request is decided already.", "Yêu cầu này đã được quyết định.")
        require_decision(actor, request)
        _require_done(request, outcome)
        request.outcome, request.reply = outcome, reply.strip()
        request.decided_by, request.decided_at = actor, clock.now()
        request.save()
        facts = {"review": request.review.slug, "kind": request.kind, "request": request.pk, "outcome": outcome}
        said = {**facts, "reply": request.reply, **statements.about_review(request.review.slug)}
        log.append("decided", said, at=request.decided_at)
    return request


def _require_done(request: ReviewRequest, outcome: RequestOutcome) -> None:
    """Raise `NotReadyError` where the outcome says what the review's versions do not."""
    newest = request.review.versions.order_by("-number")[0]
    is_withdrawn = newest.kind == VersionKind.WITHDRAWAL
    is_changed = newest.kind == VersionKind.CORRECTION and newest.published_at >= request.received_at
    if outcome == RequestOutcome.WITHDRAWN and not is_withdrawn:
        raise NotReadyError(
            "The review is not withdrawn. Withdraw it first, past a second person; then decide.",
            "Bài chưa được rút. Hãy rút bài trước, có người thứ hai duyệt, rồi mới quyết định.",
            missing=("outcome",),
        )
    if outcome in (RequestOutcome.CORRECTED, RequestOutcome.CLARIFIED) and not is_changed:
        raise NotReadyError(
            "No correction was published since this request came. Publish it first, past a second person; then decide.",
            "Từ khi có yêu cầu này, bài chưa có bản đính chính nào được đăng. Hãy đăng bản đính chính trước, có người "
            "thứ hai duyệt, rồi mới quyết định.",
            missing=("outcome",),
        )
    if outcome == RequestOutcome.UPHELD and is_withdrawn:
        raise NotReadyError(
            "The review is withdrawn: it does not stay as it is. Choose “withdrawn”.",
            "Bài đã được rút, không còn giữ nguyên nữa. Hãy chọn “Rút bài”.",
            missing=("outcome",),
        )
