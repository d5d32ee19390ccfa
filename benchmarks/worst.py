"""The worst cases of a set, to be read by a person; printed only, since the data may not be copied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import LabelledSet, Question
from kiemchung.engine.claims.candidates import Snapshot, candidates
from kiemchung.engine.claims.features import FEATURES, features_of
from kiemchung.engine.claims.index import CANDIDATES, segments_of
from kiemchung.engine.claims.query import analyse_queries
from kiemchung.engine.claims.rank import load_model


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what was ranked first, with which probability, and the features that were not zero."""

    question: Question
    first: str
    probability: float
    right: bool
    features: tuple[tuple[str, float], ...]


def worst(one: LabelledSet, count: int) -> tuple[list[Case], list[Case]]:
    """Return the wrong cases with the highest probability, and the right ones with the lowest."""
    segments = segments_of(one.reviews)
    snapshot = Snapshot(segments, [None] * len(segments))
    cases = [_case(snapshot, question) for question in [*one.questions, *one.unanswerable]]
    judged = [case for case in cases if case is not None]
    wrong = sorted((case for case in judged if not case.right), key=lambda case: -case.probability)
    right = sorted((case for case in judged if case.right), key=lambda case: case.probability)
    return wrong[:count], right[:count]


def report(one: LabelledSet, count: int) -> str:
    """Return the worst cases as plain text."""
    claims = {review.id: review.claim for review in one.reviews}
    wrong, right = worst(one, count)
    parts = []
    for title, cases in (("wrong, most sure", wrong), ("right, least sure", right)):
        parts.append(f"== {one.name}: {title}")
        for case in cases:
            values = " ".join(f"{name}={value:.2f}" for name, value in case.features)
            asked = case.question
            parts.append(f"{case.probability:.4f} {asked.id} [{asked.kind}] {' '.join(asked.text.split())[:400]}")
            parts.append(f"    first  {case.first}: {claims[case.first][:300]}")
            parts += [f"    wanted {name}: {claims.get(name, '')[:300]}" for name in sorted(asked.relevant)[:2]]
            parts.append(f"    {values}")
    return "\n".join(parts)


def _case(snapshot: Snapshot, question: Question) -> Case | None:
    query = analyse_queries([question.text])[0]
    if not len(query.analysed.folded):
        return None
    found, _others = candidates(snapshot, query.terms, most=CANDIDATES, vector=query.vector).parted()
    if not len(found.doc):
        return None
    features = features_of(snapshot, query, found)
    ranking = load_model().rank(features)
    best = int(np.argmax(ranking.score))
    first = snapshot.segments[int(found.segment[best])].review_id(int(found.doc[best]))
    values = tuple((name, float(value)) for name, value in zip(FEATURES, features[best], strict=True) if value)
    return Case(question, first, float(ranking.probability[best]), first in question.relevant, values)
