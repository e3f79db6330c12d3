"""Send a filed spreadsheet back with a note; whoever filed it may take it back in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind
from registry.services.desk_step import stated_note
from registry.services.sheet_step import SheetView, open_sheet, require_state, view_of
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def return_spreadsheet(
    services: Services, sheet_no: str, *, actor: DeskActor, note: str, expected: int | None = None
) -> SheetView:
    """Send a spreadsheet back; raises NotFoundError, ConflictError, ChangedMeanwhileError, InvalidInputError."""
    said = stated_note(note, required=True)
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor, expected)
        require_state(stored, SheetState.FILED)
        now = services.clock.now()
        uow.sheets.change(stored, state=SheetState.RETURNED, note=said, decided_by=actor.text, decided_at=now)
        uow.ledger.record(EventKind.SHEET_RETURNED, actor.text, {"sheet_no": sheet_no})
        return view_of(open_sheet(uow, sheet_no, actor))
