"""Rows whose record keys are wrapped under a former master key, page by page, and wrapping them anew.

A data_key says itself which version it needs. So wrapping anew can be broken off anywhere and begun again, and what
is left is counted, not remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Row, Table, bindparam, func, select, tuple_, update

from registry.store.audit_tables import look_up_ground, look_up_sample
from registry.store.case_tables import case_step, clearance, hold_match
from registry.store.certificate_tables import certificate, finding_question
from registry.store.desk_tables import desk_document, desk_filing
from registry.store.exchange_tables import held_batch
from registry.store.idempotency_repository import sealed_name
from registry.store.look_back_tables import look_back_finding
from registry.store.objection_tables import objection
from registry.store.tables import (
    basis,
    client_conduct,
    decision,
    idempotency_key,
    list_record,
    listed_identity,
    quarantine_row,
)
from registry.store.transaction import Transaction
from registry.store.upload_tables import heading_map, original, row_numbering, sheet

Place = tuple[Any, ...]
"""Where a page ended: the primary key of its last row; empty before the first."""

# What each table's record keys are bound to.
_SEALED_AS: Final[Mapping[str, Callable[[Row[Any]], int | str]]] = {
    list_record.name: lambda row: int(row.id),
    listed_identity.name: lambda row: int(row.id),
    basis.name: lambda row: int(row.id),
    quarantine_row.name: lambda row: int(row.id),
    decision.name: lambda row: str(row.check_no),
    idempotency_key.name: sealed_name,
    client_conduct.name: lambda row: str(row.client_id),
    desk_document.name: lambda row: int(row.id),
    desk_filing.name: lambda row: int(row.id),
    original.name: lambda row: int(row.id),
    heading_map.name: lambda row: int(row.id),
    row_numbering.name: lambda row: str(row.region),
    sheet.name: lambda row: int(row.id),
    certificate.name: lambda row: int(row.id),
    finding_question.name: lambda row: int(row.id),
    held_batch.name: lambda row: int(row.id),
    hold_match.name: lambda row: int(row.id),
    case_step.name: lambda row: int(row.id),
    clearance.name: lambda row: int(row.id),
    objection.name: lambda row: int(row.id),
    look_up_sample.name: lambda row: int(row.id),
    look_up_ground.name: lambda row: str(row.ground_digest),
    look_back_finding.name: lambda row: int(row.id),
}
SEALED: Final[tuple[Table, ...]] = (
    list_record,
    listed_identity,
    basis,
    quarantine_row,
    decision,
    idempotency_key,
    client_conduct,
    desk_document,
    desk_filing,
    original,
    heading_map,
    row_numbering,
    sheet,
    certificate,
    finding_question,
    held_batch,
    hold_match,
    case_step,
    clearance,
    objection,
    look_up_sample,
    look_up_ground,
    look_back_finding,
)
"""Every table with sealed columns."""

_NAMES: Final = frozenset(
    {"id", "check_no", "client_id", "key_digest", "sealed_as", "region", "ground_digest", "data_key"}
)


class RewrappingRepository:
    """Finds what former master keys still hold, and wraps it under the one in use; sealed values stay as they are."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def held(self) -> dict[str, Counter[int]]:
        """Return, table by table, how many record keys each version of the master key wraps."""
        return {table.name: self._held(table) for table in SEALED}

    def left(self) -> int:
        """Return how many record keys are wrapped under another version than the one in use."""
        now = self._transaction.cipher.version
        return sum(rows for counts in self.held().values() for version, rows in counts.items() if version != now)

    def rewrap(self, table: Table, after: Place, most: int) -> tuple[int, Place | None]:
        """Wrap at most so many record keys anew; return how many were, and where to go on (None: at the end)."""
        rows = self._page(table, after, most)
        # A record that was erased meanwhile has another key by now, and keeps it.
        unchanged = (*same_row(table), table.c.data_key == bindparam("of_data_key"))
        values = [
            {**place_values(table, row), "of_data_key": row.data_key, "data_key": self._new(row, table)} for row in rows
        ]
        if values:
            renewed = update(table).where(*unchanged).values(data_key=bindparam("data_key"))
            self._transaction.connection.execute(renewed, values)
        return len(rows), place_of(table, rows[-1]) if len(rows) == most else None

    def _held(self, table: Table) -> Counter[int]:
        version = func.substr(table.c.data_key, 3, 2, type_=LargeBinary)
        query = select(version, func.count()).where(table.c.data_key.is_not(None)).group_by(version)
        return Counter({int.from_bytes(row[0]): row[1] for row in self._transaction.connection.execute(query)})

    def _page(self, table: Table, after: Place, most: int) -> Sequence[Row[Any]]:
        now = self._transaction.cipher.version.to_bytes(2)
        query = select(*(column for column in table.c if column.name in _NAMES)).where(
            table.c.data_key.is_not(None),
            func.substr(table.c.data_key, 3, 2, type_=LargeBinary) != now,
            *beyond(table, after),
        )
        return self._transaction.connection.execute(query.order_by(*table.primary_key).limit(most)).all()

    def _new(self, row: Row[Any], table: Table) -> bytes:
        return self._transaction.cipher.renewed(table.name, _SEALED_AS[table.name](row), row.data_key)


def beyond(table: Table, after: Place) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a row lies behind a place in its table's order."""
    if not after:
        return ()
    return (tuple_(*table.primary_key) > tuple_(*(bindparam(None, value) for value in after)),)


def same_row(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that finds a row by the values `place_values` names."""
    return tuple(column == bindparam(f"of_{column.name}") for column in table.primary_key)


def place_values(table: Table, row: Row[Any]) -> dict[str, Any]:
    """Return what names a row to `same_row`."""
    return {f"of_{column.name}": row._mapping[column.name] for column in table.primary_key}


def place_of(table: Table, row: Row[Any]) -> Place:
    """Return a row's place in its table's order."""
    return tuple(row._mapping[column.name] for column in table.primary_key)
