"""How often this version was wrong when it was measured, as the package carries it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from kiemchung.engine.shares import wilson


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured share (0-1) with both ends of its 95 % interval.

    `count` of `of` were counted; both are None where the document gives the share alone. `document` is the file below
    docs/measured whose lines are `quotes`; `command` repeats the measurement, `commit` is the state it was taken at.
    """

    id: str
    count: int | None
    of: int | None
    share: float
    low: float
    high: float
    document: str
    command: str
    commit: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures, and the version of the package that they were compiled for."""

    version: str
    figures: tuple[Figure, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON carries it, without the quotes."""
        keys = ("id", "count", "of", "share", "low", "high", "document", "command", "commit")
        return {
            "version": self.version,
            "figures": [{key: getattr(figure, key) for key in keys} for figure in self.figures],
        }


@lru_cache(maxsize=1)
def measured() -> Measured:
    """Return what the package carries.

    >>> measured().figures[0].id
    'text_wrong'
    """
    text = (files("kiemchung.engine") / "data" / "measured.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Measured(data["version"], tuple(_figure(one, run) for run in data["run"] for one in run["figure"]))


def _figure(one: Mapping[str, Any], run: Mapping[str, Any]) -> Figure:
    count, of = one.get("count"), one.get("of")
    if count is None or of is None:
        share, low, high = one["share"], one["low"], one["high"]
    else:
        share, (low, high) = count / of, wilson(count, of)
    return Figure(
        id=one["id"],
        count=count,
        of=of,
        share=round(share, 5),
        low=round(low, 5),
        high=round(high, 5),
        document=run["document"],
        command=run["command"],
        commit=run["commit"],
        quotes=tuple(one["quotes"]),
    )
