"""The tree: known values, and no proof that was tampered with is accepted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.ledger.merkle import (
    EMPTY_ROOT,
    Edge,
    hash_leaf,
    proves_consistency,
    proves_inclusion,
    root_of,
)
from registry.ledger.tiles import TileBuilder, TiledTree, TileMissingError, over

# Certificate Transparency's own test leaves and roots (RFC 6962 reference implementation, merkle_tree_test).
LEAVES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def _leaves(size: int) -> list[bytes]:
    return [hash_leaf(bytes((i % 256, i // 256))) for i in range(size)]


def _tree(leaves: list[bytes]) -> TiledTree:
    builder = TileBuilder(0, lambda level, at: [])
    builder.extend(leaves)
    tiles = builder.changed()

    def load(level: int, at: int) -> list[bytes]:
        return leaves[at * 256 : at * 256 + 256] if level == 0 else tiles.get((level, at), [])

    return TiledTree(len(leaves), load)


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root_of([hash_leaf(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def test_a_leaf_cannot_pass_for_two_hashes() -> None:
    left, right = _leaves(2)
    assert hash_leaf(left + right) != root_of([left, right])
    assert root_of([]) == EMPTY_ROOT


@settings(deadline=None)
@given(st.integers(1, 1300), st.data())
def test_a_proof_of_inclusion_holds_for_its_leaf_place_size_and_root_alone(size: int, data: st.DataObject) -> None:
    leaves = _leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = _tree(leaves).inclusion(index), root_of(leaves)
    assert proves_inclusion(leaves[index], index, size, proof, root)
    assert len(proof) <= (size - 1).bit_length()
    assert not proves_inclusion(hash_leaf(b"another"), index, size, proof, root)
    assert not proves_inclusion(leaves[index], index, size, proof, EMPTY_ROOT)
    assert not proves_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not proves_inclusion(leaves[index], size, size, proof, root)
    assert not proves_inclusion(leaves[index], -1, size, proof, root)
    for place in range(len(proof)):
        assert not proves_inclusion(leaves[index], index, size, proof[:place] + proof[place + 1 :], root)
        bent = [*proof[:place], hash_leaf(b"bent"), *proof[place + 1 :]]
        assert not proves_inclusion(leaves[index], index, size, bent, root)
    if size > 1:
        assert not proves_inclusion(leaves[index], (index + 1) % size, size, proof, root)


@settings(deadline=None)
@given(st.integers(1, 1300), st.data())
def test_a_proof_of_consistency_holds_for_its_two_trees_alone(second: int, data: st.DataObject) -> None:
    leaves = _leaves(second)
    first = data.draw(st.integers(1, second))
    proof, roots = _tree(leaves).consistency(first), (root_of(leaves[:first]), root_of(leaves))
    assert proves_consistency(first, second, proof, *roots)
    altered = [*leaves[: first - 1], hash_leaf(b"altered"), *leaves[first:]]
    assert not proves_consistency(first, second, proof, root_of(altered[:first]), roots[1])
    assert not proves_consistency(first, second, proof, roots[0], root_of(altered))
    assert not proves_consistency(first, second, [*proof, roots[0]], *roots)
    for place in range(len(proof)):
        assert not proves_consistency(first, second, proof[:place] + proof[place + 1 :], *roots)
        bent = [*proof[:place], hash_leaf(b"bent"), *proof[place + 1 :]]
        assert not proves_consistency(first, second, bent, *roots)


def test_nothing_is_consistent_with_a_larger_or_an_empty_tree() -> None:
    leaves = _leaves(5)
    assert not proves_consistency(5, 4, [], root_of(leaves), root_of(leaves[:4]))
    assert not proves_consistency(0, 5, [root_of(leaves)], EMPTY_ROOT, root_of(leaves))
    for first in (0, 6):
        with pytest.raises(ValueError, match="consistent"):
            _tree(leaves).consistency(first)
    for index in (-1, 5):
        with pytest.raises(ValueError, match="no such leaf"):
            _tree(leaves).inclusion(index)


@settings(deadline=None)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_grown_in_steps_is_the_tree_grown_at_once(steps: list[int]) -> None:
    leaves, kept, size = _leaves(sum(steps)), dict[tuple[int, int], list[bytes]](), 0

    def load(level: int, at: int) -> list[bytes]:
        return leaves[at * 256 : min(at * 256 + 256, size)] if level == 0 else kept.get((level, at), [])

    for step in steps:
        edge, builder = TiledTree(size, load).edge(), TileBuilder(size, load)
        grown = leaves[size : size + step]
        edge.extend(grown)
        builder.extend(grown)
        kept |= {place: list(hashes) for place, hashes in builder.changed().items()}
        size += step
        assert edge.root() == TiledTree(size, load).root() == root_of(leaves[:size])
    assert all(hashes == leaves[at * 256 : at * 256 + 256] for (level, at), hashes in kept.items() if level == 0)
    assert {(level, at) for level, at in kept if level == 0} == {(0, at) for at in range(len(leaves) // 256)}


def test_a_tile_that_lacks_a_hash_is_named() -> None:
    tree = TiledTree(300, lambda level, at: [] if level else _leaves(300)[at * 256 : at * 256 + 40])
    with pytest.raises(TileMissingError, match="tile 0 of level 1"):
        tree.root()
    builder = TileBuilder(300, lambda level, at: _leaves(40))
    with pytest.raises(TileMissingError, match="tile 1 of level 0"):
        builder.extend(_leaves(1))


def test_an_edge_has_a_subtree_for_every_one_bit_of_its_size() -> None:
    with pytest.raises(ValueError, match="one-bit"):
        Edge(3, [hash_leaf(b"")])


def test_the_hash_over_a_tile_is_the_root_of_its_tree() -> None:
    for size in (1, 2, 256):
        assert over(_leaves(size)) == root_of(_leaves(size))
