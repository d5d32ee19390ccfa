"""Answers messages: with a published review above the limit, or with the one that an editor has chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from kiemchung.checking import numbered
from kiemchung.desk import claims, files, grouping, record
from kiemchung.desk.access import require_editing
from kiemchung.desk.errors import NotReadyError
from kiemchung.desk.examining_files import REFUSED, FileSeen, look_at
from kiemchung.desk.following import look_again_at
from kiemchung.desk.foreign_changes import version_of_foreign
from kiemchung.desk.grouping import key_of
from kiemchung.desk.intake import stored_lookalike
from kiemchung.desk.matching import indexes, reviews_of
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    Answer,
    AnswerKind,
    Claim,
    ClaimDeed,
    ClaimEvent,
    ClaimState,
    Member,
    Message,
    MessageState,
    Review,
    Shelf,
    Shelved,
    Suggestion,
    own_number,
)
from kiemchung.engine import types
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.text.personal_data import masked
from kiemchung.engine.types import Outcome
from kiemchung.jobs import clock
from kiemchung.jobs.queue import Run

MOST_SUGGESTIONS = 3


def answer(message_id: int, run: Run) -> None:
    """Answer the message, or leave it to a person; writes and ends the job in one transaction."""
    message = Message.objects.filter(pk=message_id, state=MessageState.WAITING).select_related("file").first()
    if message is None:
        return  # answered by an earlier attempt, or deleted by the one who asked
    file = getattr(message, "file", None)
    index = indexes().reviews_index()
    seen = None if file is None else look_at(file)
    found = _found(message, seen, index)
    if file is not None and seen is not None:
        file.words = masked(seen.words).text
    is_known = grouping.is_known(key_of(message), message_id)
    try:
        _finish(message_id, run, _Seen(seen, found, index.change, is_known))
    except _GoneError:  # what is left may be a suggestion; the claim is a person's to check
        rest = tuple(numbered(found.matches[1:]))
        found = replace(found, outcome=Outcome.SUGGEST if rest else Outcome.NONE, matches=rest)
        _finish(message_id, run, _Seen(seen, found, index.change, is_known))


def group(message_id: int, run: Run) -> None:
    """Put an open message to its claim; writes and ends the job in one transaction.

    What is alike is looked up before the claims are locked, so that the lock is held shortly; once more when a claim
    has changed since.
    """
    without_claim = Message.objects.filter(pk=message_id, state=MessageState.OPEN, claim=None).select_related("file")
    message = without_claim.first()
    text = grouping.said_in(message) if message else ""
    before = grouping.alike(text) if text else None
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)  # before the message and the job's row, as judging does
        with run.finishing():
            message = without_claim.select_for_update(of=("self",)).first()
            if message is None:
                return  # grouped by an earlier attempt, answered meanwhile, or deleted by the one who asked
            if (ref := _chosen_for(message)) is not None or (ref := _published_meanwhile(message, before)) is not None:
                _give(ref, [message])
            else:
                message.claim = grouping.claim_of(message, before)
            message.save(update_fields=("state", "claim"))


def _published_meanwhile(message: Message, before: grouping.Alike | None) -> str | None:
    """Return the review of the claim that was found for a message, when it was published since; none that its reader
    has refused, or that was withdrawn."""
    claim = grouping.published_meanwhile(before, grouping.said_in(message))
    review = Review.objects.filter(claim=claim).first() if claim is not None else None
    if review is None or Answer.objects.filter(IS_REFUSED, message=message, review_ref=review.ref).exists():
        return None
    return review.ref if _hold(review.ref) else None


@dataclass(frozen=True)
class _Seen:
    """What was found out about a message before the transaction: its file, what answers it, up to which change of the
    record, and whether the same words or file were sent before."""

    file: FileSeen | None
    found: types.Answer
    until: int
    is_known: bool


class _GoneError(Exception):
    """The review that was found was withdrawn, or taken off, while the message was being examined."""


def _finish(message_id: int, run: Run, seen: _Seen) -> None:
    """Write what was found, and end the job. Raises `_GoneError`, and undoes it, when the review is not there."""
    with run.finishing():
        if seen.is_known and seen.found.outcome is not Outcome.ANSWER:
            record.lock(Shelf.CLAIMS)  # before the message, as erasing does
        message = Message.objects.select_for_update(of=("self",)).select_related("file").get(pk=message_id)
        if message.state != MessageState.WAITING:
            if seen.file is not None:  # deleted meanwhile: what was made of its file goes too
                transaction.on_commit(partial(files.forget, seen.file.preview.name))
            return
        if seen.file is not None:
            _note(message, seen.file)
        message.content_key = key_of(message)
        if seen.found.outcome is Outcome.ANSWER:
            if not store_answer(message, seen.found.matches[0]):
                raise _GoneError
        elif seen.is_known and (ref := _chosen_for(message)) is not None:
            _give(ref, [message])
        elif seen.file is not None and seen.file.problem == REFUSED and not message.text:
            message.state = MessageState.DISMISSED
        else:
            _leave_open(message, seen)
        message.save(update_fields=("kind", "lookalikes", "content_key", "state", "claim"))


def _leave_open(message: Message, seen: _Seen) -> None:
    """Let a person see the message: at the claim of the same words, or at the one that is found for it next."""
    if seen.found.outcome is Outcome.SUGGEST:
        store_suggestions(message, seen.found.matches)
    message.state = MessageState.OPEN
    message.claim = grouping.claim_of_the_same(message.content_key) if seen.is_known else None
    if message.claim is None:
        grouping.ask_to_group(message)
    look_again_at(message, seen.until)


def _found(message: Message, seen: FileSeen | None, index: ClaimIndex) -> types.Answer:
    """Return what answers a message, from its text and its file together.

    A text that comes with a file makes a claim of its own: what the file shows is answered without a person only where
    the text is about the same review.
    """
    by_file = (seen.answer if seen else None) or types.Answer("", Outcome.NONE)
    if not message.text:
        return by_file
    asked = types.Message(message.text, lang=message.lang)
    (by_text,) = indexes().shown_answers(index, [asked], top=MOST_SUGGESTIONS)
    answers = {one.matches[0].review_id for one in (by_text, by_file) if one.outcome is Outcome.ANSWER}
    if by_file.outcome is Outcome.NONE or (by_text.outcome is Outcome.ANSWER and len(answers) == 1):
        return by_text
    best: dict[str, types.Match] = {}
    for match in sorted((*by_text.matches, *by_file.matches), key=lambda one: -one.probability):
        best.setdefault(match.review_id, match)
    return replace(by_file, outcome=Outcome.SUGGEST, matches=tuple(numbered(list(best.values()))))


def _note(message: Message, seen: FileSeen) -> None:
    message.file.words, message.file.problem = masked(seen.words).text, seen.problem
    message.file.preview_as, message.file.preview_sha256 = seen.preview.name, seen.preview.sha256
    message.file.save(update_fields=("words", "problem", "preview_as", "preview_sha256"))
    message.kind = seen.kind or message.kind
    if seen.answer is not None:
        message.lookalikes = [*message.lookalikes, *map(stored_lookalike, seen.answer.lookalikes)]


def answer_with(claim_id: int, review_ref: str, *, actor: Member) -> int:
    """Give everybody who asks about an open claim a review that is published already; return how many.

    An editor decides that it is the same claim; the review itself went past two people, or its publisher's. Those who
    send the same words later get it too. Raises `NotReadyError` when there is no such review any more.
    """
    require_editing(actor)
    with transaction.atomic():
        record.lock(Shelf.REVIEWS)  # before the claims, as in publishing
        claim = claims.workable(claim_id, actor)
        if review_ref not in reviews_of([review_ref]):
            raise NotReadyError(
                "This review is not published any more. Choose another one.",
                "Bài kiểm chứng này không còn được đăng. Hãy chọn bài khác.",
                missing=("review",),
            )
        waiting = list(claim.messages.filter(state=MessageState.OPEN).select_for_update(of=("self",)).order_by("pk"))
        ours = _give(review_ref, waiting)
        Message.objects.bulk_update(waiting, ("state", "claim"), batch_size=500)
        claims.close(claim, ClaimState.ANSWERED if ours is None else ClaimState.MERGED)
        if ours is not None:
            claim.merged_into = ours.claim
            claim.save(update_fields=("merged_into",))
        detail: dict[str, object] = {"review": review_ref, "messages": [one.pk for one in waiting]}
        claims.write_down(claim, ClaimDeed.ANSWERED, actor, detail)
        return len(waiting)


def _give(review_ref: str, messages: Sequence[Message]) -> Review | None:
    """Store the review as the answer to each; the caller saves the messages. Returns it when it is the desk's own."""
    ours = own_review(review_ref)
    version = current_version(ours) if ours else version_of_foreign(review_ref)
    of_review = Answer.objects.filter(review_ref=review_ref, message__in=messages)
    of_review.filter(IS_REFUSED).update(confirmed_at=clock.now())
    of_review.exclude(IS_ANSWER).delete()
    Answer.objects.bulk_create(
        [
            Answer(message=message, review_ref=review_ref, version=version, kind=AnswerKind.CHECKED)
            for message in messages
        ],
        ignore_conflicts=True,
    )
    for message in messages:
        message.state = MessageState.ANSWERED
        message.claim = ours.claim if ours else message.claim
    return ours


