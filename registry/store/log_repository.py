"""The log as it is stored: pending entries, leaves, tiles and signed heads. What it all means stands elsewhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import bindparam, delete, func, insert, select, update

from registry.errors import UnavailableError
from registry.ledger.leaf import StatedOpenly, leaf_hash
from registry.ledger.tiles import TILE_HASHES, split
from registry.store.log_tables import log_head, log_leaf, log_state, log_tile
from registry.store.tables import ledger_entry
from registry.store.transaction import Transaction

_ROWS_AT_A_TIME: Final = 2_000


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A head as it was signed: so many leaves, their root, since when, the checkpoint, and the size before."""

    size: int
    previous_size: int
    root: bytes
    signed_at: datetime.datetime
    checkpoint: str


@dataclass(frozen=True, slots=True)
class PendingLeaf:
    """An entry that waits for its place; `placed` where it has one already, which must not be."""

    entry_id: int
    leaf_hash: bytes
    placed: bool


_STATED: Final = (
    ledger_entry.c.kind,
    ledger_entry.c.at,
    ledger_entry.c.actor,
    ledger_entry.c.list_version,
    ledger_entry.c.model_version,
    ledger_entry.c.policy_version,
    ledger_entry.c.commitment,
)
_WAITS: Final = ledger_entry.c.pending.is_not(None)
_PENDING: Final = (
    select(ledger_entry.c.id, log_leaf.c.leaf_index, *_STATED)
    .outerjoin(log_leaf, log_leaf.c.entry_id == ledger_entry.c.id)
    .where(_WAITS)
    .order_by(ledger_entry.c.id)
    .limit(bindparam("most"))
)
_OLDEST_PENDING: Final = select(func.min(ledger_entry.c.at)).where(_WAITS)
_LOCK: Final = select(log_state.c.id).where(log_state.c.id == 1).with_for_update()
_SETTLED: Final = (
    update(ledger_entry)
    .where(ledger_entry.c.id.in_(select(log_leaf.c.entry_id).where(log_leaf.c.leaf_index >= bindparam("first"))))
    .values(pending=None)
)
_TILE: Final = select(log_tile.c.hashes).where(
    log_tile.c.level == bindparam("level"), log_tile.c.tile_index == bindparam("tile_index")
)
_LEAVES: Final = (
    select(log_leaf.c.leaf_index, log_leaf.c.leaf_hash)
    .where(log_leaf.c.leaf_index >= bindparam("first"), log_leaf.c.leaf_index < bindparam("end"))
    .order_by(log_leaf.c.leaf_index)
)
_HEADS: Final = select(
    log_head.c.size, log_head.c.previous_size, log_head.c.root, log_head.c.signed_at, log_head.c.checkpoint
)
_NEWEST: Final = _HEADS.order_by(log_head.c.size.desc()).limit(1)


