"""Our tree beside an independent implementation of RFC 9162 (pymerkle): same roots, same proofs, each accepts."""

from __future__ import annotations

import hashlib
from functools import reduce
from itertools import pairwise
from random import Random

from pymerkle import ConsistencyProof, InmemoryTree

from registry.ledger.merkle import EMPTY_ROOT, hash_leaf, hash_pair, proves_consistency, proves_inclusion
from registry.ledger.tiles import TileBuilder, TiledTree


def _datum(index: int) -> bytes:
    return hashlib.sha256(index.to_bytes(8)).digest()


class Trees:
    """The same leaves in both implementations."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.peer = InmemoryTree.init_from_entries(_datum(i) for i in range(size))
        self.leaves = [hash_leaf(_datum(i)) for i in range(size)]
        builder = TileBuilder(0, lambda level, at: [])
        builder.extend(self.leaves)
        self._tiles = builder.changed()

    def tree(self, size: int) -> TiledTree:
        """Our tree as it was at a size, read from tiles that hold more."""
        return TiledTree(size, self._load)

    def _load(self, level: int, at: int) -> list[bytes]:
        if level == 0:
            return self.leaves[at * 256 : at * 256 + 256]
        return self._tiles.get((level, at), [])

    def unlike_inclusion(self, index: int, size: int) -> list[str]:
        """Say where the two differ on the place of a leaf in a tree."""
        ours, root = self.tree(size), self.peer.get_root(size)
        path = ours.inclusion(index)
        agree = {
            "root": ours.root() == root,
            "path": path == self.peer.prove_inclusion(index + 1, size).path[1:],
            "acceptance": proves_inclusion(self.leaves[index], index, size, path, root),
        }
        return [f"{what} of {index} in {size}" for what, same in agree.items() if not same]

    def unlike_consistency(self, first: int, second: int) -> list[str]:
        """Say where the two differ on one tree's growing into another."""
        proof = self.tree(second).consistency(first)
        roots = self.peer.get_root(first), self.peer.get_root(second)
        agree = {
            "path": first == second or proof == _without_detours(self.peer.prove_consistency(first, second), first),
            "acceptance": proves_consistency(first, second, proof, *roots),
        }
        return [f"{what} of {first} and {second}" for what, same in agree.items() if not same]


def _without_detours(proof: ConsistencyProof, first: int) -> list[bytes]:
    """Return the peer's proof as RFC 9162 (2.1.4.1) has it.

    The peer begins at the first leaf the smaller tree lacks and folds up to the subtree that begins there, which the
    RFC states at once; and it states the smaller tree where that is one subtree, which the verifier has.
    """
    lacking = proof.subset.index(1)
    over = reduce(hash_pair, proof.path[:lacking])
    base = [] if first & (first - 1) == 0 else [proof.path[lacking]]
    return [*base, over, *proof.path[lacking + 1 :]]


def compare_small(largest: int) -> list[str]:
    """Compare every leaf and every pair of sizes of every tree up to so many leaves; return the differences."""
    trees = Trees(largest)
    found = [] if trees.peer.get_root(0) == EMPTY_ROOT == trees.tree(0).root() else ["root of 0"]
    for size in range(1, largest + 1):
        for below in range(size):
            found += trees.unlike_inclusion(below, size) + trees.unlike_consistency(below + 1, size)
    return found


def compare_large(largest: int, rounds: int, seed: str) -> list[str]:
    """Compare random trees, pairs of sizes and leaves of trees up to so many leaves; return the differences."""
    random, trees, found = Random(seed), Trees(largest), list[str]()
    for _ in range(rounds):
        # As many small trees as large ones.
        second = min(largest, random.randrange(1, 2 << random.randrange(largest.bit_length())))
        found += trees.unlike_inclusion(random.randrange(second), second)
        found += trees.unlike_consistency(random.randint(1, second), second)
    edges = [size for power in range(8, largest.bit_length()) for size in (1 << power, (1 << power) + 1)]
    for first, second in pairwise(size for size in edges if size <= largest):
        found += trees.unlike_inclusion(second - 1, second) + trees.unlike_consistency(first, second)
    return found
