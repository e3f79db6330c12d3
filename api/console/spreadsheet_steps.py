"""The steps of a spreadsheet: filed, confirmed or returned by another person, bad rows given back, discarded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import done
from api.console.spreadsheet_page import show_spreadsheet
from registry.errors import InvalidInputError, SamePersonError
from registry.services.actor import Actor
from registry.services.discard_spreadsheet import discard_spreadsheet
from registry.services.file_spreadsheet import file_spreadsheet
from registry.services.import_spreadsheet import import_spreadsheet
from registry.services.read_spreadsheets import read_spreadsheet
from registry.services.return_rows import ReturnForm, return_rows
from registry.services.return_spreadsheet import return_spreadsheet
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

spreadsheet_steps = Blueprint("spreadsheet_steps", __name__)

_ONE: Final = "spreadsheets.show_one"
_TYPES: Final = {
    ReturnForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReturnForm.CSV: "text/csv; charset=utf-8",
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@spreadsheet_steps.post("/spreadsheets/<sheet_no>/file")
@signed_in(UserRole.CLERK)
def file(actor: Actor, sheet_no: str) -> Response:
    """Put a spreadsheet before another person."""
    form = Form.typed()

    def act() -> Response:
        note = form.value("file_note")
        file_spreadsheet(_services(), sheet_no, actor=actor, expected=_expected(form), note=note)
        return done("spreadsheets.was_filed", _ONE, sheet_no=sheet_no)

    return _done_or_shown(actor, sheet_no, form, act)


@spreadsheet_steps.post("/spreadsheets/<sheet_no>/confirm")
@signed_in(UserRole.CONFIRMER)
def confirm(actor: Actor, sheet_no: str) -> Response:
    """Place the rows of a spreadsheet another person filed: the good ones at once, the faulty stay to be mended."""
    try:
        placed = import_spreadsheet(_services(), sheet_no, actor=actor, expected=_expected(Form.typed()))
    except SamePersonError:
        return done("spreadsheets.same_person", _ONE, sheet_no=sheet_no)
    said = {"version": placed.sheet.list_version, "rows": sum(placed.sheet.counts.values()) - len(placed.sheet.faulty)}
    return done("spreadsheets.was_placed", _ONE, said=said, sheet_no=sheet_no)


@spreadsheet_steps.post("/spreadsheets/<sheet_no>/return")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def send_back(actor: Actor, sheet_no: str) -> Response:
    """Send a spreadsheet back with a note, or take one's own back."""
    form = Form.typed()
    own = read_spreadsheet(_services(), sheet_no, actor).filed_by == actor.text
    if actor.role is UserRole.CLERK and not own:
        return done("spreadsheets.others_filing", _ONE, sheet_no=sheet_no)

    def act() -> Response:
        note = form.value("note")
        return_spreadsheet(_services(), sheet_no, actor=actor, note=note, expected=_expected(form))
        return done("spreadsheets.was_taken_back" if own else "spreadsheets.was_returned", _ONE, sheet_no=sheet_no)

    return _done_or_shown(actor, sheet_no, form, act)


@spreadsheet_steps.post("/spreadsheets/<sheet_no>/discard")
@signed_in(UserRole.CLERK)
def discard(actor: Actor, sheet_no: str) -> Response:
    """Erase a spreadsheet that was not placed."""
    discard_spreadsheet(_services(), sheet_no, actor=actor, expected=_expected(Form.typed()))
    return done("spreadsheets.was_discarded", "spreadsheets.show_all")


@spreadsheet_steps.post("/spreadsheets/<sheet_no>/rows")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def give_rows(actor: Actor, sheet_no: str) -> Response:
    """Give the faulty rows back as a file, each with its reason; each giving is recorded."""
    wanted = Form.typed().value("form")
    form = ReturnForm(wanted) if wanted in set(ReturnForm) else ReturnForm.XLSX
    given = return_rows(_services(), sheet_no, actor=actor, form=form)
    answer = Response(given.content, content_type=_TYPES[form])
    answer.headers.set("Content-Disposition", "attachment", filename=given.name)
    return answer


def _expected(form: Form) -> int:
    version = form.value("version")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _done_or_shown(actor: Actor, sheet_no: str, form: Form, act: Callable[[], Response]) -> Response:
    """Do it, or show the page again with what is wrong beside its field."""
    try:
        return act()
    except InvalidInputError as error:
        return show_spreadsheet(_services(), actor, sheet_no, form.refused(error))
