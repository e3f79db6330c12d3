"""Looking somebody up on the list: by whole name or whole number, for a stated purpose, each look-up recorded.

Names and numbers come in the body of a form and never stand in an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app

from api.console import desk_words
from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import show
from api.console.spreadsheet_words import SPOKEN
from matching.identity import IdType, Kind
from registry.errors import InvalidInputError
from registry.services.actor import Actor
from registry.services.read_listed import read_listed
from registry.services.search_listed import LONGEST_GROUND, LookUp, LookUpPurpose, Search, search_listed
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import ListIndex

search = Blueprint("search", __name__)

ID_TYPES: Final = {
    Kind.PERSON: ("resident_id", "hk_mo_permit", "tw_permit", "hk_mo_tw_residence", "foreign_permanent", "passport"),
    Kind.ORGANISATION: ("uscc", "licence"),
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@search.get("/search")
@signed_in(UserRole.REGULATOR)
def show_form(_actor: Actor) -> Response:
    """Show the empty form."""
    return _page(Form({"kind": Kind.PERSON.value, "id_type": IdType.RESIDENT_ID.value}))


@search.post("/search")
@signed_in(UserRole.REGULATOR)
def look_up(actor: Actor) -> Response:
    """Look somebody up and show who bears that name or number; recorded whether or not anybody does."""
    form = _lacking(Form.typed())
    purpose = _purpose(form)
    if purpose is None or form.faults:
        return _page(form)
    try:
        return _page(form, _found(actor, form, purpose))
    except InvalidInputError as error:
        return _page(form.refused(error))


@search.post("/search/person")
@signed_in(UserRole.REGULATOR)
def show_listed(actor: Actor) -> Response:
    """Show one listed person or organisation: bans with their provisions, documents, and how it came to this."""
    form = Form.typed()
    purpose = _purpose(form)
    if purpose is None:
        return _page(form.at_fault("purpose", "search.purpose_missing"))
    try:
        listed = read_listed(
            _services(), form.value("ban_no"), actor=actor, look_up=LookUp(purpose, form.value("ground"))
        )
    except InvalidInputError as error:
        return _page(form.refused(error))
    return show(
        "listed.html",
        listed=listed,
        today=_services().clock.today(),
        **desk_words.SPOKEN,
        outcome_name=SPOKEN["outcome_name"],
    )


def _lacking(form: Form) -> Form:
    """Return the form with a fault for each thing a look-up lacks."""
    if _purpose(form) is None:
        form = form.at_fault("purpose", "search.purpose_missing")
    if not form.value("ground").strip():
        form = form.at_fault("ground", "search.ground_missing")
    if not (form.value("name").strip() or form.value("id_number").strip()):
        form = form.at_fault("name", "search.name_missing")
    return form


def _found(actor: Actor, form: Form, purpose: LookUpPurpose) -> Search:
    kind = _kind(form)
    stated = form.value("id_type")
    return search_listed(
        _services(),
        cast("ListIndex", current_app.extensions["index"]),
        actor=actor,
        look_up=LookUp(purpose, form.value("ground")),
        name=form.value("name"),
        id_number=form.value("id_number"),
        id_type=IdType(stated if stated in ID_TYPES[kind] else ID_TYPES[kind][0]),
        kind=kind,
    )


def _purpose(form: Form) -> LookUpPurpose | None:
    stated = form.value("purpose")
    return LookUpPurpose(stated) if stated in set(LookUpPurpose) else None


def _kind(form: Form) -> Kind:
    return Kind.ORGANISATION if form.value("kind") == Kind.ORGANISATION.value else Kind.PERSON


def _page(form: Form, found: Search | None = None) -> Response:
    return show(
        "search.html",
        form=form,
        found=found,
        purposes=[(each.value, desk_words.purpose_name(each)) for each in LookUpPurpose],
        id_types=[each for kind in ID_TYPES.values() for each in kind],
        longest=LONGEST_GROUND,
        **desk_words.SPOKEN,
    )
