"""Erase what uploads still show of a record that may not be kept: files it came in, and its rows in spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.services.receive_spreadsheet import earlier_maps, probable_map
from registry.services.sealing_list import remember
from registry.services.sheet_content import SheetReport, SheetTable, map_of
from registry.services.sheet_step import reader_of

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.sealing_repository import SealingOrder
    from registry.store.sheet_repository import StoredSheet
    from registry.store.unit_of_work import UnitOfWork

RecordKey = tuple[str, str]
"""Source region and record number."""


def forget_uploads(uow: UnitOfWork, key: RecordKey) -> int:
    """Erase every original a record was founded by or stands in, and its rows wherever a spreadsheet still holds them.

    Spreadsheets whose headings nobody has explained yet are read as it is guessed. Returns how many originals were
    erased; the caller commits.
    """
    originals = set(uow.originals.of_records([key]))
    for stored in uow.sheets.with_rows(key[0]):
        if _forgotten(uow, stored, key) and stored.original_id is not None:
            originals.add(stored.original_id)
    return uow.originals.erase(sorted(originals))


def forget_sealed(services: Services, uow: UnitOfWork, orders: Iterable[SealingOrder]) -> None:
    """Carry out beside the list what placing rows has sealed: backups brought back know it, and uploads forget."""
    for order in orders:
        remember(services.settings.home, order)
        forget_uploads(uow, (order.source_region, order.record_no))


def erase_spreadsheets(uow: UnitOfWork, numbers: list[int]) -> int:
    """Erase what spreadsheets hold, and the files they came in that nothing else holds; that they were there stays."""
    uow.sheets.empty(numbers)
    uow.originals.release(uow.sheets.originals_of(numbers))
    return len(numbers)


def _forgotten(uow: UnitOfWork, stored: StoredSheet, key: RecordKey) -> bool:
    """Take a record's lines out of a spreadsheet; say whether there were any."""
    table, report = SheetTable.of(stored.table), SheetReport.of(stored.report)
    mapping = map_of(stored.map) or probable_map(table.headings, table.lines, earlier_maps(uow, stored.region))
    reader = reader_of(uow, stored.region, table.headings, mapping)
    rows = (reader.read(line) for line in table.lines)
    gone = {row.line for row in rows if row.key is not None and (row.key.source_region, row.key.record_no) == key}
    if not gone:
        return False
    left = table.only(line.number for line in table.lines if line.number not in gone)
    kept = replace(report, rows=tuple(row for row in report.rows if row.line not in gone), words={})
    uow.sheets.change(stored, table=left.text(), report=kept.text())
    return True
