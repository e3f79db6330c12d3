"""One spreadsheet as it is shown: counts, the first rows as they would be read, faulty rows, and the steps open now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Response

from api.console import spreadsheet_words
from api.console.forms import Form
from api.console.page import show
from registry.services.actor import Actor
from registry.services.preview_spreadsheet import Preview, preview_spreadsheet
from registry.services.read_spreadsheets import read_spreadsheet
from registry.services.sheet_step import OPEN, SheetView
from registry.store.account_repository import UserRole
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services

_LEFT_ASIDE: Final = frozenset({"record_no", "source_region", "version", "operation"})
MOST_SHOWN: Final = 100
"""How many faulty rows stand on the page; all of them are in the file to be corrected."""


@dataclass(frozen=True, slots=True)
class Open:
    """What who looks may do now."""

    map: bool
    file: bool
    decide: bool
    take_back: bool
    discard: bool
    place_on: bool


def show_spreadsheet(services: Services, actor: Actor, sheet_no: str, form: Form) -> Response:
    """Show one spreadsheet with a form's faults, if there are any."""
    sheet = read_spreadsheet(services, sheet_no, actor)
    preview = _preview(services, sheet, actor)
    return show(
        "spreadsheet.html",
        form=form,
        sheet=sheet,
        preview=preview,
        columns=_columns(preview),
        good=sheet.rows - len(sheet.faulty),
        open=_open(sheet, actor),
        most_shown=MOST_SHOWN,
        actor=actor,
        **spreadsheet_words.SPOKEN,
    )


def _preview(services: Services, sheet: SheetView, actor: Actor) -> Preview | None:
    if sheet.map is None or sheet.state in {SheetState.PLACED, SheetState.PLACING, SheetState.DISCARDED}:
        return None
    return preview_spreadsheet(services, sheet.sheet_no, actor, most=10)


def _columns(preview: Preview | None) -> list[str]:
    """Return the columns any of the first rows has a value in, in the list's order."""
    if preview is None:
        return []
    found = dict.fromkeys(column for row in preview.rows for column in row.values)
    return [column for column in found if column not in _LEFT_ASIDE]


def _open(sheet: SheetView, actor: Actor) -> Open:
    clerk, confirmer = actor.role is UserRole.CLERK, actor.role is UserRole.CONFIRMER
    own, filed = sheet.filed_by == actor.text, sheet.state is SheetState.FILED
    ready = sheet.state in {SheetState.MAPPED, SheetState.RETURNED} and sheet.map is not None
    return Open(
        map=clerk and sheet.state in OPEN,
        file=clerk and ready and len(sheet.faulty) < sheet.rows,
        decide=confirmer and filed and not own,
        take_back=filed and own,
        discard=clerk and sheet.state in OPEN,
        place_on=confirmer and sheet.state is SheetState.PLACING and not own,
    )
