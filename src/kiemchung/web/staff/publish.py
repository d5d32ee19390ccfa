"""The second person reads the whole, and publishes it or sends it back (R18)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from kiemchung.desk import drafting, evidence, previewing, publishing
from kiemchung.desk.access import may_edit, may_publish, was_reset
from kiemchung.desk.disclosing import disclosed
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import Claim, Draft, DraftState, ReviewVersion, VersionKind
from kiemchung.web.public.markup import to_read
from kiemchung.web.staff.claim import standing
from kiemchung.web.staff.deeds import actor_of, at_the_desk, status_of, words_of

_LONGEST_NOTE = 10_000


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def publish(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show what is to be published; or publish it, at the revision that was read."""
    if request.method != "POST":
        return _page(request, claim_id)
    try:
        version = publishing.publish(
            claim_id,
            actor=actor_of(request),
            revision=_revision(request),
            is_disclosure_meant=request.POST.get("may_be_published") == "yes",
        )
    except (ConflictError, NotReadyError) as error:
        return _page(request, claim_id, error=error)
    if version.kind == VersionKind.WITHDRAWAL:
        words = gettext("Withdrawn: “%(title)s”. Everybody who had it is being told, and the claim is open again.")
    else:
        words = gettext("Published: “%(title)s”. Everybody who asked is being told.")
    messages.success(request, words % {"title": version.title})
    return redirect("claim", claim_id)


@require_POST
@at_the_desk
def send_back(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Return it to its writers, with a note."""
    note = request.POST.get("note", "").replace("\0", "")[:_LONGEST_NOTE]
    try:
        publishing.send_back(claim_id, note, actor=actor_of(request), revision=_revision(request))
    except (ConflictError, NotReadyError) as error:
        return _page(request, claim_id, error=error)
    messages.success(request, gettext("Sent back. The writers see your note."))
    return redirect("claim", claim_id)


def _page(request: HttpRequest, claim_id: int, *, error: ConflictError | NotReadyError | None = None) -> HttpResponse:
    actor = actor_of(request)
    claim = Claim.objects.select_related("lease_by").get(pk=claim_id)
    draft = Draft.objects.select_related("submitted_by").filter(claim=claim).first()
    published = _newest(claim)
    shown: dict[str, object] = {
        "step": "publish",
        "wrong": words_of(error) if error else "",
        "typed": request.POST,
        "draft": draft,
        "is_handed_in": draft is not None and draft.state == DraftState.SUBMITTED,
        "published": published,
        **standing(claim, actor),
    }
    if draft is not None:
        draft.claim = claim
        said = drafting.wording_of(draft)
        version = previewing.version_of(draft, said, draft.correction_reason, actor=actor)
        sources = evidence.sources_of(claim)
        writers = list(draft.writers.order_by("shown_name"))
        shown |= {
            "version": version,
            "markup": to_read(version),
            "missing": drafting.missing(draft),
            "disclosed": disclosed(draft),
            "writers": writers,
            "wrote_it": actor in writers,
            "may_edit": may_edit(actor),
            "was_reset": was_reset(actor),
            "may_publish": may_publish(actor, draft),
            "changes": previewing.differences(published, version) if published else (),
            "sources": sources,
            "share_words": evidence.share_words(sources),
        }
    return render(request, "desk/publish.html", shown, status=status_of(error) if error else 200)


def _newest(claim: Claim) -> ReviewVersion | None:
    found = ReviewVersion.objects.filter(review__claim=claim).select_related("review", "published_by", "written_by")
    return found.order_by("-number").first()


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < len(str(10**9))):
        raise ConflictError("Reload the page, and try again.", "Hãy tải lại trang rồi thử lại.")
    return int(text)
