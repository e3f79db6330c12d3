"""Exchange tables of a foreign front-end database: rows with a status, a batch number and an operation, both ways.

The status column is all that is remembered: rows that are new are read, batch by batch, and marked as taken or failed
once what became of them is committed here. Killed in between, the same rows are met again and are known.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Function,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)

from registry.errors import HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import Batch, BatchKind, Item
from registry.exchange.front_end_database import FrontEnd, column_of, fitting
from registry.exchange.own_items import kinds_of
from registry.exchange.parcel import Parcel, Part
from registry.exchange.parcel_reading import read_parcel, row_mapping
from registry.exchange.part_files import PartFormat
from registry.exchange.partner import Partner
from registry.exchange.table_settings import Complete, ExchangeTable, TableSettings
from registry.intake.headings import ListKind

_STANDS: Final = frozenset({"quarantined", "refused"})
"""Outcomes of items that are told as failed; every other row was taken."""
_ROWS_AT_ONCE: Final = 500
_RUNS: Final = re.compile(r"[0-9]+|[^0-9]+")


class ForeignTables:
    """Reads the new rows of a partner's tables and writes ours into its others."""

    def __init__(self, partner: Partner, own: str, front: FrontEnd) -> None:
        self._partner: Final = partner
        self._own: Final = own
        self._front: Final = front
        self._settings: Final[TableSettings] = partner.options["table"]
        self._rows: Final[dict[str, tuple[ExchangeTable, list[Any]]]] = {}

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the batches of new rows, in the order of their numbers; at the end say which came too late."""
        late: str | None = None
        for number, stated in self._new_batches():
            if self._is_late(number, stated):
                late = late or f"batch {number} of {stated.name}"
                continue
            arrival = self._arrival(number, stated, position)
            yield arrival
            if arrival.batch is not None and arrival.batch.digest != position.digest:
                position = Position(arrival.batch.epoch, arrival.batch.last, arrival.batch.digest)
        if late is not None:
            raise PartnerUnavailableError("late_batch", f"{late} came after a later one was taken: a person must look")

    def acknowledge(self, arrival: Arrival, stated: Acknowledgement) -> None:
        """Mark every row of a batch as taken or failed, and say why beside it where there is a column for that."""
        exchange, rows = self._rows.pop(arrival.place, (None, []))
        if exchange is None:
            return
        told = dict(enumerate(stated.outcomes))
        with self._front.work() as connection:
            table = self._table(connection, exchange)
            for place, row in enumerate(rows):
                _, outcome, code = told.get(place, ("", "" if stated.accepted else "refused", ""))
                self._mark(connection, table, row, outcome, code)

    def write(self, batch: Batch) -> None:
        """Insert a batch's rows in one transaction; written again before it was read, it takes its own place."""
        for exchange in self._settings.outgoing:
            items = kinds_of(batch.items)[exchange.kind]
            if items:
                with self._front.work() as connection:
                    self._insert(connection, exchange, batch, items)

    def _new_batches(self) -> list[tuple[Any, ExchangeTable]]:
        found = []
        for stated in self._settings.incoming:
            with self._front.work() as connection:
                found += [(number, stated) for number in self._whole(connection, self._table(connection, stated))]
        places = {stated: place for place, stated in enumerate(self._settings.incoming)}
        return sorted(found, key=lambda one: (counting_order(one[0]), places[one[1]]))

    def _whole(self, connection: Connection, table: Table) -> list[Any]:
        """Return the numbers of the batches with new rows that are whole; the first that is not ends them."""
        batch, status = column_of(table, self._settings.batch), column_of(table, self._settings.status)
        new = select(batch).where(status == self._settings.words.new).distinct()
        found = list(connection.scalars(new))
        if None in found:
            raise PartnerUnavailableError("tables", f"the table {table.name} has rows without a batch number")
        numbers = sorted(found, key=counting_order)
        if self._settings.complete is Complete.NEXT:
            highest = _highest(connection, batch)
            numbers = [number for number in numbers if number != highest]
        if self._settings.count is None:
            return numbers
        whole = [self._has_all_rows(connection, table, number) for number in numbers]
        return numbers[: whole.index(False)] if False in whole else numbers

    def _has_all_rows(self, connection: Connection, table: Table, number: Any) -> bool:
        batch, count = column_of(table, self._settings.batch), column_of(table, self._settings.count or "")
        there, wanted = connection.execute(select(func.count(), func.max(count)).where(batch == number)).one()
        return wanted is not None and int(there) >= int(wanted)

    def _is_late(self, number: Any, stated: ExchangeTable) -> bool:
        """Tell whether a later batch was marked already: what this one says would undo what that one said."""
        with self._front.work() as connection:
            table = self._table(connection, stated)
            batch, status = column_of(table, self._settings.batch), column_of(table, self._settings.status)
            marked = status.in_((self._settings.words.taken, self._settings.words.failed))
            highest = _highest(connection, batch, marked)
        return highest is not None and counting_order(highest) > counting_order(number)

    def _arrival(self, number: Any, stated: ExchangeTable, position: Position) -> Arrival:
        with self._front.work() as connection:
            table = self._table(connection, stated)
            if (size := self._size(connection, table, number)) > self._partner.limits.bytes_per_batch:
                return self._too_large(connection, table, (number, stated), size)
            rows = self._read(connection, table, number)
        names = [row[0] for row in rows]
        lines = "".join(json.dumps(cells, ensure_ascii=False, sort_keys=True) + "\n" for _, cells in rows)
        part = Part(f"{stated.name}.jsonl", PartFormat.JSON_LINES, stated.kind, lines.encode())
        parcel = Parcel(f"{stated.name}.{number}", BatchKind.CHANGES, (part,))
        self._rows[parcel.name] = (stated, names)
        if (size := len(part.data)) > self._partner.limits.bytes_per_batch:
            return Arrival(parcel.content, None, "too_large", f"{parcel.name} has {size:,} bytes", parcel.name)
        try:
            return Arrival(parcel.content, read_parcel(self._partner, self._own, parcel, position), place=parcel.name)
        except HeldBatchError as fault:
            return Arrival(parcel.content, None, fault.code, fault.detail, parcel.name)

    def _too_large(self, connection: Connection, table: Table, batch: tuple[Any, ExchangeTable], size: int) -> Arrival:
        """Return a batch of which nothing is read but what names its rows, to mark them if it is refused."""
        number, stated = batch
        row, place = column_of(table, self._settings.row), f"{stated.name}.{number}"
        self._rows[place] = (stated, list(connection.scalars(self._new_rows(table, number, row).order_by(row))))
        content = json.dumps({"table": stated.name, "batch": str(number), "bytes": size}, ensure_ascii=False)
        return Arrival(content.encode(), None, "too_large", f"{place} has {size:,} bytes or more", place)

    def _size(self, connection: Connection, table: Table, number: Any) -> int:
        """Count at the database how many bytes a batch has at least: its texts, and the headings of every row."""
        unread = {column_of(table, name).name for name in self._bookkeeping()}
        columns = [column for column in table.columns if column.name not in unread]
        headings = sum(len(column.name) + len('"": 0, ') for column in columns)
        lengths = [func.sum(length) for column in columns if (length := _length(column)) is not None]
        rows, *sums = connection.execute(self._new_rows(table, number, func.count(), *lengths)).one()
        return int(rows) * headings + sum(int(length or 0) for length in sums)

    def _new_rows(self, table: Table, number: Any, *wanted: Any) -> Select[Any]:
        new = column_of(table, self._settings.status) == self._settings.words.new
        return select(*wanted).where(column_of(table, self._settings.batch) == number, new)

    def _read(self, connection: Connection, table: Table, number: Any) -> list[tuple[Any, dict[str, Any]]]:
        """Return the batch's new rows in order: what names each, and its cells as JSON has them."""
        row = column_of(table, self._settings.row)
        of = self._new_rows(table, number, table).order_by(row)
        stated = {column_of(table, name).name for name in self._bookkeeping()}
        return [
            (found[row.name], {name: _plain(value) for name, value in found.items() if name not in stated})
            for found in connection.execute(of).mappings()
        ]

    def _bookkeeping(self) -> tuple[str, ...]:
        """Return the columns that change when a row is marked, and are no part of what it says."""
        return (self._settings.status, *([self._settings.message] if self._settings.message else []))

    def _mark(self, connection: Connection, table: Table, row: Any, outcome: str, code: str) -> None:
        failed = outcome in _STANDS
        words = self._settings.words
        values: dict[str, Any] = {column_of(table, self._settings.status).name: words.failed if failed else words.taken}
        if self._settings.message is not None:
            values[column_of(table, self._settings.message).name] = code or None
        connection.execute(update(table).where(column_of(table, self._settings.row) == row).values(values))

    def _table(self, connection: Connection, stated: ExchangeTable) -> Table:
        settings = self._settings
        needed = (settings.status, settings.batch, settings.row, settings.count, settings.message)
        return self._front.table(connection, stated.name, *(name for name in needed if name is not None))

    def _insert(self, connection: Connection, stated: ExchangeTable, batch: Batch, items: Sequence[Item]) -> None:
        table = self._front.table(connection, stated.name, self._settings.status, self._settings.batch)
        number = self._number(connection, table, batch)
        if number is None:
            return
        fixed = {
            column_of(table, self._settings.batch).name: number,
            column_of(table, self._settings.status).name: self._settings.words.new,
        }
        if self._settings.count is not None:
            fixed[column_of(table, self._settings.count).name] = len(items)
        rows = [self._values(table, stated.kind, item) | fixed for item in items]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            connection.execute(insert(table), rows[start : start + _ROWS_AT_ONCE])

    def _number(self, connection: Connection, table: Table, batch: Batch) -> Any:
        """Return the batch's number in this table, its rows not read yet removed; None where they were read already.

        Changes are numbered by their last number; a page of the whole list where numbers are digits by the next one.
        """
        column, status = column_of(table, self._settings.batch), column_of(table, self._settings.status)
        digits = isinstance(column.type, Integer)
        if batch.kind is not BatchKind.CHANGES and digits:
            return max(int(connection.scalar(select(func.max(column))) or 0), batch.last) + 1
        page = "" if batch.kind is BatchKind.CHANGES else f"-{batch.digest[:12]}"
        number: int | str = batch.last if digits else f"{batch.last:012d}{page}"
        connection.execute(delete(table).where(column == number, status == self._settings.words.new))
        return None if connection.scalar(select(func.count()).where(column == number)) else number

    def _values(self, table: Table, kind: ListKind, item: Item) -> dict[str, object]:
        cells: Mapping[str, str] = row_mapping(self._partner).row(item, kind)
        columns = {heading: column_of(table, heading) for heading in cells}
        return {column.name: fitting(column, cells[heading]) for heading, column in columns.items()}


def _highest(connection: Connection, batch: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
    """Return the highest batch number; texts are compared here, for a database puts "10" before "9"."""
    if not isinstance(batch.type, String):
        return connection.scalar(select(func.max(batch)).where(*conditions))
    numbers = connection.scalars(select(batch).distinct().where(batch.is_not(None), *conditions))
    return max(numbers, key=counting_order, default=None)


def counting_order(number: object) -> tuple[tuple[int, int, str], ...]:
    """Return what batch numbers are ordered by: digits within a text by what they count (`PC-9` before `PC-10`)."""
    found = _RUNS.findall(str(number))
    return tuple((0, int(run), "") if run.isdecimal() else (1, 0, run) for run in found)


def _length(column: Column[Any]) -> Function[Any] | None:
    """Ask for the length of a text or of bytes; other values are short."""
    if isinstance(column.type, String):
        return func.length(cast(column, Text))
    return func.length(column) if isinstance(column.type, LargeBinary) else None


def _plain(value: object) -> object:
    """Return a database's value as JSON has it; numbers too long for one stay text, every digit kept."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**15:
        return f"{value:.0f}" if isinstance(value, float) else str(value)
    return value if value is None or isinstance(value, int | float) else str(value).strip()
