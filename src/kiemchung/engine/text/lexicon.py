"""The word lists as look-ups: shorthand, synonyms and translations, function words, names of places and organisations.

The tables lie in `engine/data` with a note on each; they are read once, when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import compress, count, pairwise
from typing import NamedTuple

from kiemchung.engine.text.normalise import fold_token, settled
from kiemchung.engine.text.spelling import is_syllable
from kiemchung.engine.text.tokens import tokens

Phrase = tuple[str, ...]
# "Trung tâm Giám sát an toàn không gian mạng quốc gia" has eleven words.
_LONGEST_PHRASE = 12
_LONGEST_COMPOUND = 4
_PLAIN = re.compile("[a-zà-öø-ýăđĩũơưạ-ỹ]+(?:[ |][a-zà-öø-ýăđĩũơưạ-ỹ]+)*")


def _rows(name: str) -> Iterator[list[str]]:
    text = (files("kiemchung.engine") / "data" / name).read_text(encoding="utf-8")
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def _phrases(texts: str) -> list[Phrase]:
    """Return the tokens of entries with `|` between them, or empty ones.

    Most are plain words in the one form already, which is much faster to see, and of all of a row at once.

    >>> _phrases("xe máy|xe hoà")
    [('xe', 'máy'), ('xe', 'hòa')]
    """
    if _PLAIN.fullmatch(texts):
        return [tuple(text.split()) for text in settled(texts).split("|")]
    entries = list(filter(None, texts.split("|")))
    return (
        [phrase for text in entries for phrase in _phrases(text)]
        if len(entries) > 1
        else [tuple(tokens(text)) for text in entries]
    )


class Found(NamedTuple):
    """A phrase of a table found in a text: tokens `begin` to `end`, and what the table says of it."""

    begin: int
    end: int
    values: tuple[int, ...]


class PhraseTable:
    """Phrases to numbers, looked up in token sequences, with marks and, for unmarked text, without.

    A text typed without marks matches the unmarked form of a phrase only if the phrase has two words or more:
    single unmarked words (`nam`, `chat`) stand for too many.
    """

    def __init__(self, entries: Iterable[tuple[Phrase, int]], *, foreign_only: bool = False) -> None:
        """With `foreign_only`, a single unmarked word counts only if it is no syllable: `cam` may stand for `cấm`."""
        self._entries = list(entries)
        self._foreign_only = foreign_only
        self.typed = Phrases(self._entries)

    @cached_property
    def unmarked(self) -> Phrases:
        """The phrases as they are typed without marks; worked out when first asked for."""
        return Phrases(
            (plain, value)
            for phrase, value in self._entries
            if (plain := tuple(map(fold_token, phrase)))
            and (len(phrase) > 1 or (plain == phrase and not (self._foreign_only and is_syllable(plain[0]))))
        )

    def find(self, sequence: Sequence[str], *, marked: bool, places: Sequence[int] | None = None) -> list[Found]:
        """Return the longest phrases in `sequence`, left to right; shorter ones inside a longer one are left out.

        `marked` says whether the text is typed with Vietnamese marks, `places` where phrases may begin, if known.
        """
        return (self.typed if marked else self.unmarked).find(sequence, places)


class Phrases:
    """Phrases in one way of typing, with the numbers of each (`values`)."""

    def __init__(self, entries: Iterable[tuple[Phrase, int]]) -> None:
        values: dict[Phrase, tuple[int, ...]] = {}
        # By first word, then by second, the length of the longest phrase that begins so; the empty second word is for
        # all that no phrase goes on with.
        longest: dict[str, dict[str, int]] = {}
        for phrase, value in entries:
            length = len(phrase)
            if not 0 < length <= _LONGEST_PHRASE:
                continue
            known = values.get(phrase)
            values[phrase] = (value,) if known is None else (*known, value)
            if known is None:
                by_second = longest.get(phrase[0])
                if by_second is None:
                    by_second = longest[phrase[0]] = {"": 0}
                second = phrase[1] if length > 1 else ""
                if by_second.get(second, 0) < length:
                    by_second[second] = length
        self.values, self.longest = values, longest

    def find(self, sequence: Sequence[str], places: Iterable[int] | None = None) -> list[Found]:
        """Return the longest phrases in `sequence`, left to right; `places` says where they may begin, if known."""
        values, longest = self.values, self.longest
        found: list[Found] = []
        free, size = 0, len(sequence)
        for at in compress(count(), map(longest.__contains__, sequence)) if places is None else places:
            if at < free:
                continue
            by_second = longest.get(sequence[at])
            if by_second is None:
                continue
            most = (by_second.get(sequence[at + 1]) if at + 1 < size else None) or by_second[""]
            for length in range(min(most, size - at), 0, -1):
                if known := values.get(tuple(sequence[at : at + length])):
                    free = at + length
                    found.append(Found(at, free, known))
                    break
        return found


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words for the same thing: `members[i]` with `tightness[i]` (1 the same, 2 closely related)."""

    table: PhraseTable
    members: tuple[tuple[Phrase, ...], ...]
    tightness: tuple[int, ...]


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    """Return the groups of synonyms and translations."""
    members: list[tuple[Phrase, ...]] = []
    tightness: list[int] = []
    for row in _rows("synonyms.tsv"):
        members.append(tuple(dict.fromkeys(_phrases("|".join(row[2:4])))))
        tightness.append(int(row[1]))
    entries = ((phrase, number) for number, group in enumerate(members) for phrase in group)
    return Synonyms(PhraseTable(entries), tuple(members), tuple(tightness))


