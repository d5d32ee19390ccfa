"""The pages about the desk: without them nothing is published (R7, R8, R12)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max

from kiemchung.desk import log, record
from kiemchung.desk.access import require_administration
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import LogEntry, LogKind, Member, Page, PageKind, Shelf

LEAST_TEXT = 80  # characters: a sentence or two; less says nothing about money or people
LANGUAGES = ("vi", "en")


def current_page(kind: PageKind, lang: str) -> Page | None:
    """Return the newest version of a page."""
    return Page.objects.filter(kind=kind, lang=lang).order_by("-number").first()


def missing_pages() -> tuple[PageKind, ...]:
    """Return the pages that must be written before anything is published: each in one language at least."""
    there = set(Page.objects.values_list("kind", flat=True).distinct())
    return tuple(kind for kind in PageKind if kind not in there)


def versions_at(kind: PageKind, lang: str, number: int | None = None) -> list[Page]:
    """Return the versions of a page, newest first, in a language where there are any, else in the other one.

    With a number those that were there when that version was written, whatever its language; none when there is no
    such version. A number is of one version in one language: so a review that names one is read with the method that
    its writers followed, also where another language has changed since (R8).
    """
    found = list(Page.objects.filter(kind=kind).order_by("-number"))
    if number is not None:
        found = [page for page in found if page.number <= number] if any(one.number == number for one in found) else []
    mine = [page for page in found if page.lang == lang]
    return mine or [page for page in found if page.lang == found[0].lang]


def write_page(kind: PageKind, lang: str, text: str, *, actor: Member) -> Page:
    """Publish a new version of a page; the older ones stay. Versions are counted over all languages.

    The public log gets its digest; the first time also those of the versions from before pages were logged. Of two who
    publish at once one does, the other gets a `ConflictError`. Raises `NotReadyError` for too short a text.
    """
    require_administration(actor)
    if len(text.strip()) < LEAST_TEXT or lang not in LANGUAGES:
        raise NotReadyError(
            f"Write at least {LEAST_TEXT} characters: readers judge the desk by this page.",
            f"Hãy viết ít nhất {LEAST_TEXT} ký tự: độc giả đánh giá ban kiểm chứng qua trang này.",
            missing=("text",),
        )
    seen = _last_number(kind)
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)  # as publishing does, which writes down the method in force
        last = _last_number(kind)
        if last != seen:
            raise ConflictError(
                "Somebody else has just published this page. Read their version before you publish yours.",
                "Có người vừa đăng trang này. Hãy đọc phiên bản của họ trước khi đăng phiên bản của bạn.",
            )
        page = Page(kind=kind, lang=lang, number=last + 1, text=text.strip(), written_by=actor)
        older = [] if LogEntry.objects.filter(kind=LogKind.PAGE).exists() else list(Page.objects.order_by("pk"))
        page.save()
        for one in (*older, page):
            log.append(LogKind.PAGE, facts_of(one), at=page.published_at)
    return page


def facts_of(page: Page) -> dict[str, Any]:
    """What the public log says of a version of a page."""
    digest = hashlib.sha256(page.text.encode()).hexdigest()
    return {"page": page.kind, "lang": page.lang, "number": page.number, "digest": digest}


def method_version() -> int:
    """Return the number of the newest method page, over all languages."""
    return _last_number(PageKind.METHOD)


def _last_number(kind: PageKind) -> int:
    return Page.objects.filter(kind=kind).aggregate(Max("number"))["number__max"] or 0
