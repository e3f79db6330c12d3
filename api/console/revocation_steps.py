"""The steps of a revocation: filed, confirmed or returned by another person, and what becomes of it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import done
from api.console.revocation_page import open_revocation, show_revocation
from api.console.revocations import expected
from registry.errors import InvalidInputError, SamePersonError
from registry.services.actor import Actor
from registry.services.confirm_judgment import Confirmed, confirm_judgment
from registry.services.correct_judgment import correct_judgment, withdraw_judgment
from registry.services.discard_draft import discard_draft
from registry.services.file_judgment import file_judgment
from registry.services.receive_revocation import annul_revocation, dispute_revocation
from registry.services.return_judgment import return_judgment
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState

if TYPE_CHECKING:
    from registry.services.context import Services

revocation_steps = Blueprint("revocation_steps", __name__)

_ONE = "revocations.show_one"


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@revocation_steps.post("/revocations/<document_no>/file")
@signed_in(UserRole.CLERK)
def file(actor: Actor, document_no: str) -> Response:
    """Put a draft before another person."""
    form = _form(actor, document_no)

    def act() -> Response:
        file_judgment(_services(), document_no, actor=actor, expected=expected(form), note=form.value("file_note"))
        return done("revocations.was_filed", _ONE, document_no=document_no)

    return _done_or_shown(actor, document_no, form, act)


@revocation_steps.post("/revocations/<document_no>/discard")
@signed_in(UserRole.CLERK)
def discard(actor: Actor, document_no: str) -> Response:
    """Erase a draft, or drop the change begun of what stands."""
    state = discard_draft(_services(), document_no, expected=expected(_form(actor, document_no)), actor=actor)
    if state is DeskState.DISCARDED:
        return done("revocations.was_discarded", "revocations.show_all")
    return done("revocations.change_dropped", _ONE, document_no=document_no)


@revocation_steps.post("/revocations/<document_no>/confirm")
@signed_in(UserRole.CONFIRMER)
def confirm(actor: Actor, document_no: str) -> Response:
    """Confirm what another person filed; the list changes in the same moment."""
    form = _form(actor, document_no)

    def act() -> Response:
        try:
            confirmed = confirm_judgment(_services(), document_no, number=_number(form), actor=actor)
        except SamePersonError:
            return done("revocations.same_person", _ONE, document_no=document_no)
        return _said_of(confirmed)

    return _done_or_shown(actor, document_no, form, act)


@revocation_steps.post("/revocations/<document_no>/return")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def send_back(actor: Actor, document_no: str) -> Response:
    """Send a filing back with a note, or take one's own back."""
    form = _form(actor, document_no)
    waiting = open_revocation(_services(), document_no, actor).waiting
    own = waiting is not None and waiting.filed_by == actor.text
    if actor.role is UserRole.CLERK and not own:
        return done("revocations.others_filing", _ONE, document_no=document_no)

    def act() -> Response:
        note = form.value("note")
        return_judgment(_services(), document_no, number=_number(form), actor=actor, note=note)
        text = "revocations.was_taken_back" if own else "revocations.was_returned"
        return done(text, _ONE, document_no=document_no)

    return _done_or_shown(actor, document_no, form, act)


@revocation_steps.post("/revocations/<document_no>/next")
@signed_in(UserRole.CLERK)
def follow_up(actor: Actor, document_no: str) -> Response:
    """File that it is disputed or not any more, was annulled, or was entered by mistake."""
    form = _form(actor, document_no)
    reason, seen = form.value("reason"), expected(form)
    acts: dict[str, Callable[[], object]] = {
        "dispute": lambda: dispute_revocation(
            _services(), document_no, actor=actor, expected=seen, disputed=True, reason=reason
        ),
        "end": lambda: dispute_revocation(
            _services(), document_no, actor=actor, expected=seen, disputed=False, reason=reason
        ),
        "annul": lambda: annul_revocation(_services(), document_no, actor=actor, expected=seen, reason=reason),
        "withdraw": lambda: withdraw_judgment(_services(), document_no, actor=actor, expected=seen, reason=reason),
    }
    chosen = acts.get(form.value("step"))
    if chosen is None:
        return show_revocation(_services(), actor, document_no, form.at_fault("step", "revocations.step_missing"))

    def act() -> Response:
        chosen()
        return done("revocations.was_filed", _ONE, document_no=document_no)

    return _done_or_shown(actor, document_no, form, act)


@revocation_steps.post("/revocations/<document_no>/change")
@signed_in(UserRole.CLERK)
def change(actor: Actor, document_no: str) -> Response:
    """File the change that was begun, with its reason."""
    form = _form(actor, document_no)
    content = open_revocation(_services(), document_no, actor).content

    def act() -> Response:
        reason = form.value("reason")
        correct_judgment(_services(), document_no, content, actor=actor, expected=expected(form), reason=reason)
        return done("revocations.was_filed", _ONE, document_no=document_no)

    return _done_or_shown(actor, document_no, form, act)


def _form(actor: Actor, document_no: str) -> Form:
    """Return what was sent; NotFoundError where the document is none of the actor's revocations."""
    open_revocation(_services(), document_no, actor)
    return Form.typed()


def _done_or_shown(actor: Actor, document_no: str, form: Form, act: Callable[[], Response]) -> Response:
    """Do it, or show the page again with what is wrong beside its field."""
    try:
        return act()
    except InvalidInputError as error:
        return show_revocation(_services(), actor, document_no, form.refused(error))


def _number(form: Form) -> int:
    number = form.value("number")
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _said_of(confirmed: Confirmed) -> Response:
    """Say what the confirmation came to, and by which version of the list."""
    text = {
        DeskState.IN_FORCE: "revocations.now_in_force",
        DeskState.WAITING: "revocations.now_waiting",
    }.get(confirmed.state, "revocations.was_confirmed")
    return done(text, _ONE, said={"version": confirmed.list_version}, document_no=confirmed.document_no)
