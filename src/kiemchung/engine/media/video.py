"""Video: which frames stand for it, and a vote of single frames over time for the scene that matches.

A matched pair of frames says "this time of the query is that time of the reference". Pairs of one scene agree on one
offset (at a speed near 1); pairs by chance do not. Source: Douze, Jégou, Schmid, "An image-based approach to video copy
detection with spatio-temporal post-filtering" (IEEE Transactions on Multimedia, 2010).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.types import MediaMatch, Placement, Region

F64 = NDArray[np.float64]

# A cut: the mean grey difference to the frame before (0-255) is this large, and this many times what is usual there.
CUT_DIFFERENCE = 18.0
CUT_RATIO = 3.0
_USUAL_OVER = 12  # frames on either side that say what is usual
# Pairs of frames agree when their offsets differ by no more (frames are up to a second apart).
_AGREE_S = 1.0
_SPEEDS = (1.0, 0.95, 1.05, 0.9, 1.1)
# A slower or faster copy is rarer than one at its own speed, and a few frames always fit some speed a little better.
_OTHER_SPEED = 0.5
# A frame with none of its own between two that match does not end the part; a longer gap does.
_LONGEST_GAP_S = 5.0
# Frames that match nothing (blurred, dark) at the ends of a query belong to the part as a rule; more than so much not.
_UNMATCHED_S = 3.5
_ONE_PIECE_S = 6.0  # a query no longer than this is taken for one piece, and matches from its beginning to its end
# Of the moments that a camera passes over, the right one shows most of the same; others count by the square of that.
_OF_AREA = 2
# A query of so few frames is looked at in all of them; of more, in one every so many seconds, and so many at most.
FEW, LOOKED_AT_S, MOST_LOOKED_AT = 8, 2.0, 240
# A scene that is less likely is not worth asking the sound about; `index` says which are reported.
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """A frame of a reference that looks like a frame of the query, with the probability (0-1) of the pair alone."""

    reference: str
    at_s: float
    probability: float
    query_region: Region | None = None
    reference_region: Region | None = None
    placed: Placement | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair and its weight: how likely it is, times how much it shows of the same beside others of its frame."""

    query_s: float
    match: FrameMatch
    weight: float


def choose_frames(
    small: NDArray[np.uint8], times: Sequence[float], *, every_s: float = 1.0, most: int = 0
) -> list[int]:
    """Return which frames stand for a video: the first, one after each cut, and one every `every_s` seconds.

    `small` are grey frames, shape `(frames, rows, columns)`, some 32 x 32 pixels; `times` their seconds, ascending.
    With `most`, at most so many are chosen, evenly. Cost: one pass over the pixels.

    >>> still = np.zeros((40, 8, 8), np.uint8)
    >>> still[25:] = 200
    >>> choose_frames(still, [frame / 10 for frame in range(40)])
    [0, 10, 20, 25, 35]
    """
    cuts = set(scene_cuts(small).tolist())
    chosen: list[int] = []
    for number, at_s in enumerate(times):
        if not chosen or number in cuts or at_s - times[chosen[-1]] >= every_s - 1e-6:
            chosen.append(number)
    if most and len(chosen) > most:
        return [chosen[at] for at in np.linspace(0, len(chosen) - 1, most).round().astype(int)]
    return chosen


def look_at(
    times: Sequence[float], seen_in: Callable[[int], Collection[str]], *, every_s: float = LOOKED_AT_S
) -> list[int]:
    """Return which frames were looked at, ascending: few, and more where what is seen begins or ends.

    `seen_in` looks at a frame, by its number, and says what is seen in it. Of a query of more than `FEW` frames one
    every `every_s` seconds is looked at, at most `MOST_LOOKED_AT`; between two that show different things the middle,
    and so on, until they are neighbours. So a clip of half a minute costs half of its frames, an hour some 240.

    >>> shown = lambda at: {"a"} if 7 <= at < 21 else set()
    >>> look_at([float(at) for at in range(30)], shown, every_s=4.0)
    [0, 4, 6, 7, 8, 12, 16, 20, 21, 22, 24, 28, 29]
    """
    every = list(range(len(times)))
    chosen = every if len(times) <= FEW else _spread(times, every_s)
    seen = {at: frozenset(seen_in(at)) for at in chosen}
    gaps = list(pairwise(chosen))
    while gaps and len(seen) < 2 * MOST_LOOKED_AT:
        first, last = gaps.pop(0)
        if last - first < 2 or seen[first] == seen[last]:
            continue
        middle = (first + last) // 2
        seen[middle] = frozenset(seen_in(middle))
        gaps += [(first, middle), (middle, last)]
    return sorted(seen)


