"""Says whether a message retells a claim with one thing in it exchanged: then its review is not the answer.

"Cắm sạc *xe máy điện* qua đêm làm hỏng pin" shares nearly all its words with a claim about telephones. What was
exchanged need not be in any table: the words of both are set side by side, and where a word of the claim that the
message lacks stands opposite a word of the message that the whole review lacks, and all the rest agrees, the message
is about something else. A message that says the claim freely is never judged: there is no such place in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.analysis import BODY_TOKENS, CLAIM_TOKENS, is_marked, marks_of
from kiemchung.engine.claims.shared_words import content
from kiemchung.engine.text import lexicon
from kiemchung.engine.text.spelling import is_syllable, looks_vietnamese
from kiemchung.engine.text.stem import stem_token
from kiemchung.engine.text.tokens import comparable, split_solid, words_of
from kiemchung.engine.text.units import SCALES, UNITS
from kiemchung.engine.types import Review

F64 = NDArray[np.float64]
Mask = NDArray[np.bool_]
Weigh = Callable[[Sequence[str]], F64]

# What is exchanged weighs at least this share of the heaviest word there can be, on both sides.
LEAST_EXCHANGED = 0.25
# What is lacking besides, of the message in the review and of the claim in the message: nearly nothing.
MOST_BESIDE = 0.05
# So much of the claim stands in the message word by word and in its order. This and the other numbers here were chosen
# on messages out of fold, and differ little from their neighbours there: docs/decisions/0037.
LEAST_ALIGNED = 0.6
# A message of which this share and so many words stand in a part of the claim retells that part; what the claim says
# before and behind may be left unsaid.
LEAST_RETOLD = 0.7
LEAST_WORDS = 3
# A sentence of which the claim has less than this is packaging: "chia sẻ gấp cho người thân".
LEAST_OF_SENTENCE = 0.33
# What stands in one place: a name, a short phrase; more is another way of saying it.
MOST_WORDS = 4
# A slip of the keyboard is no other word.
_SLIP = 0.75
_SENTENCE_END = re.compile(r"[.!?…:;\n]+(?![^\W_])")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


class Exchange(NamedTuple):
    """The words of the message and the words of the claim that stand in their place."""

    said: str
    checked: str


@dataclass(frozen=True)
class _Text:
    """Words in order (`tokens`), their stems, and how the text is typed."""

    tokens: list[str]
    stems: list[str]
    vietnamese: bool
    marked: bool

    def keys(self, *, marked: bool) -> list[str]:
        """Return what is compared: stems, or the letters without tones where both texts are typed with marks."""
        if not marked:
            return self.stems
        pairs = zip(self.tokens, self.stems, strict=True)
        return [stem if token.isascii() else _toneless(token) for token, stem in pairs]

    @cached_property
    def about(self) -> list[bool]:
        """Which words say what the text is about, units among them."""
        return content(self)

    @cached_property
    def says(self) -> Mask:
        """Which words say what the text is about; quantities are facts, and compared as such."""
        about = zip(self.about, self.tokens, strict=True)
        return np.array(
            [one and len(word) > 1 and word not in UNITS and word not in SCALES for one, word in about], bool
        )

    @cached_property
    def groups(self) -> list[frozenset[int]]:
        """The groups of synonyms that each word belongs to."""
        groups: list[frozenset[int]] = [frozenset()] * len(self.tokens)
        marked = self.marked or not self.vietnamese
        for found in lexicon.synonyms().table.find(self.tokens, marked=marked):
            for at in range(found.begin, found.end):
                groups[at] |= frozenset(found.values)
        return groups

    def ways(self, at: int) -> list[list[str]]:
        """Return the stems of what a word may be short for."""
        ways = lexicon.shorthand().get(self.tokens[at], ()) if self.vietnamese else ()
        return [[stem_token(word) for word in phrase] for phrase, _weight in ways]


class _Run(NamedTuple):
    """A run of the message (`begin` to `end`) beside one of the claim, the same words or not."""

    same: bool
    begin: int
    end: int
    other_begin: int
    other_end: int


@dataclass(frozen=True, slots=True)
class _Sides:
    """A message and a claim side by side: the runs, the weight of each word (`own`, `other`; 0 for those that say
    little), and of those the review or the message lacks."""

    runs: list[_Run]
    own: F64
    other: F64
    foreign: F64
    missing: F64


def exchanged(message: str, review: Review, weigh: Weigh) -> Exchange | None:
    """Return what a message has in place of a thing of the claim, all else being equal; `None` where nothing is.

    `weigh` says how much words say, 1 the most. Cost: some 1.5 ms for a message of 20 words; only asked of what would
    be answered.

    >>> same = lambda words: np.ones(len(words))
    >>> exchanged("cắm sạc laptop qua đêm làm hỏng pin", Review("1", "Cắm sạc điện thoại qua đêm làm hỏng pin."), same)
    Exchange(said='laptop', checked='điện thoại')
    >>> exchanged("cắm sạc đt qua đêm có hại pin ko", Review("1", "Cắm sạc điện thoại qua đêm làm hỏng pin."), same)
    """
    claim = _read(review.claim, CLAIM_TOKENS)
    said = _retold(message, claim, weigh)
    if not said.tokens or not claim.tokens:
        return None
    sides = _side_by_side(said, claim, review, weigh)
    for run in _joined(sides.runs) if said.vietnamese else sides.runs:
        if not run.same and _is_exchange(said, claim, sides, run) and _is_all(sides, run):
            return Exchange(_words(said, run.begin, run.end), _words(claim, run.other_begin, run.other_end))
    return None


def _side_by_side(said: _Text, claim: _Text, review: Review, weigh: Weigh) -> _Sides:
    marked = said.marked and claim.marked
    matcher = SequenceMatcher(None, said.keys(marked=marked), claim.keys(marked=marked), autojunk=False)
    rest = [_read(review.title, CLAIM_TOKENS), _read(review.body, BODY_TOKENS)]
    own, other = weigh(said.tokens) * said.says, weigh(claim.tokens) * claim.says
    return _Sides(
        runs=[_Run(tag == "equal", *places) for tag, *places in matcher.get_opcodes()],
        own=own,
        other=other,
        foreign=own * _lacking(said, [claim, *rest], marked=marked),
        missing=other * _lacking(claim, [said], marked=marked),
    )


def _is_all(sides: _Sides, run: _Run) -> bool:
    """Say whether nearly nothing else differs, in the whole claim or in the part of it that the message retells."""
    beside = sides.foreign.sum() - sides.foreign[run.begin : run.end].sum()
    if beside > MOST_BESIDE * sides.own.sum():
        return False
    begin, end = _part(sides, run)
    unsaid = sides.missing[begin:end].sum() - sides.missing[run.other_begin : run.other_end].sum()
    whole = sides.other[begin:end].sum()
    aligned = sum(sides.other[one.other_begin : one.other_end].sum() for one in sides.runs if one.same)
    return bool(unsaid <= MOST_BESIDE * whole and aligned >= LEAST_ALIGNED * whole)


def _part(sides: _Sides, run: _Run) -> tuple[int, int]:
    """Return where the part of the claim begins and ends that the message retells."""
    same = [one for one in sides.runs if one.same]
    held = np.concatenate([sides.own[one.begin : one.end] for one in same]) if same else np.zeros(0)
    if np.count_nonzero(held) < LEAST_WORDS or held.sum() < LEAST_RETOLD * sides.own.sum():
        return 0, len(sides.other)
    return min(same[0].other_begin, run.other_begin), max(same[-1].other_end, run.other_end)


def _read(text: str, limit: int) -> _Text:
    return _text(split_solid(words_of(comparable(text[: limit * 12])))[:limit])


def _text(tokens: list[str]) -> _Text:
    stems = [stem_token(token) for token in tokens]
    return _Text(tokens, stems, looks_vietnamese(tokens), is_marked(marks_of(tokens)))


def _retold(message: str, claim: _Text, weigh: Weigh) -> _Text:
    """Return the sentences of a message that say something of the claim: the others stand around it."""
    sentences = [_read(part, BODY_TOKENS) for part in _SENTENCE_END.split(comparable(message[: BODY_TOKENS * 12]))]
    kept: list[str] = []
    for sentence in sentences:
        weight = weigh(sentence.tokens) * sentence.says if sentence.tokens else np.zeros(0)
        lacking = weight * _lacking(sentence, [claim], marked=False) if len(weight) else weight
        if float(weight.sum() - lacking.sum()) >= LEAST_OF_SENTENCE * float(weight.sum()):
            kept += sentence.tokens
    return _text(kept[:BODY_TOKENS])


def _lacking(text: _Text, others: Sequence[_Text], *, marked: bool) -> Mask:
    """Return which words that say something are in none of the other texts, in no other words either."""
    known: set[str] = set()
    spelled: set[str] = set()
    groups: set[int] = set()
    for other in others:
        known.update(other.keys(marked=marked))
        spelled.update(stem for at in range(len(other.tokens)) for way in other.ways(at) for stem in way)
        groups.update(group for own in other.groups for group in own)
    stems = spelled.union(*(other.stems for other in others))
    found = np.zeros(len(text.tokens), bool)
    words = zip(text.tokens, text.keys(marked=marked), text.stems, text.groups, strict=True)
    for at, (word, key, stem, own) in enumerate(words):
        # A word without marks among others with them may have lost them: "dùng mieng".
        found[at] = key in known or stem in (stems if word.isascii() else spelled) or bool(own & groups)
        found[at] |= any(stems.issuperset(way) for way in text.ways(at))
    lacking: Mask = text.says & ~found
    return lacking


def _is_exchange(said: _Text, claim: _Text, sides: _Sides, run: _Run) -> bool:
    """Say whether a run has a few words of weight on both sides that the other side lacks."""
    own, other = sides.foreign[run.begin : run.end], sides.missing[run.other_begin : run.other_end]
    if min(own.max(initial=0.0), other.max(initial=0.0)) < LEAST_EXCHANGED:
        return False
    if max(np.count_nonzero(own), np.count_nonzero(other)) > MOST_WORDS:
        return False
    lost = [claim.tokens[run.other_begin + int(at)] for at in np.flatnonzero(other)]
    return not any(_is_slip(said.tokens[run.begin + int(at)], lost) for at in np.flatnonzero(own))


def _is_slip(word: str, words: Sequence[str]) -> bool:
    """Say whether a word that is no syllable is one of `words` with another letter or two."""
    if is_syllable(word) or len(word) < 3:
        return False
    return any(SequenceMatcher(None, word, other, autojunk=False).ratio() >= _SLIP for other in words)


def _joined(runs: Sequence[_Run]) -> Iterator[_Run]:
    """Yield runs, those joined that only one word parts: the "điện" that "xe máy điện" shares with "điện thoại"."""
    waiting: list[_Run] = []
    for at, run in enumerate(runs):
        between = run.same and run.end - run.begin == 1 and 0 < at < len(runs) - 1
        if run.same and not between:
            yield from _one(waiting)
            waiting = []
            yield run
        else:
            waiting.append(run)
    yield from _one(waiting)


def _one(runs: Sequence[_Run]) -> Iterator[_Run]:
    if runs:
        first, last = runs[0], runs[-1]
        yield _Run(False, first.begin, last.end, first.other_begin, last.other_end)


def _words(text: _Text, begin: int, end: int) -> str:
    """Return the words of a place, those at its ends left out that say little."""
    places = begin + np.flatnonzero(text.about[begin:end])
    return " ".join(text.tokens[int(places[0]) : int(places[-1]) + 1])


def _toneless(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if letter not in _TONES)
