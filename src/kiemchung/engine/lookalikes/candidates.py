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

from kiemchung.engine.errors import InputError
from kiemchung.engine.lookalikes.normalise import skeleton
from kiemchung.engine.lookalikes.words import classes, english_words
from kiemchung.engine.text.spelling import is_syllable

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

WITHIN = 4  # letters from which an alias is looked for anywhere in a text
ONE_EDIT = 5
TWO_EDITS = 9
HALVES = 10
_MOST_BITS = 23  # of a bitmap: 8 MB
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

    `aliases` are folded letters and digits without blanks; equal ones may repeat; two million at most, else
    `InputError`. Build: about 10 ms a thousand.
    """

    def __init__(self, aliases: Sequence[str]) -> None:
        if len(aliases) > _NUMBER:
            raise InputError(
                f"The organisations have {len(aliases):,} names together; {int(_NUMBER):,} are the most. Give fewer.",
                f"Các tổ chức có tất cả {len(aliases):,} tên; nhiều nhất là {int(_NUMBER):,}. Hãy đưa ít hơn.",
            )
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
        apart = blob.translate(_APART)
        units = _Units(apart)
        yield from self._edit_hits(units)
        yield from self._edit_hits(_Units(_unlike(squeezed.translate(_APART), apart)))
        yield from self._part_hits(units)

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
            places, numbers = self._edits.look_up(hashes)
            pairs = zip(at[places].tolist(), numbers.tolist(), strict=True)
            for unit, alias in dict.fromkeys(pairs):  # two words one edit apart share many forms
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
        places, numbers = self._whole.look_up(units.whole())
        for at, alias in zip(places.tolist(), numbers.tolist(), strict=True):
            yield int(units.lines[at]), alias, units.text(at)
        for chosen, short, rest in units.split_at(3):
            beside = np.flatnonzero(self._words.has(rest))
            places, numbers = self._whole.look_up(short[beside])
            for unit, alias in zip(chosen[beside[places]].tolist(), numbers.tolist(), strict=True):
                if len(self._aliases[alias]) == 3:
                    yield int(units.lines[unit]), alias, units.text(unit)


def _beside() -> Iterator[tuple[U64, I64]]:
    """Return the hashes of the words that may stand beside a short alias in one part."""
    words = [w for w, name in classes().items() if name in ("lure", "service", "generic") and w.isalpha()]
    units = _Units("\n".join(words).encode())
    yield units.whole(), np.zeros(len(units.lines), np.int64)


_NARROW = str.maketrans("", "", "\n\0")


def _merged(shapes: bytes) -> bytes:
    return shapes.replace(b"rn", b"m").replace(b"vv", b"w")


def _unlike(squeezed: bytes, apart: bytes) -> bytes:
    """Return the lines of `squeezed` that do not read as those of `apart` do; the others empty, so as not to be asked
    for twice: most names have no digit and no hyphen."""
    pairs = zip(squeezed.split(b"\n"), apart.replace(b"i", b"l").split(b"\n"), strict=True)
    return b"\n".join([b"" if one == other else one for one, other in pairs])


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
    """Hashes to alias numbers: two filters, of other bits each, say no in a look; a sorted array says which.

    The first filter is small enough to stay near the processor; the second is asked of what that lets through, and has
    a bit for what the first has a byte for. The last bits of a row of the array are the number of its alias.
    """

    def __init__(self, pairs: Iterator[tuple[U64, I64]]) -> None:
        rows = [(hashes & ~_NUMBER) | numbers.astype(np.uint64) for hashes, numbers in pairs]
        self._rows = np.sort(np.concatenate(rows or [np.zeros(0, np.uint64)]))
        self._rows = self._rows[np.concatenate([[True], self._rows[1:] != self._rows[:-1]])[: len(self._rows)]]
        bits = max(16, min(_MOST_BITS, len(self._rows).bit_length() + 5))
        self._mask = np.uint64((1 << bits) - 1)
        self._bytes = np.zeros(1 << bits, np.bool_)
        self._bytes[(self._rows >> _NUMBER_BITS) & self._mask] = True
        self._shift = np.uint64(64 - bits - 3)
        self._bits = _packed(self._rows >> self._shift, bits)

    def has(self, hashes: U64) -> NDArray[np.bool_]:
        """Return which hashes are in the table."""
        found = np.zeros(len(hashes), np.bool_)
        found[self._found(hashes)[0]] = True
        return found

    def _found(self, hashes: U64) -> tuple[I64, I64]:
        """Return the positions in `hashes` of what is in the table, and where it begins there."""
        maybe = np.flatnonzero(self._bytes[(hashes >> _NUMBER_BITS) & self._mask])
        high = hashes[maybe] >> self._shift
        maybe = maybe[(self._bits[high >> _THREE] >> (high & _SEVEN).astype(np.uint8)) & 1 == 1]
        if not len(maybe):
            return maybe, maybe
        wanted = hashes[maybe] & ~_NUMBER
        first = np.searchsorted(self._rows, wanted)
        hit = self._rows[np.minimum(first, len(self._rows) - 1)] & ~_NUMBER == wanted
        return maybe[hit], first[hit]

    def look_up(self, hashes: U64) -> tuple[I64, I64]:
        """Return the positions in `hashes` of all that are in the table, and with each the number of an alias."""
        places, first = self._found(hashes)
        counts = np.searchsorted(self._rows, hashes[places] | _NUMBER, "right") - first
        rows = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return np.repeat(places, counts), (self._rows[rows] & _NUMBER).astype(np.int64)


_NUMBER_BITS = np.uint64(21)  # two million aliases; 43 bits remain of a hash
_NUMBER = np.uint64((1 << 21) - 1)
_THREE, _SEVEN = np.uint64(3), np.uint64(7)


def _packed(places: U64, bits: int) -> NDArray[np.uint8]:
    """Return `2 ** bits` bytes in which the bits at `places`, which are in order, are set."""
    packed = np.zeros(1 << bits, np.uint8)
    if len(places):
        at = places >> _THREE
        begins = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
        packed[at[begins]] = np.bitwise_or.reduceat(np.uint8(1) << (places & _SEVEN).astype(np.uint8), begins)
    return packed
