"""The tree whose one root proves that every recorded act is still there, unaltered and in its place.

RFC 9162, 2.1 (Certificate Transparency 2.0): SHA-256, a leaf is hashed behind the byte 0, two hashes behind the byte
1, so that neither can pass for the other. Leaves are numbered from 0. A tree of n leaves splits at the largest power
of two below n; its left part is complete and never changes again, which is what makes proofs short.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""

Nodes = Callable[[int, int], bytes]
"""The hash over the complete subtree of 2**level leaves that begins at leaf index * 2**level, by (level, index)."""


def hash_leaf(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_pair(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash over two subtrees: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes, in their order."""
    edge = Edge()
    edge.extend(hashes)
    return edge.root()


class Edge:
    """The right edge of a growing tree: its complete subtrees, largest first, which is all that growing needs."""

    def __init__(self, size: int = 0, subtrees: Iterable[bytes] = ()) -> None:
        """Begin at a tree of `size` leaves, whose complete subtrees these are."""
        self.size = size
        self._subtrees = list(subtrees)
        if len(self._subtrees) != size.bit_count():
            raise ValueError("a tree has one complete subtree for every one-bit of its size")

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf."""
        subtrees, carried, grown = self._subtrees, leaf_hash, self.size
        while grown & 1:
            carried = hash_pair(subtrees.pop(), carried)
            grown >>= 1
        subtrees.append(carried)
        self.size += 1

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in their order."""
        for leaf_hash in leaf_hashes:
            self.append(leaf_hash)

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self._subtrees:
            return EMPTY_ROOT
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = hash_pair(subtree, root)
        return root


def edge_of(size: int, nodes: Nodes) -> Edge:
    """Return the right edge of a stored tree."""
    subtrees, begun = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            subtrees.append(nodes(level, begun >> level))
            begun += 1 << level
    return Edge(size, subtrees)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root of `size` leaves, nearest first (RFC 9162, 2.1.3.1).

    ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        left = index < middle
        proof.append(_over(middle, end, nodes) if left else _over(begin, middle, nodes))
        begin, end = (begin, middle) if left else (middle, end)
    proof.reverse()
    return proof


def consistency_proof(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """Return the hashes that show the tree of `second` leaves to begin with that of `first` (RFC 9162, 2.1.4.1).

    Empty where the sizes are equal. ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError("a tree is consistent with one that is no smaller and not empty")
    proof: list[bytes] = []
    begin, end, known = 0, second, True
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            proof.append(_over(middle, end, nodes))
            end = middle
        else:
            proof.append(_over(begin, middle, nodes))
            begin, known = middle, False
    if not known:
        proof.append(_over(begin, end, nodes))
    proof.reverse()
    return proof


def proves_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the proof leads from the leaf at `index` to the root of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf_hash
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = hash_pair(step, reached)
            place, last = _past_lone(place, last)
        else:
            reached = hash_pair(reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def proves_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Return whether the tree of `second` leaves begins with that of `first`, by their roots (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    steps = list(proof)
    # A first tree that is one complete subtree is its own first step.
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    place, last = _past_odd(first - 1, second - 1)
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = hash_pair(step, old), hash_pair(step, new)
            place, last = _past_lone(place, last)
        else:
            new = hash_pair(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least two."""
    return 1 << (count - 1).bit_length() - 1


def _over(begin: int, end: int, nodes: Nodes) -> bytes:
    """Return the hash over the leaves begin … end-1, a part that the splits of some tree make."""
    count = end - begin
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, begin >> level)
    middle = begin + _split(count)
    return hash_pair(_over(begin, middle, nodes), _over(middle, end, nodes))


def _past_lone(place: int, last: int) -> tuple[int, int]:
    """Pass the levels on which the last node has no neighbour and goes up unchanged."""
    while place & 1 == 0 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _past_odd(place: int, last: int) -> tuple[int, int]:
    """Pass the levels on which the node is a right one and so the last of a complete subtree."""
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last