def _spread(times: Sequence[float], every_s: float) -> list[int]:
    """Return the first frame, one every so many seconds, and the last; at most `MOST_LOOKED_AT`, evenly."""
    chosen = [0]
    for number, at_s in enumerate(times):
        if at_s - times[chosen[-1]] >= every_s - 1e-6:
            chosen.append(number)
    if chosen[-1] != len(times) - 1:
        chosen.append(len(times) - 1)
    if len(chosen) > MOST_LOOKED_AT:
        return [chosen[at] for at in np.linspace(0, len(chosen) - 1, MOST_LOOKED_AT).round().astype(int).tolist()]
    return chosen


def scene_cuts(small: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the numbers of the frames that begin a new scene, ascending; see `choose_frames`."""
    if len(small) < 2:
        return np.zeros(0, np.int64)
    steps = np.array([np.abs(b.astype(np.int16) - a).mean() for a, b in pairwise(small)], np.float64)
    padded = np.pad(steps, _USUAL_OVER, mode="reflect" if len(steps) > _USUAL_OVER else "edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * _USUAL_OVER + 1), axis=1)
    cuts: NDArray[np.int64] = np.flatnonzero((steps >= CUT_DIFFERENCE) & (steps >= CUT_RATIO * usual)) + 1
    return cuts


def vote(
    times: Sequence[float], matches: Sequence[Sequence[FrameMatch]], *, seconds: float = 0.0, top: int = 5
) -> list[MediaMatch]:
    """Return the references whose frames agree on one scene, the likeliest first, with that part of the reference.

    `times` are the seconds of the query's frames, `seconds` its length (its last frame is shown until then), `matches`
    what each frame looks like. One frame alone counts as much as its pair does: a photograph finds its place in a video
    (`start_s == end_s`).

    >>> seen = [[FrameMatch("a", 60.0, 0.9)], [FrameMatch("b", 7.0, 0.8), FrameMatch("a", 61.0, 0.9)]]
    >>> [(one.reference, one.start_s, one.end_s) for one in vote([0.0, 1.0], seen)]
    [('a', 60.0, 61.0), ('b', 6.0, 7.0)]
    """
    pairs: dict[str, list[_Pair]] = {}
    for query_s, found in zip(times, matches, strict=True):
        for pair in _weighed(query_s, found):
            pairs.setdefault(pair.match.reference, []).append(pair)
    if not pairs:
        return []
    ends = times[0], max(times[-1], seconds)
    scenes = [
        _scene(reference, sorted(of, key=lambda pair: pair.query_s), times, ends) for reference, of in pairs.items()
    ]
    likely = [scene for scene in scenes if scene.probability >= LEAST]
    return sorted(likely, key=lambda scene: (-scene.probability, scene.reference))[:top]


def _weighed(query_s: float, found: Sequence[FrameMatch]) -> list[_Pair]:
    """Return the pairs of one frame. Moments of one shot look alike but for where the camera is."""
    most: dict[str, float] = {}
    for match in found:
        most[match.reference] = max(most.get(match.reference, 0.0), _shown(match))
    shares = [_shown(match) / most[match.reference] for match in found]
    return [
        _Pair(query_s, match, match.probability * share**_OF_AREA) for match, share in zip(found, shares, strict=True)
    ]


def _shown(match: FrameMatch) -> float:
    """Return how much of both frames is the same, as an area."""
    if match.query_region is None or match.reference_region is None:
        return 1.0
    ours, theirs = match.query_region, match.reference_region
    return math.sqrt(max(1, ours.w * ours.h * theirs.w * theirs.h))


def with_sound(frames: Sequence[MediaMatch], sound: Sequence[MediaMatch], *, top: int = 5) -> list[MediaMatch]:
    """Return what frames and sound say together, the likeliest first.

    Where both find a reference at overlapping times, both would have to be wrong; the range is that of the frames, made
    longer to what the sound adds. Where they find it at different times, the likelier one counts.

    >>> seen = [MediaMatch("a", 0.8, "frames", start_s=3.0, end_s=7.0)]
    >>> heard = [MediaMatch("a", 0.9, "sound", start_s=2.9, end_s=8.1)]
    >>> [(one.method, round(one.probability, 2), one.start_s, one.end_s) for one in with_sound(seen, heard)]
    [('frames', 0.98, 2.9, 8.1)]
    """
    joined = {match.reference: match for match in frames}
    for heard in sound:
        seen = joined.get(heard.reference)
        joined[heard.reference] = heard if seen is None else _together(seen, heard)
    return sorted(joined.values(), key=lambda match: (-match.probability, match.reference))[:top]


def _together(seen: MediaMatch, heard: MediaMatch) -> MediaMatch:
    spans = [seen.start_s or 0.0, seen.end_s or 0.0, heard.start_s or 0.0, heard.end_s or 0.0]
    if spans[0] > spans[3] + _AGREE_S or spans[2] > spans[1] + _AGREE_S:
        return max(seen, heard, key=lambda match: match.probability)
    return MediaMatch(
        seen.reference,
        1 - (1 - seen.probability) * (1 - heard.probability),
        "frames",
        seen.query_region,
        seen.reference_region,
        min(spans[0], spans[2]),
        max(spans[1], spans[3]),
        seen.query_at_s,
        seen.reference_at_s,
        seen.placed,
    )


def _scene(reference: str, pairs: Sequence[_Pair], times: Sequence[float], ends: tuple[float, float]) -> MediaMatch:
    """Return the largest set of pairs that agree, with their part of the reference up to the query's own ends."""
    agreeing, speed = _agreeing(pairs)
    best = max(agreeing, key=lambda pair: pair.match.probability)
    offset = _offset(agreeing, pairs, speed)
    start_s, end_s = (agreeing[0].query_s, agreeing[-1].query_s) if len(agreeing) > 1 else (best.query_s, best.query_s)
    if len(agreeing) == 1:
        offset = best.match.at_s - best.query_s * speed
    if len(times) > 1:
        start_s, end_s = _to_the_ends(start_s, end_s, times, ends)
    return MediaMatch(
        reference,
        _probability(agreeing, len(times)),
        "frames",
        best.match.query_region,
        best.match.reference_region,
        max(0.0, offset + start_s * speed),
        max(0.0, offset + end_s * speed),
        best.query_s,
        best.match.at_s,
        best.match.placed,
    )


def _offset(agreeing: Sequence[_Pair], pairs: Sequence[_Pair], speed: float) -> float:
    """Return the mean offset of all pairs near those that agree: between two moments lies the right one."""
    middle = float(np.median([pair.match.at_s - pair.query_s * speed for pair in agreeing]))
    times = {pair.query_s for pair in agreeing}
    offsets = np.array([pair.match.at_s - pair.query_s * speed for pair in pairs])
    near = np.array([pair.query_s in times for pair in pairs]) & (np.abs(offsets - middle) <= _AGREE_S)
    return float(np.average(offsets[near], weights=np.array([pair.weight for pair in pairs])[near] ** _OF_AREA))


def _to_the_ends(
    start_s: float, end_s: float, times: Sequence[float], ends: tuple[float, float]
) -> tuple[float, float]:
    """Return the part's ends, moved to the query's where it is short or few frames at them match nothing, else half
    the way to the next frame: the part begins and ends somewhere between two frames."""
    if ends[1] - ends[0] <= _ONE_PIECE_S:
        return ends
    earlier = max((at_s for at_s in times if at_s < start_s), default=start_s)
    later = min((at_s for at_s in times if at_s > end_s), default=end_s)
    return (
        ends[0] if start_s - times[0] <= _UNMATCHED_S else (earlier + start_s) / 2,
        ends[1] if times[-1] - end_s <= _UNMATCHED_S else (end_s + later) / 2,
    )


def _agreeing(pairs: Sequence[_Pair]) -> tuple[list[_Pair], float]:
    """Return the pairs, one a frame of the query, that agree on an offset without a long gap, and their speed."""
    best: tuple[float, list[_Pair], float] = (-np.inf, [], 1.0)
    for speed in _SPEEDS:
        offsets = np.array([pair.match.at_s - pair.query_s * speed for pair in pairs])
        for centre in np.unique(np.round(offsets / _AGREE_S) * _AGREE_S):
            near = [pairs[at] for at in np.flatnonzero(np.abs(offsets - centre) <= _AGREE_S).tolist()]
            for run in _runs(_one_a_frame(near)):
                spread = float(np.std([pair.match.at_s - pair.query_s * speed for pair in run]))
                weight = sum(pair.weight for pair in run) - 0.3 * spread - _OTHER_SPEED * abs(speed - 1)
                if weight > best[0] + 1e-9:
                    best = (weight, run, speed)
    return best[1], best[2]


def _one_a_frame(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Return the pair of each frame that shows most of the same."""
    best: dict[float, _Pair] = {}
    for pair in sorted(pairs, key=lambda one: -one.weight):
        best.setdefault(pair.query_s, pair)
    return sorted(best.values(), key=lambda pair: pair.query_s)


def _runs(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    runs: list[list[_Pair]] = []
    for pair in pairs:
        if runs and pair.query_s - runs[-1][-1].query_s <= _LONGEST_GAP_S:
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _probability(pairs: Sequence[_Pair], asked: int) -> float:
    """Return how likely it is that not all pairs are wrong, of a query that asked with so many frames.

    Each frame may be wrong, so that the doubt in the best pair counts for all of them. Frames of one shot that fit the
    same moment by chance fit it all: a moment counts once. Neighbours look alike too, so further ones count half.
    """
    best: dict[float, float] = {}
    for pair in pairs:
        best[pair.match.at_s] = max(best.get(pair.match.at_s, 0.0), pair.match.probability)
    doubt = sorted(1 - probability for probability in best.values())
    return float(max(0.0, 1 - asked * doubt[0] * np.prod([one**0.5 for one in doubt[1:8]])))