class LogRepository:
    """Reads and extends the log; nothing placed or signed is ever changed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def lock(self) -> None:
        """Take the sequencer's turn until commit; UnavailableError where the store has no log."""
        if self._transaction.connection.execute(_LOCK).first() is None:
            raise UnavailableError("the store has no log: run `registry init`")

    def doubted_at(self) -> datetime.datetime | None:
        """Return since when the log is in doubt; None where it is not."""
        return self._transaction.connection.execute(select(log_state.c.doubted_at)).scalar()

    def set_doubt(self, at: datetime.datetime | None) -> None:
        """Doubt the log from an instant on, or (None) no more."""
        self._transaction.connection.execute(update(log_state).values(doubted_at=at))

    def pending(self, most: int) -> list[PendingLeaf]:
        """Return at most so many entries that wait for their place, in the order of their ids."""
        rows = self._transaction.connection.execute(_PENDING, {"most": most})
        return [
            PendingLeaf(row.id, leaf_hash(cast(StatedOpenly, row), row.commitment), row.leaf_index is not None)
            for row in rows
        ]

    def pending_since(self) -> datetime.datetime | None:
        """Return when the oldest entry was made that still waits for its place; None where none waits."""
        return self._transaction.connection.execute(_OLDEST_PENDING).scalar()

    def place(self, first: int, leaves: Sequence[PendingLeaf]) -> None:
        """Give entries their places, the first of them at index `first`; they wait no more."""
        rows = [
            {"leaf_index": index, "entry_id": leaf.entry_id, "leaf_hash": leaf.leaf_hash}
            for index, leaf in enumerate(leaves, first)
        ]
        self._transaction.connection.execute(insert(log_leaf), rows)
        self._transaction.connection.execute(_SETTLED, {"first": first})

    def size(self) -> int:
        """Return how many places are given: one more than the highest index."""
        highest = self._transaction.connection.execute(select(func.max(log_leaf.c.leaf_index))).scalar()
        return 0 if highest is None else int(highest) + 1

    def tile(self, level: int, tile_index: int) -> list[bytes]:
        """Return the hashes of a tile; of the last, incomplete one of level 0 the leaves there are."""
        if level == 0 and (whole := self._stored(level, tile_index)) is not None:
            return whole
        if level == 0:
            first = tile_index * TILE_HASHES
            return self._leaves(first, first + TILE_HASHES)
        return self._stored(level, tile_index) or []

    def store_tiles(self, tiles: Mapping[tuple[int, int], Sequence[bytes]]) -> None:
        """Store tiles that were completed or, above level 0, have grown."""
        places = [{"of_level": level, "at": at} for level, at in tiles]
        rows = [{"level": level, "tile_index": at, "hashes": b"".join(hashes)} for (level, at), hashes in tiles.items()]
        if rows:
            here = log_tile.c.level == bindparam("of_level"), log_tile.c.tile_index == bindparam("at")
            self._transaction.connection.execute(delete(log_tile).where(*here), places)
            self._transaction.connection.execute(insert(log_tile), rows)

    def stored_tile(self, level: int, tile_index: int) -> bytes | None:
        """Return a stored tile as it is stored, hashes one behind another; None where it is not."""
        return self._transaction.connection.execute(_TILE, {"level": level, "tile_index": tile_index}).scalar()

    def tile_places(self) -> set[tuple[int, int]]:
        """Return level and index of every stored tile."""
        query = select(log_tile.c.level, log_tile.c.tile_index)
        return {(row.level, row.tile_index) for row in self._transaction.connection.execute(query)}

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Stream every stored tile: level, index, hashes one behind another."""
        query = select(log_tile.c.level, log_tile.c.tile_index, log_tile.c.hashes)
        with self._transaction.stream(query.order_by(log_tile.c.level, log_tile.c.tile_index), 64) as rows:
            for row in rows:
                yield row.level, row.tile_index, row.hashes

    def index_of(self, leaf: bytes) -> int | None:
        """Return the place of the first leaf with this hash; None where it has none (yet)."""
        query = select(func.min(log_leaf.c.leaf_index)).where(log_leaf.c.leaf_hash == leaf)
        return self._transaction.connection.execute(query).scalar()

    def index_of_entry(self, entry: int) -> int | None:
        """Return the place of an entry; None where it has none."""
        return self._transaction.connection.execute(
            select(log_leaf.c.leaf_index).where(log_leaf.c.entry_id == entry)
        ).scalar()

    def add_head(self, head: StoredHead) -> None:
        """Keep a signed head."""
        values: dict[str, Any] = {name: getattr(head, name) for name in StoredHead.__dataclass_fields__}
        self._transaction.connection.execute(insert(log_head), values)

    def newest(self) -> StoredHead | None:
        """Return the head that was signed last; None where none was."""
        row = self._transaction.connection.execute(_NEWEST).first()
        return None if row is None else StoredHead(*row)

    def head(self, size: int) -> StoredHead | None:
        """Return the head of a size; None where none was signed at it."""
        row = self._transaction.connection.execute(_HEADS.where(log_head.c.size == size)).first()
        return None if row is None else StoredHead(*row)

    def heads(self, after: int = 0) -> Iterator[StoredHead]:
        """Stream the heads of more than so many leaves, smallest first."""
        query = _HEADS.where(log_head.c.size > after).order_by(log_head.c.size)
        with self._transaction.stream(query, _ROWS_AT_A_TIME) as rows:
            for row in rows:
                yield StoredHead(row.size, row.previous_size, row.root, row.signed_at, row.checkpoint)

    def _stored(self, level: int, tile_index: int) -> list[bytes] | None:
        packed = self.stored_tile(level, tile_index)
        return None if packed is None else split(packed)

    def _leaves(self, first: int, end: int) -> list[bytes]:
        """Return the hashes of the leaves from an index on, as far as none is lacking."""
        rows = self._transaction.connection.execute(_LEAVES, {"first": first, "end": end}).all()
        return [row.leaf_hash for place, row in enumerate(rows, first) if row.leaf_index == place]
