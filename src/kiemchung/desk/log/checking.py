"""Recomputes a log from its entries and compares it with the heads that were signed; without database and network.

Each entry is read again (canonical form, own index), each step of the stored chain is repeated, and the hashes that a
signature binds are compared one by one, so that the entry is named that was changed, dropped, swapped or cut off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiemchung.desk.log import leaves, notes
from kiemchung.desk.log.findings import Finding, finding
from kiemchung.desk.log.notes import Checkpoint
from kiemchung.engine.merkle import Frontier, leaf_hash

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it was found; of a dump only the leaf is known, and its index from the leaf or from its place."""

    index: int
    leaf: str
    kind: str | None = None
    at: datetime | None = None
    peaks: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A signed note, and the hashes (hexadecimal) of the entries from `first` to its size, which it binds too."""

    note: str
    first: int
    hashes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, in the order of the entries; how much was looked at; the newest head that holds."""

    findings: tuple[Finding, ...]
    entries: int
    heads: int
    newest: Checkpoint | None


def check(
    rows: Iterable[Row],
    stored: Iterable[Head],
    mirrored: Iterable[Head] = (),
    *,
    trusted: Collection[str] = (),
    own: str | None = None,
) -> Report:
    """Check rows (by index; a dump: in the order of its lines) against heads stored with them and heads kept elsewhere.

    `trusted` are public keys that one knows from elsewhere; without them the log's first key is believed. A later key
    is believed when a head of one that is believed covers the entry that names it. `own` is this machine's public key:
    it is believed, and has to be the one that is named last.
    """
    reading = _Reading()
    findings = list(reading.all(rows))
    believed = set(trusted or (key for _, key in reading.keys[:1])) | ({own} if own else set())
    seen, bound, newest = 0, dict[int, bytes](), list[Checkpoint]()
    for heads, is_whole in ((list(stored), True), (list(mirrored), False)):
        comparing = _Comparing(reading.hashes, reading.keys, believed, is_whole)
        findings += comparing.all(heads)
        bound |= comparing.bound
        newest += [comparing.newest] if comparing.newest else []
        seen += len(heads)
    findings += [_unchained(index, reading.hashes[index] == bound.get(index)) for index in reading.unchained]
    if own is not None and reading.keys and reading.keys[-1][1] != own:
        findings.append(finding("key", reading.keys[-1][0]))
    last = max(newest, key=lambda one: one.size, default=None)
    return Report(_plain(findings), len(reading.hashes), seen, last)


def _unchained(index: int, is_bound: bool) -> Finding:
    """An entry that is what was signed stands beside a wrong chain; of one that no head binds no more is known."""
    return finding("chain" if is_bound else "changed", index)


