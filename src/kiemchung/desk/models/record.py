"""The searchable record: reviews of all publishers and the desk's open claims, with the numbers of their changes.

Every process keeps indexes derived from it; they catch up by the change number.
"""

from __future__ import annotations

from django.db import models

from kiemchung.jobs import clock


class Shelf(models.TextChoices):
    """What is searched: each shelf counts its own changes."""

    REVIEWS = "reviews"
    CLAIMS = "claims"


class ShelfState(models.Model):
    """The number of a shelf's last change. Who changes the shelf locks this row, so that changes become visible in
    order."""

    shelf = models.CharField(max_length=10, choices=Shelf, primary_key=True)
    last_change = models.BigIntegerField(default=0)
    matched = models.BigIntegerField(default=0)  # up to where the messages that nobody has answered were matched anew


class ShelfCommit(models.Model):
    """A random mark for the state after each commit: an index knows by it that it was made from this record."""

    shelf = models.CharField(max_length=10, choices=Shelf)
    change = models.BigIntegerField()
    mark = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("shelf", "change"), name="one_mark_a_commit"),)


class Shelved(models.Model):
    """One review (or open claim) as it is searched and shown; the newest state alone. Of a review that was taken
    off the `url` stays, so that its id comes back from its site alone."""

    shelf = models.CharField(max_length=10, choices=Shelf)
    ref = models.TextField()
    change = models.BigIntegerField()
    is_removed = models.BooleanField(default=False)
    claim = models.TextField()
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    rating_published = models.TextField(blank=True)
    rating_mapped = models.CharField(max_length=20, null=True)
    rating_basis = models.CharField(max_length=10, default="none")
    url = models.TextField(blank=True)
    publisher = models.TextField(blank=True)
    publisher_url = models.TextField(blank=True)
    date = models.CharField(max_length=40, blank=True)
    lang = models.CharField(max_length=40, blank=True)
    appearances = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("shelf", "ref"), name="a_ref_once_a_shelf"),
            models.UniqueConstraint(fields=("shelf", "change"), name="a_change_once_a_shelf"),
        )


class ShelvedAddress(models.Model):
    """The number of a web address at which a review stands, or where its claim appeared."""

    number = models.BigIntegerField()
    shelved = models.ForeignKey(Shelved, on_delete=models.CASCADE, related_name="addresses")

    class Meta:
        indexes = (models.Index(fields=("number",), name="reviews_at_an_address"),)


class WithdrawnAddress(models.Model):
    """The number of the address of a review that its publisher has withdrawn, and when (ISO 8601): what is not newer
    does not come in again."""

    number = models.BigIntegerField(unique=True)
    withdrawn_at = models.CharField(max_length=64)
    why = models.TextField(blank=True)
    seen_at = models.DateTimeField(default=clock.now)


class ForeignChange(models.Model):
    """What another publisher has changed in a review that was somebody's answer; `number` counts on from 1, the review
    as it was first known. `changed` has what was changed, before and after; of the text that it was changed alone; of
    what is gone the rating that it had, and of a withdrawal why."""

    ref = models.TextField()
    number = models.PositiveIntegerField()
    changed = models.JSONField(default=list)
    is_gone = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ref", "number"), name="each_foreign_change_has_its_number"),)
