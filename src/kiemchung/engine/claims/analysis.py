"""Texts as arrays of hashed tokens: what the index stores of a review and looks up for a message."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.facts import packed, read_facts
from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.pieces import Remembered, cut
from kiemchung.engine.text.stem import stem_token
from kiemchung.engine.text.tokens import comparable, split_solid, words_of
from kiemchung.engine.types import Review

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]

# A longer part adds nothing to what its claim is about; a 1 MB message must not cost a second.
CLAIM_TOKENS = 512
BODY_TOKENS = 320
_CHARACTERS_PER_TOKEN = 12
# One word and no more: nothing in it is to be cut.
_LATIN_WORD = re.compile("[a-zà-öø-ÿāăđēĩīōũūơưạ-ỹ]+")


def hash_text(text: str) -> int:
    """Return a 32-bit hash that is the same in every process and on every machine.

    >>> hash_text("vắc xin") == hash_text("vắc xin")
    True
    """
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def term_hash(token: str) -> int:
    """Return the hash under which a word is looked up: folded and stemmed.

    >>> term_hash("tiền") == term_hash("tien"), term_hash("vaccines") == term_hash("vaccine")
    (True, True)
    """
    return _term_hashes[token]


_term_hashes = Remembered(lambda token: hash_text(stem_token(token)))


def _token_id(token: str) -> int:
    """Return `fold hash << 8 | mark`, where mark is 0 for a token without marks."""
    mark = 0 if fold_token(token) == token else 1 + hash_text(token) % 255
    return term_hash(token) << 8 | mark


_token_ids = Remembered(_token_id)


@dataclass(frozen=True, slots=True)
class Analysed:
    """One text: its words in order as fold hashes (`folded`) with a byte for the marks (`marks`, 0 = none).

    `spaced` is the folded text with single blanks, from which character 4-grams are cut; `facts` are packed values
    (see `facts`).
    """

    folded: U32
    marks: U8
    spaced: str
    facts: U32


_NO_FACTS: U32 = np.empty(0, np.uint32)


def _ids(tokens: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(_token_ids.__getitem__, tokens), np.uint64, len(tokens))


def _read_piece(comparable_text: str) -> tuple[list[str], list[int], str]:
    """Return the tokens with their ids, and the folded words."""
    if _LATIN_WORD.fullmatch(comparable_text):
        return [comparable_text], [_token_ids[comparable_text]], fold_token(comparable_text)
    words = words_of(comparable_text)
    tokens = split_solid(words)
    return tokens, [_token_ids[token] for token in tokens], " ".join(map(fold_token, words))


_read_pieces = Remembered(_read_piece)


def marks_of(tokens: Sequence[str]) -> U8:
    """Return a byte for the marks of each token, 0 for none."""
    return (_ids(tokens) & np.uint64(0xFF)).astype(np.uint8)


def is_marked(marks: U8) -> bool:
    """Return whether a text is typed with marks (then a missing mark says something)."""
    return len(marks) > 0 and int(np.count_nonzero(marks)) >= 0.25 * len(marks)


def analyse_words(text: str, limit: int) -> tuple[Analysed, str, list[str]]:
    """Return the arrays of one text without its facts, the comparable text, and all its tokens or `limit` of them."""
    read = _read(text, limit)
    folded, marks = _arrays(read.ids)
    return Analysed(folded, marks, read.spaced, _NO_FACTS), read.ready, read.tokens


class _Read(NamedTuple):
    """A text before it becomes arrays: comparable (`ready`), its tokens and their ids, the folded words (`spaced`)."""

    ready: str
    tokens: list[str]
    ids: list[int]
    spaced: str


_NOTHING = _Read("", [], [], "")


def _read(text: str, limit: int) -> _Read:
    if not text:  # most reviews have no title or no body
        return _NOTHING
    ready = comparable(text[: limit * _CHARACTERS_PER_TOKEN])
    by_piece, ids_by_piece, spaced = zip(*map(_read_pieces.__getitem__, cut(ready)), strict=True)
    tokens, ids = list(chain.from_iterable(by_piece)), list(chain.from_iterable(ids_by_piece))
    if len(tokens) <= limit:
        return _Read(ready, tokens, ids, " ".join(filter(None, spaced)))
    words = words_of(ready)[:limit]
    tokens, ids, folded_words = _read_piece(" ".join(words))
    return _Read(ready, tokens[:limit], ids[:limit], folded_words)


def _arrays(ids: list[int]) -> tuple[U32, U8]:
    """Return the fold hashes and the marks of token ids."""
    both = np.array(ids, np.uint64)
    return (both >> np.uint64(8)).astype(np.uint32), (both & np.uint64(0xFF)).astype(np.uint8)


def word_hashes(folded: U32, marks: U8) -> U32:
    """Return a hash for each word as typed, marks included."""
    mixed = (folded ^ (marks.astype(np.uint32) * np.uint32(0x9E3779B1))) * np.uint32(0x85EBCA6B)
    return mixed ^ (mixed >> np.uint32(15))


def bigram_hashes(folded: U32) -> U32:
    """Return a hash for each pair of neighbouring folded words, shape `(n - 1,)`."""
    return pair_hashes(folded[:-1], folded[1:])


def pair_hashes(first: U32, second: U32) -> U32:
    """Return a hash for each word of `first` followed by that of `second`."""
    mixed: U32 = np.add(
        first * np.uint32(0x9E3779B1),
        (second ^ (second >> np.uint32(13))) * np.uint32(0xC2B2AE35),
        dtype=np.uint32,
    )
    return mixed ^ (mixed >> np.uint32(16))


def pair_hash(first: int, second: int) -> int:
    """Return `pair_hashes` of two single hashes, without the cost of arrays."""
    mixed = (first * 0x9E3779B1 + (second ^ (second >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)


def gram_hashes(spaced: str) -> U32:
    """Return a hash for each four neighbouring characters of the folded text, a blank added at both ends.

    >>> len(gram_hashes("an"))
    1
    """
    codes = np.frombuffer(f" {spaced} ".encode("utf-32-le", "surrogatepass"), np.uint32)
    if len(codes) < 4:
        return np.empty(0, np.uint32)
    mixed = codes[:-3] * np.uint32(0x9E3779B1)
    for position, factor in ((1, 0x85EBCA6B), (2, 0xC2B2AE35), (3, 0x27D4EB2F)):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(5) + codes[
            position : len(codes) - 3 + position
        ] * np.uint32(factor)
    return mixed ^ (mixed >> np.uint32(16))


@dataclass(frozen=True, slots=True)
class AnalysedReview:
    """A review as arrays: claim, title and body one after the other; `parts` holds their three lengths."""

    review_id: str
    folded: U32
    marks: U8
    parts: tuple[int, int, int]
    spaced: str
    facts: U32


def analyse_review(review: Review) -> AnalysedReview:
    """Return the arrays of a review. About 100 microseconds for a claim with title and a short body.

    >>> analyse_review(Review(id="1", claim="Tỏi chữa cúm", title="Không đúng")).parts
    (3, 2, 0)
    """
    claim, title = _read(review.claim, CLAIM_TOKENS), _read(review.title, CLAIM_TOKENS)
    body = _read(review.body, BODY_TOKENS)
    folded, marks = _arrays([*claim.ids, *title.ids, *body.ids])
    in_claim, in_head = len(claim.ids), len(claim.ids) + len(title.ids)
    heads = ((claim, marks[:in_claim]), (title, marks[in_claim:in_head]))
    return AnalysedReview(
        review_id=review.id,
        folded=folded,
        marks=marks,
        parts=(in_claim, len(title.ids), len(body.ids)),
        spaced=f"{claim.spaced}\n{title.spaced}\n{body.spaced}",
        facts=packed(
            fact
            for text, own in heads
            if text.ready
            for fact in read_facts(text.ready, text.tokens, marked=is_marked(own))
        ),
    )


def analyse_reviews(reviews: Sequence[Review]) -> list[AnalysedReview]:
    """Return `analyse_review` of each."""
    return [analyse_review(review) for review in reviews]
