"""How well the right review is found, by us and by peers, on the dev parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import numpy as np

from benchmarks import peers
from benchmarks.corpus import LabelledSet, Question, unmarked
from benchmarks.setting import markdown
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.measures import auroc, average_precision
from kiemchung.engine.types import Message

DEPTH = 100
ABSENT = 300  # so many questions are also asked with their reviews taken out of the collection
_VIETNAMESE = ("vifactcheck", "vifactcheck_articles", "vihallu")
_NOISY = "prompt_noisy"


@dataclass(frozen=True, slots=True)
class Found:
    """A question's ranked ids, best first."""

    question: Question
    ids: tuple[str, ...]

    @property
    def place(self) -> int:
        """Rank of the first relevant review from 1, or 0."""
        return next((at for at, name in enumerate(self.ids, 1) if name in self.question.relevant), 0)


@dataclass(frozen=True, slots=True)
class Top:
    """The probability of the first match, and whether it is right."""

    probability: float
    right: bool


def report(one: LabelledSet, chosen: Sequence[str] | None = None) -> str:
    """Return the table of one set: every peer, every variant of the messages; `chosen` narrows the peers."""
    rows = []
    for name in peers.PEERS if chosen is None else chosen:
        if name == peers.SLOW and len(one.reviews) > peers.SLOW_REVIEWS:
            continue
        ranker = peers.PEERS[name](one.reviews)
        for label, asked in variants(one):
            rows.append([name, label, *_ranking_row(ranker, name, asked.questions)])
            rows[-1].append(_absent(ranker.index, asked.questions) if isinstance(ranker, peers.Ours) else "")
    header = ["", "messages", "n", "MAP@5", "MRR", "R@1", "R@5", "R@10", "R@100", "no-answer AUROC"]
    return f"### {one.name} ({len(one.reviews):,} claims)\n\n{markdown(header, rows)}"


def variants(one: LabelledSet) -> Iterator[tuple[str, LabelledSet]]:
    """Yield the set as typed and, where it is Vietnamese, as people also type it."""
    yield "as typed", one
    if one.name not in _VIETNAMESE:
        return
    yield "unmarked", one.changed(unmarked)
    yield "NFD", one.changed(lambda text: normalize("NFD", text))
    noisy = tuple(question for question in one.questions if question.kind == _NOISY)
    if noisy:
        yield "noisy only", LabelledSet(one.name, one.reviews, noisy)


def ask(ranker: peers.Ranker, questions: Sequence[Question], depth: int = DEPTH) -> list[Found]:
    """Rank reviews for each question."""
    return [Found(question, tuple(ranker.rank(question.text, depth))) for question in questions]


def sampled(questions: Sequence[Question], most: int) -> Sequence[Question]:
    """Return at most `most` questions, evenly spread over the set's order."""
    if len(questions) <= most:
        return questions
    return [questions[int(at)] for at in np.linspace(0, len(questions) - 1, most)]


def tops(index: ClaimIndex, questions: Sequence[Question]) -> list[Top]:
    """Return the first match's probability and whether it is right; a message without a match has 0."""
    found = []
    for question in questions:
        answer = index.search_many([Message(question.text)], top=1, explain=False)[0]
        best = answer.matches[0] if answer.matches else None
        found.append(Top(best.probability, best.review_id in question.relevant) if best else Top(0.0, False))
    return found


def _ranking_row(ranker: peers.Ranker, name: str, questions: Sequence[Question]) -> list[str]:
    asked = sampled(questions, peers.SLOW_QUESTIONS) if name == peers.SLOW else questions
    found = ask(ranker, asked)
    places = [one.place for one in found]
    values: list[float] = [
        _mean(found, lambda one: average_precision(one.ids, one.question.relevant)),
        _mean(found, lambda one: 1 / one.place if one.place else 0.0),
        *(sum(0 < place <= depth for place in places) / max(len(places), 1) for depth in (1, 5, 10, 100)),
    ]
    sample = f"{len(asked)} of {len(questions)}" if len(asked) < len(questions) else str(len(asked))
    return [sample, *(f"{value:.4f}" for value in values)]


def _mean(found: Sequence[Found], value: Callable[[Found], float]) -> float:
    return float(np.mean([value(one) for one in found])) if found else 0.0


def _absent(index: ClaimIndex, questions: Sequence[Question]) -> str:
    asked = sampled(questions, ABSENT)
    present = [top.probability for top in tops(index, asked)]
    absent = [tops(index.without(question.relevant), [question])[0].probability for question in asked]
    return f"{auroc(present, absent):.4f} ({len(asked)})"
