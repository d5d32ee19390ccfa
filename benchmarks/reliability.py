"""Whether a probability means the same in a collection of 80, of some 10,000 and of 300,000 reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import LabelledSet, Question, spliced
from benchmarks.quality import Top, tops
from benchmarks.setting import markdown
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.measures import calibration_error
from kiemchung.engine.types import Message, Review

SMALL = 80
SETS = ("checkthat2020_en", "vifactcheck")
_BINS = 10
METHOD = (
    "One half of a set's questions have their reviews in the collection; the reviews of the other half are not in it, "
    "so whatever is found for those is wrong. The calibration was not fitted on these sets. Spliced reviews are made "
    "only from claims that answer none of the questions, and without titles: a half of the right claim, or its title, "
    "would be counted as wrong where a reader would call it right."
)


@dataclass(frozen=True, slots=True)
class Halves:
    """A collection, questions that it answers and questions that it does not."""

    reviews: tuple[Review, ...]
    present: tuple[Question, ...]
    absent: tuple[Question, ...]


def halves(one: LabelledSet) -> Halves:
    """Take the reviews of every second question out; a question that shares a review with the rest is left out."""
    present = one.questions[::2]
    kept = {name for question in present for name in question.relevant}
    absent = tuple(question for question in one.questions[1::2] if not question.relevant & kept)
    removed = {name for question in absent for name in question.relevant}
    return Halves(tuple(r for r in one.reviews if r.id not in removed), present, absent)


def cut(whole: Halves, size: int) -> Halves:
    """Return the same with a collection of at most `size` reviews, all of which answer a question."""
    kept: set[str] = set()
    for question in whole.present:
        if len(kept | question.relevant) <= size:
            kept |= question.relevant
    present = tuple(question for question in whole.present if question.relevant <= kept)
    reviews = tuple(review for review in whole.reviews if review.id in kept)
    return Halves(reviews, present, whole.absent[: len(present)])


def report(sets: Sequence[LabelledSet], size: int) -> Iterator[str]:
    """Yield one table a set and size; `size` spliced reviews surround the largest."""
    for one in sets:
        whole = halves(one)
        for part in (cut(whole, SMALL), whole):
            yield table(one.name, len(part.reviews), _judged(ClaimIndex(part.reviews), part))
    if size <= 0:
        return
    for one in sets:
        whole = halves(one)
        index = ClaimIndex([*crowd(one, size), *whole.reviews])
        yield table(f"{one.name} among spliced", len(index), _judged(index, whole))


def crowd(one: LabelledSet, size: int) -> list[Review]:
    """Return `size` spliced reviews of a set's language and subjects that hold no part of an asked review."""
    asked = {name for question in one.questions for name in question.relevant}
    return spliced([Review(id=r.id, claim=r.claim) for r in one.reviews if r.id not in asked], size)


def sure_but_wrong(one: LabelledSet, count: int) -> str:
    """Return, as plain text, the `count` likeliest matches that the labels call wrong, to be read by a person."""
    whole = halves(one)
    index = ClaimIndex(whole.reviews)
    claims = {review.id: f"{review.title} {review.claim}".strip() for review in whole.reviews}
    lines: list[tuple[float, str]] = []
    for question in (*whole.present, *whole.absent):
        matches = index.search_many([Message(question.text)], top=1, explain=False)[0].matches
        if matches and matches[0].review_id not in question.relevant:
            asked, found = (" ".join(text.split())[:300] for text in (question.text, claims[matches[0].review_id]))
            probability = matches[0].probability
            lines.append(
                (probability, f"{probability:.3f} {question.id} {asked}\n      {matches[0].review_id} {found}")
            )
    lines.sort(key=lambda line: -line[0])
    return "\n".join([f"== {one.name}: sure but not the labelled review", *(text for _, text in lines[:count])])


def table(name: str, size: int, judged: Sequence[Top]) -> str:
    """Return probability against share right, with counts; empty bins are left out."""
    rows = []
    places = [min(int(top.probability * _BINS), _BINS - 1) for top in judged]
    for place in sorted(set(places)):
        inside = [top for top, at in zip(judged, places, strict=True) if at == place]
        mean, right = float(np.mean([top.probability for top in inside])), sum(top.right for top in inside)
        bounds = f"{place / _BINS:.1f}-{(place + 1) / _BINS:.1f}"
        rows.append([bounds, str(len(inside)), f"{mean:.3f}", str(right), f"{right / len(inside):.3f}"])
    probability = np.array([top.probability for top in judged])
    error = calibration_error(probability, np.array([float(top.right) for top in judged]))
    header = ["probability", "messages", "mean probability", "right", "share right"]
    title = f"### Reliability: {name}, {size:,} reviews, {len(judged)} messages, calibration error {error:.4f}"
    return f"{title}\n\n{markdown(header, rows)}"


def _judged(index: ClaimIndex, part: Halves) -> list[Top]:
    return tops(index, part.present) + tops(index, part.absent)
