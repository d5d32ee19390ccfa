"""Messages with their candidates, many at once: what is looked for, as flat arrays over all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import U8, word_hashes
from kiemchung.engine.claims.candidates import Candidates
from kiemchung.engine.claims.query import Alternatives, Query

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
Mask = NDArray[np.bool_]
_T = TypeVar("_T", bound=np.generic)

_MANY = 500
_MANY_TERMS = 1_500
_SALT = np.uint32(0x9E3779B1)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which of some terms stand where: at place `where[i]` stands the term with the number `term[i]`."""

    where: I64
    term: I64

    def at(self, chosen: Mask) -> Seen:
        """Return those for which `chosen` is true, shape `(len(where),)`."""
        return Seen(self.where[chosen], self.term[chosen])


def keyed(numbers: NDArray[np.integer], hashes: U32) -> U64:
    """Return hashes that differ where their numbers do: `number << 32 | hash`."""
    keys: U64 = numbers.astype(np.uint64) << _HALF | hashes
    return keys


def seen(keys: U64, hashes: U32, numbers: U32 | None = None) -> Seen:
    """Return where the sorted `keys` stand in `hashes`, whose keys are those of `numbers` (default: 0).

    Most of many hashes are none of them, which a table of their last bits tells twenty times as fast as a search.
    """
    if not len(keys):
        return Seen(np.empty(0, np.int64), np.empty(0, np.int64))
    where = np.arange(len(hashes))
    if len(hashes) > _MANY:
        size = 1 << (16 if len(keys) < _MANY_TERMS else 19)
        known = np.zeros(size, bool)
        known[(keys.astype(np.uint32) ^ (keys >> _HALF).astype(np.uint32) * _SALT) & np.uint32(size - 1)] = True
        mixed = hashes if numbers is None else hashes ^ (numbers * _SALT)
        where = np.flatnonzero(known[mixed & np.uint32(size - 1)])
    likely = hashes[where].astype(np.uint64)
    if numbers is not None:
        likely |= numbers[where].astype(np.uint64) << _HALF
    term = np.searchsorted(keys, likely)
    term[term == len(keys)] = 0
    return Seen(where, term).at(keys[term] == likely)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What each term says of its message: term i covers the tokens `token[starts[i]:starts[i + 1]]` by `weight`."""

    starts: I64
    token: I64
    weight: F64

    @classmethod
    def of(cls, count: int, term: I64, token: I64, weight: F64) -> Coverage:
        """Return the coverage by `count` terms, given as three arrays of one length in any order."""
        order = np.argsort(term, kind="stable")
        return cls(np.searchsorted(term[order], np.arange(count + 1)), token[order], weight[order])

    @property
    def best(self) -> F64:
        """The highest weight of each term, 0 where it covers nothing."""
        spans = self.starts[1:] - self.starts[:-1]
        best = np.zeros(len(spans))
        if len(self.weight):
            best[spans > 0] = np.maximum.reduceat(self.weight, self.starts[:-1][spans > 0])
        return best

    def where(self, chosen: Mask) -> Coverage:
        """Return the same with those entries alone for which `chosen` is true."""
        kept = np.concatenate([[0], np.cumsum(chosen)])
        return Coverage(kept[self.starts], self.token[chosen], self.weight[chosen])

    def spread(self, row: I64, term: I64) -> tuple[I64, I64, F64]:
        """Return for each pair of row and term all tokens covered: rows, tokens, weights."""
        begin, spans = self.starts[term], self.starts[term + 1] - self.starts[term]
        at = runs(begin, spans)
        return np.repeat(row, spans), self.token[at], self.weight[at]


def runs(begin: I64, spans: I64) -> I64:
    """Return the numbers from each beginning on, as many as its span, one run after the other.

    >>> runs(np.array([5, 20]), np.array([2, 3])).tolist()
    [5, 6, 20, 21, 22]
    """
    ends = np.cumsum(spans)
    steps: I64 = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + spans, spans)
    return steps


class Batch:
    """Messages, each with candidates; `query[r]` is the number of the message of row r, the rows in their order."""

    def __init__(self, queries: Sequence[Query], found: Sequence[Candidates]) -> None:
        """Every message must have candidates."""
        self.queries, self.found = tuple(queries), tuple(found)
        counts = np.array([len(one.doc) for one in found])
        self.starts: I64 = np.cumsum(counts) - counts
        self.query: I64 = np.repeat(np.arange(len(queries)), counts)
        self.count = len(self.query)
        self.lengths = np.array([len(one.token_weight) for one in queries])
        self.number: I64 = np.repeat(np.arange(len(queries)), self.lengths)
        self.place: I64 = runs(np.zeros_like(self.lengths), self.lengths)
        self.tokens: U32 = self.joined(lambda query: query.analysed.folded)
        self.marked = np.array([one.marked for one in queries])

    def joined(self, part: Callable[[Query], NDArray[_T]]) -> NDArray[_T]:
        """Return a part of each message, one after the other."""
        return np.concatenate([part(one) for one in self.queries])

    def candidates(self, part: Callable[[Candidates], NDArray[_T]]) -> NDArray[_T]:
        """Return a part of the candidates of each message, one after the other."""
        return np.concatenate([part(one) for one in self.found], axis=-1)

    def highest(self, values: F64) -> F64:
        """Return for each row the highest value among the candidates of its message."""
        found: F64 = np.maximum.reduceat(values, self.starts)[self.query]
        return found

    def table(self, values: F64) -> F64:
        """Return what each token of the messages has as a table, one row a message, 0 after its end."""
        table = np.zeros((len(self.queries), int(self.lengths.max(initial=1))))
        table[self.number, self.place] = values
        return table

    @cached_property
    def keys(self) -> dict[str, U64]:
        """The keys of the terms of each field, ascending."""
        return {field: self._keys(field) for field in ("folded", "bigrams", "words")}

    def _keys(self, field: str) -> U64:
        counts = [len(query.terms[field].hashes) for query in self.queries]
        numbers = np.repeat(np.arange(len(counts)), counts)
        return keyed(numbers, self.joined(lambda query: query.terms[field].hashes))

    def weights(self, field: str) -> F64:
        """Return the weight of each term of a field."""
        return np.concatenate([np.empty(0), *(one.weights[field] for one in self.found if field in one.weights)])

    def coverage(self, field: str) -> Coverage:
        """Return what the single words (`folded`) or pairs of words (`bigrams`) that are looked for stand for."""
        is_pair = field == "bigrams"
        chosen = [query.alternatives.is_pair == is_pair for query in self.queries]

        def part(take: Callable[[Alternatives], NDArray[_T]]) -> NDArray[_T]:
            return np.concatenate([take(q.alternatives)[use] for q, use in zip(self.queries, chosen, strict=True)])

        begin = part(lambda ways: ways.begin)
        spans = part(lambda ways: ways.end) - begin
        numbers = np.repeat(np.arange(len(chosen)), [np.count_nonzero(use) for use in chosen])
        term = np.searchsorted(self.keys[field], keyed(numbers, part(lambda ways: ways.hashes)))
        weight = part(lambda ways: ways.weight)
        return Coverage.of(len(self.keys[field]), np.repeat(term, spans), runs(begin, spans), np.repeat(weight, spans))

    def typed(self) -> tuple[U64, Coverage]:
        """Return the keys of the messages' words with their marks, and which tokens they are."""
        marks: U8 = self.joined(lambda query: query.analysed.marks)
        all_keys = keyed(self.number, word_hashes(self.tokens, marks))
        keys, term = np.unique(all_keys, return_inverse=True)
        return keys, Coverage.of(len(keys), term, self.place, np.ones(len(term)))
