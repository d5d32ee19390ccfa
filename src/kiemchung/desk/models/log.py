"""The public log: entries that are only ever added, heads that were signed over them, and salts that may be erased."""

from __future__ import annotations

from django.db import models


class LogKind(models.TextChoices):
    """What the desk has done, or was asked for."""

    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"  # a claim that is not checked
    DISMISSED = "dismissed"  # claims that were put aside: nothing in them can be checked
    REOPENED = "reopened"  # claims that were put aside, and are back
    REFUSED = "refused"
    REQUESTED = "requested"  # a correction asked for, a review disputed
    DECIDED = "decided"
    STATE_REQUEST = "state_request"
    RESTORED = "restored"  # a backup was put back: what came after it is lost
    PAGE = "page"  # a page about the desk has a new version
    FILE_TAKEN_BACK = "file_taken_back"  # a public file of a source is there no more, and why
    KEY = "key"  # which key signs the log from here on


class LogEntry(models.Model):
    """One entry. `leaf` is what is public and hashed; `kind` and `at` repeat two parts of it to be looked up by.

    `peaks` is the right edge of the tree after this entry, so that the next one costs no look at the rest. The database
    itself refuses changes, deletions and gaps (migration 0003_log).
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20, choices=LogKind)
    at = models.DateTimeField()
    leaf = models.TextField()
    peaks = models.TextField()  # hexadecimal, separated by blanks, largest subtree first

    class Meta:
        indexes = (models.Index(fields=("kind", "index"), name="log_entries_of_a_kind"),)


class LogHead(models.Model):
    """A signed head: a note that binds the first `size` entries, and the hashes of those that are new in it."""

    size = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()  # the size of the head before it
    note = models.TextField()
    hashes = models.TextField()
    at = models.DateTimeField()


class LogSalt(models.Model):
    """What opens a sealed part of an entry. Deleting it is the erasure: nobody can find the text again by trying."""

    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="salts")
    name = models.CharField(max_length=60)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entry", "name"), name="one_salt_a_sealed_part"),)
