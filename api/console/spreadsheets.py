"""Spreadsheets at the desk: brought as courts make them, shown with what became or would become of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import FileStorage

from api.console import spreadsheet_words
from api.console.admission import signed_in
from api.console.forms import Form
from api.console.numbers_in_addresses import stated_number
from api.console.page import done, show
from api.console.spreadsheet_page import show_spreadsheet
from registry.errors import InvalidInputError
from registry.services.actor import Actor
from registry.services.read_spreadsheets import SHOWN, read_spreadsheets
from registry.services.receive_upload import ReceivedFile, UploadOutcome, receive_upload
from registry.store.account_repository import UserRole
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services

spreadsheets = Blueprint("spreadsheets", __name__)

MOST_BYTES: Final = (64 << 20) + (64 << 10)
"""An upload of the largest kind, and the form around it."""

_STATES: Final = {str(state): state for state in SHOWN}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@spreadsheets.get("/spreadsheets")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def show_all(actor: Actor) -> Response:
    """Show the spreadsheets of the region, newest first."""
    return _list(actor, Form())


@spreadsheets.post("/spreadsheets")
@signed_in(UserRole.CLERK, most_bytes=MOST_BYTES)
def bring(actor: Actor) -> Response:
    """Receive spreadsheets; one alone leads on to itself, of several it is said what became of each."""
    files = [each for each in request.files.getlist("file") if each.filename]
    if not files:
        return _list(actor, Form.typed().at_fault("file", "spreadsheets.file_missing"))
    try:
        received = [each for file in files for each in _received(actor, file)]
    except InvalidInputError as error:
        return _list(actor, Form.typed().refused(error))
    alone = received[0] if len(received) == 1 else None
    if alone is not None and alone.sheet_no is not None:
        text = "spreadsheets.known" if alone.outcome is UploadOutcome.KNOWN else "spreadsheets.was_received"
        return done(text, "spreadsheets.show_one", sheet_no=alone.sheet_no)
    return _list(actor, _with_faults(received), received=received)


@spreadsheets.get("/spreadsheets/<sheet_no>")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def show_one(actor: Actor, sheet_no: str) -> Response:
    """Show one spreadsheet: what becomes of its rows, which are faulty, and what can be done."""
    return show_spreadsheet(_services(), actor, sheet_no, Form())


def _received(actor: Actor, file: FileStorage) -> list[ReceivedFile]:
    region = request.form.get("region") or actor.region
    return receive_upload(_services(), file.read(), file.filename or "", actor=actor, region=region)


def _with_faults(received: list[ReceivedFile]) -> Form:
    """Return a form with one fault for each file that could not be taken."""
    form = Form()
    for each in received:
        if each.document_no is None and each.sheet_no is None:
            form = form.at_fault("file", "spreadsheets.not_taken", name=each.name, says=_says(each))
    return form


def _says(file: ReceivedFile) -> str:
    return spreadsheet_words.unreadable(file.code or "")


def _list(actor: Actor, form: Form, received: list[ReceivedFile] | None = None) -> Response:
    wanted = request.args.get("state", "")
    states = (_STATES[wanted],) if wanted in _STATES else SHOWN
    page = read_spreadsheets(_services(), actor, states=states, after=stated_number(request.args.get("after")))
    return show(
        "spreadsheets.html",
        form=form,
        page=page,
        states=SHOWN,
        wanted=wanted,
        received=received or [],
        actor=actor,
        may_bring=actor.role is UserRole.CLERK,
        placed=SheetState.PLACED,
        **spreadsheet_words.SPOKEN,
    )
