"""What readers send in, and what goes back to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kiemchung.jobs import clock


class MessageKind(models.TextChoices):
    """What a message is."""

    TEXT = "text"
    PICTURE = "picture"
    SOUND = "sound"
    VIDEO = "video"


class MessageState(models.TextChoices):
    """Where a message is on its way to an answer."""

    WAITING = "waiting"  # its job has not run yet
    ANSWERED = "answered"
    OPEN = "open"  # nobody has checked it yet: it counts for a claim
    DISMISSED = "dismissed"  # no claim that could be checked
    DELETED = "deleted"  # by the one who asked: the text is gone, the row keeps the ticket from being used again


class Message(models.Model):
    """A message with personal data masked. Nothing tells who sent it; the ticket is kept as a digest alone."""

    kind = models.CharField(max_length=10, choices=MessageKind, default=MessageKind.TEXT)
    text = models.TextField()
    lang = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    channel_ref = models.CharField(max_length=120)
    ticket_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    claim = models.ForeignKey("desk.Claim", null=True, on_delete=models.PROTECT, related_name="messages")
    lookalikes = models.JSONField(default=list)
    content_key = models.CharField(max_length=64, blank=True)  # of the folded words, until they are erased
    received_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("channel", "channel_ref"), name="one_message_a_delivery"),)
        indexes = (
            models.Index(fields=("expires_at",), name="messages_by_expiry"),
            models.Index(fields=("claim", "received_at"), name="messages_of_a_claim"),
            models.Index(fields=("received_at",), name="messages_by_day"),
            models.Index(fields=("content_key",), name="messages_of_the_same_words", condition=~Q(content_key="")),
        )


class MessageFile(models.Model):
    """The file of a message, encrypted on disk under its own name; deleted with the message."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="file")
    stored_as = models.CharField(max_length=64, unique=True)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    words = models.TextField(blank=True)  # read or heard in it, masked
    problem = models.CharField(max_length=10, blank=True)  # why it was not examined: `refused`, `not_here`
    preview_as = models.CharField(max_length=64, blank=True)  # small pictures of it, encrypted beside it; empty: none
    preview_sha256 = models.CharField(max_length=64, blank=True)


class AnswerKind(models.TextChoices):
    """How an answer came about."""

    MATCHED = "matched"  # by the engine, above its limit, when the message came
    LATER = "later"  # by the engine, above its limit, when the review came in
    CHECKED = "checked"  # the desk has published the review of the message's claim
    CORRECTED = "corrected"  # a new version of the review that was the answer
    TOLD = "told"  # no answer: a new version of a review that was only shown as possible


class Unhelpful(models.TextChoices):
    """Why an answer did not answer: a closed list, so that nobody has to write about themselves."""

    OTHER_CLAIM = "other_claim"
    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    NOT_CONVINCED = "not_convinced"


# The reader said so, and no person has found otherwise since: the review, at any version, is no answer to the message.
IS_REFUSED = Q(unhelpful_reason=Unhelpful.OTHER_CLAIM, confirmed_at=None)
# What answers the message, and is no word about a review that never did.
IS_ANSWER = ~Q(kind=AnswerKind.TOLD)


class Answer(models.Model):
    """One answer to a message: a review, at one version, with the reasons why it is the same claim."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="answers")
    review_ref = models.TextField()  # the id of the review in the searchable record
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=AnswerKind)
    probability = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    answered_at = models.DateTimeField(default=clock.now)
    is_helpful = models.BooleanField(null=True)
    unhelpful_reason = models.CharField(max_length=20, choices=Unhelpful, blank=True)
    refused_at = models.DateTimeField(null=True)  # when its reader said that it is about something else
    confirmed_at = models.DateTimeField(null=True)  # its reader had refused it; a person looked, and it is the answer

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("message", "review_ref", "version"), name="each_version_once_a_message"),
            models.CheckConstraint(
                condition=Q(unhelpful_reason="") | Q(is_helpful=False), name="reasons_only_for_unhelpful_answers"
            ),
        )
        indexes = (models.Index(fields=("review_ref", "message"), name="answers_of_a_review"),)

    @property
    def is_refused(self) -> bool:
        """Whether `IS_REFUSED` holds of it."""
        return self.unhelpful_reason == Unhelpful.OTHER_CLAIM and self.confirmed_at is None


class Suggestion(models.Model):
    """A review that may be about a message, below the limit: shown as a suggestion, never as the answer."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="suggestions")
    review_ref = models.TextField()
    rank = models.PositiveSmallIntegerField()
    probability = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ("rank",)
