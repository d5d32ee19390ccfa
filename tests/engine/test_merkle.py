"""The tree against the published vectors, against its definition, and against forged proofs."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

# The leaves, roots and paths of Certificate Transparency's own test (merkletree/merkle_tree_test.cc).
CONTENTS = [
    bytes.fromhex(one)
    for one in " 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f".split(" ")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d "
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125 "
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77 "
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7 "
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4 "
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef "
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c "
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
).split()
LEAVES = [leaf_hash(one) for one in CONTENTS]
# (leaf, size, the path): leaves counted from 0
PATHS = (
    (0, 1, ""),
    (
        0,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 "
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e "
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (
        5,
        8,
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b "
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 "
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
)

hashes = st.lists(st.binary(max_size=3).map(leaf_hash), max_size=40)


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition, word for word (RFC 9162, 2.1.1)."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_the_published_paths_come_out(index: int, size: int, path: str) -> None:
    assert " ".join(step.hex() for step in inclusion_proof(LEAVES[:size], index)) == path


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert (
        root_of([]) == EMPTY_ROOT == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    )


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@given(hashes)
def test_the_root_is_that_of_the_definition_and_grows_leaf_by_leaf(leaves: list[bytes]) -> None:
    grown = Frontier()
    for count, leaf in enumerate(leaves):
        assert grown.root() == plain_root(leaves[:count])
        grown = grown.with_leaf(leaf)
        assert len(grown.peaks) <= grown.size.bit_length()
    assert grown.root() == plain_root(leaves) == root_of(leaves)


@given(hashes.filter(bool), st.data())
def test_every_leaf_can_be_shown_and_no_other_in_its_place(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root, size = inclusion_proof(leaves, index), root_of(leaves), len(leaves)
    assert is_included(leaves[index], index, size, proof, root)
    assert not is_included(leaf_hash(b"another leaf"), index, size, proof, root)
    assert not is_included(leaves[index], index, size, (*proof, root), root)
    for step in range(len(proof)):
        forged = [one if place != step else sha256(one).digest() for place, one in enumerate(proof)]
        assert not is_included(leaves[index], index, size, forged, root)
        assert not is_included(leaves[index], index, size, proof[:step], root)
    for other in {index - 1, size, -1} - {index}:
        assert not is_included(leaves[index], other, size, proof, root) or leaves[other] == leaves[index]


@given(hashes, st.data())
def test_an_earlier_tree_can_be_shown_and_a_changed_one_not(leaves: list[bytes], data: st.DataObject) -> None:
    earlier, size = data.draw(st.integers(0, len(leaves))), len(leaves)
    proof, old, new = consistency_proof(leaves, earlier), root_of(leaves[:earlier]), root_of(leaves)
    assert is_consistent(earlier, old, size, new, proof)
    if earlier:
        changed = [leaf_hash(b"changed afterwards"), *leaves[1:]]
        assert not is_consistent(earlier, root_of(changed[:earlier]), size, new, proof)
        assert not is_consistent(earlier, old, size, root_of(changed), consistency_proof(changed, earlier))
    for step in range(len(proof)):
        assert not is_consistent(earlier, old, size, new, proof[:step])
        forged = [one if place != step else sha256(one).digest() for place, one in enumerate(proof)]
        assert not is_consistent(earlier, old, size, new, forged)


@given(hashes, st.lists(st.binary(min_size=32, max_size=32), max_size=8), st.integers(-2, 50), st.integers(-2, 50))
def test_no_made_up_proof_is_an_error(leaves: list[bytes], proof: list[bytes], index: int, size: int) -> None:
    root = root_of(leaves)
    assert is_included(sha256(b"x").digest(), index, size, proof, root) is False
    assert is_consistent(index, sha256(b"x").digest(), size, root, proof) is False


def test_a_leaf_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 9)
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, (LEAVES[0],))
