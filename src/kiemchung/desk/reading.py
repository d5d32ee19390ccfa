"""What readers see: published reviews, the answers at a ticket, how long it usually takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kiemchung.desk import matching
from kiemchung.desk.answering import askers_like, lookalike_from, reasons_from
from kiemchung.desk.models import (
    Answer,
    AnswerKind,
    ForeignChange,
    Message,
    MessageState,
    Review,
    ReviewVersion,
    Shelf,
    Shelved,
    VersionKind,
    own_number,
)
from kiemchung.desk.record import review_of
from kiemchung.desk.withdrawn import withdrawal_for
from kiemchung.engine import types
from kiemchung.engine.text.normalise import fold, normalise

_RECENT_REVIEWS = 50
_LONGEST_QUERY = 1_000


@dataclass(frozen=True)
class GivenAnswer:
    """One answer at a ticket. `version` is ours, and None for another publisher's review; `review` is None when its
    publisher has taken it away since. `change` is what that publisher has changed, where it was told so."""

    answer: Answer
    review: types.Review | None
    version: ReviewVersion | None
    reasons: tuple[types.Reason, ...]
    is_newest: bool
    change: ForeignChange | None = None

    @property
    def is_withdrawn_elsewhere(self) -> bool:
        """Whether another publisher has withdrawn it, and said so."""
        return self.review is None and self._withdrawn is not None

    @property
    def why_withdrawn(self) -> str:
        """The reason of that publisher; "" when none was given."""
        return self._withdrawn or ""

    @property
    def _withdrawn(self) -> str | None:
        changed = self.change.changed if self.change else []
        return next((why for field, _, why in changed if field == "withdrawn"), None)


@dataclass(frozen=True)
class Possible:
    """A review that may be about the message."""

    review: types.Review
    reasons: tuple[types.Reason, ...]


@dataclass(frozen=True)
class Ticket:
    """All that a ticket's page says."""

    message: Message
    answers: tuple[GivenAnswer, ...]  # newest first
    refused: tuple[GivenAnswer, ...]  # those that its reader said are about something else
    told: tuple[GivenAnswer, ...]  # no answers: what was only shown as possible, and has a new version
    suggestions: tuple[Possible, ...]
    lookalikes: tuple[types.Lookalike, ...]
    withdrawn: ReviewVersion | None  # that of a review which had answered the same words, or of its claim
    others: int  # who ask the same, or have asked it in the same words
    usual_wait: timedelta | None

    @property
    def is_waiting(self) -> bool:
        """Whether the message is being looked up just now."""
        return self.message.state == MessageState.WAITING

    @property
    def is_being_grouped(self) -> bool:
        """Whether it is being looked up just now who else has asked the same in other words."""
        return self.message.state == MessageState.OPEN and self.message.claim_id is None


def ticket_of(message: Message) -> Ticket:
    """Return what is said to the one who sent the message."""
    answers = list(message.answers.order_by("-version", "-pk"))
    suggested = list(message.suggestions.all())
    refs = [one.review_ref for one in answers] + [one.review_ref for one in suggested]
    reviews = matching.reviews_of(refs)
    changes = {(it.ref, it.number): it for it in ForeignChange.objects.filter(ref__in=refs)}
    newest: set[str] = set()
    given = []
    for number, one in enumerate(answers):
        had = {earlier.review_ref for earlier in answers[number + 1 :]}
        shown = GivenAnswer(
            one,
            reviews.get(one.review_ref),
            _version(one),
            reasons_from(one.reasons),
            one.review_ref not in newest,
            changes.get((one.review_ref, one.version)) if one.review_ref in had else None,
        )
        newest.add(one.review_ref)
        given.append(shown)
    not_meant = {one.review_ref for one in answers if one.is_refused}
    told = tuple(one for one in given if one.answer.kind == AnswerKind.TOLD and one.is_newest)
    given = [one for one in given if one.answer.kind != AnswerKind.TOLD]
    stand = [one for one in given if one.answer.review_ref not in not_meant]
    refused = tuple(one for one in given if one not in stand and one.is_newest)
    is_open = message.state == MessageState.OPEN
    there = [it for it in suggested if it.review_ref in reviews]
    possible = [Possible(reviews[it.review_ref], reasons_from(it.reasons)) for it in there]
    return Ticket(
        message,
        tuple(stand),
        refused,
        told,
        tuple(possible) if is_open or not stand else (),
        tuple(map(lookalike_from, message.lookalikes)),
        withdrawal_for([message.content_key], message.claim_id, refused=not_meant) if is_open else None,
        askers_like(message) - 1,
        usual_wait() if is_open else None,
    )


