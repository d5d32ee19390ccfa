"""What a developer would otherwise reach for, each behind the same two calls: make from reviews, rank a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import bm25s
import numpy as np
import tantivy
from rapidfuzz import fuzz, process, utils

from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.types import Message, Review

OURS = "kiemchung"
MORE_LIKE_THIS = 0.7  # Elasticsearch's `minimum_should_match: 70%`
_GRAM = 4


class Ranker(Protocol):
    """Ranks reviews for a text, best first."""

    def rank(self, text: str, top: int) -> list[str]:
        """Return the ids of at most `top` reviews."""


class Ours:
    """The claim index as the library offers it; `explain` adds the reasons."""

    def __init__(self, reviews: Sequence[Review], *, explain: bool = False) -> None:
        self.index = ClaimIndex(reviews)
        self._explain = explain

    def rank(self, text: str, top: int) -> list[str]:
        answer = self.index.search_many([Message(text)], top=top, explain=self._explain)[0]
        return [match.review_id for match in answer.matches]


class Bm25s:
    """bm25s with its default tokenizer, or over folded character 4-grams."""

    def __init__(self, reviews: Sequence[Review], *, grams: bool = False) -> None:
        self._tokens = _grams if grams else _bm25s_words
        self._ids = [review.id for review in reviews]
        self._index = bm25s.BM25()
        self._index.index(self._tokens([_text(review) for review in reviews]), show_progress=False)

    def rank(self, text: str, top: int) -> list[str]:
        asked = self._tokens([text])
        if not asked[0]:
            return []
        most = min(top, len(self._ids))
        found, scores = self._index.retrieve(asked, k=most, show_progress=False, n_threads=0)
        return [self._ids[int(at)] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

    def rank_many(self, texts: Sequence[str], top: int) -> list[list[str]]:
        """Return the ids of the `top` reviews for each text, all in one batch, the fastest way."""
        found, _scores = self._index.retrieve(
            self._tokens(texts), k=min(top, len(self._ids)), show_progress=False, n_threads=0
        )
        return [[self._ids[int(at)] for at in row] for row in found]


class Tantivy:
    """tantivy with its default tokenizer and BM25: any word of the message may match."""

    def __init__(self, reviews: Sequence[Review], *, share: float = 0.0) -> None:
        """`share` of the message's words must stand in the review, rounded down.

        As in Elasticsearch, words that no review holds are not counted; unlike its default, no word is left out for
        being rare or beyond the 25 best.
        """
        schema = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        self._index = tantivy.Index(schema.add_text_field("text").build())
        writer = self._index.writer(heap_size=128_000_000, num_threads=1)
        for review in reviews:
            writer.add_document(tantivy.Document(id=review.id, text=_text(review)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
        self._share = share

    def rank(self, text: str, top: int) -> list[str]:
        words = [word for word in dict.fromkeys(self._words.analyze(text)) if self._searcher.doc_freq("text", word)]
        if not words:
            return []
        terms = [tantivy.Query.term_query(self._index.schema, "text", word) for word in words]
        clauses: list[tuple[Any, Any]] = [(tantivy.Occur.Should, term) for term in terms]
        needed = int(self._share * len(words))
        query = tantivy.Query.boolean_query(clauses, minimum_number_should_match=max(needed, 1))
        hits = self._searcher.search(query, top, count=False).hits
        return [str(self._searcher.doc(address)["id"][0]) for _, address in hits]


class TokenSet:
    """rapidfuzz's token-set ratio with every claim."""

    def __init__(self, reviews: Sequence[Review]) -> None:
        self._ids = [review.id for review in reviews]
        self._texts = [utils.default_process(_text(review)) for review in reviews]

    def rank(self, text: str, top: int) -> list[str]:
        asked = [utils.default_process(text)]
        scores = process.cdist(asked, self._texts, scorer=fuzz.token_set_ratio, workers=1)[0]
        order = np.argsort(-scores, kind="stable")[:top]
        return [self._ids[int(at)] for at in order]


PEERS: dict[str, Callable[[Sequence[Review]], Ranker]] = {
    OURS: Ours,
    "bm25s": Bm25s,
    "bm25s, folded 4-grams": lambda reviews: Bm25s(reviews, grams=True),
    "tantivy": Tantivy,
    "more-like-this 70 %": lambda reviews: Tantivy(reviews, share=MORE_LIKE_THIS),
    "rapidfuzz token-set": TokenSet,
}
# Compares with every claim, so it is asked a sample on sets of thousands, and nothing on larger ones.
SLOW = "rapidfuzz token-set"
SLOW_QUESTIONS = 100
SLOW_REVIEWS = 15_000


def _text(review: Review) -> str:
    return " ".join(part for part in (review.claim, review.title, review.body) if part)


def _bm25s_words(texts: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = bm25s.tokenize(list(texts), return_ids=False, show_progress=False)
    return found


def _grams(texts: Sequence[str]) -> list[list[str]]:
    spaced = [f" {' '.join(fold(text).lower().split())} " for text in texts]
    return [[text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)] for text in spaced]
