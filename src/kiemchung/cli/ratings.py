"""How published ratings were mapped, counted while reviews are read: what the importer decides is seen by a person."""

from __future__ import annotations

import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from kiemchung.cli.words import number, rating_name, say
from kiemchung.engine.formats.refusals import Refusal, clip
from kiemchung.engine.types import Rating, Review

# A publisher who writes a sentence as rating makes one row of each review.
_MOST_DISTINCT = 20_000
_SHOWN = 12
_WIDEST, _NARROWEST = 44, 14
# Columns that the count, the mapped rating and the ground take.
_BESIDE = 46


class RatingTable:
    """Counts of published rating, what it was mapped to, and on which ground."""

    def __init__(self) -> None:
        self._counts: Counter[Rating] = Counter()

    def seen(self, items: Iterable[Review | Refusal]) -> Iterator[Review | Refusal]:
        """Pass the items on and count the ratings of the reviews among them."""
        for item in items:
            if isinstance(item, Review):
                rating = item.rating
                known = rating in self._counts or len(self._counts) < _MOST_DISTINCT
                self._counts[rating if known else Rating("…", rating.mapped, rating.basis)] += 1
            yield item

    def data(self) -> list[dict[str, Any]]:
        """Return the rows for programs, the most frequent first."""
        return [
            {"published": rating.published, "mapped": rating.mapped, "basis": rating.basis, "count": count}
            for rating, count in self._rows()
        ]

    def lines(self, lang: str, *, whole: bool) -> Iterator[str]:
        """Return the rows for people: the `whole` table, or the first dozen of what was decided here.

        A source that names one of our eight ratings leaves nothing to decide.
        """
        rows = [row for row in self._rows() if whole or row[0].basis != "given"]
        shown = rows if whole else rows[:_SHOWN]
        if not shown:
            return
        yield say("ratings", lang)
        width = _room()
        words = [clip(rating.published.strip(), width) or say("no_rating", lang) for rating, _ in shown]
        widest = max(map(_width, words))
        digits = len(number(shown[0][1], lang))
        for (rating, count), word in zip(shown, words, strict=True):
            mapped = rating_name(rating.mapped, lang) if rating.mapped else "–"
            basis = say(f"basis_{rating.basis}", lang)
            yield f"  {number(count, lang):>{digits}}  {word}{' ' * (widest - _width(word))} → {mapped} ({basis})"
        left = rows[len(shown) :]
        if left:
            unmapped = sum(count for rating, count in left if rating.mapped is None)
            key = "more_unmapped" if unmapped else "more_ratings"
            yield say(key, lang, count=number(len(left), lang), unmapped=number(unmapped, lang))

    def _rows(self) -> list[tuple[Rating, int]]:
        return sorted(self._counts.items(), key=lambda row: (-row[1], row[0].published))


def _room() -> int:
    """Return how many columns are left for the published words."""
    columns = shutil.get_terminal_size((96, 24)).columns
    return max(_NARROWEST, min(_WIDEST, columns - _BESIDE))


def _width(text: str) -> int:
    """Return how many columns a text takes: marks take none, wide letters two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