def _chosen_for(message: Message) -> str | None:
    """Return the review that a person has given to the same words, while it is published; none that this one's reader
    has refused."""
    given = _given_to(message.content_key)
    refused = Answer.objects.filter(IS_REFUSED, message=message, review_ref__in=given) if given else ()
    refs = {one.review_ref for one in refused}
    return next((ref for ref in given if ref not in refs and _hold(ref)), None)


def _given_to(key: str) -> list[str]:
    """Return the reviews that askers of the same words, or of a claim of these words, were given; newest first."""
    if not key:
        return []
    by_person = Answer.objects.filter(message__content_key=key, kind=AnswerKind.CHECKED)
    newest = by_person.order_by("-pk").values_list("review_ref", flat=True)[:1]
    chosen = ClaimEvent.objects.filter(deed=ClaimDeed.ANSWERED, claim__content_key=key, member__isnull=False)
    return [*newest, *(one.detail["review"] for one in chosen.order_by("-pk")[:1])]


def store_answer(message: Message, match: types.Match, kind: AnswerKind = AnswerKind.MATCHED) -> bool:
    """Store the review of a match as the answer, and return True; the caller saves the message.

    False, and nothing is stored, when the review is not in the record any more.
    """
    if not _hold(match.review_id):
        return False
    ours = own_review(match.review_id)
    Answer.objects.filter(message=message, review_ref=match.review_id).exclude(IS_ANSWER).delete()
    Answer.objects.get_or_create(
        message=message,
        review_ref=match.review_id,
        version=current_version(ours) if ours else version_of_foreign(match.review_id),
        defaults={"kind": kind, "probability": match.probability, "reasons": _reasons(match)},
    )
    message.claim = ours.claim if ours else message.claim
    message.state = MessageState.ANSWERED
    return True


