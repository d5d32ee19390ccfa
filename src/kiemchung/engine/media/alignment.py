"""How the frames of a query and of a reference lie over each other: votes for offsets, bit errors, the part that fits.

A query is read at several phases of the hop, since its cut need not fall on the reference's windows. Its frames are
handled in stretches of half a minute, so that a short part of a long query is not lost among the votes of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media import edges
from kiemchung.engine.media.chromaprint import HOP, Frames, Spectra, bit_errors, fingerprint
from kiemchung.engine.media.types import SAMPLE_RATE, Sound

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Mask = NDArray[np.bool_]

# A telephone passes nothing below, and without the bass a clean copy fits as well. Wrong bits of 10 s from 28, 150, 300
# Hz: over the telephone .247, .183, .023; of an opus voice note .067, .077, .089 (docs/decisions/0017).
LOWEST_HZ = 300.0
PHASES = 4
_ROUGH_PHASES = 2
STRETCH = 240  # frames, half a minute
_LONG_S = 120.0  # from here on one phase is enough: there are many frames
_STEP_S = HOP / SAMPLE_RATE
# Offsets that are compared bit by bit in a stretch: of a short query, of a long one.
_CANDIDATES, _CANDIDATES_OF_MANY = 400, 60
_MOVES = 4  # bits that change from frame to frame as a rule: the median over 461 recordings is 4.2; crickets .9
_LEAST_MOVE = 0.01
FEW = 100  # where only the most evidence is asked for
_KEPT = 20  # references whose whole alignment is looked at
# A frame with a smaller share of wrong bits speaks for the alignment, one with a larger share against it.
EVEN = 0.37
# How it is found how frames fit elsewhere: so many frames at so many places, these frames away from where they fit.
_USUAL_OF, _USUAL_AT, _USUAL_APART, _USUAL_QUANTILE = 80, 64, 8, 0.25
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
    """The part that fits: `error` is the share of wrong bits (0-1) in `frames` frames, of those that change above all.

    `evidence` is the sum of what speaks for it over its frames, `usual` the share of wrong bits that these frames have
    elsewhere in the same reference, `moving` how many frames' worth of change there is in them (`frames` at most; none
    in silence, little in a held tone); the times are seconds in the reference.
    """

    evidence: float
    error: float
    usual: float
    frames: int
    moving: float
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


class Slowed:
    """A sound as queries at many speeds, read from one set of spectra: coarser than `query_of`, and much faster."""

    def __init__(self, sound: Sound) -> None:
        self._seconds = sound.seconds
        self._spectra = Spectra(sound.samples, lowest_hz=LOWEST_HZ)

    def queries(self, speed: float) -> tuple[Query, Query]:
        """Return the sound slowed down by `speed`, its pitch with it, and the same with its pitch kept."""
        changed, kept = (
            Query(
                tuple(
                    self._spectra.frames(energies, tempo=speed, phase=phase / _ROUGH_PHASES)
                    for phase in range(_ROUGH_PHASES)
                ),
                self._seconds * speed,
            )
            for energies in (self._spectra.chroma(speed), self._spectra.chroma(1.0))
        )
        return changed, kept


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


def candidates(cast: I64, most: int | None = None) -> Candidates:
    """Return the offsets with most votes in each stretch (at most `most`), of equal ones those of first references."""
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
    most = most or (_CANDIDATES if stretches.max() < _EXCERPTS else _CANDIDATES_OF_MANY)
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
    sums, begins, ends = _best_run((EVEN - errors)[None])
    begin, end = int(begins[0]), int(ends[0])
    if end <= begin:
        return None
    part, weights = ours[first + begin : first + end], _moves(ours)[first + begin : first + end]
    error = float(np.average(errors[begin:end], weights=weights))
    in_reference = offset - phase / len(query.phases)  # where the query's first sample is, in hops
    begins_at, ends_at = edges.begin_of(errors, begin, error), edges.end_of(errors, end, error)
    start_s = max(0.0, in_reference * _STEP_S) if begins_at is None else (first + offset + begins_at) * _STEP_S
    end_s = (first + offset + ends_at) * _STEP_S if ends_at is not None else seconds
    end_s = min(end_s, seconds, in_reference * _STEP_S + query.seconds)
    return Part(
        evidence=float(sums[0]),
        error=error,
        usual=_usual_error(part, weights, theirs, first + begin + offset),
        frames=len(part),
        moving=float(weights.sum()),
        start_s=min(start_s, end_s),
        end_s=end_s,
    )


def _usual_error(ours: Frames, weights: F64, theirs: Frames, at: int) -> float:
    """Return the share of wrong bits that frames have elsewhere in the same reference, as a rule (0-1).

    Of rain, a hum or crickets it is small, and that they fit where they are looked for says little.
    """
    ours, weights = ours[:_USUAL_OF], weights[:_USUAL_OF]
    places = np.unique(np.linspace(0, max(0, len(theirs) - len(ours)), _USUAL_AT).astype(np.int64))
    places = places[np.abs(places - at) >= _USUAL_APART]
    if not len(places):
        return 0.5
    errors = bit_errors(ours[None, :], theirs[places[:, None] + np.arange(len(ours))])
    return float(np.quantile(errors @ weights / weights.sum(), _USUAL_QUANTILE)) / 32


def _moves(frames: Frames) -> F64:
    """Return of each frame how much changed before it, from almost nothing (silence, a held tone) to 1."""
    steps = bit_errors(frames[1:], frames[:-1])
    moves: F64 = np.maximum(np.minimum(np.concatenate([steps[:1], steps]), _MOVES) / _MOVES, _LEAST_MOVE)
    return moves


MEASURES = ("error", "contrast", "log moving", "log bits")


def measures(part: Part) -> F64:
    """Return what a part is judged by, shape `(len(MEASURES),)`.

    `contrast` is by how much fewer bits are wrong than elsewhere in the same reference; `bits` is how far the whole
    agreement is from that (the Kullback-Leibler divergence of all that moves in it, in nats).
    """
    bits = 32 * part.moving * _divergence(part.error, part.usual)
    return np.array([part.error, part.usual - part.error, np.log1p(part.moving), np.log1p(bits)], np.float64)


def _divergence(error: float, usual: float) -> float:
    error, usual = np.clip([error, usual], 0.005, 0.5)
    if error >= usual:
        return 0.0
    return float(error * np.log(error / usual) + (1 - error) * np.log((1 - error) / (1 - usual)))


def probability(part: Part) -> float:
    """Return how likely (0-1) it is that the part is the same sound."""
    if part.moving < _LEAST_MOVING:
        return 0.0
    return float(1 / (1 + np.exp(-(_BIAS + measures(part) @ _WEIGHTS))))


# Fitted on sounds made here (`python -m training.sounds`: 202 right candidates, 1,758 wrong ones).
_BIAS, _WEIGHTS = -1.38, np.array([-58.08, -4.35, 0.78, 2.00])
# A second of change: what moves less (silence, a held tone) nothing tells apart. Of the 202 right ones 5 moved less.
_LEAST_MOVING = 8.0
