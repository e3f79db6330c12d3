"""Objections at the console: the list, one with its statement and evidence, and the form for those on paper."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request, url_for

from api.console.admission import signed_in
from api.console.case_files import uploaded
from api.console.case_letters import NAMING, paper_answer, stated_form
from api.console.desk_words import sex_name, told, told_all
from api.console.forms import Form
from api.console.language import t
from api.console.original_file import original_answer
from api.console.page import done, show
from registry.errors import ConflictError, InvalidInputError, SamePersonError
from registry.privacy.masking import mask_in_text, mask_name
from registry.services.actor import Actor
from registry.services.decide_objection import Decision, decide_objection, withdraw_objection
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.object_to_listing import object_to_listings
from registry.services.read_objections import (
    ObjectionView,
    Place,
    count_objections,
    list_objections,
    read_attachment,
    read_objection,
)
from registry.services.write_objection_letter import decision_letter, write_correction_request, write_decision_letter
from registry.store.account_repository import UserRole
from registry.store.objection_repository import ObjectionFilter, ObjectionState

if TYPE_CHECKING:
    from registry.services.context import Services

objections = Blueprint("objections", __name__)

UPLOAD_BYTES: Final = 32 << 20
_SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR)
_VIEWS: Final[Mapping[str, ObjectionFilter]] = {
    "open": ObjectionFilter(states=(ObjectionState.OPEN,)),
    "pending": ObjectionFilter(pending_correction=True),
    "settled": ObjectionFilter(
        states=(ObjectionState.UPHELD, ObjectionState.REJECTED, ObjectionState.WITHDRAWN), pending_correction=False
    ),
}
_UPHELD: Final = {"uphold": True, "release": True, "reject": False}
_SAID: Final = {
    "uphold": "objections.was_uphold",
    "release": "objections.was_release",
    "reject": "objections.was_reject",
    "withdraw": "objections.was_withdraw",
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@objections.get("/objections")
@signed_in(*_SEEING)
def show_all(actor: Actor) -> Response:
    """Show the objections of the region in the order they are due."""
    chosen = request.args.get("view", "open")
    chosen = chosen if chosen in _VIEWS else "open"
    page = list_objections(_services(), _VIEWS[chosen], actor, _place(request.args.get("after", "")))
    counts = {name: count_objections(_services(), wanted, actor) for name, wanted in _VIEWS.items()}
    after = None if page.following is None else f"{page.following[0].isoformat()}.{page.following[1]}"
    following = None if after is None else url_for("objections.show_all", view=chosen, after=after)
    return show("objections.html", page=page, chosen=chosen, counts=counts, following=following, **_spoken(actor))


@objections.get("/objections/lodge")
@signed_in(UserRole.REGULATOR)
def show_form(actor: Actor) -> Response:
    """Show the form for an objection on paper; what it is about may be named in the address."""
    about = "check" if "check_no" in request.args else "ban"
    number = request.args.get("check_no") or request.args.get("ban_no", "")
    today = _services().clock.today().isoformat()
    return _form_page(actor, Form({"about": about, "number": number[:40], "received_on": today}))


@objections.post("/objections/lodge")
@signed_in(UserRole.REGULATOR, most_bytes=UPLOAD_BYTES)
def lodge(actor: Actor) -> Response:
    """Lodge an objection received on paper, with its evidence."""
    form = Form.typed()
    received_on = _day(form.value("received_on"))
    if received_on is None:
        return _form_page(actor, form.at_fault("received_on", "fault.impossible_date"))
    try:
        lodged = lodge_objection(_services(), _lodging(form, received_on), actor)
    except InvalidInputError as error:
        return _form_page(actor, form.refused(_by_our_fields(error)))
    said = {"number": lodged.objection_no, "day": lodged.due_on}
    return done("objections.was_lodged", "objections.show_one", said=said, objection_no=lodged.objection_no)


@objections.get("/objections/<objection_no>")
@signed_in(*_SEEING)
def show_one(actor: Actor, objection_no: str) -> Response:
    """Show one objection with its statement; that it was shown is recorded."""
    return _page(actor, objection_no, Form())


@objections.post("/objections/<objection_no>")
@signed_in(UserRole.REGULATOR)
def decide(actor: Actor, objection_no: str) -> Response:
    """Uphold or reject an objection, or note that it was taken back."""
    form = Form.typed()
    act = form.value("decision")
    if act not in _SAID:
        return _page(actor, objection_no, form.at_fault("decision", "objections.decision_missing"))
    try:
        _decide(actor, objection_no, act, form)
    except InvalidInputError as error:
        return _page(actor, objection_no, form.refused(error))
    except SamePersonError:
        return _page(actor, objection_no, form.at_fault("decision", "objections.same_person"))
    except ConflictError:
        return _page(actor, objection_no, form.at_fault("decision", "objections.changed"))
    return done(_SAID[act], "objections.show_one", objection_no=objection_no)


@objections.post("/objections/<objection_no>/files/<original_no>")
@signed_in(*_SEEING)
def give_file(actor: Actor, objection_no: str, original_no: str) -> Response:
    """Give a file that came with an objection, under its number; the look is recorded."""
    return original_answer(read_attachment(_services(), objection_no, original_no, actor), original_no)


@objections.post("/objections/<objection_no>/listing")
@signed_in(UserRole.REGULATOR)
def carry_over(actor: Actor, objection_no: str) -> Response:
    """Lodge an upheld objection to a hold against the listing as well; somebody else decides it."""
    try:
        lodged = object_to_listings(_services(), objection_no, actor)
    except ConflictError:
        return done("objections.nothing_to_carry", "objections.show_one", objection_no=objection_no)
    said = {"number": "、".join(each.objection_no for each in lodged)}
    return done("objections.was_carried_over", "objections.show_one", said=said, objection_no=objection_no)


@objections.post("/objections/<objection_no>/letter")
@signed_in(UserRole.REGULATOR)
def give_letter(actor: Actor, objection_no: str) -> Response:
    """Give the letter that tells the decision, or, where a province is named, the request to correct its rows."""
    form, region = stated_form(), request.form.get("region", "")
    if region:
        content = write_correction_request(_services(), objection_no, region, form, NAMING, actor)
        return paper_answer(content, form, f"{objection_no}-correction-{region[:2]}")
    content = write_decision_letter(_services(), objection_no, form, NAMING, actor)
    return paper_answer(content, form, f"{objection_no}-decision")


def _decide(actor: Actor, objection_no: str, act: str, form: Form) -> None:
    seen = form.value("row_version")
    expected = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= 9 else 0
    if act == "withdraw":
        withdraw_objection(_services(), objection_no, form.value("reason"), actor, expected)
        return
    decision = Decision(_UPHELD[act], form.value("reason"), release=act == "release")
    decide_objection(_services(), objection_no, decision, actor, expected)


def _lodging(form: Form, received_on: datetime.date) -> Lodging:
    about, number = form.value("about"), form.value("number")
    return Lodging(
        ban_no=number if about != "check" else None,
        check_no=number if about == "check" else None,
        objector=form.value("objector"),
        statement=form.value("statement"),
        received_on=received_on,
        lodged_through=form.value("lodged_through"),
        contact=form.value("contact"),
        files=uploaded("files"),
    )


def _by_our_fields(error: InvalidInputError) -> InvalidInputError:
    """Name the one field of the form that takes either number."""
    for fault in error.faults:
        if fault.field in {"ban_no", "check_no"}:
            return InvalidInputError([type(fault)("number", fault.code, fault.reason)])
    return error


def _form_page(actor: Actor, form: Form) -> Response:
    return show("objection_form.html", form=form, **_spoken(actor))


def _page(actor: Actor, objection_no: str, form: Form) -> Response:
    view = read_objection(_services(), objection_no, actor)
    may = actor.role is UserRole.REGULATOR and view.objection.state is ObjectionState.OPEN
    letter = decision_letter(view.objection) if actor.role is UserRole.REGULATOR else None
    return show(
        "objection.html",
        form=form,
        view=view,
        objection=view.objection,
        shown=str if actor.role is UserRole.REGULATOR else partial(mask_in_text, names=_named(view)),
        may=may,
        letter=letter,
        **_spoken(actor),
    )


def _named(view: ObjectionView) -> set[str]:
    """Return everybody an objection names, for words about them to be masked for who only reads."""
    listed = {face.name for _, face in view.faces if face.name}
    return listed | {each.objector for each in (view.objection, *view.earlier)}


def _spoken(actor: Actor) -> dict[str, Any]:
    return {
        "today": _services().clock.today(),
        "state_name": state_name,
        "told": told,
        "told_all": told_all,
        "acts": actor.role is UserRole.REGULATOR,
        "views": tuple(_VIEWS),
        "me": actor.text,
        "shown_name": str if actor.role is UserRole.REGULATOR else mask_name,
        "sex_name": sex_name,
    }


def state_name(state: ObjectionState) -> str:
    """Return the name of a state."""
    return t(f"objections.state_{state.value}")


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _place(text: str) -> Place | None:
    day, _, number = text.partition(".")
    found = _day(day)
    return (found, int(number)) if found and number.isascii() and number.isdecimal() and len(number) < 19 else None