def _hold(ref: str) -> bool:
    """Whether a review is in the record, and stays there until the caller's transaction ends.

    Whoever changes or takes it away afterwards finds the answer, and tells the asker. The claim of the desk's own
    review comes first, as in publishing.
    """
    ours = own_review(ref)
    if ours is not None:
        Claim.objects.select_for_update().get(pk=ours.claim_id)
    return Shelved.objects.select_for_update().filter(shelf=Shelf.REVIEWS, ref=ref, is_removed=False).exists()


def store_suggestions(message: Message, matches: Sequence[types.Match]) -> None:
    """Store the reviews that are shown as possible, best first; the caller has taken older ones away."""
    index = indexes().reviews_index()
    Suggestion.objects.bulk_create(
        Suggestion(
            message=message,
            review_ref=match.review_id,
            rank=match.rank,
            probability=match.probability,
            reasons=_reasons(match),
        )
        for match in matches[:MOST_SUGGESTIONS]
        if index.outcome(match.probability) is not Outcome.NONE
    )


def own_review(ref: str) -> Review | None:
    """Return the desk's own review of an id of the searchable record; None when it is another publisher's."""
    number = own_number(ref)
    return None if number is None else Review.objects.select_related("claim").filter(pk=number).first()


def current_version(review: Review) -> int:
    """Return the number of a review's newest version."""
    return review.versions.order_by("-number").values_list("number", flat=True)[0]


def _reasons(match: types.Match) -> list[list[Any]]:
    return [[reason.code, list(reason.values)] for reason in match.reasons]


def reasons_from(stored: Sequence[Sequence[Any]]) -> tuple[types.Reason, ...]:
    """Return the reasons that were stored with an answer."""
    return tuple(types.Reason(code, tuple(values)) for code, values in stored)


def lookalike_from(stored: Mapping[str, Any]) -> types.Lookalike:
    """Return a lookalike that was stored with a message."""
    return types.Lookalike(
        stored["name"],
        stored["kind"],
        stored["organisation"],
        stored["probability"],
        reasons_from(stored["reasons"]),
        is_alert=True,
    )


def askers_like(message: Message) -> int:
    """Return how many messages ask what this one asks, itself included: those of its claim, and of the same words."""
    same = Q(pk=message.pk) | Q(claim__isnull=False, claim=message.claim_id)
    if message.content_key:  # also where the review of these words was withdrawn, and a new claim opened
        same |= Q(content_key=message.content_key)
    return Message.objects.filter(same).exclude(state=MessageState.DELETED).count()
