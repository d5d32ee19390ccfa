"""Judges names in batches: whose own name it is, or which organisations it may pass for, with the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiemchung.engine.lookalikes.addresses import Kind
from kiemchung.engine.lookalikes.aliases import Alias, words_of
from kiemchung.engine.lookalikes.candidates import Candidates, Found
from kiemchung.engine.lookalikes.names import Named, NameEvidence, Words, cut, find_alias, name_evidence
from kiemchung.engine.lookalikes.own import OwnNames
from kiemchung.engine.lookalikes.quoting import is_disclaimed, is_source
from kiemchung.engine.types import Organisation

_ACROSS = ". "
Placed = tuple[Found, Alias, Named]


class NameJudge:
    """Judges display names, handles, senders and page titles against one registry."""

    def __init__(self, organisations: Sequence[Organisation], aliases: Sequence[Alias], candidates: Candidates) -> None:
        self._organisations, self._aliases, self._candidates = organisations, aliases, candidates
        self._own = OwnNames(organisations)
        self._words = [
            frozenset(word for name in (o.name, o.display, *o.aliases) for word in words_of(name) if len(word) > 1)
            for o in organisations
        ]

    def judge(
        self, names: Sequence[tuple[str, str, Kind]]
    ) -> Iterator[tuple[int | None, list[tuple[Alias, NameEvidence]]]]:
        """Return for each (name, folded, kind) the organisation whose own it is, or the evidence by alias."""
        folded = [text for _, text, _ in names]
        apart = self._candidates.find(folded)
        across = self._candidates.find(folded, across=_ACROSS)
        for (name, text, kind), one, other in zip(names, apart, across, strict=True):
            found = list(dict.fromkeys([(f.alias, f.part) for f in (*one, *other)]))
            yield self._judge(name, cut(name, text, kind), [Found(0, alias, part) for alias, part in found])

    def _judge(
        self, name: str, words: Words, found: Sequence[Found]
    ) -> tuple[int | None, list[tuple[Alias, NameEvidence]]]:
        owner = self._own.owner(name)
        if owner is not None:
            return owner, []
        for number in dict.fromkeys(self._aliases[one.alias].organisation for one in found):
            if self._own.is_own(name, number):
                return number, []
        if is_disclaimed(name):
            return None, []
        placed = list(self._placed(words, found))
        outlets = [one for one in placed if self._is_source(words, one[1], one[2])]
        evidences = []
        for one, alias, named in placed:
            others = _others(placed, alias, named)
            organisation = self._organisations[alias.organisation]
            own = self._words[alias.organisation]
            is_quoted = any(
                outlet.organisation != alias.organisation and (at.end <= named.begin or at.begin >= named.end)
                for _, outlet, at in outlets
            )
            evidence = name_evidence(words, alias, organisation, one, others, own, is_quoted=is_quoted)
            if evidence:
                evidences.append((alias, evidence))
        return None, evidences

    def _is_source(self, words: Words, alias: Alias, named: Named) -> bool:
        is_outlet = self._organisations[alias.organisation].category == "news"
        place = (words.folded, words.breaks, named.begin, named.end)
        return named.how == "exact" and is_source(*place, is_outlet=is_outlet)

    def _placed(self, words: Words, found: Sequence[Found]) -> Iterator[Placed]:
        placed: dict[tuple[int, int, int], Placed] = {}
        for one in found:
            alias = self._aliases[one.alias]
            named = find_alias(words, alias, one.part)
            key = (one.alias, named.begin, named.end) if named else (-1, 0, 0)
            # A misspelling says more than letters glued to the name: `vnexpresss`.
            if named and (key not in placed or placed[key][2].how == "glued"):
                placed[key] = (one, alias, named)
        exact = {(named.begin, named.end) for _, _, named in placed.values() if named.how == "exact"}
        for one, alias, named in placed.values():
            # What is another organisation's name, letter by letter, is no misspelling of this one's.
            if named.how != "edit" or (named.begin, named.end) not in exact:
                yield one, alias, named


def _others(placed: Sequence[Placed], alias: Alias, named: Named) -> int:
    """Return how many other organisations are named elsewhere in the name."""
    return len(
        {
            other.organisation
            for _, other, place in placed
            if place.how == "exact"
            and other.organisation != alias.organisation
            and not other.is_common
            and len(other.text) > 2
            and other.origin in ("label", "name")
            and (place.end <= named.begin or place.begin >= named.end)
        }
    )
