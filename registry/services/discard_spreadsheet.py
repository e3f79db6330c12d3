"""Discard a spreadsheet that was not placed: its rows and the file are erased at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind
from registry.services.sheet_step import OPEN, open_sheet, require_state
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def discard_spreadsheet(
    services: Services, sheet_no: str, *, actor: DeskActor, expected: int | None = None
) -> SheetState:
    """Discard a spreadsheet; raises NotFoundError, ChangedMeanwhileError, ConflictError (filed or placed)."""
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor, expected)
        require_state(stored, *OPEN)
        uow.sheets.change(stored, state=SheetState.DISCARDED, table=None, map=None, report=None, note=None)
        if stored.original_id is not None:
            uow.originals.release([stored.original_id])
        uow.ledger.record(EventKind.SHEET_DISCARDED, actor.text, {"sheet_no": sheet_no})
    return SheetState.DISCARDED