def _plain(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each thing once: what is wrong with an entry by itself explains why its hash is another."""
    found = set(findings)
    explained = {one.first for one in found if one.code in ("unreadable", "swapped")}
    return tuple(sorted(one for one in found if not (one.code == "changed" and one.first in explained)))


class _Reading:
    """Goes over the entries by themselves."""

    def __init__(self) -> None:
        self.hashes: dict[int, bytes] = {}
        self.keys: list[tuple[int, str]] = []
        self.unchained: list[int] = []  # entries that do not follow from the chain beside the one before
        self._before: tuple[Frontier, ...] = (Frontier(),)

    def all(self, rows: Iterable[Row]) -> Iterator[Finding]:
        expected = 0
        for row in rows:
            if row.index > expected:
                yield finding("missing", expected, row.index - 1)
                self._before = ()
            if row.index < expected:
                yield finding("order", row.index)
            expected = max(expected, row.index + 1)
            self.hashes[row.index] = leaf_hash(row.leaf.encode(errors="surrogatepass"))
            yield from self._one(row)

    def _one(self, row: Row) -> Iterator[Finding]:
        leaf = leaves.read(row.leaf)
        if leaf is None:
            yield finding("unreadable", row.index)
        elif leaf.index != row.index:
            yield finding("swapped", row.index, other=leaf.index)
        else:
            if row.kind is not None and (leaf.kind, leaf.at) != (row.kind, row.at):
                yield finding("columns", row.index)
            if leaf.kind == "key":
                self.keys.append((row.index, str(leaf.facts.get("key"))))
        if row.peaks is not None:
            self._step(row, _frontier(row))

    def _step(self, row: Row, after: Frontier | None) -> None:
        # Entry or chain may be the one that was changed: the next entry may go on from either.
        ways = tuple(one.with_leaf(self.hashes[row.index]) for one in self._before if one.size == row.index)
        if after is None or (self._before and after not in ways):
            self.unchained.append(row.index)
        self._before = (*ways[:1], *(() if after is None else (after,)))


def _frontier(row: Row) -> Frontier | None:
    try:
        return Frontier(row.index + 1, tuple(bytes.fromhex(peak) for peak in (row.peaks or "").split()))
    except ValueError:
        return None


class _Comparing:
    """Goes over the heads of one place, oldest first, and gathers the hashes that they bind."""

    def __init__(
        self, found: dict[int, bytes], keys: list[tuple[int, str]], believed: set[str], is_whole: bool
    ) -> None:
        self._found, self._keys, self._is_whole = found, keys, is_whole
        self._count = max(found, default=-1) + 1
        self._believed = set(believed)
        self._edge = Frontier()  # over the entries up to which nothing is in doubt
        self._reached = 0  # the size of the head before
        self.bound: dict[int, bytes] = {}
        self.newest: Checkpoint | None = None

    def all(self, heads: Sequence[Head]) -> Iterator[Finding]:
        for head in sorted(heads, key=_size):
            said = notes.read(head.note)
            if said is None or not self._is_vouched(head, said):
                yield finding("head", head.first, size=_size(head))
                continue
            self._believed |= {named for index, named in self._keys if index < said.size}
            if head.first != self._reached and self._is_whole:
                yield finding("head_missing", self._reached, size=said.size)
            yield from self._one(head, said)
            self._reached, self.newest = said.size, said
        for index, signed in self.bound.items():
            if self._found.get(index, signed) != signed:
                yield finding("changed", index)
        if self.newest is not None and self.newest.size > self._count:
            when, size = self.newest.at.isoformat(), self.newest.size
            yield finding("cut", self._count, size - 1, when=when, size=size)

    def _is_vouched(self, head: Head, said: Checkpoint) -> bool:
        return any(said.size <= self._until(key) and notes.is_signed_by(head.note, key) for key in self._believed)

    def _until(self, key: str) -> float:
        """The largest size that a key may sign: that with the entry that names the next one, which it vouches for."""
        named = [index for index, one in self._keys if one == key]
        later = [index for index, _ in self._keys if named and index > named[-1]]
        return min(later) + 1 if later else float("inf")

    def _one(self, head: Head, said: Checkpoint) -> Iterator[Finding]:
        """Take over the hashes that the head binds; where it has none that fit, the entries themselves are compared."""
        hashes = _hashes(head)
        if head.first == self._edge.size and self._take(said, hashes):
            return
        if head.first == self._edge.size and head.hashes:
            yield finding("hashes", head.first, size=said.size)
        here = [self._found[index] for index in range(self._edge.size, said.size) if index in self._found]
        if not self._take(said, here) and said.size <= self._count:
            yield finding("range", self._edge.size, said.size - 1, when=said.at.isoformat())

    def _take(self, said: Checkpoint, hashes: Sequence[bytes]) -> bool:
        edge = self._edge.with_leaves(hashes)
        if edge.size != said.size or edge.root() != said.root:
            return False
        self.bound.update(enumerate(hashes, self._edge.size))
        self._edge = edge
        return True


def _size(head: Head) -> int:
    said = notes.read(head.note)
    return head.first + len(head.hashes) if said is None else said.size


def _hashes(head: Head) -> list[bytes]:
    """The hashes beside a head, none when one of them is not a hash."""
    try:
        found = [bytes.fromhex(one) for one in head.hashes]
    except ValueError:
        return []
    return found if all(len(one) == _HASH_BYTES for one in found) else []
