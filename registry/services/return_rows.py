"""Give back the rows that cannot be taken, each with its reason beside it, ready to be corrected and brought again.

The file leaves the register with people in it, so that each giving is recorded, with the digest of what was given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.errors import FieldFault, NotFoundError
from registry.intake.headings import REQUIRED, ListKind, columns
from registry.intake.returned_rows import ReturnedRow, as_csv, as_workbook, table_of
from registry.intake.workbook import Cell
from registry.ledger.events import EventKind
from registry.services.sheet_content import SheetReport, SheetTable, map_of
from registry.services.sheet_step import open_sheet

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork


class ReturnForm(StrEnum):
    """As what rows are given back; numbers of documents survive every spreadsheet program in a workbook only."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file of rows to be corrected: a name that names nobody, its bytes and how many rows are in it."""

    name: str
    content: bytes = field(repr=False)
    rows: int


def return_rows(
    services: Services, sheet_no: str, *, actor: DeskActor, form: ReturnForm = ReturnForm.XLSX
) -> ReturnedFile:
    """Return the rows of a spreadsheet that cannot be, or were not, taken. NotFoundError where there are none."""
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor)
        table, mapping = SheetTable.of(stored.table), map_of(stored.map)
        faulty = SheetReport.of(stored.report).faulty()
        lines = [line for line in table.lines if line.number in faulty]
        rows = [ReturnedRow(line.number, line.cells, faulty[line.number]) for line in lines]
        return _given(uow, sheet_no, table_of(table.headings, rows, mapping), form, actor)


def return_quarantined(
    services: Services, file_digest: str, *, actor: DeskActor, form: ReturnForm = ReturnForm.XLSX
) -> ReturnedFile:
    """Return the rows of an imported file that wait in quarantine. Raises NotFoundError where there are none."""
    with services.store.write() as uow:
        kept = uow.quarantine.open_rows(file_digest)
        cells = [json.loads(row.original) for row in kept]
        headings = _headings(dict.fromkeys(heading for stated in cells for heading in stated))
        rows = [
            ReturnedRow(row.line, [stated.get(heading) for heading in headings], _faults(row.reason_code, row.reason))
            for row, stated in zip(kept, cells, strict=True)
        ]
        return _given(uow, file_digest[:16], table_of(headings, rows, None), form, actor)


def _headings(stated: Iterable[str]) -> tuple[str, ...]:
    """Return the headings to give rows back under: the list's own columns whole, where these are they."""
    found = tuple(stated)
    kind = next((kind for kind in ListKind if set(found) <= set(columns(kind))), None)
    return found if kind is None else tuple(dict.fromkeys((*REQUIRED[kind], *found)))


def _faults(code: str, reason: str) -> list[FieldFault]:
    """Take apart what the quarantine keeps of a row's faults; the code is the first one's."""
    parts = [part.partition(": ") for part in reason.split("; ")]
    return [FieldFault(field, code if place == 0 else "", says) for place, (field, _, says) in enumerate(parts)]


def _given(
    uow: UnitOfWork, number: str, lines: Sequence[Sequence[Cell | None]], form: ReturnForm, actor: DeskActor
) -> ReturnedFile:
    if len(lines) < 2:
        raise NotFoundError("there are no rows to give back")
    content = as_workbook(lines) if form is ReturnForm.XLSX else as_csv(lines)
    digest = hashlib.sha256(content).hexdigest()
    facts: dict[str, str | int] = {"file": number, "rows": len(lines) - 1, "output_digest": digest}
    uow.ledger.record(EventKind.ROWS_RETURNED, actor.text, facts)
    return ReturnedFile(f"{number}-faults.{form}", content, len(lines) - 1)
