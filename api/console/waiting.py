"""Rows that wait for a finding whether they concern food: the list of them, and the finding with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console import desk_words
from api.console.admission import signed_in
from api.console.forms import Form
from api.console.language import preferred
from api.console.numbers_in_addresses import stated_number
from api.console.page import done, show
from api.console.spreadsheet_words import SPOKEN
from api.console.who_acted import actor_name
from registry.errors import InvalidInputError, SamePersonError
from registry.intake.headings import columns
from registry.law.judgment import RowOutcome
from registry.services.actor import Actor
from registry.services.settle_waiting import ask_about, read_waiting, read_waiting_row, settle_waiting
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

waiting = Blueprint("waiting", __name__)

_LEFT_ASIDE: Final = frozenset({"record_no", "source_region", "version", "operation"})
_FINDINGS: Final = {"yes": True, "no": False}
_UNCLEAR: Final = "unclear"


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@waiting.get("/waiting")
@signed_in(UserRole.CONFIRMER)
def show_all(actor: Actor) -> Response:
    """Show the rows of the region that wait, newest first."""
    page = read_waiting(_services(), actor, after=stated_number(request.args.get("after")))
    return show("waiting.html", page=page, language_code=preferred(), actor_name=actor_name, **SPOKEN)


@waiting.get("/waiting/<int:row>")
@signed_in(UserRole.CONFIRMER)
def show_one(actor: Actor, row: int) -> Response:
    """Show one row that waits, with everything it says."""
    return _page(actor, row, Form())


@waiting.post("/waiting/<int:row>")
@signed_in(UserRole.CONFIRMER)
def settle(actor: Actor, row: int) -> Response:
    """Settle a row; a ban that follows is in force at that moment."""
    form = Form.typed()
    if form.value("finding") == _UNCLEAR:
        return _ask(actor, row, form)
    finding = _FINDINGS.get(form.value("finding"))
    if finding is None:
        form = form.at_fault("finding", "waiting.finding_missing")
        return _page(actor, row, form if form.value("reason").strip() else form.at_fault("reason", "fault.missing"))
    try:
        settled = settle_waiting(_services(), row, food_related=finding, reason=form.value("reason"), actor=actor)
    except InvalidInputError as error:
        return _page(actor, row, form.refused(error))
    except SamePersonError:
        return done("revocations.same_person", "waiting.show_one", row=row)
    text = "waiting.now_in_force" if settled.outcome is RowOutcome.IN_FORCE else "waiting.was_settled"
    return done(text, "waiting.show_all", said={"version": settled.list_version})


def _ask(actor: Actor, row: int, form: Form) -> Response:
    """Note what is missing and from whom; the row goes on waiting."""
    try:
        ask_about(_services(), row, missing=form.value("reason"), asked_of=form.value("asked_of"), actor=actor)
    except InvalidInputError as error:
        return _page(actor, row, form.refused(error))
    return done("waiting.was_asked", "waiting.show_all")


def _page(actor: Actor, row: int, form: Form) -> Response:
    found = read_waiting_row(_services(), row, actor)
    known = ("name", *columns(found.kind))
    shown = [(name, found.values[name]) for name in dict.fromkeys(known) if name in found.values.keys() - _LEFT_ASIDE]
    return show(
        "waiting_row.html",
        form=form,
        row=found,
        shown=shown,
        actor_name=actor_name,
        language_code=preferred(),
        **{**desk_words.SPOKEN, **SPOKEN},
    )
