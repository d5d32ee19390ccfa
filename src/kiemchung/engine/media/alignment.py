"""How the frames of a query and of a reference lie over each other: votes for offsets, bit errors, the part that fits.

A query is read at several phases of the hop, since its cut need not fall on the reference's windows. Its frames are
handled in stretches of half a minute, so that a short part of a long query is not lost among the votes of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.chromaprint import FRAME_SECONDS, HOP, Frames, bit_errors, fingerprint
from kiemchung.engine.media.types import SAMPLE_RATE, Sound

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Mask = NDArray[np.bool_]

# A telephone passes nothing below, and without the bass a clean copy fits as well. Wrong bits of 10 s from 28, 150, 300
# Hz: over the telephone .247, .183, .023; of an opus voice note .067, .077, .089 (docs/decisions/0017).
LOWEST_HZ = 300.0
PHASES = 4
STRETCH = 240  # frames, half a minute
_LONG_S = 120.0  # from here on one phase is enough: there are many frames
_STEP_S = HOP / SAMPLE_RATE
# Offsets that are compared bit by bit in a stretch: of a short query, of a long one.
_CANDIDATES, _CANDIDATES_OF_MANY = 400, 60
_KEPT = 20  # references whose whole alignment is looked at
# A frame with a smaller share of wrong bits speaks for the alignment, one with a larger share against it.
EVEN = 0.37
# A frame sees 2.7 s; at the edge of the part that fits, it fits when so much of it lies inside.
_EDGE_S = 1.2
_RAGGED = 8  # frames at the edges of a query that may fit badly and are still taken as part of it
_RAGGED_ERROR = 0.45
_EXCERPTS, _EXCERPT_S = 4, 15.0

# A vote in one number: 4 bits of weight, 24 of offset, 10 of stretch, the rest the reference.
_WEIGHT_BITS, _OFFSET_BITS, _STRETCH_BITS = 4, 24, 10
_ZERO = 1 << (_OFFSET_BITS - 1)
MOST_WEIGHT = (1 << _WEIGHT_BITS) - 1


@dataclass(frozen=True, slots=True)
class Query:
    """A sound as frames at each phase (`phases[k]` begins `k / len(phases)` of a hop later), brought back to `speed` 1.

    `seconds` is how long it is at that speed, which is the time of the reference.
    """

    phases: tuple[Frames, ...]
    seconds: float

    @property
    def stretch(self) -> int:
        """Frames in a stretch; more than `STRETCH` only in a sound of many hours."""
        return max(STRETCH, -(-len(self.phases[0]) // ((1 << _STRETCH_BITS) - 1)))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Offsets with many votes: each of a reference, in a stretch of the query; arrays of one length."""

    references: I64
    offsets: I64
    stretches: I64

    def of(self, mask: Mask) -> Candidates:
        """Return some of them."""
        return Candidates(self.references[mask], self.offsets[mask], self.stretches[mask])


@dataclass(frozen=True, slots=True)
class Part:
    """The part that fits: `error` is the share of wrong bits (0-1) in `frames` frames, `distinct` of them different.

    `evidence` is the sum of what speaks for it over its frames; the times are seconds in the reference.
    """

    evidence: float
    error: float
    frames: int
    distinct: int
    start_s: float
    end_s: float


def query_of(sound: Sound, *, speed: float = 1.0, keeps_pitch: bool = False) -> Query:
    """Return a sound as a query, slowed down by `speed` first (its pitch with it unless it `keeps_pitch`)."""
    count = PHASES if sound.seconds < _LONG_S else 1
    starts = [round(phase * HOP / count / speed) for phase in range(count)]
    pitch = 1.0 if keeps_pitch else speed
    phases = tuple(
        fingerprint(sound.samples[start:], pitch=pitch, tempo=speed, lowest_hz=LOWEST_HZ) for start in starts
    )
    return Query(phases, sound.seconds * speed)


def excerpt(sound: Sound) -> Sound:
    """Return a minute from all over a sound that is longer."""
    length = round(_EXCERPT_S * SAMPLE_RATE)
    if len(sound.samples) <= _EXCERPTS * length:
        return sound
    starts = np.linspace(0, len(sound.samples) - length, _EXCERPTS).astype(int)
    return Sound(np.concatenate([sound.samples[start : start + length] for start in starts]))


def votes(references: I64, positions: I64, frames: I64, weights: I64, stretch: int) -> I64:
    """Return a vote for each hit of the query's frame `frames` at `positions` of `references`."""
    offsets = positions - frames + _ZERO
    keys = (references << _STRETCH_BITS | frames // stretch) << _OFFSET_BITS | offsets
    result: I64 = keys << _WEIGHT_BITS | weights
    return result


def candidates(cast: I64) -> Candidates:
    """Return the offsets with most votes in each stretch, of equal ones those of the first references."""
    cast = np.sort(cast)
    keys = cast >> _WEIGHT_BITS
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(keys), 1), bool), keys[1:] != keys[:-1]]))
    if not len(starts):
        return Candidates(*(np.zeros(0, np.int64) for _ in range(3)))
    sums = np.add.reduceat(cast & MOST_WEIGHT, starts)
    keys = keys[starts]
    stretches = (keys >> _OFFSET_BITS) & ((1 << _STRETCH_BITS) - 1)
    order = np.lexsort((keys, -sums, stretches))
    first = np.searchsorted(stretches[order], stretches[order])
    most = _CANDIDATES if stretches.max() < _EXCERPTS else _CANDIDATES_OF_MANY
    kept = order[np.arange(len(order)) - first < most]
    offsets = (keys[kept] & ((1 << _OFFSET_BITS) - 1)) - _ZERO
    return Candidates(keys[kept] >> (_OFFSET_BITS + _STRETCH_BITS), offsets, stretches[kept])


