"""Collections and questions made by rule from the labelled messages: sizes and shapes a stranger's desk may have."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kiemchung.engine.text import lexicon
from kiemchung.engine.types import Review
from training import noise
from training.corpus import Corpus, LabelledMessage

BARE_NAMES = 150  # of each table
Shape = Callable[[Review], Review]


@dataclass(frozen=True, slots=True)
class Question:
    """A message, the ids of the reviews that answer it (may be none) and whether it is a message people sent.

    `group` names the review it belongs to, so that folds never split a review; statements cut from reviews
    (`is_message` false) teach ranking only.
    """

    text: str
    answers: frozenset[str]
    group: str
    kind: str
    is_message: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """One collection and the questions put to it."""

    name: str
    reviews: tuple[Review, ...]
    questions: tuple[Question, ...]


def _whole(review: Review) -> Review:
    return review


def _claim_only(review: Review) -> Review:
    return replace(review, title="", body="")


def _claim_and_title(review: Review) -> Review:
    return replace(review, body="")


def _one_text(review: Review) -> Review:
    return replace(review, claim=f"{review.title} {review.claim} {review.body}", title="", body="")


def questions_of(messages: Sequence[LabelledMessage], change: Callable[[str], str] | None = None) -> list[Question]:
    """Return the messages as questions, their text changed by `change`."""
    return [
        Question(
            text=change(m.text) if change else m.text,
            answers=frozenset([m.review_id] if m.review_id else []),
            group=m.review_id or m.id,
            kind=m.kind,
            is_message=True,
        )
        for m in messages
    ]


def _other_claims(messages: Sequence[LabelledMessage]) -> list[Review]:
    """Return the messages that no review answers as reviews: other claims on the same and on other topics."""
    return [Review(id=f"claim-{m.id}", claim=m.text, lang=m.lang) for m in messages if m.kind in ("near", "other")]


def _spliced(reviews: Sequence[Review], count: int, rng: random.Random) -> list[Review]:
    """Return invented claims, each with a third of the words of three real ones: they share words, answer nothing."""
    made = []
    for number in range(count):
        parts = [rng.choice(reviews).claim.split() for _ in range(3)]
        words = [word for part in parts for word in rng.sample(part, max(len(part) // 3, 1))]
        made.append(Review(id=f"spliced-{number}", claim=" ".join(words)))
    return made


def _passages(corpus: Corpus, rng: random.Random) -> tuple[list[Review], dict[str, str]]:
    """Return long texts, each made of three reviews, and in which one each review is."""
    order = list(corpus.reviews)
    rng.shuffle(order)
    made: list[Review] = []
    home: dict[str, str] = {}
    for at in range(0, len(order), 3):
        parts = order[at : at + 3]
        home |= {part.id: f"passage-{at}" for part in parts}
        made.append(Review(id=f"passage-{at}", claim=" ".join(f"{p.claim} {p.body}" for p in parts)))
    return made, home


def _statements(corpus: Corpus) -> Iterator[Question]:
    """Titles and sentences of reviews as questions to what remains of them."""
    for review in corpus.reviews:
        yield Question(review.title, frozenset([review.id]), review.id, "title", is_message=False)
        for sentence in review.body.split(". ")[:2]:
            yield Question(sentence, frozenset([review.id]), review.id, "sentence", is_message=False)


def _bare_names(rng: random.Random) -> list[Question]:
    """Names of organisations, places and things by themselves, as people look something up: they assert nothing."""
    made = []
    for table in (lexicon.organisations(), lexicon.places(), lexicon.things()):
        for name in rng.sample(table.shown, BARE_NAMES):
            asked = rng.choice(
                ("{}", "{}", "{}?", "{} là gì", "{} ở đâu vậy ạ", "cho hỏi {}", "{} có tốt không mn")
            ).format(name)
            text = rng.choice((asked, noise.unmarked(asked)))
            made.append(Question(text, frozenset(), f"bare {name}", "bare", is_message=True))
    return made


def scenarios(corpus: Corpus, seed: int = 1) -> Iterator[Scenario]:
    """Yield the collections made from one corpus."""
    rng = random.Random(seed)
    reviews, messages = corpus.reviews, corpus.messages
    typed = questions_of(messages)
    changes: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("unmarked", noise.unmarked),
        ("telex", lambda t: noise.telex_slips(t, rng)),
        ("slips", lambda t: noise.letter_slips(t, rng)),
        ("picture", lambda t: noise.read_from_picture(t, rng)),
        ("lost", lambda t: noise.lost_marks(t, rng)),
    )
    yield Scenario("whole", reviews, tuple(typed))
    yield Scenario("bare", reviews, tuple(_bare_names(rng)))
    for name, change in changes:
        yield Scenario(f"whole/{name}", reviews, tuple(questions_of(messages, change)))
    for name, shape in (("claims", _claim_only), ("titled", _claim_and_title), ("texts", _one_text)):
        yield Scenario(name, tuple(map(shape, reviews)), tuple(typed))
        yield Scenario(f"{name}/unmarked", tuple(map(shape, reviews)), tuple(questions_of(messages, noise.unmarked)))
    crowd = reviews + tuple(_other_claims(messages))
    answered = tuple(q for q in typed if q.answers or q.kind == "chat")
    yield Scenario("crowded", crowd, answered)
    yield Scenario("crowded/claims", tuple(map(_claim_only, crowd)), answered)
    unmarked = questions_of([m for m in messages if m.review_id or m.kind == "chat"], noise.unmarked)
    yield Scenario("crowded/unmarked", tuple(map(_claim_and_title, crowd)), tuple(unmarked))
    yield Scenario("large", crowd + tuple(_spliced(reviews, 3_000, rng)), answered)
    made, home = _passages(corpus, rng)
    moved = tuple(replace(q, answers=frozenset(home[a] for a in q.answers), is_message=False) for q in typed)
    yield Scenario("passages", tuple(made), moved)
    itself = [Question(r.claim, frozenset([r.id]), r.id, "claim", is_message=True) for r in reviews]
    itself += [Question(noise.unmarked(q.text), q.answers, q.group, q.kind, is_message=True) for q in itself]
    yield Scenario("itself", reviews, tuple(itself))
    stated = tuple(_statements(corpus))
    yield Scenario(
        "statements", tuple(map(_claim_and_title, reviews)), tuple(q for q in stated if q.kind == "sentence")
    )
    yield Scenario("titles", tuple(replace(r, title="", body=r.body) for r in reviews), stated)
