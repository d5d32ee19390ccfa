"""A message as the terms to look up: its own words, what they may stand for, and how much each counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import (
    BODY_TOKENS,
    Analysed,
    analyse_text,
    bigram_hashes,
    gram_hashes,
    is_marked,
    term_hash,
    word_hashes,
)
from kiemchung.engine.claims.candidates import FieldTerms, Terms
from kiemchung.engine.claims.dense import F32, Encoder
from kiemchung.engine.claims.facts import packed, read_facts
from kiemchung.engine.text import lexicon, spelling
from kiemchung.engine.text.language import recognise_language
from kiemchung.engine.text.tokens import clean, comparable, split_solid, words_of

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]

# How much another way of saying counts beside the word itself; chosen on the project's own messages (training/).
SHORTHAND_WEIGHT = 0.9
SPELLING_WEIGHT = 0.8
SYNONYM_WEIGHT = (0.75, 0.45)
# Words of forwarding and function words say little of what the claim is.
CHATTER_WEIGHT = 0.1
FUNCTION_WEIGHT = 0.4
SURE_SHORTHAND = 0.8
_MOST_ALTERNATIVES = 24
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What each part of a message may stand for, the words themselves included.

    Row i: the folded word (`is_pair[i]` false) or pair of words with `hashes[i]` stands for the tokens `begin[i]` to
    `end[i]` with `weight[i]` (1 = the word itself).
    """

    hashes: U32
    is_pair: NDArray[np.bool_]
    begin: I64
    end: I64
    weight: F64


@dataclass(frozen=True, slots=True)
class Query:
    """A message ready to be looked up: its own arrays, the weight of each token, the alternatives, the field terms."""

    analysed: Analysed
    token_weight: F64
    alternatives: Alternatives
    marked: bool
    vietnamese: bool
    english: bool
    terms: Terms
    vector: F32 | None = None


def analyse_queries(texts: Sequence[str], encoder: Encoder | None = None) -> list[Query]:
    """Return messages ready to be looked up, with their vectors when there is an encoder."""
    queries = [analyse_query(text) for text in texts]
    if encoder is None or not texts:
        return queries
    vectors = encoder.encode([clean(text) for text in texts])
    return [replace(query, vector=vector) for query, vector in zip(queries, vectors, strict=True)]


def analyse_query(text: str) -> Query:
    """Return a message ready to be looked up. About 200 microseconds for a message of 25 words.

    >>> analyse_query("mn oi uong nuoc chanh").marked
    False
    """
    analysed = analyse_text(text, limit=BODY_TOKENS, with_facts=False)
    ready = comparable(text[: BODY_TOKENS * 12])
    tokens = split_solid(words_of(ready))[: len(analysed.folded)]
    marked, vietnamese = is_marked(analysed.marks), spelling.looks_vietnamese(tokens)
    facts = read_facts(spelled_out(ready) if vietnamese else ready, tokens, marked=marked)
    alternatives = list(_alternatives(tokens, marked=marked, vietnamese=vietnamese))
    ways = Alternatives(
        hashes=np.array([a[0] for a in alternatives], np.uint32),
        is_pair=np.array([a[1] for a in alternatives], bool),
        begin=np.array([a[2] for a in alternatives], np.int64),
        end=np.array([a[3] for a in alternatives], np.int64),
        weight=np.array([a[4] for a in alternatives], np.float64),
    )
    weight = _token_weights(tokens, marked=marked)
    analysed = replace(analysed, facts=packed(facts))
    english = not vietnamese and recognise_language(ready).code == "en"
    return Query(analysed, weight, ways, marked, vietnamese, english, _terms(analysed, weight, ways))


def spelled_out(comparable_text: str) -> str:
    """Return the text with shorthand that stands for one thing only written out (`ko` is `không`).

    >>> spelled_out("ko dùng đc")
    'không dùng được'
    """
    table = lexicon.shorthand()

    def written(match: re.Match[str]) -> str:
        ways = table.get(match.group(), ())
        return " ".join(ways[0][0]) if ways and ways[0][1] >= SURE_SHORTHAND else match.group()

    return _WORD.sub(written, comparable_text)


