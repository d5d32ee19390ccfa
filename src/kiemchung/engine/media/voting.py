"""Which references may show what the query shows: votes of local features that share a visual word.

A vote counts for more the rarer its word is (IDF) and the nearer the two codes are (Hamming embedding, Jégou et al.
2008), and for less the more references its feature finds (bursts: Jégou et al. 2009): lettering and logos that a whole
collection shares decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.words import WORDS

# Codes of the same feature seen twice differ in few of 64 bits; beyond so many a vote is noise.
_FAR = 18
_WIDTH = 11.0
# So many of a query's features vote, under so many words each.
_VOTERS, _NAMES = 450, 3


@dataclass(frozen=True, slots=True)
class Postings:
    """By word, the features of a segment: `docs[offsets[w]:offsets[w + 1]]` with the first 64 bits of their codes."""

    offsets: NDArray[np.uint32]
    docs: NDArray[np.uint16]
    codes: NDArray[np.uint64]

    @classmethod
    def of(cls, words: NDArray[np.uint16], docs: NDArray[np.int64], codes: NDArray[np.uint64]) -> Postings:
        """Return the postings of features (n,), given the word, the picture and the code of each."""
        order = np.argsort(words, kind="stable")
        counts = np.bincount(words, minlength=WORDS)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        return cls(offsets, docs[order].astype(np.uint16), codes[order])


def rarity(postings: Sequence[Postings]) -> NDArray[np.float32]:
    """Return what a vote of each word counts, shape (65,536,): the logarithm of features over features so named."""
    counts = np.zeros(WORDS, np.int64)
    for one in postings:
        offsets = one.offsets.astype(np.int64)
        counts += offsets[1:] - offsets[:-1]
    rare: NDArray[np.float32] = np.log1p(counts.sum() / (counts + 1.0)).astype(np.float32)
    return rare


def votes(
    postings: Sequence[Postings],
    starts: Sequence[int],
    rare: NDArray[np.float32],
    words: NDArray[np.uint16],
    codes: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the references with votes, ascending, and their votes.

    `starts[i]` is the number of the first reference of the i-th segment; `words` (n, …) and `codes` (n, 4) are the
    query's. Cost: 10 ns for each feature of the collection that shares a word.
    """
    names = np.ascontiguousarray(words[:_VOTERS, :_NAMES]).ravel().astype(np.int64)
    voters = np.repeat(np.arange(min(len(words), _VOTERS)), min(_NAMES, words.shape[1]))
    near = [_near(p, names, voters, codes[:, 0], start) for p, start in zip(postings, starts, strict=True)]
    if not near:
        return np.empty(0, np.int64), np.empty(0)
    docs, who, of, apart = (np.concatenate([one[part] for one in near]) for part in range(4))
    weight = rare[names[of]] ** 2 * np.exp(-((apart / _WIDTH) ** 2))
    # One vote a feature and reference: its best.
    keys = docs * _VOTERS + who
    order = np.lexsort((-weight, keys))
    keys, weight = keys[order], weight[order]
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    docs, who, weight = keys[first] // _VOTERS, keys[first] % _VOTERS, weight[first].astype(np.float64)
    weight /= np.sqrt(np.bincount(who, minlength=_VOTERS)[who])
    found, inverse = np.unique(docs, return_inverse=True)
    return found, np.bincount(inverse, weight, len(found)).astype(np.float64)


def _near(
    postings: Postings,
    names: NDArray[np.int64],
    voters: NDArray[np.int64],
    codes: NDArray[np.uint64],
    start: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return reference, voter, place in `names` and distance of the features whose codes are near."""
    begins = postings.offsets[names].astype(np.int64)
    counts = postings.offsets[names + 1].astype(np.int64) - begins
    of = np.repeat(np.arange(len(names)), counts)
    at = np.arange(len(of)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
    apart = np.bitwise_count(postings.codes[at] ^ np.repeat(codes[voters], counts))
    kept = np.flatnonzero(apart <= _FAR)
    of = of[kept]
    return postings.docs[at[kept]].astype(np.int64) + start, voters[of], of, apart[kept]
