"""Decides what a picture, sound or video that was recognised answers without a person, beside its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from math import isfinite

from kiemchung.checking import numbered
from kiemchung.collection.media import Found
from kiemchung.engine.claims.reasons import speaks_against
from kiemchung.engine.media.added import ADDED
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.reading import has_words
from kiemchung.engine.media.sheet import clock
from kiemchung.engine.media.speech import Transcript
from kiemchung.engine.media.types import MediaKind, ReadLine
from kiemchung.engine.types import Answer, Match, Outcome, Reason, Review

# A part says nothing about the rest, on either side: so much of the picture, or of the time, that was sent must match,
# and so much of the reference be in it, before it is answered without a person. What was false may be what was cut
# off, and of a speech of an hour a review is about one sentence. A border of a twentieth on each side may be cut off.
# Set, not fitted: there is no collection of pictures sent by people to measure it on.
MOST_OF_IT, MOST_OF_REFERENCE = 0.9, 0.8
MOST_OF_TIME = 0.8
# From here on words are about what a review is about, and may speak against it; below, they are about something else.
_SAME_TOPIC = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read, heard and found in a file, likeliest first, each with a review that is there; `added` says how far
    a picture differs from a reference where something was added to it (`most_added`)."""

    file: Described
    lines: tuple[ReadLine, ...] | None
    transcript: Transcript | None
    found: list[Found]
    added: Callable[[Found], float]


def together(answer: Answer, seen: Seen, reviews: Mapping[str, Review], *, limit: float, top: int) -> Answer:
    """Return the answer to the words with the reviews of the references put in by their probability.

    Words and pictures are taken as independent signs: either may be wrong by itself. Words that speak against a review
    count for more than the picture beside them.
    """
    best: dict[str, Found] = {}
    for one in seen.found:
        for review in one.reference.reviews:
            if review in reviews:
                best.setdefault(review, one)
    if not best:
        return answer
    by_words = {match.review_id: match for match in answer.matches}
    ranked = [match for match in answer.matches if match.review_id not in best]
    for review, one in best.items():
        known = by_words.get(review, Match(review, 0, float("-inf"), 0.0))
        probability = 1.0 - (1.0 - known.probability) * (1.0 - one.match.probability)
        if known.probability >= _SAME_TOPIC and any(map(speaks_against, known.reasons)):
            probability = known.probability
        ranked.append(replace(known, probability=probability, reasons=(_reason(one), *known.reasons)))
    ranked.sort(key=lambda match: (-match.probability, match.review_id))
    first = ranked[0]
    by_text = answer.outcome is Outcome.ANSWER and answer.matches[0].review_id == first.review_id
    sight = _Sight.NOT_SURE if first.review_id not in best else _sight(best[first.review_id], seen, limit)
    if sight is _Sight.ALTERED and not by_text:
        ranked[0] = replace(first, reasons=(first.reasons[0], Reason("altered"), *first.reasons[1:]))
    by_sight = sight is _Sight.DECIDES and not _is_contradicted(seen, reviews, limit)
    outcome = Outcome.ANSWER if by_text or by_sight else Outcome.SUGGEST
    return replace(answer, outcome=outcome, matches=tuple(numbered(ranked[:top])))


def _is_contradicted(seen: Seen, reviews: Mapping[str, Review], limit: float) -> bool:
    """Return whether reviews of what was surely found rate differently: which of them is meant a person has to say."""
    sure = [one for one in seen.found if one.match.probability >= 1.0 - limit]
    there = [reviews[review].rating for one in sure for review in one.reference.reviews if review in reviews]
    return len({rating.mapped or rating.published for rating in there}) > 1


class _Sight(Enum):
    """What is made of a reference that was found: it answers without a person, or does not; or it would, were it not
    that the picture differs in places."""

    DECIDES = auto()
    NOT_SURE = auto()
    ALTERED = auto()


def _sight(one: Found, seen: Seen, limit: float) -> _Sight:
    """Return whether what was found answers without a person: the same bytes; or surely, most of both sides.

    Where there are words they decide: the same picture or music with other words is another claim, and words that
    nobody has read or heard may say anything. Many captions cannot be read by a machine, so a picture must also show
    nothing at all that the reference does not.
    """
    match, kind = one.match, seen.file.kind
    if match.method == "file":
        return _Sight.DECIDES
    if match.probability < 1.0 - limit or not _is_most(one, seen.file):
        return _Sight.NOT_SURE
    if kind is MediaKind.SOUND:
        return _Sight.NOT_SURE if seen.transcript is None or seen.transcript.text.strip() else _Sight.DECIDES
    if kind is not MediaKind.PICTURE:  # of a film a few frames were read: others may say anything
        return _Sight.NOT_SURE
    added = seen.added(one)
    if added >= ADDED:
        return _Sight.ALTERED if isfinite(added) else _Sight.NOT_SURE
    return _Sight.DECIDES if seen.lines is not None and not has_words(seen.lines) else _Sight.NOT_SURE


def _is_most(one: Found, file: Described) -> bool:
    """Return whether the match covers most of what was sent, and most of the reference."""
    match, reference = one.match, one.reference
    if match.start_s is not None and match.end_s is not None:
        least = MOST_OF_TIME * max(file.seconds, reference.seconds)
        return file.seconds > 0 and match.end_s - match.start_s >= least
    if match.query_region is None or match.reference_region is None or not file.pictures:
        return False
    sent, whole = file.pictures[0].width * file.pictures[0].height, reference.width * reference.height
    ours, theirs = match.query_region, match.reference_region
    return ours.w * ours.h >= MOST_OF_IT * sent and theirs.w * theirs.h >= MOST_OF_REFERENCE * whole


def _reason(one: Found) -> Reason:
    match = one.match
    if match.method == "file":
        return Reason("same_file", (one.reference.name,))
    if match.start_s is None or match.end_s is None:
        return Reason("same_picture", (one.reference.name,))
    code = "same_sound" if match.method == "sound" else "same_video"
    return Reason(code, (one.reference.name, f"{clock(match.start_s)}-{clock(match.end_s)}"))
