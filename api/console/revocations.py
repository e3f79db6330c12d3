"""Licence revocations at the desk: the list of them, entering one, and seeing one with what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from api.console import desk_words, revocation_form
from api.console.admission import signed_in
from api.console.forms import Form
from api.console.numbers_in_addresses import stated_number
from api.console.page import done, show
from api.console.revocation_form import content_of, form_of, wanted_step
from api.console.revocation_page import named, open_revocation, show_revocation
from registry.errors import InvalidInputError
from registry.intake.desk_content import Content
from registry.services.actor import Actor
from registry.services.foresee_bans import foresee_bans
from registry.services.read_desk import read_work_list
from registry.services.receive_judgment import Received, Reception
from registry.services.receive_revocation import receive_revocation
from registry.services.save_draft import save_draft
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services

revocations = Blueprint("revocations", __name__)

SHOWN = (
    DeskState.DRAFT, DeskState.RETURNED, DeskState.FILED, DeskState.IN_FORCE, DeskState.WAITING, DeskState.NO_BAN,
    DeskState.ANNULLED, DeskState.WITHDRAWN,
)  # fmt: skip
"""States a list can be narrowed to, in the order work goes through them; what was discarded is not shown."""


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@revocations.get("/revocations")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def show_all(actor: Actor) -> Response:
    """Show the revocations of the region, newest first, a page at a time."""
    wanted = request.args.get("state", "")
    states = (DeskState(wanted),) if wanted in SHOWN else SHOWN
    after = stated_number(request.args.get("after"))
    page = read_work_list(_services(), actor, states=states, kind=DocumentKind.REVOCATION, after=after)
    return show("revocations.html", page=page, states=SHOWN, wanted=wanted, actor=actor, **desk_words.SPOKEN)


@revocations.get("/revocations/add")
@signed_in(UserRole.CLERK)
def show_adding(actor: Actor) -> Response:
    """Show an empty form."""
    return _form(actor, form_of({"source_region": actor.region}))


@revocations.post("/revocations/add")
@signed_in(UserRole.CLERK)
def add(actor: Actor) -> Response:
    """Lay a revocation on the desk; before it is filed its consequences are shown."""
    typed = Form.typed()
    if (changed := _with_other_people(typed)) is not None:
        return _form(actor, changed, status=200)
    content = content_of(typed, actor.region)
    form = _judged(typed, content)
    if wanted_step() == "save" and not (content["case_number"] or content["organisation"]):
        form = typed.at_fault("case_number", "revocations.nothing_typed")
    if form.faults:
        return _form(actor, form)
    try:
        received = receive_revocation(_services(), content, actor=actor, although_known=_although_known())
    except InvalidInputError as error:
        return _form(actor, typed.refused(error))
    if received.reception is Reception.KNOWN:
        return _form(actor, typed, known=received)
    text = "revocations.saved_listed" if received.listed else "revocations.saved"
    return done(text, "revocations.show_one", document_no=received.document_no)


@revocations.get("/revocations/<document_no>")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def show_one(actor: Actor, document_no: str) -> Response:
    """Show a revocation, what follows from it, what can be done with it, and how it came here."""
    return show_revocation(_services(), actor, document_no, Form())


@revocations.get("/revocations/<document_no>/edit")
@signed_in(UserRole.CLERK)
def show_editing(actor: Actor, document_no: str) -> Response:
    """Show what a revocation says in a form, with what keeps it from being filed beside the fields."""
    document = open_revocation(_services(), document_no, actor)
    form = form_of(document.content or {})
    form = Form({**form.values, "version": str(document.row_version)})
    if document.faults and document.standing is None:
        form = form.refused(InvalidInputError(document.faults))
    return _form(actor, form, document=document, status=200)


@revocations.post("/revocations/<document_no>/edit")
@signed_in(UserRole.CLERK)
def edit(actor: Actor, document_no: str) -> Response:
    """Keep what was typed as the draft; with faults the form is shown again, what was typed is kept all the same."""
    document = open_revocation(_services(), document_no, actor)
    typed = Form.typed()
    if (changed := _with_other_people(typed)) is not None:
        return _form(actor, changed, document=document, status=200)
    content = content_of(typed, document.region)
    saved = save_draft(_services(), document_no, content, expected=expected(typed), actor=actor)
    form = _judged(Form({**typed.values, "version": str(saved.row_version)}), content)
    if form.faults:
        return _form(actor, form, document=document)
    return done("revocations.saved", "revocations.show_one", document_no=document_no)


def expected(form: Form) -> int:
    """Return which version of the document the person saw; 0, which none is, where that was not sent."""
    version = form.value("version")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _with_other_people(typed: Form) -> Form | None:
    """Return the form with a person more or fewer where that is what was asked for."""
    step, _, place = wanted_step().partition(":")
    if step == "add_person":
        return revocation_form.with_person(typed)
    return revocation_form.without_person(typed, place) if step == "remove_person" else None


def _judged(form: Form, content: Content) -> Form:
    """Return the form with everything that keeps it from being filed; a draft put by may be unfinished."""
    if wanted_step() == "save":
        return form
    foreseen = foresee_bans(_services(), DocumentKind.REVOCATION, content)
    return form.refused(InvalidInputError(foreseen.faults)) if foreseen.faults else form


def _although_known() -> bool:
    return request.form.get("although_known") == "yes"


def _form(
    actor: Actor, form: Form, *, status: int | None = None, known: Received | None = None, **more: object
) -> Response:
    document = more.get("document")
    return show(
        "revocation_form.html",
        status or (409 if known else None),
        form=named(form),
        actor=actor,
        document=document,
        known=known,
        places=revocation_form.places(form),
        **desk_words.SPOKEN,
    )
