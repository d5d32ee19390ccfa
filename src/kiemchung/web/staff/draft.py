"""Writing the review of a claim: nothing that was typed is lost, whatever somebody else does meanwhile."""

from __future__ import annotations

from dataclasses import asdict, fields

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kiemchung.desk import claims, drafting, previewing, publishing
from kiemchung.desk.disclosing import disclosed
from kiemchung.desk.drafting import Wording
from kiemchung.desk.errors import ConflictError, NotReadyError
from kiemchung.desk.models import Claim, ClaimState, Draft, DraftState, Member
from kiemchung.web.public.markup import to_read
from kiemchung.web.staff.claim import standing
from kiemchung.web.staff.deeds import actor_of, at_the_desk, is_fragment, status_of, words_of
from kiemchung.web.staff.terms import FIELDS, SPEAKERS
from kiemchung.web.templatetags.ratings import RATINGS

_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


class RatingCards(forms.RadioSelect):
    """The eight ratings side by side, each with its drawing and its word."""

    template_name = "desk/rating_cards.html"


def _ratings() -> list[tuple[str, str | Promise]]:
    return [(code, shown.word) for code, shown in RATINGS.items()]


class WordingForm(forms.Form):
    """What a review says: the same fields for every rating (R1). All may be empty while it is written."""

    claim_reviewed = forms.CharField(
        label=_("The claim, in one sentence"),
        help_text=_("As it is said, without your judgement."),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rating = forms.ChoiceField(label=_("Rating"), required=False, choices=_ratings, widget=RatingCards)
    title = forms.CharField(
        label=_("Title"), help_text=_("What is true, not what is claimed."), required=False, max_length=200
    )
    summary = forms.CharField(
        label=_("Summary"),
        help_text=_("Two sentences that stand for themselves: they are the answer in chats."),
        required=False,
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    body = forms.CharField(
        label=_("Text"),
        help_text=_("What was checked, how, and what it showed. A blank line begins a paragraph."),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    lang = forms.ChoiceField(label=_("Language of the review"), choices=_LANGUAGES)
    appearance = forms.CharField(
        label=_("Where it was seen"),
        help_text=_("The address of a public page. Leave it empty for messages that are passed on."),
        required=False,
        max_length=2_000,
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    speaker = forms.ChoiceField(
        label=_("Who said it"),
        help_text=_("Only a public body, or an officeholder speaking in office. Nobody else is named."),
        required=False,
        choices=lambda: [*SPEAKERS.items()],
    )
    said_in_office = forms.CharField(label=_("Name of the body or the officeholder"), required=False, max_length=200)
    office = forms.CharField(
        label=_("The office in which it was said"),
        help_text=_("Of an officeholder: for example “Minister of Health”."),
        required=False,
        max_length=200,
    )
    search_described = forms.CharField(
        label=_("What was searched, without result"),
        help_text=_("For “unproven”, in place of two sources: where you looked, for what, and when."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    correction_reason = forms.CharField(
        label=_("Why there is a new version"),
        help_text=_("Stands on top of the page, in the feeds, and goes to everybody who had the old version."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    revision = forms.IntegerField(min_value=0, max_value=10**8, widget=forms.HiddenInput)

    def wording(self) -> Wording:
        """Return what was typed as the desk wants it; unknown fields are not in it."""
        return Wording(**{one.name: self.cleaned_data[one.name] for one in fields(Wording)})

    def for_first_version(self) -> None:
        """Leave out the reason for a new version."""
        del self.fields["correction_reason"]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def draft(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show the draft; or save it, and hand it in when that button was used."""
    stored = _stored(claim_id)
    if request.method != "POST":
        return _page(request, stored, _form_of(stored))
    form = _typed(request, stored)
    if not form.is_valid():
        return _page(request, stored, form, status=422)
    actor, is_handed_in = actor_of(request), "submit" in request.POST
    try:
        if request.POST.get("take_over") == "yes":
            claims.hold(claim_id, actor=actor, take_over=True)
        saved = drafting.save(
            claim_id,
            form.wording(),
            actor=actor,
            revision=form.cleaned_data["revision"],
            correction_reason=form.cleaned_data.get("correction_reason", ""),
        )
    except (ConflictError, NotReadyError) as error:
        return _not_saved(request, _stored(claim_id), form, error)
    if is_handed_in:
        return _hand_in(request, saved, actor)
    claims.hold(claim_id, actor=actor)
    messages.success(request, gettext("Saved."))
    return redirect("draft", claim_id)


@require_POST
@at_the_desk
def preview(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show the page and its ClaimReview as they would be; nothing is stored."""
    stored = _stored(claim_id)
    form = _typed(request, stored)
    if not form.is_valid():
        return _page(request, stored, form, status=422)
    if is_fragment(request):
        shown = preview_of(stored, form.wording(), form.cleaned_data.get("correction_reason", ""), actor_of(request))
        return render(request, "desk/preview.html", shown)
    return _page(request, stored, form)


@require_POST
@at_the_desk
def take_back(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Go on writing at what was handed in."""
    drafting.take_back(claim_id, actor=actor_of(request))
    messages.success(request, gettext("The draft is yours again. Hand it in when it is ready."))
    return redirect("draft", claim_id)


@require_POST
@at_the_desk
def withdraw(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Prepare the withdrawal of the published review; a second person publishes it."""
    actor, reason = actor_of(request), request.POST.get("reason", "").replace("\0", "")[:2_000]
    if not reason.strip():
        raise NotReadyError(
            "Say why the review is withdrawn: readers see it.",
            "Hãy viết vì sao rút bài: độc giả sẽ đọc.",
            missing=("correction_reason",),
        )
    revision = _revision(request)
    prepared = drafting.propose_withdrawal(claim_id, reason, actor=actor, revision=revision)
    return _hand_in(request, prepared, actor)


def preview_of(stored: Draft, said: Wording, reason: str, actor: Member) -> dict[str, object]:
    """Return what the preview shows: the page, its ClaimReview, what is missing, and what it says of people."""
    for name, value in asdict(said).items():
        setattr(stored, name, value.strip())
    stored.correction_reason = reason.strip()
    version = previewing.version_of(stored, said, reason, actor=actor)
    return {
        "version": version,
        "markup": to_read(version),
        "missing": drafting.missing(stored),
        "disclosed": disclosed(stored),
        "claim": stored.claim,
    }


def _hand_in(request: HttpRequest, saved: Draft, actor: Member) -> HttpResponse:
    try:
        drafting.submit(saved.claim_id, actor=actor, revision=saved.revision)
    except NotReadyError as error:
        return _page(request, saved, _form_of(saved), wrong=gettext("Saved, but not handed in yet."), error=error)
    claims.let_go(saved.claim_id, actor=actor)
    if saved.is_withdrawal:
        messages.success(request, gettext("The withdrawal is proposed. Somebody else reads why, and decides."))
    else:
        messages.success(request, gettext("Handed in. Somebody else reads it now and publishes it."))
    return redirect("desk")


def _not_saved(
    request: HttpRequest, stored: Draft, form: WordingForm, error: ConflictError | NotReadyError
) -> HttpResponse:
    """Show both versions: what was typed stays in the form, and saving once more puts it over the other one."""
    theirs = previewing.changed_words(drafting.wording_of(stored), form.wording())
    is_overtaken = form.cleaned_data["revision"] != stored.revision
    is_own = is_overtaken and stored.pk is not None and set(stored.writers.all()) == {actor_of(request)}
    own = gettext(
        "You have saved this draft meanwhile, in another window. Look at that version before you save this one."
    )
    again = {**request.POST.dict(), "revision": str(stored.revision)}
    kept = WordingForm(again)
    if "correction_reason" not in form.fields:
        kept.for_first_version()
    wrong = own if is_own else words_of(error)
    return _page(
        request,
        stored,
        kept,
        wrong=wrong,
        error=error,
        theirs=theirs if is_overtaken else (),
        is_overtaken=is_overtaken,
    )


def _page(
    request: HttpRequest,
    stored: Draft,
    form: WordingForm,
    *,
    status: int = 200,
    wrong: str = "",
    error: ConflictError | NotReadyError | None = None,
    theirs: tuple[previewing.Difference, ...] = (),
    is_overtaken: bool = False,
) -> HttpResponse:
    said, reason = drafting.wording_of(stored), stored.correction_reason
    if form.is_bound and form.is_valid():
        said, reason = form.wording(), form.cleaned_data.get("correction_reason", "")
    claim = stored.claim
    is_stored, state, writer = stored.pk is not None, stored.state, stored.submitted_by
    shown = {
        "step": "draft",
        "form": form,
        "names": FIELDS,
        "wrong": wrong,
        "theirs": theirs,
        "is_overtaken": is_overtaken,
        "is_stored": is_stored,
        "is_handed_in": state == DraftState.SUBMITTED,
        "is_withdrawal": stored.is_withdrawal,
        "submitted_by": writer,
        "revision": stored.revision,
        "sent_back": publishing.sent_back_with(stored),
        "repeats_a_reader": state != DraftState.SUBMITTED and drafting.repeats_a_reader(said),
        "is_published": claim.state == ClaimState.PUBLISHED,
        **preview_of(stored, said, reason, actor_of(request)),
        **standing(claim, actor_of(request)),
    }
    return render(request, "desk/draft.html", shown, status=status_of(error) if error else status)


def _stored(claim_id: int) -> Draft:
    claim = Claim.objects.select_related("lease_by").get(pk=claim_id)
    stored = drafting.draft_of(claim)
    stored.claim = claim
    return stored


def _form_of(stored: Draft) -> WordingForm:
    initial = {**asdict(drafting.wording_of(stored)), "correction_reason": stored.correction_reason}
    form = WordingForm(initial={**initial, "revision": stored.revision})
    if not drafting.was_published(stored.claim):
        form.for_first_version()
    return form


def _typed(request: HttpRequest, stored: Draft) -> WordingForm:
    form = WordingForm(request.POST)
    if not drafting.was_published(stored.claim):
        form.for_first_version()
    return form


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < len(str(10**9))):
        raise ConflictError("Reload the page, and try again.", "Hãy tải lại trang rồi thử lại.")
    return int(text)
