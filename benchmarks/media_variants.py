"""Which pictures of the benchmark show the same: proposed by hashes and by features, confirmed point by point.

A false alarm among pictures that were not freed of duplicates says nothing; neither does one among pictures freed of
whatever the method takes for each other. Features and hashes only *propose* pairs here, generously; the points of the
two files decide, aligned and compared window by window at a finer scale than the method keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.media_references import Source
from kiemchung.engine.media import judging
from kiemchung.engine.media.geometry import aligned, pairs
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.opencv import opencv, pdq
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import Pixels
from kiemchung.engine.media.voting import rarity, votes

# Hashes this near are of one picture, whatever its points say; up to the second distance they only propose a pair.
SAME_HASH, NEAR_HASH = 31, 60
# Pairs that so many features fit are proposed: far fewer than a match needs. So many partners of each are tried.
_PROPOSED_BY, _TRIED = 5, 4
# Points are compared with the longer side so long, in windows of so many points; plainer windows say nothing.
_SIDE, _WINDOW, _PLAIN = 256, 15, 40.0
# Windows that correlate so well agree. Two pictures show the same where at least this share of what is to be seen in
# one of them agrees.
_AGREES, _SHARE = 0.6, 0.5

Matrix = NDArray[np.float64]
Grey = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures that may show the same; `shares` takes a place in `there` to its place in `here` (0-1).

    Without `shares` both are seen whole, in any of eight orientations.
    """

    here: str
    there: str
    shares: tuple[float, ...]
    by: str


@dataclass
class Variants:
    """Names to leave out with the name that stays and the rule that found the pair, and greys already decoded."""

    dropped: dict[str, tuple[str, str]] = field(default_factory=dict)
    proposed: Counter[str] = field(default_factory=Counter)

    def said(self) -> str:
        """Return how many pictures were left out by which rule."""
        count = Counter(rule for _, rule in self.dropped.values())
        return ", ".join(f"{count[rule]:,} {rule} (of {self.proposed[rule]:,} pairs)" for rule in self.proposed)


HASH, NEAR, FEATURES = "by equal hashes", "by near hashes and their points", "by features and their points"


def variants(whole: PictureSegment, by_name: Mapping[str, Source]) -> Variants:
    """Return which references to leave out so that no picture is there twice, in this form or nearly.

    Cost: 20 ms a reference, and 30 ms to decode each that is in a proposed pair.
    """
    found = Variants()
    ids = whole.ids
    left = _confirmed(found, _by_hash(whole, ids, 0, SAME_HASH, HASH), None)
    near = list(_by_hash(whole, ids, SAME_HASH + 1, NEAR_HASH, NEAR))
    fitting = list(_by_features(whole, ids, left))
    greys = Greys(by_name)
    wanted = [p for p in (*near, *fitting) if p.here not in found.dropped and p.there not in found.dropped]
    greys.decode({name for pair in wanted for name in (pair.here, pair.there)})
    _confirmed(found, wanted, greys)
    return found


def _confirmed(found: Variants, proposed: Iterable[Pair], greys: Greys | None) -> set[str]:
    """Drop the later picture of each pair that shows the same; return the names dropped so far."""
    for pair in proposed:
        if pair.here in found.dropped or pair.there in found.dropped:
            continue
        found.proposed[pair.by] += 1
        if greys is None or greys.show_the_same(pair):
            found.dropped[pair.there] = (pair.here, pair.by)
    return set(found.dropped)


def _by_hash(whole: PictureSegment, ids: Sequence[str], least: int, most: int, rule: str) -> Iterator[Pair]:
    """Yield pairs whose hashes lie so near in one of eight orientations, taken of the small copies."""
    thumbs = whole.arrays()["thumbs"]
    turned = np.stack([_eight(thumb) for thumb in thumbs])
    for number, eight in enumerate(turned):
        apart = np.bitwise_count(turned[None, number + 1 :, 0] ^ eight[:, None]).sum(axis=2, dtype=np.int64)
        nearest = apart.min(axis=0, initial=256)
        for other in np.flatnonzero((nearest >= least) & (nearest <= most)).tolist():
            yield Pair(ids[number], ids[number + 1 + other], (), rule)


def _eight(thumb: Pixels) -> NDArray[np.uint64]:
    vectors, _ = pdq().compute_dihedral(opencv().cvtColor(thumb, opencv().COLOR_GRAY2RGB))
    bits = np.asarray(vectors, np.uint8).reshape(8, 256)
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _by_features(whole: PictureSegment, ids: Sequence[str], gone: set[str]) -> Iterator[Pair]:
    """Yield pairs of which a few features fit one geometry: each reference asks with the features it keeps."""
    arrays = whole.arrays()
    rare = rarity([whole.postings])
    words = np.repeat(np.arange(len(arrays["word_offsets"]) - 1), _counts(arrays["word_offsets"]))
    order = np.argsort(arrays["word_docs"], kind="stable")
    starts = np.searchsorted(arrays["word_docs"][order], np.arange(len(ids) + 1))
    for number, name in enumerate(ids):
        if name in gone:
            continue
        mine = order[starts[number] : starts[number + 1]]
        names, codes = words[mine].astype(np.uint16)[:, None], arrays["word_codes"][mine][:, None]
        docs, score = votes([whole.postings], [0], rare, names, codes)
        for other in docs[np.argsort(-score, kind="stable")][: _TRIED + 1].tolist():
            if other == number or ids[other] in gone:
                continue
            shares = _fit(whole.reference(number), whole.reference(other))
            if shares is not None:
                yield Pair(name, ids[other], shares, FEATURES)


