"""The word lists as look-ups: shorthand, synonyms and translations, function words, names of places and organisations.

The tables lie in `engine/data` with a note on each; they are read once, when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import compress, count, pairwise

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


@dataclass(frozen=True, slots=True)
class Found:
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
        self._exact: dict[Phrase, tuple[int, ...]] = {}
        self._folded: dict[Phrase, tuple[int, ...]] = {}
        self.alone: set[str] = set()  # the single words
        self._beginnings: Beginnings | None = None  # worked out when first asked for
        self.longest: dict[Phrase, int] = {}  # the length of the longest phrase that begins with these two words
        exact, folded, longest = self._exact, self._folded, self.longest
        for phrase, value in entries:
            length = len(phrase)
            if not 0 < length <= _LONGEST_PHRASE:
                continue
            plain = tuple(map(fold_token, phrase))
            exact[phrase] = (*exact.get(phrase, ()), value)
            if length == 1:
                self.alone.add(phrase[0])
            else:
                for two in (phrase[:2], plain[:2]):
                    if longest.get(two, 0) < length:
                        longest[two] = length
            if length > 1 or (plain == phrase and not (foreign_only and is_syllable(plain[0]))):
                folded[plain] = (*folded.get(plain, ()), value)

    def find(self, sequence: Sequence[str], *, marked: bool, places: Sequence[int] | None = None) -> list[Found]:
        """Return the longest phrases in `sequence`, left to right; shorter ones inside a longer one are left out.

        `marked` says whether the text is typed with Vietnamese marks, `places` where phrases may begin, if known.
        """
        table, longest = (self._exact if marked else self._folded), self.longest
        found: list[Found] = []
        free = 0
        for at in self._places(sequence) if places is None else places:
            if at < free:
                continue
            most = longest.get(tuple(sequence[at : at + 2]), 1)
            for length in range(min(most, len(sequence) - at), 0, -1):
                values = table.get(tuple(sequence[at : at + length]))
                if values:
                    free = at + length
                    found.append(Found(at, free, values))
                    break
        return found

    def _places(self, sequence: Sequence[str]) -> Iterator[int]:
        if self._beginnings is None:
            self._beginnings = Beginnings(self.longest, dict.fromkeys(self.alone, 1))
        return (at for at, _bits in self._beginnings.places(sequence))


class Beginnings:
    """Where phrases may begin: at a word that is one, or at two words that begin one, with some bits each."""

    def __init__(self, pairs: Mapping[Phrase, int], words: Mapping[str, int]) -> None:
        # By first word, then by second; the empty second word is for all others.
        self._by_first: dict[str, dict[str, int]] = {word: {"": bits} for word, bits in words.items()}
        for (first, second), bits in pairs.items():
            by_second = self._by_first.setdefault(first, {"": 0})
            by_second[second] = bits | by_second[""]

    def places(self, sequence: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the places in `sequence` with the bits of what may begin there."""
        following = (*sequence[1:], "")
        for at in compress(count(), map(self._by_first.__contains__, sequence)):
            by_second = self._by_first[sequence[at]]
            if bits := by_second.get(following[at]) or by_second[""]:
                yield at, bits


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


@lru_cache(maxsize=1)
def _first_of_names() -> Beginnings:
    """Return pairs of words and single words with a bit for each table that has them at a beginning."""
    pairs: dict[Phrase, int] = {}
    words: dict[str, int] = {}
    for number, names in enumerate((places(), organisations(), things())):
        for pair in names.table.longest:
            pairs[pair] = pairs.get(pair, 0) | 1 << number
        for word in names.table.alone:
            words[word] = words.get(word, 0) | 1 << number
    return Beginnings(pairs, words)


def beginnings_of_names(sequence: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
    """Return where names of places, of organisations and of things may begin in `sequence`."""
    found: tuple[list[int], list[int], list[int]] = [], [], []
    for at, bits in _first_of_names().places(sequence):
        for number in range(3):
            if bits >> number & 1:
                found[number].append(at)
    return found
