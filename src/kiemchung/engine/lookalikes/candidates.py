"""Which aliases a batch of names may resemble: all of them, found without comparing every name with every alias.

Three ways, each over the whole batch at once:

- *within*: an alias of four letters or more anywhere in the skeleton of a text without separators (Aho-Corasick);
- *edits*: a part of a text within one edit of an alias of five letters or more, two from nine, where an edit is a
  letter added, dropped, changed, or two neighbours swapped (symmetric delete, Mor and Fraenkel 1982: two words within
  k edits share a form with at most k letters deleted; the hashes of all such forms come out of prefix sums), and a long
  alias with one edit inside a longer part (one of its halves is there unchanged);
- *parts*: a short alias that is a whole part, or that together with one everyday word of scams makes up a part.

The oracle in the tests compares every text with every alias.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from kiemchung.engine.lookalikes.normalise import skeleton
from kiemchung.engine.lookalikes.words import classes, english_words
from kiemchung.engine.text.spelling import is_syllable

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

WITHIN = 4  # letters from which an alias is looked for anywhere in a text
ONE_EDIT = 5
TWO_EDITS = 9
HALVES = 10
_LONGEST = 24  # a part of more letters is only searched for what is within it
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_SHAPES = bytes.maketrans(b"0134578$@|!i", b"oleastbsalll")
_SEPARATORS = b"-_' \"&+*~,"
_DIGITS_APART = bytes.maketrans(b"0123456789", b"." * 10)
_APART = bytes(
    code if 97 <= code <= 122 or code >= 128 or code == 10 else 46 for code in range(256)
)  # all but letters and ends of line become a dot


def edits_allowed(letters: int) -> int:
    """Return how many edits a part may be away from an alias of so many letters.

    >>> edits_allowed(4), edits_allowed(8), edits_allowed(9)
    (0, 1, 2)
    """
    return 0 if letters < ONE_EDIT else 1 if letters < TWO_EDITS else 2


@dataclass(frozen=True, slots=True)
class Found:
    """A text and an alias it may resemble; `part` is the folded part that is close to it, empty for *within*."""

    text: int
    alias: int
    part: str = ""


class Candidates:
    """Finds the aliases that texts may resemble. Built once; reading only afterwards.

    `aliases` are folded letters and digits without blanks; equal ones may repeat. Build: about 50 ms a thousand.
    """

    def __init__(self, aliases: Sequence[str]) -> None:
        self._aliases = [alias.translate(_NARROW) for alias in aliases]
        self._skeletons = [skeleton(alias) for alias in self._aliases]
        self._within, self._patterns = self._automaton()
        self._whole = _Table(self._short_forms())
        self._words = _Table(_beside())
        self._edits = _Table(self._edit_forms())

    def find(self, texts: Sequence[str], *, across: str = "") -> list[list[Found]]:
        """Return what each text may resemble. `across` are further separators (`.` and blank in display names).

        Texts are folded (`normalise.read`). About 5 microseconds a text in batches of thousands.
        """
        found: dict[int, dict[tuple[int, str], None]] = {}  # few texts resemble anything
        blob = "\n".join(text.replace("\n", " ") for text in texts).encode("utf-8", "replace")
        for text, alias, part in self._all(blob, across.encode()):
            found.setdefault(text, {}).setdefault((alias, part))
        return [[Found(at, *one) for one in found[at]] if at in found else [] for at in range(len(texts))]

    def _all(self, blob: bytes, across: bytes) -> Iterator[tuple[int, int, str]]:
        single = blob.translate(_SHAPES, _SEPARATORS + across)
        squeezed = _merged(single)
        yield from self._within_hits(squeezed)
        if squeezed != single:  # `topcv` in `topcvvn`, where the merged letters are not one letter
            yield from self._within_hits(single)
        for units in (_Units(blob.translate(_APART)), _Units(squeezed.translate(_APART))):
            yield from self._edit_hits(units)
        yield from self._part_hits(_Units(blob.translate(_APART)))

    # within

    def _automaton(self) -> tuple[ahocorasick_rs.BytesAhoCorasick, list[tuple[int, int, int]]]:
        patterns: dict[bytes, list[tuple[int, int, int]]] = {}
        for number, alias in enumerate(self._aliases):
            shape = self._skeletons[number].encode()
            if len(alias) >= WITHIN or (len(alias) == 3 and not alias.isalpha()):
                patterns.setdefault(shape, []).append((number, 0, 0))
            middle = len(shape) // 2
            if len(shape) >= HALVES and shape.isalpha():
                for begin, end in ((0, middle), (middle, len(shape))):
                    half = self._skeletons[number][begin:end]
                    if not _is_everyday(alias[begin:end]):
                        patterns.setdefault(half.encode(), []).append((number, begin, len(shape)))
        self._owners = list(patterns.values())
        return ahocorasick_rs.BytesAhoCorasick(list(patterns) or [b"\0"]), [
            o for owners in self._owners for o in owners
        ]

    def _within_hits(self, squeezed: bytes) -> Iterator[tuple[int, int, str]]:
        hits = self._within.find_matches_as_indexes(squeezed, overlapping=True)
        if not hits:
            return
        ends = np.flatnonzero(np.frombuffer(squeezed, np.uint8) == 10)
        lines = np.searchsorted(ends, np.array([hit[1] for hit in hits]))
        for (pattern, begin, _), line in zip(hits, lines.tolist(), strict=True):
            for alias, offset, size in self._owners[pattern]:
                if not size:
                    yield line, alias, ""
                else:
                    part = self._window(squeezed, begin - offset, alias)
                    if part:
                        yield line, alias, part

    def _window(self, squeezed: bytes, begin: int, alias: int) -> str:
        """Return the stretch near `begin` that is one edit away from the alias, or nothing."""
        shape = self._skeletons[alias]
        if begin >= 0 and squeezed[begin : begin + len(shape)] == shape.encode():
            return ""
        for size in (len(shape), len(shape) + 1, len(shape) - 1):
            for start in (begin, begin - 1, begin + 1):
                piece = squeezed[start : start + size] if start >= 0 else b"\n"
                if b"\n" not in piece and b"." not in piece:
                    text = piece.decode("utf-8", "replace")
                    if OSA.distance(text, shape, score_cutoff=1) == 1:
                        return text
        return ""

    # parts with edits

    def _edit_forms(self) -> Iterator[tuple[U64, I64]]:
        numbers = [
            number
            for number, shape in enumerate(self._skeletons)
            if ONE_EDIT <= len(shape) <= _LONGEST and shape.isalpha() and shape.isascii()
        ]
        units = _Units("\n".join(self._skeletons[number] for number in numbers).encode())
        for at, hashes in units.deletions(two_from=TWO_EDITS):
            yield hashes, np.array(numbers, np.int64)[at]

    def _edit_hits(self, units: _Units) -> Iterator[tuple[int, int, str]]:
        for at, hashes in units.deletions(two_from=TWO_EDITS - 2):
            for which, alias in self._edits.look_up(hashes):
                unit = int(at[which])
                shape = self._skeletons[alias]
                part = units.text(unit)
                allowed = edits_allowed(len(shape))
                if 0 < OSA.distance(skeleton(part), shape, score_cutoff=allowed) <= allowed:
                    yield int(units.lines[unit]), alias, part

    # short aliases as parts

    def _short_forms(self) -> Iterator[tuple[U64, I64]]:
        for number, alias in enumerate(self._aliases):
            if 2 <= len(alias) <= WITHIN and alias.isascii() and alias.isalpha():
                yield _Units(alias.encode()).whole(), np.array([number], np.int64)

    def _part_hits(self, units: _Units) -> Iterator[tuple[int, int, str]]:
        for at, alias in self._whole.look_up(units.whole()):
            yield int(units.lines[at]), alias, units.text(at)
        for chosen, short, rest in units.split_at(3):
            beside = np.flatnonzero(self._words.has(rest))
            for at, alias in self._whole.look_up(short[beside]):
                if len(self._aliases[alias]) == 3:
                    unit = int(chosen[beside[at]])
                    yield int(units.lines[unit]), alias, units.text(unit)


def _beside() -> Iterator[tuple[U64, I64]]:
    """Return the hashes of the words that may stand beside a short alias in one part."""
    words = [w for w, name in classes().items() if name in ("lure", "service", "generic") and w.isalpha()]
    units = _Units("\n".join(words).encode())
    yield units.whole(), np.zeros(len(units.lines), np.int64)


_NARROW = str.maketrans("", "", "\n\0")


def _merged(shapes: bytes) -> bytes:
    return shapes.replace(b"rn", b"m").replace(b"vv", b"w")


def _is_everyday(half: str) -> bool:
    return len(half) < 4 or half in english_words() or half in classes() or is_syllable(half)


class _Units:
    """The runs of letters of a blob of lines, as rows of one matrix of prefix sums of their hashes.

    The hash of c0 c1 ... is the sum of c_k B^k (mod 2^64), B odd: what follows a deleted letter is divided by B.
    """

    def __init__(self, blob: bytes) -> None:
        self._blob = blob
        codes = np.frombuffer(blob, np.uint8)
        is_letter = (codes >= 97) & (codes <= 122)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], is_letter, [False]]).astype(np.int8)))
        begins, ends = edges[::2], edges[1::2]
        keep = (ends - begins >= 2) & (ends - begins <= _LONGEST)
        self._begins, self._ends = begins[keep], ends[keep]
        self.lengths = self._ends - self._begins
        self.lines: I64 = np.searchsorted(np.flatnonzero(codes == 10), self._begins)
        self._codes = codes

    def text(self, unit: int) -> str:
        """Return the letters of one unit."""
        return self._blob[self._begins[unit] : self._ends[unit]].decode("ascii")

    def _sums(self, chosen: I64, length: int) -> U64:
        """Return prefix sums, `(units, length + 1)`, of units of one length, letters in their skeleton shape."""
        at = self._begins[chosen][:, None] + np.arange(length)
        letters = _LETTER_CODES[self._codes[at]]
        sums = np.zeros((len(chosen), length + 1), np.uint64)
        np.cumsum(letters * _POWERS[:length], axis=1, out=sums[:, 1:])
        return sums

    def whole(self) -> U64:
        """Return the hash of each unit."""
        hashes = np.zeros(len(self._begins), np.uint64)
        for length in np.unique(self.lengths).tolist():
            chosen = np.flatnonzero(self.lengths == length)
            hashes[chosen] = self._sums(chosen, length)[:, -1]
        return hashes

    def split_at(self, size: int) -> Iterator[tuple[I64, U64, U64]]:
        """Return units with the hashes of their first `size` letters and of the rest, and of the last and the rest."""
        for length in np.unique(self.lengths).tolist():
            if length >= size + 2:
                chosen = np.flatnonzero(self.lengths == length)
                sums = self._sums(chosen, length)
                total = sums[:, -1]
                yield chosen, sums[:, size], (total - sums[:, size]) * _INVERSES[size]
                yield chosen, (total - sums[:, -size - 1]) * _INVERSES[length - size], sums[:, -size - 1]

    def deletions(self, *, two_from: int) -> Iterator[tuple[I64, U64]]:
        """Return units and hashes of their forms: whole, one letter deleted, from length `two_from` on two."""
        for length in np.unique(self.lengths).tolist():
            if length < ONE_EDIT - 1:
                continue
            chosen = np.flatnonzero(self.lengths == length)
            sums = self._sums(chosen, length)
            total = sums[:, -1:]
            once = sums[:, :-1] + (total - sums[:, 1:]) * _INVERSE
            parts = [total, once]
            if length >= two_from:
                first, second = _pairs(length)
                between = (sums[:, second] - sums[:, first + 1]) * _INVERSE
                parts.append(sums[:, first] + between + (total - sums[:, second + 1]) * _INVERSE_TWICE)
            hashes = np.concatenate(parts, axis=1)
            yield np.repeat(chosen, hashes.shape[1]), hashes.ravel()


def _pairs(length: int) -> tuple[I64, I64]:
    first, second = np.triu_indices(length, 1)
    return first.astype(np.int64), second.astype(np.int64)


def _powers(of: np.uint64) -> U64:
    return np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(_LONGEST, of)]))


_POWERS, _INVERSES = _powers(_BASE), _powers(_INVERSE)
_INVERSE_TWICE = _INVERSES[2]
_LETTER_CODES = np.arange(256, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
_LETTER_CODES[ord("i")] = _LETTER_CODES[ord("l")]


class _Table:
    """Hashes to alias numbers: a bitmap says no in one look, a sorted array says which."""

    def __init__(self, rows: Iterator[tuple[U64, I64]]) -> None:
        given = list(rows)
        hashes = np.concatenate([hashes for hashes, _ in given]) if given else np.zeros(0, np.uint64)
        numbers = np.concatenate([numbers for _, numbers in given]) if given else np.zeros(0, np.int64)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = hashes[order], numbers[order]
        self._shift = np.uint64(64 - max(16, min(26, len(hashes).bit_length() + 5)))
        self._bitmap = np.zeros(1 << int(np.uint64(64) - self._shift), np.bool_)
        self._bitmap[hashes >> self._shift] = True

    def has(self, hashes: U64) -> NDArray[np.bool_]:
        """Return which hashes are in the table."""
        found: NDArray[np.bool_] = self._bitmap[hashes >> self._shift]
        maybe = np.flatnonzero(found)
        at = np.searchsorted(self._hashes, hashes[maybe])
        found[maybe] = self._hashes[np.minimum(at, len(self._hashes) - 1)] == hashes[maybe]
        return found

    def look_up(self, hashes: U64) -> Iterator[tuple[int, int]]:
        """Return (position in `hashes`, alias number) of all that are in the table, each pair once a position."""
        maybe = np.flatnonzero(self._bitmap[hashes >> self._shift])
        if not len(maybe):
            return
        # What the bitmap lets through is mostly chance: only what is really there is searched for its end.
        first = np.searchsorted(self._hashes, hashes[maybe], "left")
        hit = self._hashes[np.minimum(first, len(self._hashes) - 1)] == hashes[maybe]
        maybe, first = maybe[hit], first[hit]
        last = np.searchsorted(self._hashes, hashes[maybe], "right")
        for at, begin, end in zip(maybe.tolist(), first.tolist(), last.tolist(), strict=True):
            for number in dict.fromkeys(self._numbers[begin:end].tolist()):
                yield at, number
