"""What a repository works with: one database transaction, the ciphers, and the instant it happens at."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult, Select, Table, text

from registry.clock import Clock
from registry.privacy.envelope import RecordCipher
from registry.privacy.keyed_index import KeyedIndex


@dataclass(frozen=True, slots=True)
class RuleVersions:
    """Which matching model and which policy this process judges by."""

    model: str = "none"
    policy: str = "none"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction in progress; repositories are built on it and never commit."""

    connection: Connection = field(repr=False)
    cipher: RecordCipher = field(repr=False)
    keyed_index: KeyedIndex = field(repr=False)
    clock: Clock = field(repr=False)
    versions: RuleVersions
    _streams: list[CursorResult[Any]] = field(default_factory=list, repr=False)

    def stream(self, query: Select[Any], rows: int) -> CursorResult[Any]:
        """Run a query whose result is fetched so many rows at a time; it ends with the transaction at the latest."""
        result = self.connection.execute(query.execution_options(yield_per=rows))
        self._streams.append(result)
        return result

    def end_streams(self) -> None:
        """Close what was streamed and not read to its end, as where a reader failed.

        Left to the garbage collector, a cursor of PostgreSQL would be closed in the middle of whatever its
        connection, long in other hands, is doing then, and wait for ever for the lock this very thread holds.
        """
        for result in self._streams:
            result.close()

    def now(self) -> datetime.datetime:
        """Return the present instant (aware, UTC)."""
        return self.clock.now()

    def new_ids(self, table: Table, count: int) -> list[int]:
        """Reserve ids for rows about to be inserted, ascending; a sealed row is bound to its id, so it comes first.

        No id is ever given twice, whether its row is inserted or not.
        """
        if count <= 0:
            return []
        if self.connection.dialect.name == "postgresql":
            numbers = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
            return sorted(self.connection.execute(numbers, {"name": table.name, "count": count}).scalars())
        last = self._reserve_on_sqlite(table.name, count)
        return list(range(last - count + 1, last + 1))

    def _reserve_on_sqlite(self, name: str, count: int) -> int:
        """Move AUTOINCREMENT's own counter on (documented as writable), under the writer's exclusive lock."""
        moved = text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name RETURNING seq")
        last = self.connection.execute(moved, {"name": name, "count": count}).scalar()
        if last is None:
            begun = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count) RETURNING seq")
            last = self.connection.execute(begun, {"name": name, "count": count}).scalar_one()
        return int(last)
