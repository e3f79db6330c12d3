"""What every step of a spreadsheet has in common: opening it as the actor may see it, reading it, showing it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import ChangedMeanwhileError, ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.intake.heading_map import HeadingMap
from registry.intake.mapped_rows import MappedReader
from registry.law.roles import Region
from registry.services.foresee_rows import ForeseenRows, foresee_rows
from registry.services.own_region import province_of
from registry.services.sheet_content import RowForeseen, SheetReport, SheetTable, map_of
from registry.store.list_values import RefusedRow
from registry.store.sheet_repository import SheetState, StoredSheet

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

OPEN: Final = frozenset({SheetState.RECEIVED, SheetState.MAPPED, SheetState.RETURNED})
"""States in which whoever files may still change what the headings mean."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A spreadsheet as a person at the desk sees it.

    `counts` say how many rows would have (once placed: had) which outcome, `faulty` and `waiting` name them, `refused`
    are lines of which only number and code are kept; `map` is what the headings mean as JSON, None before it was said.
    """

    sheet_no: str
    state: SheetState
    region: str
    rows: int
    row_version: int
    received_by: str
    received_at: datetime.datetime
    filed_by: str | None
    filed_at: datetime.datetime | None
    decided_by: str | None
    decided_at: datetime.datetime | None
    name: str = field(repr=False)
    note: str | None = field(repr=False)
    headings: tuple[str, ...] = field(repr=False)
    map: Mapping[str, object] | None = field(repr=False)
    counts: Mapping[str, int]
    faulty: tuple[RowForeseen, ...]
    waiting: tuple[RowForeseen, ...]
    refused: tuple[tuple[int, str], ...]
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    list_version: int


def open_sheet(uow: UnitOfWork, sheet_no: str, actor: DeskActor, expected: int | None = None) -> StoredSheet:
    """Return a spreadsheet of the actor's region, as it was when the actor last saw it (`expected`: its row version).

    Raises NotFoundError where there is none in that region, ChangedMeanwhileError where somebody changed it since.
    """
    stored = uow.sheets.find(sheet_no, province_of(actor))
    if stored is None:
        raise NotFoundError("there is no such spreadsheet")
    if expected is not None and stored.row_version != expected:
        raise ChangedMeanwhileError("somebody else has changed this spreadsheet since it was opened")
    return stored


def require_state(stored: StoredSheet, *states: SheetState) -> None:
    """Raise ConflictError where a spreadsheet is not in one of these states."""
    if stored.state not in states:
        raise ConflictError(f"this cannot be done with a spreadsheet that is {stored.state}")


def region_of_actor(actor: DeskActor, region: str | None) -> str:
    """Return the region something is filed for: the stated one, else the actor's. Raises InvalidInputError."""
    stated = (region or actor.region or "")[:2]
    if stated not in {str(each) for each in Region}:
        raise InvalidInputError([FieldFault("source_region", "unknown_region", "31, 32, 33 or 34 is needed")])
    if actor.region is not None and stated != actor.region[:2]:
        fault = FieldFault("source_region", "out_of_region", "is not the region this actor works for")
        raise InvalidInputError([fault])
    return stated


def reader_of(uow: UnitOfWork, region: str, headings: tuple[str, ...], mapping: HeadingMap) -> MappedReader:
    """Return what reads the rows of a spreadsheet; rows without a number get the region's own."""
    return MappedReader(headings, mapping, region, lambda about: uow.row_numbering.number(region, about))


def foreseen_of(
    services: Services, uow: UnitOfWork, region: str, table: SheetTable, mapping: HeadingMap
) -> ForeseenRows:
    """Read every row of a table and say what it would become."""
    reader = reader_of(uow, region, table.headings, mapping)
    return foresee_rows(services.law, services.clock.today(), reader, table.lines)


def leave_out_refused(
    uow: UnitOfWork, stored: StoredSheet, table: SheetTable, refused: Mapping[int, str]
) -> SheetTable:
    """Return the table without rows that may not be kept; the file that held them is erased in the same commit."""
    if not refused:
        return table
    uow.quarantine.refuse(stored.file_digest, [RefusedRow(line, code) for line, code in sorted(refused.items())])
    if stored.original_id is not None:
        uow.originals.erase([stored.original_id])
    return table.without(refused)


def view_of(stored: StoredSheet) -> SheetView:
    """Return a stored spreadsheet as it is shown."""
    table, report = SheetTable.of(stored.table), SheetReport.of(stored.report)
    plain = ("sheet_no", "state", "region", "rows", "row_version", "received_by", "received_at", "filed_by", "filed_at")
    shown = {name: getattr(stored, name) for name in (*plain, "decided_by", "decided_at", "name", "note")}
    faulty = tuple(row for row in report.rows if row.line in report.faulty())
    return SheetView(
        **shown,
        headings=table.headings,
        map=None if stored.map is None else json.loads(stored.map),
        counts=report.counts,
        faulty=faulty,
        waiting=tuple(row for row in report.rows if row not in faulty),
        refused=table.refused,
        words={column: tuple(words) for column, words in report.words.items()},
        list_version=report.list_version,
    )


def mapping_of(stored: StoredSheet) -> HeadingMap:
    """Return what a spreadsheet's headings mean; ConflictError where nobody has said so yet."""
    mapping = map_of(stored.map)
    if mapping is None:
        raise ConflictError("what the headings mean has not been said yet")
    return mapping
