"""Rows that could not be taken: shown with names and numbers masked, tried again, corrected or refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import done, show
from api.console.provinces import CORRECTION_BYTES, SEEING
from registry.errors import ConflictError, FieldFault, InvalidInputError, OutOfRegionError
from registry.services.actor import Actor
from registry.services.decide_quarantine import (
    Settled,
    correct_row,
    look_at_row,
    read_quarantine,
    refuse_row,
    retry_row,
)
from registry.services.look_at_exchange import masked
from registry.store.account_repository import UserRole
from registry.store.quarantine_repository import OPEN

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.quarantine_repository import Waiting

quarantine = Blueprint("quarantine", __name__, url_prefix="/provinces/quarantine")

_SAID: Final = {
    "retry": "provinces.row_retried",
    "correct": "provinces.row_corrected",
    "refuse": "provinces.row_refused",
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@quarantine.get("")
@signed_in(*SEEING)
def show_rows(_actor: Actor) -> Response:
    """Show the rows that wait, oldest first."""
    return show("quarantine.html", rows=read_quarantine(_services()))


@quarantine.get("/<int:number>")
@signed_in(*SEEING)
def show_row(actor: Actor, number: int) -> Response:
    """Show a row with its cells masked; that they were shown is recorded."""
    return _page(actor, number, Form())


@quarantine.post("/<int:number>")
@signed_in(UserRole.REGULATOR, most_bytes=CORRECTION_BYTES)
def decide(actor: Actor, number: int) -> Response:
    """Try a row again, take it corrected, or refuse it."""
    _require_region(actor, look_at_row(_services(), number, actor=actor.text).row)
    form = Form.typed()
    if not form.value("reason").strip():
        form = form.at_fault("reason", "provinces.reason_missing")
    act = _act(form, number, actor)
    if act is None:
        form = form.at_fault("decision", "provinces.decision_missing")
    if form.faults or act is None:
        return _page(actor, number, form)
    try:
        act()
    except InvalidInputError as error:
        return _page(actor, number, form.at_fault("decision", "provinces.row_faulty", why=_codes(error)))
    except ConflictError as error:
        return _page(actor, number, form.at_fault("decision", "provinces.cannot", why=str(error)[:300]))
    return done(_SAID[form.value("decision")], "quarantine.show_rows")


def _act(form: Form, number: int, actor: Actor) -> Callable[[], Settled] | None:
    stated = {"reason": form.value("reason"), "actor": actor.text}
    file = request.files.get("file")
    match form.value("decision"):
        case "retry":
            return lambda: retry_row(_services(), number, **stated)
        case "correct":
            data = b"" if file is None else file.read()
            return lambda: correct_row(_services(), number, io.BytesIO(data), **stated)
        case "refuse":
            return lambda: refuse_row(_services(), number, **stated)
        case _:
            return None


def _page(actor: Actor, number: int, form: Form) -> Response:
    view = look_at_row(_services(), number, actor=actor.text, content=True)
    may = actor.role is UserRole.REGULATOR and _reaches(actor, view.row)
    waits, cells = view.row.state == OPEN, masked(view.cells)
    return show("quarantined_row.html", form=form, row=view.row, cells=cells, may=may, waits=waits)


def _reaches(actor: Actor, row: Waiting) -> bool:
    """A row whose region cannot be read is for who works for all of them."""
    return actor.region is None if row.source_region is None else actor.reaches(row.source_region)


def _require_region(actor: Actor, row: Waiting) -> None:
    if not _reaches(actor, row):
        raise OutOfRegionError([FieldFault("region", "out_of_region", "is not the region this user works for")])


def _codes(error: InvalidInputError) -> str:
    """Say which fields are at fault and how; what was typed into them is not repeated."""
    return "; ".join(f"{fault.field}: {fault.reason}" for fault in error.faults)[:300]