def _counts(offsets: NDArray[np.uint32]) -> NDArray[np.int64]:
    wide: NDArray[np.int64] = offsets.astype(np.int64)
    return wide[1:] - wide[:-1]


def _fit(here: judging.Reference, there: judging.Reference) -> tuple[float, ...] | None:
    one, other = pairs(here.codes, there.codes)
    alignment = aligned(here.places[one], there.places[other])
    if alignment is None or len(alignment.places) < _PROPOSED_BY:
        return None
    full = np.diag([1 / here.width, 1 / here.height]) @ alignment.matrix @ np.diag([there.width, there.height, 1])
    return tuple(full.ravel().tolist())


def variant_of(
    query: PictureFeatures, name: str, index: PictureIndex, whole: PictureSegment, greys: Greys
) -> str | None:
    """Return the reference that shows the same as a picture which is held back, None where none does."""
    view = judging.Query.of(query)
    proposed = []
    for candidate in index.candidates(view):
        reference = whole.reference(candidate.number)
        one, other = pairs(view.codes[candidate.mirrored], reference.codes)
        alignment = aligned(view.places[candidate.mirrored][one], reference.places[other])
        if alignment is not None and len(alignment.places) >= _PROPOSED_BY:
            shares = judging.shares_of(alignment.matrix, view, reference, mirror=candidate.mirrored)
            proposed.append(Pair(name, whole.reference_id(candidate.number), tuple(shares.ravel().tolist()), FEATURES))
    apart = np.bitwise_count(whole.hashes[:, None] ^ query.hashes).sum(axis=2, dtype=np.int64)
    near = np.flatnonzero(apart.min(axis=1, initial=256) <= NEAR_HASH).tolist()
    proposed += [Pair(name, whole.reference_id(number), (), NEAR) for number in near]
    greys.decode({one for pair in proposed for one in (pair.here, pair.there)})
    return next((pair.there for pair in proposed if greys.show_the_same(pair)), None)


class Greys:
    """Grey copies of files, decoded once, and what they show in common."""

    def __init__(self, by_name: Mapping[str, Source]) -> None:
        self._by_name = by_name
        self._kept: dict[str, Pixels] = {}

    def decode(self, names: set[str]) -> None:
        """Decode these, the tiles of one file after one another."""
        for name in sorted(names - self._kept.keys()):
            image = Image.fromarray(self._by_name[name].pixels()).convert("L")
            image.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
            self._kept[name] = np.asarray(image)

    def show_the_same(self, pair: Pair) -> bool:
        """Whether half of what is to be seen in one picture agrees with the other, point by point."""
        return self.share(pair) >= _SHARE

    def share(self, pair: Pair) -> float:
        """Return the larger of the two shares of textured windows that agree, 0-1."""
        given = [np.vstack([np.array(pair.shares).reshape(2, 3), [0, 0, 1]])] if pair.shares else []
        here, there = self._kept[pair.here], self._kept[pair.there]
        return max(
            max(agreeing(there, here, full[:2]), agreeing(here, there, np.linalg.inv(full)[:2]))
            for full in given or judging.orientations()
        )


def agreeing(fixed: Pixels, moved: Pixels, shares: Matrix) -> float:
    """Return the share of the textured windows of `fixed` in which `moved`, laid over it, shows the same.

    >>> picture = np.random.default_rng(1).integers(0, 256, (64, 64)).astype(np.uint8)
    >>> same = np.array([[1.0, 0, 0], [0, 1, 0]])
    >>> agreeing(picture, picture, same), agreeing(picture, picture[::-1], same) < 0.1
    (1.0, True)
    """
    cv2 = opencv()
    rows, columns = fixed.shape
    to_points = np.diag([moved.shape[1], moved.shape[0]]) @ shares @ np.diag([1 / columns, 1 / rows, 1])
    to_points[:, 2] += to_points[:, :2] @ (0.5, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(moved, to_points, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    valid = cv2.warpAffine(np.full_like(moved, 255), to_points, (columns, rows), flags=flags) > 250
    a, b = fixed.astype(np.float32), seen.astype(np.float32)
    mean_a, mean_b = _mean(a), _mean(b)
    spread_a, spread_b = _mean(a * a) - mean_a**2, _mean(b * b) - mean_b**2
    correlation = (_mean(a * b) - mean_a * mean_b) / np.sqrt(np.maximum(spread_a, 1) * np.maximum(spread_b, 1))
    textured = spread_a > _PLAIN
    agrees = textured & valid & (correlation >= _AGREES)
    return float(agrees.sum() / textured.sum()) if textured.any() else 0.0


def _mean(values: Grey) -> Grey:
    smooth: Grey = opencv().blur(values, (_WINDOW, _WINDOW), borderType=opencv().BORDER_REFLECT)
    return smooth


def sheet(pairs_of: Sequence[tuple[str, str]], by_name: Mapping[str, Source], out: Path) -> None:
    """Draw pairs side by side, three to a row, to be looked at; the sheet is for the eye and is not kept."""
    side, across = 220, 3
    page = Image.new("RGB", (across * 2 * side, -(-len(pairs_of) // across) * (side + 16)), "white")
    draw = ImageDraw.Draw(page)
    for number, pair in enumerate(pairs_of):
        left, top = number % across * 2 * side, number // across * (side + 16)
        for place, name in enumerate(pair):
            image = Image.fromarray(by_name[name].pixels())
            image.thumbnail((side - 6, side - 6))
            page.paste(image, (left + place * side, top + 14))
        draw.text((left, top), f"{number} {Path(pair[0]).name[:24]} | {Path(pair[1]).name[:24]}", fill="black")
    page.save(out)
