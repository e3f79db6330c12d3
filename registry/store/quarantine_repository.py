"""Rows that could not be taken, kept whole, and lines that were refused."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Table, func, insert, or_, select, tuple_, update

from registry.store.list_reading import parts
from registry.store.list_values import QuarantinedRow, RefusedRow
from registry.store.tables import quarantine_row, refused_row
from registry.store.transaction import Transaction

OPEN: Final = "open"
DOUBTED: Final = "stated_twice"
"""Why a row waits whose number another row of the same full file has, too."""


class QuarantineState(StrEnum):
    """How a row in quarantine was settled: taken as it came, or replaced or refused."""

    RETRIED = "retried"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is known of a row in quarantine without opening it: whose, from which file and line, why, since when."""

    id: int
    source_region: str | None
    record_no: str | None
    file_digest: str
    line: int
    field: str | None
    reason_code: str
    reason: str
    state: str
    received_at: datetime.datetime


_KNOWN: Final = tuple(quarantine_row.c[each.name] for each in fields(Waiting))


class QuarantineRepository:
    """Keeps every line that was not taken once, however often its file is imported."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def keep(self, file_digest: str, rows: Sequence[QuarantinedRow], *, whole: bool = False) -> int:
        """Keep rows whole, sealed; return how many were not kept before from the same file.

        Of a whole list a row that waits already just as it comes, or was refused so, is not kept again: it comes every
        night.
        """
        new = self._unknown(quarantine_row, file_digest, rows)
        new = self._unlike_those_kept(new) if whole else new
        numbers = self._transaction.new_ids(quarantine_row, len(new))
        values = [self._quarantined(number, file_digest, row) for number, row in zip(numbers, new, strict=True)]
        if values:
            self._transaction.connection.execute(insert(quarantine_row), values)
        return len(values)

    def refuse(self, file_digest: str, rows: Sequence[RefusedRow]) -> int:
        """Note that lines were refused, and nothing else about them; return how many were not noted before."""
        new = self._unknown(refused_row, file_digest, rows)
        now = self._transaction.now()
        values = [{"file_digest": file_digest, "line": row.line, "code": row.code, "received_at": now} for row in new]
        if values:
            self._transaction.connection.execute(insert(refused_row), values)
        return len(values)

    def waiting(self, region: str | None, most: int) -> list[Waiting]:
        """Return the rows that wait (of a region), oldest first."""
        query = select(*_KNOWN).where(quarantine_row.c.state == OPEN).order_by(quarantine_row.c.id).limit(most)
        if region is not None:
            query = query.where(quarantine_row.c.source_region == region)
        return [Waiting(**row._mapping) for row in self._transaction.connection.execute(query)]

    def numbered(self, row_id: int) -> Waiting | None:
        """Return what is known of a row, in whatever state; None where none is kept under that number."""
        query = select(*_KNOWN).where(quarantine_row.c.id == row_id)
        row = self._transaction.connection.execute(query).first()
        return None if row is None else Waiting(**row._mapping)

    def settle(self, row_id: int, state: QuarantineState) -> None:
        """Note how a row was settled."""
        self._change(row_id, state=state.value)

    def note_refused(self, row_id: int) -> None:
        """Note that a person refused a row."""
        self._change(row_id, state=QuarantineState.RESOLVED.value, refused_at=self._transaction.now())

    def original(self, row_id: int) -> str:
        """Return the cells of a quarantined row as they came (JSON)."""
        query = select(quarantine_row.c.data_key, quarantine_row.c.original_enc).where(quarantine_row.c.id == row_id)
        row = self._transaction.connection.execute(query).one()
        key = self._transaction.cipher.open_record(quarantine_row.name, row_id, row.data_key)
        return key.open("original_enc", row.original_enc)

    def open_rows(self, file_digest: str) -> list[QuarantinedRow]:
        """Return the rows of a file that wait, opened, in the order of the file."""
        query = select(quarantine_row).where(
            quarantine_row.c.file_digest == file_digest, quarantine_row.c.state == OPEN
        )
        rows = self._transaction.connection.execute(query.order_by(quarantine_row.c.line)).all()
        return [self._opened(row) for row in rows]

    def count_open(self) -> dict[str, int]:
        """Return how many rows of each region wait in quarantine."""
        table = quarantine_row
        query = (
            select(table.c.source_region, func.count()).where(table.c.state == "open").group_by(table.c.source_region)
        )
        return {row[0]: row[1] for row in self._transaction.connection.execute(query) if row[0] is not None}

    def resolve(self, keys: Collection[tuple[str, str]], *, whole: bool = False) -> int:
        """Note that rows which waited were taken by now; return how many. Where nothing waits it costs one look.

        Of two rows that share a number one may be somebody else's: they wait until a whole file (`whole`) has it once.
        """
        waiting = select(quarantine_row.c.id).where(quarantine_row.c.state == OPEN).limit(1)
        if not keys or self._transaction.connection.execute(waiting).first() is None:
            return 0
        key = tuple_(quarantine_row.c.source_region, quarantine_row.c.record_no)
        resolved = 0
        for part in parts(sorted(keys)):
            taken = update(quarantine_row).where(quarantine_row.c.state == OPEN, key.in_(part))
            taken = taken if whole else taken.where(quarantine_row.c.reason_code != DOUBTED)
            resolved += self._transaction.connection.execute(taken.values(state="resolved")).rowcount
        return resolved

    def _opened(self, row: Row[Any]) -> QuarantinedRow:
        key = self._transaction.cipher.open_record(quarantine_row.name, row.id, row.data_key)
        original = key.open("original_enc", row.original_enc)
        return QuarantinedRow(
            row.source_region, row.record_no, row.line, row.field, row.reason_code, row.reason, original
        )

    def _unknown(
        self, table: Table, file_digest: str, rows: Sequence[QuarantinedRow] | Sequence[RefusedRow]
    ) -> list[Any]:
        if not rows:
            return []
        lines = [row.line for row in rows]
        here = table.c.line.between(min(lines), max(lines))
        query = select(table.c.line).where(table.c.file_digest == file_digest, here)
        known = set(self._transaction.connection.execute(query).scalars())
        return [row for row in rows if row.line not in known]

    def _unlike_those_kept(self, rows: Sequence[QuarantinedRow]) -> list[QuarantinedRow]:
        kept = self._kept({(row.source_region or "", row.record_no or "") for row in rows})
        return [row for row in rows if (row.source_region, row.record_no, row.original) not in kept]

    def _kept(self, keys: set[tuple[str, str]]) -> set[tuple[str | None, str | None, str]]:
        """Return the rows of these numbers that wait or were refused, with their cells."""
        key, table = tuple_(quarantine_row.c.source_region, quarantine_row.c.record_no), quarantine_row.c
        counts = or_(table.state == OPEN, table.refused_at.is_not(None))
        return {
            (row.source_region, row.record_no, self._opened(row).original)
            for part in parts(sorted(keys))
            for row in self._transaction.connection.execute(select(quarantine_row).where(key.in_(part), counts)).all()
        }

    def _change(self, row_id: int, **values: Any) -> None:
        query = update(quarantine_row).where(quarantine_row.c.id == row_id).values(values)
        self._transaction.connection.execute(query)

    def _quarantined(self, number: int, file_digest: str, row: QuarantinedRow) -> dict[str, Any]:
        key = self._transaction.cipher.new_record(quarantine_row.name, number)
        return {
            "id": number,
            "source_region": row.source_region,
            "record_no": row.record_no,
            "file_digest": file_digest,
            "line": row.line,
            "field": row.field,
            "reason_code": row.reason_code,
            "reason": row.reason,
            "original_enc": key.seal("original_enc", row.original),
            "data_key": key.wrapped,
            "state": OPEN,
            "received_at": self._transaction.now(),
        }
