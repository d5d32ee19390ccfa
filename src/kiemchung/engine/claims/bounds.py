"""Says which differing facts contradict nothing: a value within a bound, the country around a place."""

from __future__ import annotations

import re

from kiemchung.engine.claims.facts import Fact
from kiemchung.engine.text import lexicon
from kiemchung.engine.text.marks import listed, one_of, with_unmarked

_YEAR = 31_557_600.0  # seconds, as `engine/text/units.py` counts them
_ABOVE = one_of([*with_unmarked(listed("trên|từ|quá|ít nhất|tối thiểu", "|")), *listed("over|above|at least", "|")])
_BELOW = one_of([*with_unmarked(listed("dưới|chưa đến|tối đa|không quá", "|")), *listed("under|below|at most", "|")])


def is_compatible(said: Fact, checked: Fact, text: str) -> bool:
    """Return whether two facts of one group that differ are both true at once; `text` is what `checked` stands in.

    >>> two, one = Fact(0, "age year", "2", "2 tuổi"), Fact(0, "age year", "1", "1 tuổi")
    >>> is_compatible(two, one, "trẻ trên 1 tuổi"), is_compatible(two, one, "trẻ 1 tuổi")
    (True, False)
    """
    if said.class_name == "place":
        return lexicon.countries_of_places().get(said.value) == checked.value
    if said.class_name != "number" or said.group.startswith(("code", "phone", "time")):
        return False
    value, bound = float(said.value), float(checked.value)
    words = _ABOVE if value >= bound else _BELOW
    return re.search(rf"(?<![^\W_])(?:{words}) {re.escape(checked.shown)}(?![^\W_])", text) is not None


def with_ages(facts: list[Fact]) -> list[Fact]:
    """Return facts with each age also as the duration it is: "6 tháng" may be how old a child is.

    >>> [fact.group for fact in with_ages([Fact(0, "age year", "0.5", "6 tháng tuổi")])]
    ['age year', 'duration s']
    """
    ages = (fact for fact in facts if fact.class_name == "number" and fact.group == "age year")
    durations = [Fact(fact.number, "duration s", f"{float(fact.value) * _YEAR:.5g}", fact.shown) for fact in ages]
    return [*facts, *durations]
