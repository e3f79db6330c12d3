"""Spreadsheets under way: received, mapped, filed by one person, placed or sent back by another."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from registry.errors import ChangedMeanwhileError
from registry.privacy.envelope import RecordKey
from registry.store.transaction import Transaction
from registry.store.upload_tables import sheet

_NUMBER_BYTES: Final = 8
_SEALED: Final = {
    "name": "name_enc",
    "table": "table_enc",
    "map": "map_enc",
    "report": "report_enc",
    "note": "note_enc",
}


class SheetState(StrEnum):
    """Where a spreadsheet stands, as a person at the desk sees it."""

    RECEIVED = "received"
    MAPPED = "mapped"
    FILED = "filed"
    RETURNED = "returned"
    PLACING = "placing"
    PLACED = "placed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A spreadsheet that has just come: JSON in clear, sealed by the repository."""

    region: str
    original_id: int | None
    file_digest: str
    rows: int
    name: str = field(repr=False)
    table: str = field(repr=False)
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """One spreadsheet; what is sealed is opened only where a caller asks for one by its number."""

    id: int
    sheet_no: str
    region: str
    original_id: int | None
    file_digest: str
    state: SheetState
    rows: int
    row_version: int
    received_by: str
    received_at: datetime.datetime
    changed_at: datetime.datetime
    filed_by: str | None
    filed_at: datetime.datetime | None
    decided_by: str | None
    decided_at: datetime.datetime | None
    name: str = field(repr=False)
    table: str | None = field(default=None, repr=False)
    map: str | None = field(default=None, repr=False)
    report: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)


_PLAIN: Final = tuple(
    column for column in sheet.c if not column.name.endswith("_enc") and column.name not in {"data_key"}
)


