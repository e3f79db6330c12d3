"""The tree kept in tiles of 256 neighbouring hashes, so that a proof reads a few tiles instead of every leaf.

Level 0 holds leaf hashes; level n holds, for every complete tile of level n-1, the hash over it (as in C2SP
tlog-tiles). On levels above 0 the last tile may be incomplete and grows; a complete tile never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from registry.ledger.merkle import (
    HASH_BYTES,
    Edge,
    consistency_proof,
    edge_of,
    hash_pair,
    inclusion_proof,
)

TILE_BITS: Final = 8
TILE_HASHES: Final = 1 << TILE_BITS
LEVELS: Final = 7
"""Tiles above this level would hold more leaves than a tree can be numbered for."""

LoadTile = Callable[[int, int], Sequence[bytes]]
"""The hashes of a stored tile by (level, tile index); fewer than 256 where it is not complete yet."""


class TileMissingError(LookupError):
    """A hash that a tree of this size has is not stored; `level` and `tile_index` say which tile lacks it."""

    def __init__(self, level: int, tile_index: int) -> None:
        super().__init__(f"tile {tile_index} of level {level} lacks a hash")
        self.level = level
        self.tile_index = tile_index


class TiledTree:
    """A stored tree of `size` leaves; every question reads a few tiles, each once."""

    def __init__(self, size: int, load: LoadTile) -> None:
        self.size: Final = size
        self._load: Final = load
        self._tiles: Final[dict[tuple[int, int], Sequence[bytes]]] = {}

    def edge(self) -> Edge:
        """Return the right edge, from which root and growth are reckoned; TileMissingError where a hash is lacking."""
        return edge_of(self.size, self._node)

    def root(self) -> bytes:
        """Return the root; raises as `edge` does."""
        return self.edge().root()

    def inclusion(self, index: int) -> list[bytes]:
        """Return the inclusion proof of a leaf; ValueError where there is none, TileMissingError as `edge`."""
        return inclusion_proof(index, self.size, self._node)

    def consistency(self, first: int) -> list[bytes]:
        """Return the proof that this tree begins with its first leaves; raises as `inclusion` does."""
        return consistency_proof(first, self.size, self._node)

    def _node(self, level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, TILE_BITS)
        tile_index, place = divmod(index << inside, TILE_HASHES)
        key = (tile_level, tile_index)
        if key not in self._tiles:
            self._tiles[key] = self._load(tile_level, tile_index)
        hashes = self._tiles[key][place : place + (1 << inside)]
        if len(hashes) != 1 << inside:
            raise TileMissingError(tile_level, tile_index)
        return over(hashes)


def over(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over 1, 2, 4, … 256 neighbouring hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [hash_pair(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def split(packed: bytes) -> list[bytes]:
    """Return the hashes of a tile as it is stored, one behind another."""
    return [packed[i : i + HASH_BYTES] for i in range(0, len(packed), HASH_BYTES)]


class TileBuilder:
    """Takes the leaves of a growing tree in their order and says which tiles to store.

    `load` gives the tiles that are incomplete where the building begins; level 0's is the leaves themselves.
    """

    def __init__(self, size: int, load: LoadTile) -> None:
        self._size = size
        self._load: Final = load
        self._growing: Final[dict[int, tuple[int, list[bytes]]]] = {}
        self._completed: Final[dict[tuple[int, int], list[bytes]]] = {}

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves; TileMissingError where a tile that was begun is not as long as the size tells."""
        for leaf_hash in leaf_hashes:
            self._add(0, self._size, leaf_hash)
            self._size += 1

    def completed(self) -> dict[tuple[int, int], list[bytes]]:
        """Return, once, the tiles completed since the last call, by (level, tile index)."""
        completed = dict(self._completed)
        self._completed.clear()
        return completed

    def growing(self) -> dict[tuple[int, int], list[bytes]]:
        """Return the incomplete tiles above level 0, which are stored as they grow."""
        growing = self._growing.items()
        return {(level, at): hashes for level, (at, hashes) in growing if level and hashes}

    def changed(self) -> dict[tuple[int, int], list[bytes]]:
        """Return the tiles to store: those completed since the last call and those that grow."""
        return self.completed() | self.growing()

    def _add(self, level: int, index: int, added: bytes) -> None:
        tile_index, place = divmod(index, TILE_HASHES)
        hashes = self._begun(level, tile_index, place)
        hashes.append(added)
        if len(hashes) == TILE_HASHES:
            self._completed[level, tile_index] = hashes
            self._growing[level] = (tile_index + 1, [])
            self._add(level + 1, tile_index, over(hashes))

    def _begun(self, level: int, tile_index: int, place: int) -> list[bytes]:
        if level not in self._growing:
            begun = list(self._load(level, tile_index))[:place] if place else []
            if len(begun) != place:
                raise TileMissingError(level, tile_index)
            self._growing[level] = (tile_index, begun)
        return self._growing[level][1]
