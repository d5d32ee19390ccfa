"""Votes: whose features they are, which words are read, what a signature tells apart."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiemchung.engine.media import voting
from kiemchung.engine.media.voting import Postings, rarity, votes
from kiemchung.engine.media.words import rooted, signatures_of, words_of

EACH, PICTURES = 20, 30
Roots = NDArray[np.float32]


@pytest.fixture(scope="module")
def roots() -> Roots:
    return rooted(np.random.default_rng(1).integers(0, 255, (EACH * PICTURES, 128)).astype(np.uint8))


@pytest.fixture(scope="module")
def postings(roots: Roots) -> Postings:
    words = words_of(roots, assigned=1)[:, 0]
    return Postings.of(words, np.repeat(np.arange(PICTURES), EACH), signatures_of(roots, words))


def asked(roots: Roots, postings: Postings, picture: int) -> tuple[list[int], list[float]]:
    own = roots[picture * EACH : (picture + 1) * EACH]
    words = words_of(own)
    docs, score = votes([postings], [100], rarity([postings]), words, signatures_of(own, words))
    return docs.tolist(), score.tolist()


def test_a_picture_gets_the_votes_of_its_own_features(roots: Roots, postings: Postings) -> None:
    for picture in range(PICTURES):
        docs, score = asked(roots, postings, picture)
        assert docs[int(np.argmax(score))] == 100 + picture
        assert docs == sorted(set(docs))


def test_where_too_much_would_be_read_the_rarest_words_are(
    monkeypatch: pytest.MonkeyPatch, roots: Roots, postings: Postings
) -> None:
    counts = np.diff(postings.offsets.astype(np.int64))
    names = words_of(roots[:EACH]).ravel().astype(np.int64)
    monkeypatch.setattr(voting, "_MOST_READ", 15)
    kept = voting._affordable([postings], names)
    left = np.setdiff1d(np.arange(len(names)), kept)
    assert counts[names[kept]].sum() <= 15
    assert counts[names[kept]].max() <= counts[names[left]].min(initial=99)


def test_nothing_gets_no_votes(postings: Postings) -> None:
    empty = np.empty((0, 3), np.uint16)
    assert len(votes([postings], [0], rarity([postings]), empty, empty.astype(np.uint64))[0]) == 0
    assert len(votes([], [], rarity([]), empty, empty.astype(np.uint64))[0]) == 0


def test_a_signature_is_of_the_feature_in_its_word(roots: Roots) -> None:
    words = words_of(roots)
    several = signatures_of(roots, words)
    assert several.shape == words.shape
    assert (signatures_of(roots, words[:, 1]) == several[:, 1]).all()
    apart = np.bitwise_count(several[:-1, 0] ^ several[1:, 0])
    assert 20 < np.median(apart) < 44


def test_the_nearest_word_alone_is_the_first_of_the_nearest(roots: Roots) -> None:
    assert np.array_equal(words_of(roots, assigned=1)[:, 0], words_of(roots)[:, 0])
    assert words_of(roots[:0], assigned=1).shape == (0, 1)
