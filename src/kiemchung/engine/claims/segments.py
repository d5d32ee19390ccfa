"""A changing set of segments: reviews come in, go out, and small segments are merged; kept in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.claims.segment import MOST_POSTINGS, MOST_REVIEWS, Segment
from kiemchung.engine.tiers import REWRITE_SHARE, to_merge

Mask = NDArray[np.bool_]

_SMALLEST_TIER = 10_000


class SegmentSet:
    """Segments with the reviews of each that live (`None`: all); held in memory, `_stored` puts them elsewhere."""

    def __init__(self, segments: Iterable[Segment] = (), alive: Iterable[Mask | None] = ()) -> None:
        self._segments = list(segments)
        self._alive = list(alive)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments."""
        return tuple(self._segments)

    @property
    def alive(self) -> tuple[Mask | None, ...]:
        """For each segment which of its reviews live."""
        return tuple(self._alive)

    def clear(self) -> None:
        """Forget all reviews."""
        self._segments, self._alive = [], []

    def add(self, segment: Segment) -> None:
        """Add a segment; a review that the set already holds must have been removed first."""
        if not segment.size:
            return
        self._segments.append(self._stored(segment))
        self._alive.append(None)

    def remove(self, review_ids: Iterable[str]) -> None:
        """Remove reviews; ids that the set does not hold are passed over."""
        wanted = list(review_ids)
        for number, segment in enumerate(self._segments):
            if wanted and (docs := segment.docs_of(wanted)):
                mask = _mask(segment, self._alive[number]).copy()
                mask[docs] = False
                self._alive[number] = mask

    def tidy(self) -> None:
        """Rewrite what is mostly dead and merge what is small."""
        kept: list[tuple[Segment, Mask | None]] = []
        for segment, mask in zip(self._segments, self._alive, strict=True):
            if mask is None or mask.mean() >= 1 - REWRITE_SHARE:
                kept.append((segment, mask))
            elif mask.any():
                kept.append((self._stored(Segment.merge([segment], [mask])), None))
        self._set(kept)
        while len(group := self._mergeable()) > 1:
            self._merge(group)

    def _merge(self, group: Sequence[int]) -> None:
        """Put one segment, the last, in the place of those with these numbers."""
        merged = Segment.merge(
            [self._segments[n] for n in group], [_mask(self._segments[n], self._alive[n]) for n in group]
        )
        pairs = zip(self._segments, self._alive, strict=True)
        rest = [pair for number, pair in enumerate(pairs) if number not in set(group)]
        self._set([*rest, (self._stored(merged), None)] if merged.size else rest)

    def _stored(self, segment: Segment) -> Segment:
        return segment

    def _set(self, kept: Sequence[tuple[Segment, Mask | None]]) -> None:
        self._segments = [segment for segment, _mask_ in kept]
        self._alive = [mask for _segment, mask in kept]

    def _mergeable(self) -> list[int]:
        sizes = [segment.posting_count for segment in self._segments]
        return to_merge(sizes, smallest=_SMALLEST_TIER, fits=self._fit_one)

    def _fit_one(self, group: Sequence[int]) -> bool:
        """Return whether these fit one segment."""
        segments = [self._segments[number] for number in group]
        return (
            sum(segment.posting_count for segment in segments) <= MOST_POSTINGS
            and sum(segment.size for segment in segments) <= MOST_REVIEWS
        )


def _mask(segment: Segment, alive: Mask | None) -> Mask:
    return np.ones(segment.size, bool) if alive is None else alive