@lru_cache(maxsize=1)
def shorthand() -> dict[str, tuple[tuple[Phrase, float], ...]]:
    """Return teencode and abbreviations: token to its expansions with weights, the likeliest first.

    >>> shorthand()["mn"][0][0]
    ('mọi', 'người')
    """
    found: dict[str, list[tuple[Phrase, float]]] = {}
    for row in _rows("teencode.tsv"):
        short = tokens(row[0])
        if len(short) == 1 and tuple(tokens(row[1])) != (short[0],):
            found.setdefault(short[0], []).append((tuple(tokens(row[1])), float(row[2])))
    return {short: tuple(sorted(ways, key=lambda way: -way[1])) for short, ways in found.items()}


@lru_cache(maxsize=1)
def compounds() -> frozenset[tuple[str, str]]:
    """Return pairs of neighbouring words that name one thing together, from the synonyms of up to four words.

    >>> ("xuất", "huyết") in compounds()
    True
    """
    phrases = (phrase for group in synonyms().members for phrase in group if 1 < len(phrase) <= _LONGEST_COMPOUND)
    return frozenset(pair for phrase in phrases for pair in pairwise(phrase))


@dataclass(frozen=True, slots=True)
class Chatter:
    """Words that carry no claim: single function words and the phrases of forwarding."""

    function_words: frozenset[str]
    phrases: PhraseTable


