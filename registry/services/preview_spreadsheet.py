"""Show the first rows of a spreadsheet as they would be read, before anybody files it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault
from registry.services.foresee_rows import foresee_rows
from registry.services.sheet_content import RowForeseen, SheetTable
from registry.services.sheet_step import SheetView, mapping_of, open_sheet, reader_of, view_of

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row as it would be read: its values by the list's columns, what would become of it, what was noticed."""

    values: Mapping[str, str] = field(repr=False)
    original: Mapping[str, str] = field(repr=False)
    foreseen: RowForeseen
    notes: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a spreadsheet as they would be read; the sheet's own counts are over all of them."""

    sheet: SheetView
    rows: tuple[PreviewRow, ...]


def preview_spreadsheet(services: Services, sheet_no: str, actor: DeskActor, *, most: int = 20) -> Preview:
    """Read the first rows; raises NotFoundError, and ConflictError where nobody has said what the headings mean."""
    with services.store.read() as uow:
        stored = open_sheet(uow, sheet_no, actor)
        table, mapping = SheetTable.of(stored.table), mapping_of(stored)
        reader = reader_of(uow, stored.region, table.headings, mapping)
        found = foresee_rows(services.law, services.clock.today(), reader, table.lines[: min(most, MOST_ROWS)])
    rows = (PreviewRow(row.canonical, row.original, foreseen, row.notes) for row, foreseen in found.rows)
    return Preview(view_of(stored), tuple(rows))
