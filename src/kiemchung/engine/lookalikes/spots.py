"""Where and how an alias stands in an address: the label, the letters left and right of it, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.aliases import Alias
from kiemchung.engine.lookalikes.normalise import skeleton
from kiemchung.engine.lookalikes.words import stem_of

_SEPARATOR = re.compile(r"[-_]")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of an alias in an address.

    `label` is the label it stands in, `place` 0 for the registered label, 1 for one below it, 2 for the path. `begin`
    and `end` cut it out of `label`; `how` is `exact`, `shape` (look-alike letters or digits) or `edit`; `edits` counts
    letters; `is_split` says that separators stand between its letters where its words do not part. `is_begin` and
    `is_end`: nothing, a separator or a digit stands before and after it.
    """

    label: str
    place: int
    begin: int
    end: int
    how: str
    edits: int
    is_split: bool
    is_begin: bool
    is_end: bool

    @property
    def written(self) -> str:
        """The letters as they stand in the address."""
        return self.label[self.begin : self.end]

    @property
    def rest(self) -> list[str]:
        """The runs of letters beside the alias in its label."""
        return _LETTERS.findall(self.label[: self.begin]) + _LETTERS.findall(self.label[self.end :])

    @property
    def run(self) -> str:
        """The whole run of letters that the alias is in."""
        begin, end = self.begin, self.end
        while begin and self.label[begin - 1].isalpha():
            begin -= 1
        while end < len(self.label) and self.label[end].isalpha():
            end += 1
        return self.label[begin:end]


def spots_of(address: Address, alias: Alias, part: str) -> Iterator[Spot]:
    """Return the places of an alias in host labels, the registered one first; `part` is what came near to it."""
    labels = address.left.split(".")
    for at, label in enumerate(reversed(labels)):
        if label:
            yield from _in_label(label, min(at, 1), alias, part)


def _in_label(label: str, place: int, alias: Alias, part: str) -> Iterator[Spot]:
    squeezed = _SEPARATOR.sub("", label)
    found = False
    for begin in _occurrences(squeezed, alias.text):
        found = True
        yield _spot(label, place, (begin, begin + len(alias.text)), "exact", 0, alias)
    if found:
        return
    shape, wanted = skeleton(squeezed), _skeleton_of(alias.text)
    for begin in _occurrences(shape, wanted):
        first, last = _unmerged(squeezed, begin, begin + len(wanted))
        found = True
        yield _spot(label, place, (first, last), "shape", _distance(squeezed[first:last], alias.text), alias)
    if found or not part:
        return
    for text in (squeezed, shape):
        for begin in _occurrences(text, part):
            stretch = (begin, begin + len(part))
            if text is shape:
                stretch = _unmerged(squeezed, *stretch)
            edits = min(_distance(skeleton(part), wanted), _distance(part, alias.text))
            yield _spot(label, place, stretch, "edit", max(1, edits), alias)
            return


@lru_cache(maxsize=65536)
def _skeleton_of(alias: str) -> str:
    return skeleton(alias)


def _occurrences(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


@lru_cache(maxsize=4096)
def _unmerged(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the stretch of `text` that became `begin` to `end` of its skeleton, where two letters may be one."""
    places = []
    at = 0
    while at < len(text):
        places.append(at)
        at += 2 if text[at : at + 2] in ("rn", "vv") else 1
    places.append(len(text))
    return places[min(begin, len(places) - 1)], places[min(end, len(places) - 1)]


def _distance(one: str, other: str) -> int:
    return int(OSA.distance(one, other))


def _spot(label: str, place: int, stretch: tuple[int, int], how: str, edits: int, alias: Alias) -> Spot:
    """Return a spot from its stretch among the characters that are no separators."""
    kept = [at for at, character in enumerate(label) if character not in "-_"]
    begin, end = stretch
    first, last = kept[begin], kept[end - 1] + 1
    is_begin = first == 0 or _is_edge(label[first - 1], label[first])
    is_end = last == len(label) or _is_edge(label[last], label[last - 1])
    gaps = {at - begin for at in range(begin + 1, end) if kept[at] - kept[at - 1] > 1}
    is_split = not gaps <= _word_ends(alias, 1 if how == "edit" else 0)
    return Spot(label, place, first, last, how, edits, is_split, is_begin, is_end)


@lru_cache(maxsize=4096)
def _word_ends(alias: Alias, slack: int) -> frozenset[int]:
    """Return how many letters stand before each further word of a name: there a hyphen is no trick."""
    ends: set[int] = set()
    for words in (alias.words, alias.shown, stem_of(alias.text)):
        at = 0
        for word in words[:-1]:
            at += len(word)
            ends |= set(range(at - slack, at + slack + 1))
    return frozenset(ends)


def _is_edge(outside: str, inside: str) -> bool:
    """Return whether a name may begin or end between two characters: at a separator, or between letters and digits."""
    return not outside.isalnum() or (outside.isdigit() and not inside.isdigit())