def _token_weights(tokens: list[str], *, marked: bool) -> F64:
    chatter = lexicon.chatter()
    words = chatter.function_words
    weight = np.array([FUNCTION_WEIGHT if token in words else 1.0 for token in tokens])
    for found in chatter.phrases.find(tokens, marked=marked):
        weight[found.begin : found.end] = np.minimum(weight[found.begin : found.end], CHATTER_WEIGHT)
    return weight


def _alternatives(tokens: list[str], *, marked: bool, vietnamese: bool) -> Iterator[tuple[int, bool, int, int, float]]:
    for at, token in enumerate(tokens):
        yield term_hash(token), False, at, at + 1, 1.0
        if not vietnamese:
            continue
        for way in spelling.variants(token):
            yield term_hash(way), False, at, at + 1, SPELLING_WEIGHT
        for phrase, likely in lexicon.shorthand().get(token, ())[:3]:
            yield from _phrase(phrase, at, at + 1, SHORTHAND_WEIGHT * likely)
    groups = lexicon.synonyms()
    for found in groups.table.find(tokens, marked=marked or not vietnamese):
        own = tuple(tokens[found.begin : found.end])
        for group in found.values:
            weight = SYNONYM_WEIGHT[groups.tightness[group] - 1]
            for phrase in groups.members[group][:_MOST_ALTERNATIVES]:
                if phrase != own:
                    yield from _phrase(phrase, found.begin, found.end, weight)


def _phrase(phrase: lexicon.Phrase, begin: int, end: int, weight: float) -> Iterator[tuple[int, bool, int, int, float]]:
    if len(phrase) == 1:
        yield term_hash(phrase[0]), False, begin, end, weight
        return
    folded = np.array([term_hash(word) for word in phrase], np.uint32)
    share = weight if len(phrase) == 2 else weight * 0.8
    for pair in bigram_hashes(folded).tolist():
        yield pair, True, begin, end, share


def _unique(hashes: U32, weights: F64) -> FieldTerms:
    """Return each hash once, with its highest weight."""
    if not len(hashes):
        return FieldTerms(hashes, weights)
    order = np.lexsort((-weights, hashes))
    hashes, weights = hashes[order], weights[order]
    first = np.concatenate([[True], hashes[1:] != hashes[:-1]])
    return FieldTerms(hashes[first], weights[first])


def _terms(analysed: Analysed, weight: F64, ways: Alternatives) -> Terms:
    folded, marks = analysed.folded, analysed.marks
    marked = marks > 0
    # An alternative inherits the weight of the words it stands for.
    running = np.concatenate([[0.0], np.cumsum(weight)])
    inherited = ways.weight * (running[ways.end] - running[ways.begin]) / np.maximum(ways.end - ways.begin, 1)
    single, pair = ~ways.is_pair, ways.is_pair
    own_pairs = bigram_hashes(folded)
    pair_weight = (weight[:-1] + weight[1:]) / 2
    return {
        "words": _unique(word_hashes(folded[marked], marks[marked]), weight[marked]),
        "folded": _unique(ways.hashes[single], inherited[single]),
        "bigrams": _unique(
            np.concatenate([own_pairs, ways.hashes[pair]]), np.concatenate([pair_weight, inherited[pair]])
        ),
        "grams": _unique(gram_hashes(analysed.spaced), _gram_weights(analysed.spaced, weight)),
        "body": _unique(ways.hashes[single], inherited[single]),
    }


def _gram_weights(spaced: str, weight: F64) -> F64:
    """Return for each 4-gram of the text the weight of the word its second character lies in."""
    count = max(len(spaced) - 1, 0)
    words = spaced.split(" ")
    if len(words) != len(weight):  # writing without spaces: words are not tokens
        return np.ones(count)
    spans = np.repeat(weight, [len(word) + 1 for word in words]) if words else np.empty(0)
    return spans[:count]
