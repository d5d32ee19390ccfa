"""Which references may show what the query shows: votes of local features that share a visual word.

A vote counts for more the rarer its word is (IDF) and the nearer the two codes are (Hamming embedding, Jégou et al.
2008), and for less the more references its feature finds (bursts: Jégou et al. 2009): lettering and logos that a whole
collection shares decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.words import WORDS

# Signatures of the same feature seen twice differ in few of 64 bits; beyond so many a vote is noise (words.py).
_FAR = 14
_WIDTH = 9.0
# So many of a query's features vote, under so many words each, the rarest words first, until so many postings are read.
_VOTERS, NAMES = 450, 3
_MOST_READ = 6_000_000
# Weights are counted in steps of 1/64; none reaches 1,024.
_STEPS, _STEP_BITS = 64, 16
_MOST_STEPS = (1 << _STEP_BITS) - 1


@dataclass(frozen=True, slots=True)
class Postings:
    """By word, the features of a segment: `docs[offsets[w]:offsets[w + 1]]` with their signatures."""

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
    signatures: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the references with votes, ascending, and their votes.

    `starts[i]` is the number of the first reference of the i-th segment; `words` and `signatures` (n, k) are the
    query's. Cost: 10 ns for each feature of the collection that shares a word, at most `_MOST_READ` of them.
    """
    if not postings or not len(words):
        return np.empty(0, np.int64), np.empty(0)
    words, signatures = words[:_VOTERS, :NAMES], signatures[:_VOTERS, :NAMES].ravel()
    voters, names = np.repeat(np.arange(len(words)), words.shape[1]), words.ravel().astype(np.int64)
    kept = _affordable(postings, names)
    voters, names, signatures = voters[kept], names[kept], signatures[kept]
    near = [_near(p, names, signatures, start) for p, start in zip(postings, starts, strict=True)]
    docs, of, apart = (np.concatenate([one[part] for one in near]) for part in range(3))
    return _counted(docs, voters[of], rare[names[of]] ** 2 * np.exp(-((apart / _WIDTH) ** 2)))


def _affordable(postings: Sequence[Postings], names: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which words to look up: the rarest, as long as there are not too many postings to read."""
    counts = np.zeros(len(names), np.int64)
    for one in postings:
        counts += one.offsets[names + 1].astype(np.int64) - one.offsets[names]
    order = np.argsort(counts, kind="stable")
    return np.sort(order[np.cumsum(counts[order]) <= _MOST_READ])


def _counted(
    docs: NDArray[np.int64], who: NDArray[np.int64], weight: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the references and the sums of their votes: of each feature the best vote, less where it has many."""
    # One number for reference, feature and weight sorts faster than three.
    steps = np.minimum(weight * _STEPS, _MOST_STEPS).astype(np.int64)
    keys = np.sort(((docs * _VOTERS + who) << _STEP_BITS) | steps)
    pair = keys >> _STEP_BITS
    last = np.ones(len(keys), bool)
    last[:-1] = pair[1:] != pair[:-1]
    pair, best = pair[last], (keys[last] & _MOST_STEPS) / _STEPS
    docs, who = pair // _VOTERS, pair % _VOTERS
    best /= np.sqrt(np.bincount(who, minlength=_VOTERS)[who])
    begins = np.flatnonzero(np.diff(docs, prepend=-1))
    return docs[begins], np.add.reduceat(best, begins) if len(begins) else np.empty(0)


def _near(
    postings: Postings, names: NDArray[np.int64], signatures: NDArray[np.uint64], start: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return reference, place in `names` and distance of the features whose signatures are near."""
    begins = postings.offsets[names].astype(np.int64)
    counts = postings.offsets[names + 1].astype(np.int64) - begins
    of = np.repeat(np.arange(len(names)), counts)
    at = np.arange(len(of)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
    apart = np.bitwise_count(postings.codes[at] ^ signatures[of])
    kept = np.flatnonzero(apart <= _FAR)
    return postings.docs[at[kept]].astype(np.int64) + start, of[kept], apart[kept]
