"""The claim index: reviews in, messages in, ranked matches out; in memory or in a directory."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kiemchung.engine.claims import directory
from kiemchung.engine.claims.analysis import AnalysedReview, analyse_reviews
from kiemchung.engine.claims.candidates import Candidates, Snapshot, candidates
from kiemchung.engine.claims.dense import Encoder, vectors_of
from kiemchung.engine.claims.features import features_of_many
from kiemchung.engine.claims.query import Query, analyse_queries
from kiemchung.engine.claims.rank import DEFAULT_LIMIT, Ranking, load_model
from kiemchung.engine.claims.segment import Segment, in_segments
from kiemchung.engine.claims.segments import SegmentSet
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Answer, Match, Message, Outcome, Ranked, Reason, Review

# So many reviews get a closer look.
CANDIDATES = 60
# The candidates of so many messages are held at once.
_AT_ONCE = 64
# What a review is given that has no word in common with the message.
_UNRELATED = 1e-6
# By how much scores and probabilities that say nothing more fall from one to the next, so that their order is kept.
_FALL = 1e-6

Lookup = Callable[[Sequence[str]], Mapping[str, Review]]
Analyse = Callable[[Sequence[Review]], list[AnalysedReview]]


class ClaimIndex:
    """Finds the reviews about the same claim as a message.

    >>> index = ClaimIndex([Review(id="1", claim="Ăn tỏi sống chữa khỏi cúm"), Review(id="2", claim="Gạo làm từ nhựa")])
    >>> index.search_many([Message("an toi song co chua duoc cum khong")])[0].matches[0].review_id
    '1'
    """

    def __init__(
        self, reviews: Iterable[Review] = (), *, encoder: Encoder | None = None, analyse: Analyse = analyse_reviews
    ) -> None:
        """Make an index in memory. Cost: some 5,000 reviews a second and about a kilobyte each.

        `analyse` may read the reviews in another way, by several processes, as long as it comes to the same.
        """
        self._set = SegmentSet()
        self._known: dict[str, Review] = {}
        self._lookup: Lookup = self._remembered
        self._encoder = encoder
        self._analyse = analyse
        self._snapshot = Snapshot((), ())
        self._lowest: tuple[Snapshot, list[str]] = self._snapshot, []
        self._model = load_model(with_encoder=encoder is not None)
        self.change = 0
        self.mark = 0
        self.add_many(list(reviews))

    @classmethod
    def open(cls, path: Path, *, lookup: Lookup, encoder: Encoder | None = None) -> ClaimIndex:
        """Open the last commit of an index directory for reading.

        `lookup` gives the reviews of ids, for the reasons. Raises `IndexDamagedError`.
        """
        commit = directory.read(path)
        index = cls(encoder=encoder)
        index._set = SegmentSet(commit.segments, commit.alive)
        index._snapshot = Snapshot(commit.segments, commit.alive)
        index._lookup = lookup
        index.change, index.mark = commit.change, commit.mark
        return index

    def __len__(self) -> int:
        return self._snapshot.size

    def add_many(self, reviews: Sequence[Review]) -> None:
        """Add reviews; one with a known id takes the place of the earlier one.

        Raises `InputError` for what is no review, or one without id or claim, before anything is added.
        """
        if not reviews:
            return
        _refuse_nameless(reviews)
        latest = {review.id: review for review in reviews}
        self._set.remove(latest)
        for segment in segments_of(list(latest.values()), self._encoder, self._analyse):
            self._set.add(segment)
        self._known.update(latest)
        self._changed()

    def remove_many(self, review_ids: Sequence[str]) -> None:
        """Remove reviews; unknown ids are passed over."""
        self._set.remove(review_ids)
        for review_id in review_ids:
            self._known.pop(review_id, None)
        self._changed()

    def search_many(
        self,
        messages: Sequence[Message],
        *,
        top: int = 5,
        limit: float = DEFAULT_LIMIT,
        explain: bool = True,
        explain_from: float = 0.0,
    ) -> list[Answer]:
        """Return for each message the outcome and its `top` matches, best first (fewer if the collection is smaller).

        `limit` is the highest expected share of wrong answers among all automatic answers. Without `explain`, and below
        the probability `explain_from`, matches carry no reasons. Cost: 3-10 ms a message on one core, half a
        millisecond for each match explained. Raises `InputError` for what is no `Message`.
        """
        threshold = self._model.threshold(limit)
        explain_from = explain_from if explain else 2.0
        return [
            self._answer(message, ranked, threshold, explain_from)
            for message, ranked in zip(messages, self.rank_many(messages, top=top), strict=True)
        ]

    def rank_many(self, messages: Sequence[Message], *, top: int = 5) -> Iterator[Ranked]:
        """Yield for each message its `top` reviews, best first, without outcome and reasons: for large evaluations.

        Raises `InputError` for what is no `Message`. Cost: 3-10 ms a message on one core.

        >>> [ranked.review_ids for ranked in ClaimIndex([Review("1", "Gạo nhựa")]).rank_many([Message("gao nhua")])]
        [('1',)]
        """
        if wrong := next((one for one in messages if not isinstance(one, Message)), None):
            given = type(wrong).__name__
            raise InputError(
                f"A search takes Message objects, not {given}. Write Message(text).",
                f"Hàm tìm nhận đối tượng Message, không nhận {given}. Hãy viết Message(text).",
            )
        queries = analyse_queries([message.text for message in messages], self._encoder)
        if not self._snapshot.size:
            return iter([Ranked()] * len(messages))
        return (self._in_order(*one, top) for one in self._looked_at(queries, max(CANDIDATES, top)))

    def search(self, message: Message, *, top: int = 5, limit: float = DEFAULT_LIMIT) -> Answer:
        """Return `search_many` of one message."""
        return self.search_many([message], top=top, limit=limit)[0]

    def outcome(self, probability: float, limit: float = DEFAULT_LIMIT) -> Outcome:
        """Return what may be done under a limit with a best match of this probability."""
        return self._model.outcome(probability, self._model.threshold(limit))

    @property
    def least_shown(self) -> float:
        """The least probability of a match that is worth showing, as the answer or as a suggestion."""
        return self._model.suggest

    def without(self, review_ids: Collection[str]) -> ClaimIndex:
        """Return this index as it would be without some reviews, statistics included; the original stays as it is."""
        other = ClaimIndex(encoder=self._encoder)
        other._set = SegmentSet(self._set.segments, self._set.alive)
        other._set.remove(review_ids)
        other._snapshot = Snapshot(other._set.segments, other._set.alive)
        other._lookup, other.change, other.mark = self._lookup, self.change, self.mark
        return other

    def rank(self, query: Query, *, most: int = CANDIDATES) -> tuple[Candidates, Ranking]:
        """Return the candidates of a message with their features, scores and probabilities; for training and study."""
        found, ranking, _others = next(self._looked_at([query], most))
        return found, ranking

    def _looked_at(self, queries: Sequence[Query], most: int) -> Iterator[tuple[Candidates, Ranking, Candidates]]:
        """Yield for each message the candidates that were looked at, their ranking, and the others, best first."""
        for begin in range(0, len(queries), _AT_ONCE):
            some = queries[begin : begin + _AT_ONCE]
            parted = [
                candidates(self._snapshot, query.terms, most=most, vector=query.vector).parted() for query in some
            ]
            features = features_of_many(self._snapshot, some, [found for found, _others in parted])
            for (found, others), own in zip(parted, features, strict=True):
                yield found, self._model.rank(own), others

    def _in_order(self, found: Candidates, ranking: Ranking, others: Candidates, top: int) -> Ranked:
        order = sorted(zip((-ranking.score).tolist(), self._ids(found), ranking.can_answer.tolist(), strict=True))[:top]
        # Equal scores are in the order of their ids, and the probability falls with the rank there too.
        falling = sorted(ranking.probability.tolist(), reverse=True)[:top]
        ids, scores = [one for _, one, _ in order], [-score for score, _, _ in order]
        if lacking := min(top, self._snapshot.size) - len(ids):
            # Candidates that were not looked at closely, then reviews with nothing in common, by id.
            ids += self._further(ids, others, lacking)
            score, least = scores[-1] if scores else 0.0, min([_UNRELATED, *falling])
            scores += [score - 1.0 - _FALL * place for place in range(1, lacking + 1)]
            falling += [least * (1.0 - _FALL) ** place for place in range(1, lacking + 1)]
        return Ranked(tuple(ids), tuple(scores), tuple(falling), bool(order) and order[0][2])

    def _further(self, ids: list[str], others: Candidates, count: int) -> list[str]:
        further = self._ids(others)
        if len(further) < count:
            present = {*ids, *further}
            further += [one for one in self._first_ids(count + len(present)) if one not in present]
        return further[:count]

    def _answer(self, message: Message, ranked: Ranked, threshold: float, explain_from: float) -> Answer:
        # Loaded when first needed: rankings without reasons, and help, start a twentieth of a second sooner.
        from kiemchung.engine.claims.reasons import reasons_many

        pairs = zip(ranked.review_ids, ranked.probabilities, strict=True)
        explained = [review_id for review_id, probability in pairs if probability >= explain_from]
        known = self._lookup(explained) if explained else {}
        shown = [review_id for review_id in explained if review_id in known]
        why = dict(zip(shown, reasons_many(message.text, [known[i] for i in shown]), strict=True)) if shown else {}
        columns = zip(ranked.review_ids, ranked.scores, ranked.probabilities, strict=True)
        matches = tuple(
            Match(review_id, place, score, probability, why.get(review_id, ()))
            for place, (review_id, score, probability) in enumerate(columns, 1)
        )
        best = max(ranked.probabilities, default=0.0)
        outcome = self._model.outcome(best, threshold, can_answer=ranked.can_answer)
        if outcome is Outcome.ANSWER:
            is_other, found = self._is_other_claim(message, matches[0])
            if is_other:
                outcome = Outcome.SUGGEST
            if found and matches[0].probability >= explain_from:
                matches = (replace(matches[0], reasons=(*found, *matches[0].reasons)), *matches[1:])
        return Answer(message.id, outcome, matches)

    def _is_other_claim(self, message: Message, match: Match) -> tuple[bool, tuple[Reason, ...]]:
        """Say whether the message says the opposite of the claim or has a thing of it exchanged, and why, where the
        reasons do not say so already; a missing review says nothing.

        Only asked of what would be answered: the features hold facts that differ, but no "not", and no word's meaning.
        """
        from kiemchung.engine.claims.exchanged import exchanged
        from kiemchung.engine.claims.reasons import contradicts

        review = self._lookup([match.review_id]).get(match.review_id)
        if review is None:
            return False, ()
        if contradicts(message.text, review.claim):
            return True, ()
        found = exchanged(message.text, review, self._snapshot.shares_of)
        return found is not None, () if found is None else (Reason("different_thing", tuple(found)),)

    def _first_ids(self, count: int) -> list[str]:
        """Return the lowest ids of the living reviews, remembered for the messages that follow."""
        known, ids = self._lowest
        if known is not self._snapshot or len(ids) < min(count, self._snapshot.size):
            living = (
                review_id
                for segment, alive in zip(self._snapshot.segments, self._snapshot.alive, strict=True)
                for doc, review_id in enumerate(segment.ids)
                if alive is None or alive[doc]
            )
            self._lowest = self._snapshot, heapq.nsmallest(max(count, CANDIDATES), living)
        return self._lowest[1]

    def _ids(self, found: Candidates) -> list[str]:
        segments = self._snapshot.segments
        if len(segments) == 1:
            return segments[0].review_ids(found.doc)
        ids = [""] * len(found.doc)
        for number in set(found.segment.tolist()):
            rows = np.flatnonzero(found.segment == number)
            named = segments[number].review_ids(found.doc[rows])
            for row, review_id in zip(rows.tolist(), named, strict=True):
                ids[row] = review_id
        return ids

    def _changed(self) -> None:
        self._set.tidy()
        self._snapshot = Snapshot(self._set.segments, self._set.alive)

    def _remembered(self, review_ids: Sequence[str]) -> Mapping[str, Review]:
        return {review_id: self._known[review_id] for review_id in review_ids if review_id in self._known}


def _refuse_nameless(reviews: Sequence[Review]) -> None:
    for place, review in enumerate(reviews, 1):
        if not isinstance(review, Review):
            given = type(review).__name__
            raise InputError(
                f"Item {place} of the reviews is not a Review but {given}.",
                f"Mục {place} trong các bài không phải Review mà là {given}.",
            )
        missing = next((name for name in ("id", "claim") if not getattr(review, name).strip()), "")
        if missing:
            raise InputError(
                f"Review {place} ({review.id!r}): '{missing}' is empty. Give each review an id and a claim.",
                f"Bài thứ {place} ({review.id!r}): '{missing}' để trống. Mỗi bài cần có id và nhận định.",
            )


def segments_of(
    reviews: Sequence[Review], encoder: Encoder | None = None, analyse: Analyse = analyse_reviews
) -> list[Segment]:
    """Return new segments that hold these reviews."""
    made, begin = [], 0
    for run in in_segments(analyse(reviews)):
        vectors = vectors_of(reviews[begin : begin + len(run)], encoder) if encoder is not None else None
        made.append(Segment.build(run, vectors))
        begin += len(run)
    return made