class SheetRepository:
    """Keeps spreadsheets; every change names the row version it was made from."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, new: NewSheet) -> str:
        """Keep a spreadsheet; return its number."""
        number, now = self._transaction.new_ids(sheet, 1)[0], self._transaction.now()
        key = self._transaction.cipher.new_record(sheet.name, number)
        sheet_no = f"S{secrets.token_hex(_NUMBER_BYTES).upper()}"
        values = {
            "id": number,
            "sheet_no": sheet_no,
            "region": new.region,
            "original_id": new.original_id,
            "file_digest": new.file_digest,
            "state": SheetState.RECEIVED,
            "rows": new.rows,
            "data_key": key.wrapped,
            "name_enc": key.seal("name_enc", new.name),
            "table_enc": key.seal("table_enc", new.table),
            "row_version": 1,
            "received_by": new.received_by,
            "received_at": now,
            "changed_at": now,
        }
        self._transaction.connection.execute(insert(sheet).values(values))
        return sheet_no

    def find(self, sheet_no: str, region: str | None) -> StoredSheet | None:
        """Return a spreadsheet opened whole; None where there is none, or it is another region's."""
        query = select(sheet).where(sheet.c.sheet_no == sheet_no)
        query = query if region is None else query.where(sheet.c.region == region)
        row = self._transaction.connection.execute(query).first()
        return None if row is None else self._opened(row)

    def of_file(self, file_digest: str, region: str) -> StoredSheet | None:
        """Return the last spreadsheet of this very file that was not discarded."""
        query = select(sheet).where(
            sheet.c.file_digest == file_digest, sheet.c.region == region, sheet.c.state != SheetState.DISCARDED
        )
        row = self._transaction.connection.execute(query.order_by(sheet.c.id.desc()).limit(1)).first()
        return None if row is None else self._opened(row)

    def page(
        self, region: str | None, states: Sequence[SheetState], before: int | None, most: int
    ) -> list[StoredSheet]:
        """Return spreadsheets, newest first, those before a number where one is given; tables are not opened."""
        columns: list[Any] = [*_PLAIN, sheet.c.data_key, sheet.c.name_enc]
        query = select(*columns).where(sheet.c.state.in_(states))
        query = query if region is None else query.where(sheet.c.region == region)
        query = query if before is None else query.where(sheet.c.id < before)
        rows = self._transaction.connection.execute(query.order_by(sheet.c.id.desc()).limit(most)).all()
        return [self._opened(row) for row in rows]

    def counts(self, region: str | None) -> dict[SheetState, int]:
        """Return how many spreadsheets of a region (None: all) are in each state."""
        query = select(sheet.c.state, func.count()).group_by(sheet.c.state)
        if region is not None:
            query = query.where(sheet.c.region == region)
        return {SheetState(state): number for state, number in self._transaction.connection.execute(query)}

    def change(self, stored: StoredSheet, **values: Any) -> None:
        """Change a spreadsheet as it was read; texts (name, table, map, report, note) are sealed.

        Raises ChangedMeanwhileError where somebody else has changed it meanwhile.
        """
        key = self._key(stored.id)
        sealed = {
            _SEALED[name]: key.seal_stated(_SEALED[name], values.pop(name)) for name in [*values] if name in _SEALED
        }
        unchanged = (sheet.c.id == stored.id, sheet.c.row_version == stored.row_version)
        counted = {"row_version": stored.row_version + 1, "changed_at": self._transaction.now()}
        changed = update(sheet).where(*unchanged).values(**values, **sealed, **counted)
        if self._transaction.connection.execute(changed).rowcount != 1:
            raise ChangedMeanwhileError("somebody else has changed this spreadsheet meanwhile; look at it again")

    def with_rows(self, region: str) -> Iterator[StoredSheet]:
        """Yield every spreadsheet of a region that still holds rows, opened; a sealing order must reach them all."""
        held = (sheet.c.region == region, sheet.c.table_enc.is_not(None))
        numbers = self._transaction.connection.execute(select(sheet.c.id).where(*held).order_by(sheet.c.id)).scalars()
        for number in numbers.all():
            yield self._opened(self._transaction.connection.execute(select(sheet).where(sheet.c.id == number)).one())

    def older(self, before: datetime.datetime, most: int, *, placed: bool) -> list[int]:
        """Return spreadsheets that nobody has touched since an instant and that still hold rows."""
        state = sheet.c.state == SheetState.PLACED if placed else sheet.c.state != SheetState.PLACED
        query = select(sheet.c.id).where(sheet.c.changed_at < before, sheet.c.table_enc.is_not(None), state)
        return list(self._transaction.connection.execute(query.order_by(sheet.c.id).limit(most)).scalars())

    def originals_of(self, numbers: Sequence[int]) -> list[int]:
        """Return the originals spreadsheets came in."""
        query = select(sheet.c.original_id).where(sheet.c.id.in_(numbers), sheet.c.original_id.is_not(None))
        return sorted(set(self._transaction.connection.execute(query).scalars()))

    def empty(self, numbers: Sequence[int]) -> None:
        """Erase what spreadsheets hold, with the keys that opened it; that they were there stays."""
        nothing = dict.fromkeys(("table_enc", "map_enc", "report_enc", "note_enc"))
        for number in numbers:
            key = self._transaction.cipher.new_record(sheet.name, number)
            named = {"data_key": key.wrapped, "name_enc": key.seal("name_enc", "")}
            self._transaction.connection.execute(update(sheet).where(sheet.c.id == number).values(**nothing, **named))

    def _key(self, number: int) -> RecordKey:
        wrapped = self._transaction.connection.execute(
            select(sheet.c.data_key).where(sheet.c.id == number)
        ).scalar_one()
        return self._transaction.cipher.open_record(sheet.name, number, wrapped)

    def _opened(self, row: Row[Any]) -> StoredSheet:
        key, stated = self._transaction.cipher.open_record(sheet.name, row.id, row.data_key), row._mapping
        values: dict[str, Any] = {column.name: stated[column.name] for column in _PLAIN}
        values["state"] = SheetState(row.state)
        for name, column in _SEALED.items():
            values[name] = key.open_stated(column, stated[column]) if column in stated else None
        return StoredSheet(**values)
