"""Claims: what many messages say, and what the desk does with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from kiemchung.jobs import clock


class ClaimState(models.TextChoices):
    """Where a claim is."""

    OPEN = "open"
    PUBLISHED = "published"
    DECLINED = "declined"  # a public line of the log says why (R4)
    DISMISSED = "dismissed"  # chatter: nothing to check
    MERGED = "merged"  # its messages count for another one
    ANSWERED = "answered"  # its askers were given a review that exists already


class Selection(models.TextChoices):
    """Why a claim is checked: a closed list, neutral as to what it says and about whom (R3)."""

    HARM = "harm"
    REACH = "reach"
    REQUESTS = "requests"
    CHECKABILITY = "checkability"


class Declining(models.TextChoices):
    """Why a claim is not checked: a closed list (R4)."""

    OPINION = "opinion"
    NOT_CHECKABLE = "not_checkable"
    NO_EVIDENCE_REACHABLE = "no_evidence_reachable"
    PRIVATE_MATTER = "private_matter"
    TOO_SMALL = "too_small"


class Claim(models.Model):
    """A statement that can be true or false; none yet where the messages are a file without words.

    `lease_…` says who has it open: two never work on it unknowingly.
    """

    statement = models.TextField()
    lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.OPEN)
    content_key = models.CharField(max_length=64)  # of the folded statement: the same words make no second open claim
    selection = models.CharField(max_length=20, choices=Selection, blank=True)
    declined_because = models.CharField(max_length=30, choices=Declining, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    opened_at = models.DateTimeField(default=clock.now)
    lease_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("content_key",), condition=Q(state="open"), name="one_open_claim_for_the_same_words"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(state="merged"), name="only_merged_claims_lead_to_another"
            ),
        )
        indexes = (
            models.Index(fields=("state", "opened_at"), name="claims_by_state"),
            models.Index(fields=("content_key",), name="claims_of_the_same_words"),
        )


class ClaimResemblance(models.Model):
    """Two open claims that may be one, for a person to decide."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="resemblances")
    other = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    is_refused = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("claim", "other"), name="a_resemblance_once"),)


class ClaimDeed(models.TextChoices):
    """What was done to a claim."""

    MERGED = "merged"
    SPLIT = "split"
    RESTATED = "restated"
    DISMISSED = "dismissed"
    DECLINED = "declined"
    REOPENED = "reopened"
    SELECTED = "selected"
    ANSWERED = "answered"
    SENT_BACK = "sent_back"


class ClaimEvent(models.Model):
    """What was done to a claim, when and by which member, with what is needed to undo it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="events")
    deed = models.CharField(max_length=12, choices=ClaimDeed)
    detail = models.JSONField(default=dict)
    batch = models.CharField(max_length=32, blank=True)  # deeds that are undone together
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=("batch",), name="deeds_of_a_batch", condition=~Q(batch="")),)


class Note(models.Model):
    """What a member wrote down for colleagues; never published."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)


class TakingBack(models.TextChoices):
    """Why a public file is taken back: a closed list, so that the log says nothing about a person."""

    PERSONAL_DATA = "personal_data"
    RIGHTS_OF_OTHERS = "rights_of_others"
    WRONG_FILE = "wrong_file"


class SourceFile(models.Model):
    """A file of a source, encrypted on disk under its own name: what was attached, or the copy that is public."""

    stored_as = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)  # of the content, not of what lies on disk
    bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=60)
    is_public = models.BooleanField(default=False)
    stored_at = models.DateTimeField(default=clock.now)
    taken_back_because = models.CharField(max_length=20, choices=TakingBack, blank=True)  # then the bytes are gone

    class Meta:
        indexes = (models.Index(fields=("sha256",), name="files_of_sources"),)


class Evidence(models.Model):
    """A source of a review: where it is, what it says, and that it can be checked again (R5). `is_withheld` keeps the
    content from everybody outside; that it exists, its kind and the reason are public (R6). Then the content is in
    `sealed` alone, which the key of the service opens."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=300, blank=True)
    url = models.TextField(blank=True)
    archived_at_url = models.TextField(blank=True)
    quotation = models.TextField(blank=True)
    is_primary = models.BooleanField(default=False)
    accessed_on = models.DateField()
    file = models.ForeignKey("desk.SourceFile", null=True, on_delete=models.PROTECT, related_name="+")
    public_file = models.ForeignKey("desk.SourceFile", null=True, on_delete=models.PROTECT, related_name="+")
    is_withheld = models.BooleanField(default=False)
    withheld_because = models.CharField(max_length=300, blank=True)
    sealed = models.TextField(blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_withheld=False) | ~Q(withheld_because=""), name="withheld_evidence_says_why"
            ),
            models.CheckConstraint(
                condition=Q(is_withheld=False, sealed="")
                | Q(
                    is_withheld=True,
                    title="",
                    url="",
                    archived_at_url="",
                    quotation="",
                    sealed__startswith="sealed1:",
                ),
                name="withheld_evidence_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(is_withheld=False) | Q(public_file=None), name="a_withheld_file_is_not_public"
            ),
        )
        ordering = ("id",)
