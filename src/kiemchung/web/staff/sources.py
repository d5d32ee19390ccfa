"""The sources of a claim: what was read, where it is, and which of it is kept back."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiemchung.desk import drafting, evidence, public_files, reading, source_files
from kiemchung.desk.access import may_edit
from kiemchung.desk.errors import ConflictError, NotReadyError, StorageFullError
from kiemchung.desk.models import Claim, Evidence, Review, TakingBack
from kiemchung.web.public.downloads import downloaded
from kiemchung.web.security.bodies import takes_up_to
from kiemchung.web.staff.claim import standing
from kiemchung.web.staff.deeds import actor_of, at_the_desk, status_of, words_of
from kiemchung.web.staff.gate import needs
from kiemchung.web.staff.terms import TAKINGS_BACK


class SourceForm(forms.Form):
    """A source as a member enters it."""

    title = forms.CharField(label=_("What it is"), help_text=_("Institution and title of the page."), max_length=300)
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=2_000,
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    archived_at_url = forms.CharField(
        label=_("Address of an archived copy"),
        help_text=_("So that readers still find it when the page is gone."),
        required=False,
        max_length=2_000,
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    quotation = forms.CharField(
        label=_("What it says, word for word"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    accessed_on = forms.DateField(
        label=_("Read on"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    is_primary = forms.BooleanField(
        label=_("Primary source: the law, the study, the data, the person, not a report about it"), required=False
    )
    file = forms.FileField(
        label=_("File: a picture, a PDF, or the page saved as text"),
        help_text=_(
            "At most 10 MB. It is stored encrypted; its SHA-256 is published, the file only if you tick the box below."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,application/pdf,text/plain"}),
    )
    is_file_public = forms.BooleanField(
        label=_("Readers may download the file: it shows nobody who has to be protected"),
        help_text=_("Of a picture they get a copy without place, device and date; a PDF or text goes out as it is."),
        required=False,
    )
    withheld_because = forms.CharField(
        label=_("Keep it back, because"),
        help_text=_("Only to protect a person. Readers see that it exists and this reason, nothing else."),
        required=False,
        max_length=300,
    )


@takes_up_to(source_files.LARGEST + 100_000)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def sources(request: HttpRequest, claim_id: int) -> HttpResponse:
    """List the sources, or add one."""
    claim = Claim.objects.select_related("lease_by").get(pk=claim_id)
    if request.method != "POST":
        return _page(request, claim, _empty())
    form = SourceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, claim, form, status=422)
    try:
        given = form.cleaned_data["file"]
        source = drafting.Source(**{**form.cleaned_data, "file": given.read() if given else b""})
        drafting.add_evidence(claim_id, source, actor=actor_of(request))
    except (NotReadyError, ConflictError, StorageFullError) as error:
        form.add_error(None, words_of(error))
        return _page(request, claim, form, status=status_of(error))
    messages.success(request, gettext("The source is added."))
    return redirect("sources", claim_id)


@require_safe
@at_the_desk
def source_file(request: HttpRequest, claim_id: int, source_id: int) -> HttpResponse:  # noqa: ARG001
    """Give a member the file of a source as it was attached."""
    one = Evidence.objects.filter(pk=source_id, claim_id=claim_id).exclude(file=None).select_related("file").first()
    if one is None or one.file is None:
        raise Http404
    return downloaded(one.file)


@require_POST
@at_the_desk
def remove_source(request: HttpRequest, claim_id: int, source_id: int) -> HttpResponse:
    """Take a source out of the draft."""
    drafting.remove_evidence(claim_id, source_id, actor=actor_of(request))
    messages.success(request, gettext("The source is removed from the draft."))
    return redirect("sources", claim_id)


@needs(may_edit)
@require_POST
@at_the_desk
def take_file_back(request: HttpRequest, claim_id: int, sha256: str) -> HttpResponse:
    """Delete a public file of the published review for good, for one of the reasons that the public log knows."""
    slug = Review.objects.get(claim=claim_id).slug
    try:
        source_files.take_back(slug, sha256, _reason_in(request), actor=actor_of(request))
    except (NotReadyError, ConflictError) as error:
        claim = Claim.objects.select_related("lease_by").get(pk=claim_id)
        return _page(request, claim, _empty(), status=status_of(error), wrong=words_of(error))
    messages.success(request, gettext("The file is taken back. Readers see that it was, and why."))
    return redirect("sources", claim_id)


def _reason_in(request: HttpRequest) -> TakingBack:
    reason = request.POST.get("reason", "")
    if reason not in TakingBack.values:
        raise NotReadyError("Choose one of the reasons.", "Hãy chọn một lý do.", missing=("reason",))
    return TakingBack(reason)


def _empty() -> SourceForm:
    return SourceForm(initial={"accessed_on": date.today()})


def _page(request: HttpRequest, claim: Claim, form: SourceForm, status: int = 200, *, wrong: str = "") -> HttpResponse:
    found, actor = evidence.sources_of(claim), actor_of(request)
    review = Review.objects.filter(claim=claim).first()
    shown = {
        "step": "sources",
        "form": form,
        "sources": found,
        "has_primary": any(one.source.is_primary for one in found),
        "has_enough": evidence.distinct(found) >= drafting.LEAST_EVIDENCE,
        "wrong": wrong,
        "review": review,
        "public_files": public_files.public_files(reading.versions_of(review.slug)) if review else (),
        "may_edit": may_edit(actor),
        "reasons_to_take_back": list(TAKINGS_BACK.items()),
        **standing(claim, actor),
    }
    return render(request, "desk/sources.html", shown, status=status)
