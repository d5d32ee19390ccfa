"""The Merkle tree of RFC 6962 and RFC 9162: one hash that stands for a list, and short proofs about it.

A leaf is hashed as `0x00` and its bytes, an inner node as `0x01` and its two children (SHA-256), so that no leaf can
pass for a node. Lists are lists of leaf hashes; indexes begin at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
_LENGTH = len(EMPTY_ROOT)


def leaf_hash(content: bytes) -> bytes:
    """Return the 32-byte hash of a leaf.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of the node above two others."""
    return sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of `size` leaves: the roots of its full subtrees, largest first.

    It is all that is needed to go on: `with_leaf` and `root` take O(log n), and there are at most log2(n) + 1 peaks.

    >>> Frontier().with_leaf(leaf_hash(b"")).root().hex()[:16]
    '6e340b9cffb37a98'
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or any(len(one) != _LENGTH for one in self.peaks):
            raise ValueError(f"a tree of {self.size} leaves has not these {len(self.peaks)} peaks")

    def with_leaf(self, leaf: bytes) -> Frontier:
        """Return the frontier after one more leaf, given by its hash."""
        peaks, rest = [*self.peaks, leaf], self.size
        while rest & 1:  # two full subtrees of one size become one
            right = peaks.pop()
            peaks[-1] = node_hash(peaks[-1], right)
            rest >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    def with_leaves(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier after all of the leaves, given by their hashes."""
        grown = self
        for leaf in leaves:
            grown = grown.with_leaf(leaf)
        return grown

    def root(self) -> bytes:
        """Return the hash that stands for all leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; that of none is the hash of nothing. O(n) time, O(log n) memory."""
    return Frontier().with_leaves(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from leaf `index` to the root (RFC 9162, 2.1.3.1). O(n).

    Raises `IndexError` when there is no such leaf.

    >>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
    >>> is_included(leaves[4], 4, 5, inclusion_proof(leaves, 4), root_of(leaves))
    True
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    proof: list[bytes] = []
    first, last = 0, len(leaves)
    while last - first > 1:
        middle = first + _half(last - first)
        if index < middle:
            proof.append(root_of(leaves[middle:last]))
            last = middle
        else:
            proof.append(root_of(leaves[first:middle]))
            first = middle
    return tuple(reversed(proof))


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """Return the hashes that show that the tree of the first `earlier` leaves was only added to (RFC 9162, 2.1.4.1).

    O(n). Raises `IndexError` unless 0 <= `earlier` <= the number of leaves; nothing has to be shown for either end.

    >>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
    >>> is_consistent(3, root_of(leaves[:3]), 5, root_of(leaves), consistency_proof(leaves, 3))
    True
    """
    if not 0 <= earlier <= len(leaves):
        raise IndexError(f"the first {earlier} of {len(leaves)} leaves")
    if earlier in (0, len(leaves)):
        return ()
    proof: list[bytes] = []
    first, last, is_known = 0, len(leaves), True
    while first + earlier < last:
        middle = first + _half(last - first)
        if first + earlier <= middle:
            proof.append(root_of(leaves[middle:last]))
            last = middle
        else:
            proof.append(root_of(leaves[first:middle]))
            earlier, first, is_known = earlier - (middle - first), middle, False
    if not is_known:
        proof.append(root_of(leaves[first:last]))
    return tuple(reversed(proof))


def is_consistent(earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` leaves begins with that of the `earlier` ones (RFC 9162, 2.1.4.2)."""
    if not 0 <= earlier <= size:
        return False
    if earlier in (0, size):
        same = earlier_root == (EMPTY_ROOT if earlier == 0 else root)
        return not proof and same
    steps = list(proof)
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if place == 0:  # the earlier tree is a full one: it is itself the first step
        steps.insert(0, earlier_root)
    if not steps:
        return False
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root


def _half(count: int) -> int:
    """The largest power of two that is smaller than `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1