@lru_cache(maxsize=1)
def chatter() -> Chatter:
    """Return the words that carry no claim.

    >>> "thì" in chatter().function_words
    True
    """
    words: set[str] = set()
    phrases: list[tuple[Phrase, int]] = []
    for row in _rows("stopwords.tsv"):
        if row[2].strip() == "function":
            words.update(tokens(row[0]))
        else:
            phrases += [(phrase, 0) for phrase in _phrases(row[0])]
    return Chatter(frozenset(words), PhraseTable(phrases))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of places, organisations or things: `ids[i]` for the number the table gives, `homes[i]` the province or
    city that a smaller place lies in, or `""`; only names of one kind exclude each other."""

    table: PhraseTable
    ids: tuple[str, ...]
    shown: tuple[str, ...]
    homes: tuple[str, ...]
    kinds: tuple[str, ...]


def _names(rows: Sequence[Sequence[str]], *, text_column: int, home_column: int | None) -> Names:
    homes_known = {row[0] for row in rows if row[1] in ("province", "city")}
    ids: list[str] = []
    shown: list[str] = []
    homes: list[str] = []
    entries: list[tuple[Phrase, int]] = []
    for row in rows:
        entries += [(phrase, len(ids)) for phrase in _phrases(row[text_column].lower())]
        ids.append(row[0])
        shown.append(_first(row[text_column]))
        home = row[home_column] if home_column is not None and row[1] not in ("province", "country") else ""
        homes.append(home if home in homes_known else "")
    return Names(PhraseTable(entries), tuple(ids), tuple(shown), tuple(homes), ("",) * len(ids))


def _first(texts: str) -> str:
    return texts.strip("|").split("|", 1)[0]


@lru_cache(maxsize=1)
def places() -> Names:
    """Return the names of provinces, cities, rivers, countries …"""
    return _names(list(_rows("places.tsv")), text_column=3, home_column=2)


@lru_cache(maxsize=1)
def countries_of_places() -> dict[str, str]:
    """Return for the id of each place in a country the country's id.

    >>> countries_of_places()["long-an"]
    'vn'
    """
    rows = list(_rows("places.tsv"))
    parents = {row[0]: row[2] for row in rows}
    countries = {row[0] for row in rows if row[1] == "country"}
    found: dict[str, str] = {}
    for place in parents:
        above = parents[place]
        while above and above not in countries:
            above = parents.get(above, "")
        if above:
            found[place] = above
    return found


@lru_cache(maxsize=1)
def organisations() -> Names:
    """Return the names of organisations that rumours name."""
    return _names(list(_rows("organisations.tsv")), text_column=2, home_column=None)


@lru_cache(maxsize=1)
def things() -> Names:
    """Return the names of what claims are about: vehicles, diseases, foods, papers, tricks …

    >>> table = things()
    >>> [table.ids[row] for found in table.table.find(["xe", "may"], marked=False) for row in found.values]
    ['motorbike']
    """
    rows = list(_rows("things.tsv"))
    names = ["|".join(row[2:4]) for row in rows]
    entries = ((phrase, number) for number, texts in enumerate(names) for phrase in _phrases(texts.lower()))
    return Names(
        table=PhraseTable(entries, foreign_only=True),
        ids=tuple(row[0] for row in rows),
        shown=tuple(map(_first, names)),
        homes=("",) * len(rows),
        kinds=tuple(row[1] for row in rows),
    )


@lru_cache(maxsize=2)
def _first_of_names(*, marked: bool) -> dict[str, dict[str, int]]:
    """Return, by first and second word, a bit for each table that has a phrase which begins so.

    An empty second word is for all others. A text without marks may be read either way.
    """
    begins: dict[str, dict[str, int]] = {}
    for number, names in enumerate((places(), organisations(), things())):
        ways = (names.table.typed,) if marked else (names.table.typed, names.table.unmarked)
        for first, by_second in ((first, seconds) for way in ways for first, seconds in way.longest.items()):
            bits = begins.setdefault(first, {"": 0})
            for second, length in by_second.items():
                if length:
                    bits[second] = bits.get(second, 0) | 1 << number
    for bits in begins.values():
        for second in bits:
            bits[second] |= bits[""]
    return begins


def beginnings_of_names(sequence: Sequence[str], *, marked: bool) -> tuple[list[int], list[int], list[int]]:
    """Return where names of places, of organisations and of things may begin in `sequence`."""
    found: tuple[list[int], list[int], list[int]] = [], [], []
    begins = _first_of_names(marked=marked)
    by_bits = [[found[number] for number in range(3) if bits >> number & 1] for bits in range(8)]
    following = (*sequence[1:], "")
    for at in compress(count(), map(begins.__contains__, sequence)):
        by_second = begins[sequence[at]]
        for places_of_table in by_bits[by_second.get(following[at]) or by_second[""]]:
            places_of_table.append(at)
    return found
