"""File a spreadsheet: its rows wait until a second person places them or sends them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.services.desk_step import stated_note
from registry.services.sheet_content import SheetTable
from registry.services.sheet_step import (
    SheetView,
    foreseen_of,
    leave_out_refused,
    mapping_of,
    open_sheet,
    require_state,
    view_of,
)
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def file_spreadsheet(
    services: Services, sheet_no: str, *, actor: DeskActor, expected: int | None = None, note: str | None = None
) -> SheetView:
    """Put a spreadsheet before a second person.

    Raises NotFoundError, ChangedMeanwhileError, and ConflictError where nobody has said what its headings mean, it
    was filed already, or not one of its rows could be taken.
    """
    note = stated_note(note, required=False)
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor, expected)
        require_state(stored, SheetState.MAPPED, SheetState.RETURNED)
        table, mapping = SheetTable.of(stored.table), mapping_of(stored)
        foreseen = foreseen_of(services, uow, stored.region, table, mapping)
        table = leave_out_refused(uow, stored, table, foreseen.refused)
        if len(foreseen.report.faulty()) == len(table.lines):
            raise ConflictError("not one row can be taken: correct the mapping, or the file")
        uow.sheets.change(
            stored,
            state=SheetState.FILED,
            table=table.text(),
            report=foreseen.report.text(),
            note=note,
            filed_by=actor.text,
            filed_at=services.clock.now(),
            decided_by=None,
            decided_at=None,
        )
        facts: dict[str, str | int] = {"sheet_no": sheet_no, "rows": len(table.lines)}
        uow.ledger.record(EventKind.SHEET_FILED, actor.text, {**facts, "faulty": len(foreseen.report.faulty())})
        return view_of(open_sheet(uow, sheet_no, actor))
