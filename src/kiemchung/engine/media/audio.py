"""Sound: references as frames with an inverted index, and queries aligned with them over all offsets and speeds.

Each half of a 32-bit frame (the steps of eight comparisons) is a code with postings; a query looks up the codes of its
frames at four phases of the hop, and every hit votes for a reference and an offset in it. The offsets with most votes
are compared bit by bit (`alignment`). Nothing is scanned, and nothing depends on the length of either side.

Source: Haitsma and Kalker, "A highly robust audio fingerprinting system" (ISMIR 2002), for the lookup and the bit
error; Wang, "An industrial-strength audio search algorithm" (ISMIR 2003), for the histogram of offsets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media import alignment
from kiemchung.engine.media.alignment import Candidates, Part, Query
from kiemchung.engine.media.chromaprint import FRAMES_PER_SECOND, Frames, fingerprint
from kiemchung.engine.media.types import MediaMatch, Sound

HALVES = ("high", "low")
_SHIFTS = {"high": 16, "low": 0}
# The same code so many frames in a row says nothing new: silence, a tone that is held.
_LONGEST_RUN = 4
# A query reads so many postings at most, those of its rarest codes.
MOST_HITS = 2_000_000

# Speeds that are tried where the sound as it is matches nothing, the nearest first.
_SPEEDS = tuple(1 + sign * step / 100 for step in range(1, 12) for sign in (1, -1))
_FINER = (-0.004, 0.0, 0.004)
# What is less likely is not said to be heard: of best matches at .5 to .9, 9 of 25 were right (decision 0017).
LEAST = 0.9
# So likely, it may still confirm what the frames of a video show.
PLAUSIBLE = 0.5
# Where nothing is so likely at the speed as it is, other speeds are tried.
SURE = 0.95
# A speed at which no alignment has so much evidence is not looked at closely.
_PROMISING = 2.0

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Mask = NDArray[np.bool_]
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class SoundFeatures:
    """What is kept of a sound: `frames`, shape `(n,)`, at `frames_per_second`, and how long it is in seconds."""

    frames: Frames
    seconds: float
    frames_per_second: float = FRAMES_PER_SECOND


def describe(sound: Sound) -> SoundFeatures:
    """Return what is kept of a reference. Cost: about .7 s and 116 kB for an hour.

    >>> features = describe(Sound(np.zeros(5 * 11_025, np.float32)))
    >>> len(features.frames), features.seconds
    (19, 5.0)
    """
    return SoundFeatures(fingerprint(sound.samples, lowest_hz=alignment.LOWEST_HZ), sound.seconds)


class SoundSegment:
    """Features of references numbered 0 … `size - 1`, and the postings of their codes; never changed."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.size = len(arrays["seconds"])
        self.frames: Frames = arrays["frames"]  # type: ignore[assignment]
        self.offsets: I64 = arrays["offsets"]  # type: ignore[assignment]

    @classmethod
    def build(cls, ids: Sequence[str], features: Sequence[SoundFeatures]) -> SoundSegment:
        """Return a segment of these references, of 2,147 million frames at most (some 70,000 hours).

        Cost: sorts two numbers a frame; about 12 bytes a frame or 350 kB an hour.
        """
        encoded = [one.encode("utf-8", "surrogatepass") for one in ids]
        return cls._of(
            np.concatenate([np.zeros(0, np.uint32), *(one.frames for one in features)]),
            {
                "offsets": _offsets([len(one.frames) for one in features]),
                "seconds": np.array([one.seconds for one in features], np.float64),
                "id_offsets": _offsets([len(one) for one in encoded]),
                "ids": np.frombuffer(b"".join(encoded), np.uint8),
            },
        )

    @classmethod
    def merge(cls, segments: Sequence[SoundSegment], alive: Sequence[Mask | None]) -> SoundSegment:
        """Return one segment with the living references of several, in order; the same that `build` makes of them."""
        masks = [np.ones(s.size, bool) if m is None else m for s, m in zip(segments, alive, strict=True)]
        pairs = list(zip((segment.arrays() for segment in segments), masks, strict=True))
        frames, letters, lengths, id_lengths = [], [], [], []
        for arrays, mask in pairs:
            counts, id_counts = np.diff(arrays["offsets"]), np.diff(arrays["id_offsets"])
            frames.append(arrays["frames"][np.repeat(mask, counts)])
            letters.append(arrays["ids"][np.repeat(mask, id_counts)])
            lengths.append(counts[mask])
            id_lengths.append(id_counts[mask])
        return cls._of(
            np.concatenate([np.zeros(0, np.uint32), *frames]),
            {
                "offsets": _offsets(np.concatenate([np.zeros(0, np.int64), *lengths])),
                "seconds": np.concatenate([np.zeros(0), *(arrays["seconds"][mask] for arrays, mask in pairs)]),
                "id_offsets": _offsets(np.concatenate([np.zeros(0, np.int64), *id_lengths])),
                "ids": np.concatenate([np.zeros(0, np.uint8), *letters]),
            },
        )

    @classmethod
    def _of(cls, frames: Frames, plain: Arrays) -> SoundSegment:
        """Return the segment of frames whose other arrays are there, with the postings worked out."""
        arrays: dict[str, NDArray[np.generic]] = {"frames": frames, **plain}
        for half in HALVES:
            codes = codes_of(frames, half)
            kept = np.flatnonzero(_telling(codes, arrays["offsets"]))  # type: ignore[arg-type]
            order = kept[np.argsort(codes[kept], kind="stable")]
            terms, starts = np.unique(codes[order], return_index=True)
            arrays[f"{half}.terms"] = terms
            arrays[f"{half}.offsets"] = np.concatenate([starts, [len(order)]]).astype(np.uint32)
            arrays[f"{half}.at"] = order.astype(np.uint32)
        return cls(arrays)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything the segment is made of, to be stored; see `load`."""
        return dict(self._arrays)

    @classmethod
    def load(cls, arrays: Arrays) -> SoundSegment:
        """Return the segment of such arrays, which may be memory-mapped; they are not copied."""
        return cls(arrays)

    @property
    def ids(self) -> tuple[str, ...]:
        """The references' ids, in order."""
        blob = self._arrays["ids"].tobytes()
        return tuple(
            blob[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(self._arrays["id_offsets"].tolist())
        )

    def reference_id(self, number: int) -> str:
        """Return the id of one reference."""
        begin, end = self._arrays["id_offsets"][number : number + 2].tolist()
        return self._arrays["ids"][begin:end].tobytes().decode("utf-8", "surrogatepass")

    def seconds(self, number: int) -> float:
        """Return how long a reference is."""
        return float(self._arrays["seconds"][number])

    def ranges(self, half: str, codes: NDArray[np.uint16]) -> tuple[I64, I64]:
        """Return where the postings of each code begin and end."""
        terms, offsets = self._arrays[f"{half}.terms"], self._arrays[f"{half}.offsets"]
        if not len(terms):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
        at = np.minimum(np.searchsorted(terms, codes), len(terms) - 1)
        found = terms[at] == codes
        begin, end = offsets[at].astype(np.int64), offsets[at + 1].astype(np.int64)
        return np.where(found, begin, 0), np.where(found, end, 0)

    def positions(self, half: str, begin: I64, end: I64) -> tuple[I64, I64]:
        """Return the postings of ranges one after another, and of which range each is."""
        counts = end - begin
        of = np.repeat(np.arange(len(counts)), counts)
        inside = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._arrays[f"{half}.at"][np.repeat(begin, counts) + inside].astype(np.int64), of


class SoundIndex:
    """Answers which references are heard in a sound, where. `alive` says which of a segment's live (`None`: all)."""

    def __init__(self, segments: Sequence[SoundSegment], alive: Sequence[Mask | None] | None = None) -> None:
        self._segments = list(segments)
        self._alive = list(alive) if alive is not None else [None] * len(segments)
        self._bases = np.cumsum([0, *(segment.size for segment in segments)])
        self._frames = sum(len(segment.frames) for segment in segments)

    def match_many(self, queries: Sequence[Sound], *, top: int = 5, least: float = LEAST) -> list[list[MediaMatch]]:
        """Return for each sound the references heard in it, the likeliest first, each once, at most `top`, each at
        least so likely (0-1).

        `start_s` and `end_s` are the part of the reference. A sound shorter than about three seconds matches nothing.
        Cost: some 20 ms for ten seconds against 90 hours, .3 s where nothing matches and speeds are tried.
        """
        return [self._match(query, least)[:top] for query in queries]

    def _match(self, sound: Sound, least: float) -> list[MediaMatch]:
        matches = [
            MediaMatch(one.reference, one.probability, "sound", start_s=one.part.start_s, end_s=one.part.end_s)
            for one in self.heard_in(sound, least=least)
        ]
        return sorted(matches, key=lambda match: (-match.probability, match.reference))

    def heard_in(self, sound: Sound, *, least: float = LEAST) -> list[Heard]:
        """Return the references heard in a sound that are at least so likely, with what they were judged by."""
        found = self._heard(alignment.query_of(sound), least)
        if self._frames and _likeliest(found) < SURE:
            found = max(found, self._heard_at_other_speeds(sound, least), key=_likeliest)
        return found

    def _heard_at_other_speeds(self, sound: Sound, least: float) -> list[Heard]:
        """Return what is heard at the speed at which most is, tried with the pitch changed and with the pitch kept."""
        slowed = alignment.Slowed(alignment.excerpt(sound))
        tries = [
            (self._most_evidence(query), speed, keeps_pitch)
            for speed in _SPEEDS
            for query, keeps_pitch in zip(slowed.queries(speed), (False, True), strict=True)
        ]
        evidence, speed, keeps_pitch = max(tries, key=lambda one: one[0])
        if evidence < _PROMISING:
            return []
        finer = [
            self._heard(alignment.query_of(sound, speed=speed + by, keeps_pitch=keeps_pitch), least) for by in _FINER
        ]
        return max(finer, key=_evidence)

    def _most_evidence(self, query: Query) -> float:
        """Return the most evidence there is for any alignment with a query."""
        _, evidence, _, _ = self._aligned(query, alignment.FEW)
        return float(evidence.max(initial=0.0))

    def _heard(self, query: Query, least: float) -> list[Heard]:
        """Return the references that are heard in a query at its speed, each once."""
        found, evidence, phases, offsets = self._aligned(query)
        heard = []
        for row in alignment.strongest(found.references, evidence).tolist():
            reference = int(found.references[row])
            frames, seconds = self._whole(reference)
            part = alignment.part_that_fits(frames, seconds, query, int(phases[row]), int(offsets[row]))
            if part is not None and (likely := alignment.probability(part)) >= least:
                heard.append(Heard(self._id(reference), likely, part))
        return heard

    def _aligned(self, query: Query, most: int | None = None) -> tuple[Candidates, F64, I64, I64]:
        """Return the offsets with most votes, the evidence of each at its best phase, that phase, its offset there."""
        found = alignment.candidates(self._votes(query), most)
        evidence = np.zeros(len(found.references))
        phases, offsets = np.zeros(len(evidence), np.int64), np.zeros(len(evidence), np.int64)
        of = np.searchsorted(self._bases, found.references, side="right") - 1
        for number in np.unique(of).tolist():
            rows = of == number
            segment = self._segments[number]
            local = found.references[rows] - self._bases[number]
            begin, end = segment.offsets[local], segment.offsets[local + 1]
            evidence[rows], phases[rows], offsets[rows] = alignment.compare(
                segment.frames, begin, end, found.of(rows), query
            )
        return found, evidence, phases, offsets

    def _votes(self, query: Query) -> I64:
        """Return the votes of all hits of a query's frames, those of the rarest codes first until there are enough."""
        cast = [np.zeros(0, np.int64)]
        for half in HALVES:
            codes, frames = _lookups(query, half)
            ranges = [segment.ranges(half, codes) for segment in self._segments]
            counts = sum((end - begin for begin, end in ranges), np.zeros(len(codes), np.int64))
            weights = _weights(counts, self._frames)
            order = np.argsort(counts, kind="stable")
            kept = order[(np.cumsum(counts[order]) <= MOST_HITS) & (weights[order] > 0)]
            for number, (begin, end) in enumerate(ranges):
                segment, alive = self._segments[number], self._alive[number]
                positions, which = segment.positions(half, begin[kept], end[kept])
                local = np.searchsorted(segment.offsets, positions, side="right") - 1
                if alive is not None:
                    living = alive[local]
                    positions, which, local = positions[living], which[living], local[living]
                found, hits = self._bases[number] + local, kept[which]
                places = positions - segment.offsets[local]
                cast.append(alignment.votes(found, places, frames[hits], weights[hits], query.stretch))
        return np.concatenate(cast)

    def _place(self, reference: int) -> tuple[SoundSegment, int]:
        number = int(np.searchsorted(self._bases, reference, side="right")) - 1
        return self._segments[number], reference - int(self._bases[number])

    def _id(self, reference: int) -> str:
        segment, local = self._place(reference)
        return segment.reference_id(local)

    def _whole(self, reference: int) -> tuple[Frames, float]:
        segment, local = self._place(reference)
        begin, end = segment.offsets[local : local + 2].tolist()
        return segment.frames[begin:end], segment.seconds(local)


@dataclass(frozen=True, slots=True)
class Heard:
    """A reference that is heard in a query, how likely, and in which part."""

    reference: str
    probability: float
    part: Part


def _likeliest(found: Sequence[Heard]) -> float:
    return max((one.probability for one in found), default=0.0)


def _evidence(found: Sequence[Heard]) -> float:
    return max((one.part.evidence for one in found), default=0.0)


def _lookups(query: Query, half: str) -> tuple[NDArray[np.uint16], I64]:
    """Return the codes that a query looks up and the frame of each, of all phases."""
    codes = [codes_of(frames, half) for frames in query.phases]
    kept = [np.flatnonzero(_telling(one, np.zeros(2, np.int64))) for one in codes]
    return np.concatenate([one[at] for one, at in zip(codes, kept, strict=True)]), np.concatenate(kept)


def _weights(counts: I64, frames: int) -> I64:
    """Return what a hit of a code that occurs so often is worth: the bits by which it narrows down the place."""
    bits = np.log2(max(frames, 1) / np.maximum(counts, 1))
    return np.clip(np.round(bits), 0, alignment.MOST_WEIGHT).astype(np.int64)


def codes_of(frames: Frames, half: str) -> NDArray[np.uint16]:
    """Return one half of each frame, the steps of eight comparisons."""
    codes: NDArray[np.uint16] = (frames >> np.uint32(_SHIFTS[half])).astype(np.uint16)
    return codes


def _telling(codes: NDArray[np.uint16], offsets: I64) -> Mask:
    """Return which codes are not the same as the `_LONGEST_RUN` before them in the same reference."""
    changed = np.ones(len(codes), bool)
    changed[1:] = codes[1:] != codes[:-1]
    changed[offsets[:-1][offsets[:-1] < len(codes)]] = True
    starts = np.flatnonzero(changed)
    run = np.arange(len(codes)) - np.repeat(starts, np.diff(np.append(starts, len(codes))))
    return run < _LONGEST_RUN


def _offsets(lengths: Sequence[int] | I64) -> I64:
    return np.concatenate([[0], np.cumsum(np.array(lengths, np.int64))]).astype(np.int64)