def _version(answer: Answer) -> ReviewVersion | None:
    number = own_number(answer.review_ref)
    if number is None:
        return None
    versions = ReviewVersion.objects.select_related("review")
    return versions.filter(review_id=number, number=answer.version).first()


def usual_wait() -> timedelta | None:
    """Return the median time from the first question to the review, of the latest fifty; None before the third."""
    rows = Review.objects.order_by("-first_published_at").values_list("first_published_at", "claim__opened_at")
    waits = [(published - opened).total_seconds() for published, opened in rows[:_RECENT_REVIEWS]]
    return timedelta(seconds=median(waits)) if len(waits) >= 3 else None


def newest_versions() -> QuerySet[ReviewVersion]:
    """Return the current version of each review that is not withdrawn, newest first."""
    shown = _current().exclude(kind=VersionKind.WITHDRAWAL).select_related("review", "written_by", "published_by")
    return shown.order_by("-published_at", "-pk")


def standing_withdrawals() -> QuerySet[ReviewVersion]:
    """Return the withdrawal of each review that stands withdrawn, newest first."""
    shown = _current().filter(kind=VersionKind.WITHDRAWAL).select_related("review")
    return shown.order_by("-published_at", "-pk")


def _current() -> QuerySet[ReviewVersion]:
    last = ReviewVersion.objects.filter(review=OuterRef("review")).order_by("-number").values("number")[:1]
    return ReviewVersion.objects.annotate(last=Subquery(last)).filter(number=F("last"))


def changes() -> QuerySet[ReviewVersion]:
    """Return corrections and withdrawals, newest first."""
    changed = ReviewVersion.objects.exclude(kind=VersionKind.FIRST).select_related("review")
    return changed.order_by("-published_at", "-pk")


def versions_of(slug: str) -> list[ReviewVersion]:
    """Return all versions of a review, newest first; none when there is no such review."""
    found = ReviewVersion.objects.filter(review__slug=slug).select_related("review", "written_by", "published_by")
    return list(found.order_by("-number"))


def search(query: str, *, most: int) -> list[tuple[types.Review, types.Match]]:
    """Return the reviews that are likely to be about the query, or have all of its words, best first; nothing that has
    only a word in common."""
    words = " ".join(query.split())[:_LONGEST_QUERY]
    if not words:
        return []
    found = matching.indexes().reviews_index().search(types.Message(words), top=most)
    reviews = matching.reviews_of([one.review_id for one in found.matches])
    there = [(reviews[one.review_id], one) for one in found.matches if one.review_id in reviews]
    return [(review, match) for review, match in there if _is_about(words, review, match)]


def _is_about(words: str, review: types.Review, match: types.Match) -> bool:
    if all(reason.code != "few_words" for reason in match.reasons):
        return True
    said = set(_folded_words(f"{review.claim} {review.title}"))
    return said.issuperset(_folded_words(words))


def _folded_words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(normalise(text)))


def latest_of_site(site: str, *, language: str = "", since: str = "") -> Iterator[types.Review]:
    """Give the reviews whose address or publisher's has `site` (`vi.example`) in it, those first that were added last;
    of a language (`vi`) and from a date on (ISO 8601), where they are given."""
    rows = Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False)
    rows = rows.filter(Q(publisher_url__contains=site) | Q(url__contains=site))
    if language:
        rows = rows.filter(Q(lang__iexact=language) | Q(lang__istartswith=f"{language}-"))
    if since:
        rows = rows.filter(date__gte=since)
    return (review_of(row) for row in rows.order_by("-change").iterator(chunk_size=500))
