"""Reviews: the draft that two people work on, and the versions that are never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kiemchung.engine.types import MappedRating
from kiemchung.jobs import clock

RATINGS = [(rating.value, rating.value) for rating in MappedRating]


OWN = "desk:"  # how ids of the desk's own reviews begin in the searchable record


def own_number(ref: str) -> int | None:
    """Return the key of the desk's own review from its id in the searchable record; None for another publisher's."""
    number = ref.removeprefix(OWN)
    return int(number) if ref != number and number.isdigit() else None


class DraftState(models.TextChoices):
    """Where a draft is."""

    WRITING = "writing"
    SUBMITTED = "submitted"  # somebody else may publish it


class Speaker(models.TextChoices):
    """Who may be named as the origin of a claim (R13)."""

    PUBLIC_BODY = "public_body"
    OFFICEHOLDER = "officeholder"


class Wording(models.Model):
    """What a review says: the same fields in a draft and in each version."""

    claim_reviewed = models.TextField()
    title = models.CharField(max_length=200)
    rating = models.CharField(max_length=20, choices=RATINGS)
    summary = models.TextField()
    body = models.TextField()
    lang = models.CharField(max_length=12, default="vi")
    appearance = models.TextField(blank=True)  # address where the claim was seen; empty: widely forwarded message (R13)
    # R13: a public body, or an officeholder in an office, typed by hand; nobody else is named. A version from before
    # there were two kinds has a name alone: of a body.
    speaker = models.CharField(max_length=12, choices=Speaker, blank=True)
    said_in_office = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=200, blank=True)
    search_described = models.TextField(blank=True)  # what was searched in vain, for `unproven` (R2)

    class Meta:
        abstract = True


class Draft(Wording):
    """The review of a claim while it is written; one a claim. Whoever changed it since the last version cannot publish
    it."""

    claim = models.OneToOneField("desk.Claim", on_delete=models.CASCADE, related_name="draft")
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.WRITING)
    revision = models.PositiveIntegerField(default=1)  # who saves over an older one is told so
    correction_reason = models.TextField(blank=True)  # of the next version; empty before the first
    is_withdrawal = models.BooleanField(default=False)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Review(models.Model):
    """A published review: an address that stays, and its versions."""

    claim = models.OneToOneField("desk.Claim", on_delete=models.PROTECT, related_name="review")
    slug = models.SlugField(max_length=90, unique=True)
    first_published_at = models.DateTimeField()

    @property
    def ref(self) -> str:
        """Its id in the searchable record."""
        return f"{OWN}{self.pk}"


class VersionKind(models.TextChoices):
    """Why there is a version."""

    FIRST = "first"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class ReviewVersion(Wording):
    """A review as it was published; the database refuses to change or delete it (R9)."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=VersionKind)
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=list)  # as it was shown; withheld content is not in it
    method_version = models.PositiveIntegerField()
    selection = models.CharField(max_length=20)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    # All who had a hand in the draft; `written_by` handed it in. Append-only too; never public.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "number"), name="each_version_has_its_number"),
            models.CheckConstraint(condition=~Q(written_by=F("published_by")), name="two_people_publish"),
            models.CheckConstraint(condition=Q(kind="first") | ~Q(reason=""), name="a_change_says_why"),
            models.CheckConstraint(
                condition=Q(Q(speaker="officeholder"), ~Q(office="")) | Q(~Q(speaker="officeholder"), office=""),
                name="an_officeholder_has_an_office",
            ),
        )
        ordering = ("number",)
        indexes = (models.Index(fields=("-published_at",), name="versions_newest_first"),)


class PageKind(models.TextChoices):
    """The pages that must exist before anything is published (R7, R8, R12)."""

    ABOUT = "about"
    FUNDING = "funding"
    PEOPLE = "people"
    CONTACT = "contact"
    METHOD = "method"
    CORRECTIONS = "corrections"
    INDEPENDENCE = "independence"


class Page(models.Model):
    """One version of a page about the desk, in one language; older ones stay readable."""

    kind = models.CharField(max_length=15, choices=PageKind)
    lang = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "lang", "number"), name="each_page_has_its_number"),)


class RequestKind(models.TextChoices):
    """What a reader asks for about a published review."""

    CORRECTION = "correction"
    DISPUTE = "dispute"


class RequestOutcome(models.TextChoices):
    """How a request ended. Decided by a person, never by the software (R20, R24)."""

    CORRECTED = "corrected"
    CLARIFIED = "clarified"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"  # the review stays as it is


class ReviewRequest(models.Model):
    """A request for a correction, or a dispute: free, without an account, with a deadline (R10, R20).

    What the reader wrote goes some time after the decision; outcome and reasons, which are the desk's, stay.
    """

    kind = models.CharField(max_length=10, choices=RequestKind)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="requests")
    version = models.PositiveIntegerField()
    text = models.TextField()
    source_url = models.TextField(blank=True)
    ticket_digest = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=RequestOutcome, blank=True)
    reply = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField(null=True)  # of the public log, which has a commitment to the text
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & ~Q(reply="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="a_decision_has_a_person_and_reasons",
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=Q(outcome=""), name="requests_to_be_answered"),
            models.Index(fields=("decided_at",), condition=Q(erased_at=None), name="requests_to_be_erased"),
        )
