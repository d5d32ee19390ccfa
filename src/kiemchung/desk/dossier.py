"""A claim as a member reads it: its messages in groups of equal words, what resembles it, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from kiemchung.desk.answering import lookalike_from, reasons_from
from kiemchung.desk.claims import Held, holder_of
from kiemchung.desk.matching import reviews_of
from kiemchung.desk.models import (
    IS_REFUSED,
    Answer,
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimResemblance,
    ClaimState,
    Draft,
    DraftState,
    Message,
    MessageFile,
    MessageState,
    Note,
    ReviewVersion,
    Suggestion,
)
from kiemchung.desk.queue import messages_a_day
from kiemchung.desk.withdrawn import withdrawal_for
from kiemchung.engine import types

MOST_TEXTS = 40  # groups of messages on a page; the most frequent ones
MOST_FILES = 12
DAYS = 30
_MOST_SUGGESTED = 5
_MOST_SIMILAR = 20
_MOST_KEYS = 500


@dataclass(frozen=True)
class Text:
    """Messages of the same words; `first` stands for all of them."""

    first: Message
    times: int
    last_at: datetime
    lookalikes: tuple[types.Lookalike, ...]


@dataclass(frozen=True)
class SentFile:
    """A file that came with messages of the claim; `first` is one of them, `times` how many sent the same bytes."""

    first: MessageFile
    times: int


@dataclass(frozen=True)
class Suggested:
    """A published review that may be about the claim, and for how many of its messages it was suggested."""

    review: types.Review
    probability: float
    times: int
    reasons: tuple[types.Reason, ...]


@dataclass(frozen=True)
class Refused:
    """A review that was the answer to some of its messages, until their readers said that it is about something
    else."""

    review: types.Review
    times: int


@dataclass(frozen=True)
class Similar:
    """Another open claim that may be the same."""

    claim: Claim
    probability: float
    asked: int


@dataclass(frozen=True)
class PutAside:
    """How many messages of the same words, or with the same file, were dismissed with other claims, and when last."""

    times: int
    last_at: datetime


@dataclass(frozen=True)
class Step:
    """A line of a claim's history: a version or a deed; neither for the first question."""

    happened_at: datetime
    version: ReviewVersion | None = None
    event: ClaimEvent | None = None


@dataclass(frozen=True)
class Dossier:
    """All that the page of a claim shows."""

    claim: Claim
    asked: int
    days: tuple[int, ...]
    texts: tuple[Text, ...]
    other_texts: int
    files: tuple[SentFile, ...]
    other_files: int
    suggested: tuple[Suggested, ...]
    refused: tuple[Refused, ...]
    withdrawn: ReviewVersion | None  # its own, or of another claim, to the same words
    similar: tuple[Similar, ...]
    put_aside: PutAside | None
    merged: int
    notes: tuple[Note, ...]
    events: tuple[ClaimEvent, ...]
    versions: tuple[ReviewVersion, ...]
    draft: Draft | None
    sources: int
    holder: Held | None

    @property
    def history(self) -> tuple[Step, ...]:
        """What happened, the last first: by time, and what has the same time in the order in which it was stored, a
        version before the deeds that follow from it."""
        first = Step(self.claim.opened_at)
        versions = (Step(one.published_at, version=one) for one in reversed(self.versions))
        events = (Step(one.happened_at, event=one) for one in reversed(self.events))
        in_order = sorted((first, *versions, *events), key=lambda step: step.happened_at)  # sorting keeps that order
        return tuple(reversed(in_order))

    @property
    def is_handed_in(self) -> bool:
        """Whether a second person may publish the draft now."""
        return self.draft is not None and self.draft.state == DraftState.SUBMITTED


def dossier_of(claim_id: int) -> Dossier:
    """Return the claim with what belongs to it. Raises `Claim.DoesNotExist`. Cost: about fifteen queries."""
    claim = Claim.objects.select_related("lease_by", "merged_into").get(pk=claim_id)
    texts, others = _texts(claim)
    sent, other_files = _files(claim)
    keys = set(claim.messages.values_list("content_key", flat=True)[:_MOST_KEYS])
    return Dossier(
        claim=claim,
        asked=claim.messages.count(),
        days=messages_a_day([claim_id], DAYS)[claim_id],
        texts=texts,
        other_texts=others,
        files=sent,
        other_files=other_files,
        suggested=_suggested(claim),
        refused=_refused(claim),
        withdrawn=withdrawal_for(keys, claim.pk) if claim.state == ClaimState.OPEN else None,
        similar=_similar(claim),
        put_aside=_put_aside(claim),
        merged=claim.merged.count(),
        notes=tuple(claim.notes.select_related("member").order_by("-pk")),
        events=tuple(claim.events.select_related("member").order_by("-pk")),
        versions=tuple(
            ReviewVersion.objects.filter(review__claim=claim)
            .select_related("review", "written_by", "published_by")
            .order_by("-number")
        ),
        draft=Draft.objects.filter(claim=claim).select_related("submitted_by").first(),
        sources=claim.evidence.count(),
        holder=holder_of(claim),
    )


