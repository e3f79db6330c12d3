"""Read the spreadsheets at the desk: a page of them, or one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.services.own_region import province_of
from registry.services.sheet_step import SheetView, open_sheet, view_of
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

MOST: Final = 100
SHOWN: Final = tuple(state for state in SheetState if state is not SheetState.DISCARDED)


@dataclass(frozen=True, slots=True)
class SheetItem:
    """A spreadsheet in a list of them."""

    sheet_no: str
    state: SheetState
    region: str
    rows: int
    received_by: str
    received_at: datetime.datetime
    changed_at: datetime.datetime
    filed_by: str | None
    decided_by: str | None
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Spreadsheets, newest first, and from where the next page goes on; None at the end."""

    items: tuple[SheetItem, ...]
    after: int | None


def read_spreadsheets(
    services: Services,
    actor: DeskActor,
    *,
    states: Sequence[SheetState] = SHOWN,
    after: int | None = None,
    most: int = 50,
) -> SheetPage:
    """Return spreadsheets of the actor's region in these states."""
    region = province_of(actor)
    with services.store.read() as uow:
        found = uow.sheets.page(region, states, after, min(most, MOST))
    names = SheetItem.__dataclass_fields__
    items = tuple(SheetItem(**{name: getattr(each, name) for name in names}) for each in found)
    return SheetPage(items, found[-1].id if len(found) == min(most, MOST) else None)


def read_spreadsheet(services: Services, sheet_no: str, actor: DeskActor) -> SheetView:
    """Return one spreadsheet; raises NotFoundError."""
    with services.store.read() as uow:
        return view_of(open_sheet(uow, sheet_no, actor))
