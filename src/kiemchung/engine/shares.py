"""How many of how many, and how sure that is: the measure that pictures, sound and names have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


def wilson(count: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return both ends of Wilson's interval for a rate of `count` in `total` (Wilson 1927); `z` of 1.96 is 95 %.

    Nothing counted says nothing: 0 to 1.

    >>> [round(end, 4) for end in wilson(0, 100)]
    [0.0, 0.037]
    """
    if not total:
        return 0.0, 1.0
    rate, square = count / total, z * z / total
    spread = z * math.sqrt(rate * (1 - rate) / total + square / (4 * total))
    low, high = ((rate + square / 2 + side * spread) / (1 + square) for side in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total` of `what` was counted."""

    what: str
    count: int
    total: int

    @property
    def share(self) -> float:
        """The share, 0-1; 0 where nothing was counted."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %."""
        return wilson(self.count, self.total)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON carries it; share and interval are null where nothing was counted."""
        share, low, high = (
            (round(value, 5) for value in (self.share, *self.interval)) if self.total else (None, None, None)
        )
        return {
            "what": self.what,
            "count": self.count,
            "of": self.total,
            "share": share,
            "at_least": low,
            "at_most": high,
        }