def messages_like(claim_id: int, message_ids: Sequence[int]) -> list[int]:
    """Return the messages of a claim that have the words of these, themselves included."""
    same = Message.objects.filter(claim=claim_id, pk__in=message_ids).values("text")
    return list(Message.objects.filter(claim=claim_id, text__in=same).values_list("pk", flat=True))


def _texts(claim: Claim) -> tuple[tuple[Text, ...], int]:
    grouped = claim.messages.values("text").annotate(times=Count("pk"), first=Min("pk"), last_at=Max("received_at"))
    most = list(grouped.order_by("-times", "first")[:MOST_TEXTS])
    others = max(0, grouped.count() - len(most)) if len(most) == MOST_TEXTS else 0
    firsts = Message.objects.select_related("file").in_bulk([one["first"] for one in most])
    shown = (
        Text(
            firsts[one["first"]],
            one["times"],
            one["last_at"],
            tuple(lookalike_from(stored) for stored in firsts[one["first"]].lookalikes),
        )
        for one in most
        if one["first"] in firsts
    )
    return tuple(shown), others


def _files(claim: Claim) -> tuple[tuple[SentFile, ...], int]:
    all_of_them = MessageFile.objects.filter(message__claim=claim)
    grouped = all_of_them.values("sha256").annotate(times=Count("pk"), first=Min("pk"))
    most = list(grouped.order_by("-times", "first")[:MOST_FILES])
    others = max(0, grouped.count() - len(most)) if len(most) == MOST_FILES else 0
    firsts = MessageFile.objects.select_related("message").in_bulk([one["first"] for one in most])
    return tuple(SentFile(firsts[one["first"]], one["times"]) for one in most if one["first"] in firsts), others


def _suggested(claim: Claim) -> tuple[Suggested, ...]:
    all_of_them = Suggestion.objects.filter(message__claim=claim)
    counted = all_of_them.values("review_ref").annotate(
        best=Max("probability"), times=Count("message", distinct=True), example=Max("pk")
    )
    best = list(counted.order_by("-best", "review_ref")[:_MOST_SUGGESTED])
    reviews = reviews_of([one["review_ref"] for one in best])
    examples = Suggestion.objects.in_bulk([one["example"] for one in best])
    return tuple(
        Suggested(reviews[one["review_ref"]], one["best"], one["times"], reasons_from(examples[one["example"]].reasons))
        for one in best
        if one["review_ref"] in reviews
    )


def _refused(claim: Claim) -> tuple[Refused, ...]:
    answers = Answer.objects.filter(IS_REFUSED, message__claim=claim, message__state=MessageState.OPEN)
    counted = answers.values("review_ref").annotate(times=Count("message", distinct=True))
    most = list(counted.order_by("-times", "review_ref")[:_MOST_SUGGESTED])
    reviews = reviews_of([one["review_ref"] for one in most])
    return tuple(Refused(reviews[one["review_ref"]], one["times"]) for one in most if one["review_ref"] in reviews)


def _similar(claim: Claim) -> tuple[Similar, ...]:
    both = ClaimResemblance.objects.filter(
        Q(claim=claim, other__state=ClaimState.OPEN) | Q(other=claim, claim__state=ClaimState.OPEN), is_refused=False
    )
    pairs = both.select_related("claim", "other").order_by("-probability", "pk")
    others: dict[int, tuple[Claim, float]] = {}
    for pair in pairs[:_MOST_SIMILAR]:
        other = pair.other if pair.claim_id == claim.pk else pair.claim
        others.setdefault(other.pk, (other, pair.probability))
    asked = dict(Claim.objects.filter(pk__in=others).annotate(asked=Count("messages")).values_list("pk", "asked"))
    return tuple(Similar(other, probability, asked[pk]) for pk, (other, probability) in others.items())


def _put_aside(claim: Claim) -> PutAside | None:
    """Look only: what was dismissed once is never dismissed by itself, or somebody who asks would hear from nobody."""
    words = claim.messages.exclude(content_key="").values("content_key")
    aside = Message.objects.filter(claim__state=ClaimState.DISMISSED, state=MessageState.DISMISSED).exclude(claim=claim)
    same = aside.filter(Q(content_key__in=words) | Q(claim__content_key=claim.content_key))
    deeds = ClaimEvent.objects.filter(deed=ClaimDeed.DISMISSED, claim__in=same.values("claim"))
    last_at = deeds.aggregate(last_at=Max("happened_at"))["last_at"]
    return PutAside(same.count(), last_at) if last_at is not None else None
