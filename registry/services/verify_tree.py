"""Verify the tree: every entry against its leaf, every leaf against its tile, every head against its signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat, zip_longest
from typing import TYPE_CHECKING, Final, cast

from registry.ledger.checkpoint import Checkpoint, open_checkpoint
from registry.ledger.commitment import opens
from registry.ledger.leaf import StatedOpenly, leaf_hash
from registry.ledger.merkle import HASH_BYTES, Edge
from registry.ledger.signed_note import SignatureError
from registry.ledger.tiles import LEVELS, TILE_HASHES, TileBuilder, TiledTree, TileMissingError, split
from registry.services.log_report import Fault, FaultKind, LogReport
from registry.services.sequence_log import verifier_keys

if TYPE_CHECKING:
    from registry.privacy.signing_keys import SigningKeys
    from registry.store.audit_repository import PlacedEntry
    from registry.store.log_repository import StoredHead
    from registry.store.unit_of_work import UnitOfWork

TakeEntry = Callable[["PlacedEntry"], None]
Progress = Callable[[int], None]

EVERY: Final = 10_000
"""Leaves between two reports of progress."""

_WIDEST_GAP: Final = 1_000_000
_LACKING: Final = bytes(HASH_BYTES)


class TreeVerification:
    """One pass over the leaves, from the first or from a verified head on.

    `known` is a head the verifier knows from elsewhere (its own last verification): the log must contain it.
    """

    def __init__(self, uow: UnitOfWork, keys: SigningKeys, report: LogReport) -> None:
        self._uow: Final = uow
        self._keys: Final = keys
        self._verifiers: Final = verifier_keys(keys)
        self._report: Final = report
        self._differs = False
        self._signed_size = 0

    def run(self, known: Checkpoint | None, take: TakeEntry, progress: Progress, *, from_known: bool) -> None:
        """Verify everything (after `known` where `from_known`); sound entries are handed to `take`.

        Raises HistoryDifferError where what is stored does not begin with `known` and the pass begins there.
        """
        begun = known.size if known is not None and from_known else 0
        edge, builder = self._begin(known) if known is not None and from_known else (Edge(), self._builder(0))
        self._signed_size = begun
        heads = self._heads(begun)
        head = next(heads, None)
        for leaf in self._leaves(begun, take):
            edge.append(leaf)
            builder.extend((leaf,))
            if head is not None and edge.size == head.size:
                self._compare(head, edge.root())
                head = next(heads, None)
            if known is not None and edge.size == known.size and edge.root() != known.root:
                self._history("the log is not the one verified before")
            if edge.size % EVERY == 0:
                self._compare_tiles(builder.completed())
                progress(edge.size)
        self._compare_tiles(builder.changed())
        self._end(edge.size, known, chain([head] if head else [], heads))
        if not begun:
            self._spare_tiles(edge.size)

    def _builder(self, size: int) -> TileBuilder:
        return TileBuilder(size, self._uow.log.tile)

    def _begin(self, known: Checkpoint) -> tuple[Edge, TileBuilder]:
        """Return edge and tiles of the verified head, reckoned from what is stored of it now."""
        try:
            edge = TiledTree(known.size, self._uow.log.tile).edge()
        except TileMissingError as missing:
            self._history(f"what was verified before cannot be reckoned again: {missing}")
            raise HistoryDiffersError from None
        if edge.root() != known.root:
            self._history("the log does not begin with the one verified before")
            raise HistoryDiffersError
        return edge, self._builder(known.size)

    def _history(self, says: str) -> None:
        self._report.add(Fault(FaultKind.HISTORY_DIFFERS, says))

    def _leaves(self, first: int, take: TakeEntry) -> Iterator[bytes]:
        """Yield the stored leaf hashes in their order, zeros for one that is not there."""
        expected = first
        for placed in self._uow.audit.placed(first):
            gap = placed.leaf_index - expected
            if gap:
                self._differs = True
                self._fault(FaultKind.LEAF_MISSING, "leaves were taken away", (expected, placed.leaf_index - 1))
                if gap > _WIDEST_GAP:
                    return
                yield from repeat(_LACKING, gap)
            expected = placed.leaf_index + 1
            self._report.entries += 1
            if self._is_sound(placed):
                take(placed)
            yield placed.stored_hash

    def _is_sound(self, placed: PlacedEntry) -> bool:
        at, entry = (placed.leaf_index, placed.leaf_index), placed.entry_id
        if placed.kind is None:
            return self._fault(FaultKind.ENTRY_MISSING, "the entry was taken away", at, entry)
        if not _fits(placed):
            return self._fault(FaultKind.ENTRY_ALTERED, "the entry is not what its leaf says", at, entry)
        if placed.pending is not None:
            self._fault(FaultKind.ENTRY_ALTERED, "the entry waits for the place it has", at, entry)
        if placed.salt is None and placed.facts is None:
            self._report.sealed += 1
            return True
        self._report.opened += 1
        if not _opens(placed):
            return self._fault(FaultKind.FACTS_ALTERED, "the facts are not those committed to", at, entry)
        if placed.erased_by is not None:
            self._fault(FaultKind.ENTRY_ALTERED, "the entry is marked as erased and is not", at, entry)
        return True

    def _heads(self, begun: int) -> Iterator[StoredHead]:
        previous = begun
        for head in self._uow.log.heads(begun):
            if head.previous_size != previous:
                says = f"heads between {previous} and {head.size} leaves were taken away or added"
                self._fault(FaultKind.HEAD_MISSING, says, (previous, head.size - 1))
            previous = head.size
            self._report.heads += 1
            yield head

    def _compare(self, head: StoredHead, root: bytes) -> None:
        leaves = (head.previous_size, head.size - 1)
        self._signed_size = head.size
        try:
            signed = open_checkpoint(head.checkpoint, self._verifiers, self._keys.log)
        except SignatureError:
            self._fault(FaultKind.HEAD_ALTERED, f"the head of {head.size} is not signed by the log", leaves)
            return
        if (signed.size, signed.root) != (head.size, head.root):
            self._fault(FaultKind.HEAD_ALTERED, f"the head of {head.size} is not what was signed", leaves)
        if signed.root != root and not self._differs:
            # Every later root differs, too, and says nothing more.
            self._differs = True
            self._fault(FaultKind.ROOT_DIFFERS, f"the leaves before {head.size} are not those signed", leaves)
        self._report.size, self._report.root, self._report.checkpoint = head.size, head.root.hex(), head.checkpoint

    def _compare_tiles(self, tiles: Mapping[tuple[int, int], Sequence[bytes]]) -> None:
        for (level, at), hashes in tiles.items():
            self._report.tiles += 1
            kept = split(self._uow.log.stored_tile(level, at) or b"")
            if kept != list(hashes):
                self._tile_fault(level, at, hashes, kept)

    def _tile_fault(self, level: int, at: int, hashes: Sequence[bytes], kept: Sequence[bytes]) -> None:
        apart = [place for place, (one, other) in enumerate(zip_longest(hashes, kept)) if one != other]
        wide, begins = TILE_HASHES**level, at * TILE_HASHES
        leaves = (begins + apart[0]) * wide, (begins + apart[-1] + 1) * wide - 1
        self._fault(FaultKind.TILE_ALTERED, f"tile {at} of level {level} is not that of the leaves", leaves)

    def _spare_tiles(self, size: int) -> None:
        """Name stored tiles that no tree of this size has."""
        for level, at in sorted(self._uow.log.tile_places()):
            wide = TILE_HASHES ** (level + 1)
            fewest = wide if level == 0 else TILE_HASHES**level
            if not 0 <= level <= LEVELS or at * wide + fewest > size:
                says = f"tile {at} of level {level} is of no leaves that are there"
                self._fault(FaultKind.TILE_ALTERED, says, (at * wide, at * wide + wide - 1))

    def _end(self, size: int, known: Checkpoint | None, beyond: Iterable[StoredHead]) -> None:
        """Compare where the leaves end with where the heads, and the verifier's own head, do."""
        if known is not None and size < known.size:
            says = f"there are {size} leaves, and {known.size} were verified before"
            self._fault(FaultKind.HISTORY_DIFFERS, says, (size, known.size - 1))
        for head in beyond:
            missing = (max(min(size, head.size - 1), head.previous_size), head.size - 1)
            self._fault(FaultKind.LEAF_MISSING, f"leaves before {head.size} are not there", missing)
        if size > max(self._signed_size, known.size if known else 0):
            self._fault(FaultKind.LEAF_UNEXPECTED, "leaves stand behind the last head", (self._signed_size, size - 1))

    def _fault(self, kind: FaultKind, says: str, leaves: tuple[int, int], entry: int | None = None) -> bool:
        self._report.add(Fault(kind, says, *leaves, entry))
        return False


class HistoryDiffersError(Exception):
    """What is stored does not continue what was verified before; from there on nothing can be told."""


def _opens(placed: PlacedEntry) -> bool:
    """Say whether the facts are those committed to; erasing takes salt and facts together, never one of them."""
    if placed.salt is None or placed.facts is None:
        return False
    return opens(placed.commitment, placed.salt, cast("StatedOpenly", placed), placed.facts)


def _fits(placed: PlacedEntry) -> bool:
    try:
        return leaf_hash(cast("StatedOpenly", placed), placed.commitment) == placed.stored_hash
    except (TypeError, ValueError, AttributeError):  # a column that holds something else by now
        return False
