"""What a message and a review have in common, as phrases to be read: shared words, other words for the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from kiemchung.engine.text import lexicon
from kiemchung.engine.text.marks import listed, with_unmarked
from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.spelling import is_syllable
from kiemchung.engine.text.units import SCALES, UNITS

_MOST_PHRASES = 4
_MOST_PAIRS = 3
# At the end of what is shared they only ask: "… được không".
_ASKING = frozenset(with_unmarked(listed("không hông hổng chưa"))) | frozenset(listed("ko k hok hog hem hong khum"))
# Too common to be worth a mention, though no function words.
_WEAK = frozenset(with_unmarked(listed("không|phải|người|một|hai|ngày|làm|nói|bảo|nghe|biết|tin|hết|mới", "|")))
_ENGLISH = frozenset(listed("the on in to at it is no of"))
_ADDRESSED = frozenset(
    with_unmarked(
        listed("cả nhà|mọi người|bà con|các bác|các mẹ|anh em|mn ơi|mọi người ơi|cả nhà ơi|cô chú|cộng đồng", "|")
    )
)


class Words(Protocol):
    """A text as reasons look at it: its tokens, their folded stems, how it is typed."""

    @property
    def tokens(self) -> list[str]:
        """The words in order."""

    @property
    def stems(self) -> list[str]:
        """The folded stem of each word."""

    @property
    def vietnamese(self) -> bool:
        """Whether most words are Vietnamese syllables."""

    @property
    def marked(self) -> bool:
        """Whether it is typed with marks."""


def content(text: Words) -> list[bool]:
    """Return for each word whether it says what the text is about: no function word, no number, no forwarding talk.

    A function word that is half of a compound (the *bảo* of *bảo hiểm*) does.
    """
    plain = text.vietnamese and not text.marked
    functions, pairs = _functions(plain), _compounds(plain)
    tokens = text.tokens
    says = [not (token in functions or token in _WEAK or token.isdigit()) for token in tokens]
    for at, pair in enumerate(pairwise(tokens)):
        if pair in pairs:
            says[at] = says[at + 1] = True
    for begin, end in _talk(text):
        says[begin:end] = [False] * (end - begin)
    return says


def _talk(text: Words) -> Iterator[tuple[int, int]]:
    """Yield where talk of forwarding and addressing stands."""
    for found in lexicon.chatter().phrases.find(text.tokens, marked=text.marked or not text.vietnamese):
        yield found.begin, found.end
    for length in (3, 2):
        for begin in range(len(text.tokens) - length + 1):
            if " ".join(text.tokens[begin : begin + length]) in _ADDRESSED:
                yield begin, begin + length


def shared_phrases(said: Words, theirs: Sequence[str]) -> list[str]:
    """Return at most four phrases of the message whose stems are all in `theirs`, the longest, in their order."""
    known = set(theirs)
    says = content(said)
    talk = {at for begin, end in _talk(said) for at in range(begin, end)}
    runs: list[list[int]] = [[]]
    for at, stem in enumerate(said.stems):
        if stem in known and at not in talk and (says[at] or runs[-1]):
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    phrases: dict[str, None] = {}
    for run in runs:
        while run and (not says[run[-1]] or said.tokens[run[-1]] in _ASKING):
            run.pop()
        if run and not (len(run) == 1 and _is_half(said, run[0], known)):
            phrases[" ".join(said.tokens[at] for at in run)] = None
    return _longest(list(phrases))


def _is_half(text: Words, at: int, known: set[str]) -> bool:
    """Say whether a word is left over of a compound whose other half is not shared."""
    pairs = _compounds(text.vietnamese and not text.marked)
    neighbours = [place for place in (at - 1, at + 1) if 0 <= place < len(text.tokens)]
    return text.vietnamese and any(
        (text.tokens[min(at, place)], text.tokens[max(at, place)]) in pairs and text.stems[place] not in known
        for place in neighbours
    )


def _longest(phrases: list[str]) -> list[str]:
    words = [phrase.split() for phrase in phrases]
    whole = [
        number
        for number, own in enumerate(words)
        if not any(len(own) == 1 and own[0] in other for other in words if len(other) > 1)
    ]
    kept = sorted(whole, key=lambda number: (-len(words[number]), -len(phrases[number]), number))[:_MOST_PHRASES]
    return [phrases[number] for number in sorted(kept)]


def other_words(said: Words, checked: Words) -> list[str]:
    """Return pairs of different words for the same thing, `điện thoại = phone`; no numbers, no units.

    Groups of words that are only related are left out, and words of one English syllable (`cat`) in Vietnamese.
    """
    theirs = {group: words for words, groups, _ in _tight(checked) for group in groups}
    pairs: dict[str, None] = {}
    for own, groups, span in _tight(said):
        if all(stem in checked.stems for stem in said.stems[span]):
            continue
        other = next((theirs[group] for group in groups if group in theirs), None)
        if other is not None and fold_token(other) != fold_token(own):
            pairs[f"{own} = {other}"] = None
    return list(pairs)[:_MOST_PAIRS]


def _tight(text: Words) -> Iterator[tuple[str, list[int], slice]]:
    synonyms = lexicon.synonyms()
    for found in synonyms.table.find(text.tokens, marked=text.marked or not text.vietnamese):
        span = slice(found.begin, found.end)
        words = text.tokens[span]
        groups = [group for group in found.values if synonyms.tightness[group] == 1]
        if groups and _can_be_said(words, vietnamese=text.vietnamese):
            yield " ".join(words), groups, span


def _can_be_said(words: Sequence[str], *, vietnamese: bool) -> bool:
    whole = " ".join(words)
    if whole in UNITS or whole in SCALES or any(c.isdigit() for c in whole):
        return False
    if len(words) > 1 or not whole.isascii():
        return True
    return len(whole) > 2 and not (vietnamese and is_syllable(whole))


@lru_cache(maxsize=2)
def _functions(plain: bool) -> frozenset[str]:
    words = lexicon.chatter().function_words
    return words | frozenset(map(fold_token, words)) if plain else words


@lru_cache(maxsize=2)
def _compounds(plain: bool) -> frozenset[tuple[str, str]]:
    """Return the two halves of the Vietnamese compounds among the synonyms, of which one may be a function word."""
    pairs = {
        (member[0], member[1])
        for group in lexicon.synonyms().members
        for member in group
        if len(member) == 2 and all(is_syllable(fold_token(word)) for word in member) and not _ENGLISH & set(member)
    }
    return frozenset((fold_token(a), fold_token(b)) for a, b in pairs) if plain else frozenset(pairs)
