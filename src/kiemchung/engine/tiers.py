"""Which parts of a growing index become one: those of about one size, so that what came early is seldom rewritten."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

# Eight parts of about one size become one: an item is rewritten log8(n) times and a search visits few parts.
TIER = 8
# A part with more dead items than this is rewritten.
REWRITE_SHARE = 0.25


def to_merge(sizes: Sequence[int], *, smallest: int, fits: Callable[[Sequence[int]], bool]) -> list[int]:
    """Return the numbers of the parts that are to become one; fewer than two when there is nothing to do.

    `sizes` are those of the parts, `smallest` the size up to which all are alike; of a group as many are taken as
    `fits` says fit one part. Source: the log-structured merge tree (O'Neil et al. 1996).

    >>> to_merge([5] * 7, smallest=10, fits=lambda group: True), to_merge([5] * 8 + [900], smallest=10, fits=bool)
    ([], [0, 1, 2, 3, 4, 5, 6, 7])
    """
    tiers: dict[int, list[int]] = {}
    for number, size in enumerate(sizes):
        tiers.setdefault(max(0, int(math.log(max(size, 1) / smallest, TIER))), []).append(number)
    for _tier, group in sorted(tiers.items()):
        if len(group) >= TIER:
            fitting = [group[: end + 1] for end in range(len(group)) if fits(group[: end + 1])]
            if fitting and len(fitting[-1]) > 1:
                return fitting[-1]
    return []