def compare(theirs: Frames, begin: I64, end: I64, found: Candidates, query: Query) -> tuple[F64, I64, I64]:
    """Return the evidence of each candidate at its best phase, that phase, and its offset there.

    Frames `begin` to `end` of `theirs` are the candidate's reference, shapes `(len(found),)`.
    """
    best = np.full(len(begin), -np.inf)
    phases, offsets = np.zeros(len(begin), np.int64), found.offsets.copy()
    for phase, ours in enumerate(query.phases):
        if not len(ours):
            continue
        at = found.stretches[:, None] * query.stretch + np.arange(min(query.stretch, len(ours)))
        wanted = ours[np.minimum(at, len(ours) - 1)]
        for shift in (-1, 0, 1):
            place = begin[:, None] + (found.offsets + shift)[:, None] + at
            inside = (at < len(ours)) & (place >= begin[:, None]) & (place < end[:, None])
            errors = bit_errors(theirs[np.where(inside, place, 0)], wanted) / 32
            evidence, _, _ = _best_run(np.where(inside, EVEN - errors, -EVEN))
            better = evidence > best
            best[better], phases[better] = evidence[better], phase
            offsets[better] = found.offsets[better] + shift
    return best, phases, offsets


def _best_run(gains: F64) -> tuple[F64, I64, I64]:
    """Return of each row the largest sum of neighbouring values and where that run begins and ends (exclusive)."""
    sums = np.concatenate([np.zeros((len(gains), 1)), gains.cumsum(axis=1)], axis=1)
    lowest = np.minimum.accumulate(sums, axis=1)
    rises = sums - lowest
    end = rises.argmax(axis=1)
    rows = np.arange(len(gains))
    begin = (sums == lowest[rows, end][:, None]).argmax(axis=1)
    return rises[rows, end], begin, end


def strongest(references: I64, evidence: F64) -> I64:
    """Return the rows with the best evidence of each reference, at most `_KEPT`, the best first."""
    order = np.lexsort((references, -evidence))
    _, first = np.unique(references[order], return_index=True)
    kept: I64 = order[np.sort(first)[:_KEPT]]
    return kept


def part_that_fits(theirs: Frames, seconds: float, query: Query, phase: int, offset: int) -> Part | None:
    """Return the part of a whole reference that a query fits at one alignment, `None` when they do not overlap."""
    ours = query.phases[phase]
    first, last = max(0, -offset), min(len(ours), len(theirs) - offset)
    if last <= first:
        return None
    errors = bit_errors(ours[first:last], theirs[first + offset : last + offset]) / 32
    evidence, begin, end = (
        int(one[0]) if n else float(one[0]) for n, one in enumerate(_best_run((EVEN - errors)[None]))
    )
    begin, end = _with_ragged_edges(errors, int(begin), int(end))
    if end <= begin:
        return None
    in_reference = (offset - phase / len(query.phases)) * _STEP_S  # where the query's first sample is
    at_start, at_end = first + begin, first + end
    start_s = (at_start + offset) * _STEP_S + _EDGE_S
    end_s = (at_end - 1 + offset) * _STEP_S + FRAME_SECONDS - _EDGE_S
    if begin == 0:
        start_s = in_reference if first == 0 else 0.0
    if first + end == last:
        end_s = in_reference + query.seconds if last == len(ours) else seconds
    distinct = len(np.unique(ours[at_start:at_end]))
    error = float(errors[begin:end].mean())
    return Part(float(evidence), error, end - begin, distinct, max(0.0, start_s), min(seconds, end_s))


def _with_ragged_edges(errors: F64, begin: int, end: int) -> tuple[int, int]:
    if 0 < begin <= _RAGGED and errors[:begin].mean() < _RAGGED_ERROR:
        begin = 0
    if 0 < len(errors) - end <= _RAGGED and errors[end:].mean() < _RAGGED_ERROR:
        end = len(errors)
    return begin, end


def probability(part: Part) -> float:
    """Return how likely (0-1) it is that the part is the same sound."""
    score = _BIAS + _OF_ERROR * part.error + _OF_LENGTH * np.log(part.frames) + _OF_DISTINCT * np.log(part.distinct)
    return float(1 / (1 + np.exp(-score)))


# Set, not fitted, between what was measured (docs/decisions/0017): right parts had up to .134 wrong bits in 59 frames,
# .092 in 19; wrong ones from .208 in 55 on, leaving aside steady sounds such as crickets.
_BIAS, _OF_ERROR, _OF_LENGTH, _OF_DISTINCT = 2.2, -60.0, 0.0, 2.0
