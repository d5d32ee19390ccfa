"""Facts that make another claim when they differ: numbers, dates, places, organisations, directions, negations."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.text import lexicon
from kiemchung.engine.text.dates import Date
from kiemchung.engine.text.directions import NAMES, directions
from kiemchung.engine.text.marks import unmarked
from kiemchung.engine.text.negation import negations
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.quantities import RANGE, Quantity, Values, read_values
from kiemchung.engine.text.spelling import looks_vietnamese
from kiemchung.engine.text.stem import stem_token

U32 = NDArray[np.uint32]

FACT_CLASSES = ("number", "date", "place", "organisation", "direction", "negation", "thing")
_NUMBER, _DATE, _PLACE, _ORGANISATION, _DIRECTION, _NEGATION, _THING = range(len(FACT_CLASSES))
_MOST = frozenset({"nhất", "nhat"})  # the highest of Asia is another claim than that of Southeast Asia
_GROUP_BITS, VALUE_BITS = 13, 16


class Fact(NamedTuple):
    """A fact of a text. Two facts can contradict each other only within one `group` (the same unit, the same pair of
    opposites); they are the same when `value` is the same too. `shown` is what stands in the text."""

    number: int
    group: str
    value: str
    shown: str

    @property
    def class_name(self) -> str:
        """One of `FACT_CLASSES`."""
        return FACT_CLASSES[self.number]


def class_of(facts: U32) -> U32:
    """Return the number in `FACT_CLASSES` of packed facts."""
    return facts >> np.uint32(_GROUP_BITS + VALUE_BITS)


def group_of(facts: U32) -> U32:
    """Return class and group of packed facts: equal when the facts can be compared."""
    return facts >> np.uint32(VALUE_BITS)


def read_facts(comparable_text: str, tokens: Sequence[str], *, marked: bool) -> list[Fact]:
    """Return the facts of an already comparable text.

    >>> [f.shown for f in read_facts("phạt 5 triệu ở hà nội", "phạt 5 triệu ở hà nội".split(), marked=True)]
    ['5 triệu', 'Hà Nội']
    >>> [f.shown for f in read_facts("phạt 4-6 triệu", "phạt 4 6 triệu".split(), marked=True)]
    ['4-6 triệu', '4-6 triệu']
    """
    values = read_values(comparable_text)
    of_places, of_organisations, of_things = lexicon.beginnings_of_names(tokens, marked=marked)
    # Shorthand written out has marks where the rest has none: "căn cước công dân van dung duoc".
    read_as = comparable_text if marked or comparable_text.isascii() else unmarked(comparable_text)
    plain = not marked and bool(of_things) and looks_vietnamese(tokens)
    return [
        *_numbers(values, comparable_text),
        *(fact for date in values.dates for fact in _date(date)),
        *_names(_PLACE, lexicon.places(), tokens, of_places, marked=marked),
        *_names(_ORGANISATION, lexicon.organisations(), tokens, of_organisations, marked=marked),
        *(Fact(_DIRECTION, str(pair), str(side), NAMES[pair]) for pair, side in sorted(directions(read_as))),
        *_negations(comparable_text),
        *_names(_THING, lexicon.things(), tokens, of_things, marked=not plain),
    ]


def packed(facts: Iterable[Fact]) -> U32:
    """Return facts as sorted unique numbers: class, group and value in 32 bits.

    >>> len(packed([Fact(0, "money vnd", "5e+06", "5 triệu")]))
    1
    """
    return np.array(sorted({_packed(number, group, value) for number, group, value, _shown in facts}), np.uint32)


@lru_cache(maxsize=65_536)
def _packed(number: int, group: str, value: str) -> int:
    group_bits = zlib.crc32(group.encode()) & ((1 << _GROUP_BITS) - 1)
    value_bits = zlib.crc32(value.encode()) & ((1 << VALUE_BITS) - 1)
    return number << (_GROUP_BITS + VALUE_BITS) | group_bits << VALUE_BITS | value_bits


def _numbers(values: Values, text: str) -> Iterator[Fact]:
    for quantity, shown in zip(values.quantities, _with_ranges(values.quantities, text), strict=True):
        if quantity.kind == "code":
            # 4G and 5G can be confused, 5G and HS-123 cannot.
            letters = "".join(c for c in quantity.unit if not c.isdigit())
            yield Fact(_NUMBER, f"code {letters}", quantity.unit, shown)
        else:
            yield Fact(_NUMBER, f"{quantity.kind} {quantity.unit}", f"{quantity.value:.5g}", shown)
    for time in values.times:
        yield Fact(_NUMBER, "time", f"{time.hour}:{time.minute:02d}", time.text)
    for phone in values.phones:
        yield Fact(_NUMBER, "phone", phone.number, phone.text)


def _with_ranges(quantities: Sequence[Quantity], text: str) -> list[str]:
    """Return what stands in the text for each quantity, the whole range for both its ends."""
    shown = [quantity.text for quantity in quantities]
    for at, (low, high) in enumerate(pairwise(quantities)):
        if low.kind == high.kind and low.unit == high.unit and RANGE.fullmatch(text, low.span[1], high.span[0]):
            shown[at] = shown[at + 1] = text[low.span[0] : high.span[1]]
    return shown


def _date(date: Date) -> Iterator[Fact]:
    if date.day and date.month:
        yield Fact(_DATE, "day", f"{date.day}/{date.month}", date.text)
    elif date.month:
        yield Fact(_DATE, "month", str(date.month), date.text)
    elif date.day:
        yield Fact(_DATE, "day of month", str(date.day), date.text)
    if date.year:
        yield Fact(_DATE, "year", str(date.year), date.text)


def _names(
    number: int, names: lexicon.Names, tokens: Sequence[str], starts: Sequence[int], *, marked: bool
) -> Iterator[Fact]:
    for found in names.table.find(tokens, marked=marked, places=starts) if starts else ():
        # A thing is shown as it is called: "mèo cắn" is in one entry with "mèo cào".
        called = " ".join(tokens[found.begin : found.end]) if number == _THING else ""
        for row in found.values[:3]:
            yield Fact(number, names.kinds[row], names.ids[row], called or names.shown[row])
            if number == _PLACE and found.begin and tokens[found.begin - 1] in _MOST:
                yield Fact(number, "most in", names.ids[row], names.shown[row])
            if names.homes[row]:
                yield Fact(number, "", names.homes[row], names.shown[row])


def _negations(text: str) -> Iterator[Fact]:
    for negation in negations(text):
        for word in negation.scope_words[:2]:
            yield Fact(_NEGATION, stem_token(fold(word)), "not", negation.cue)
