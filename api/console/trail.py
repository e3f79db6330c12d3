"""What was done, by whom, when, from where and about what: read, filtered and given away; and the weekly look-ups."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.language import preferred, t
from api.console.long_pages import long_page
from api.console.numbers_in_addresses import stated_number
from api.console.page import done, show
from registry.clock import end_of_day, start_of_day
from registry.errors import ConflictError, InvalidInputError, NotFoundError, SamePersonError
from registry.ledger.event_document import MEANINGS
from registry.ledger.event_groups import GROUPS
from registry.ledger.events import EventKind
from registry.ledger.fact_words import facts_in_words
from registry.services.actor import Actor
from registry.services.export_trail import TrailForm, export_trail
from registry.services.read_trail import read_trail
from registry.services.review_look_ups import Finding, look_ups_to_review, review_look_up
from registry.store.account_repository import UserRole
from registry.store.trail_repository import TrailFilter

if TYPE_CHECKING:
    from registry.services.context import Services

trail = Blueprint("trail", __name__)

_SEEING: Final = (UserRole.AUDITOR, UserRole.ADMIN, UserRole.REGULATOR)
_FIELDS: Final = ("since", "until", "kind", "actor", "ban_no", "application_no", "about")
_TYPES: Final = {
    TrailForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TrailForm.CSV: "text/csv; charset=utf-8",
    TrailForm.JSON_LINES: "application/jsonl; charset=utf-8",
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@trail.get("/trail")
@signed_in(*_SEEING)
def show_all(actor: Actor) -> Response:
    """Show a page of acts, latest first; that it was read is recorded."""
    form = Form({name: request.args.get(name, "").strip() for name in _FIELDS})
    form, wanted = _wanted(form)
    page = None if form.faults else read_trail(_services(), wanted, actor, stated_number(request.args.get("below")))
    return show("trail.html", form=form, page=page, asked=_asked(form), **_spoken(actor))


@trail.post("/trail/export")
@signed_in(*_SEEING)
def give(actor: Actor) -> Response:
    """Give the acts that were asked for away as a file; recorded."""
    form, wanted = _wanted(Form.typed())
    chosen = form.value("form")
    if chosen not in set(TrailForm):
        form = form.at_fault("form", "trail.form_missing")
    if form.faults:
        return show("trail.html", form=form, page=None, asked=_asked(form), **_spoken(actor))
    with long_page():
        file = export_trail(_services(), wanted, TrailForm(chosen), actor)
    response = Response(file.content, content_type=_TYPES[TrailForm(chosen)])
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@trail.get("/look-ups")
@signed_in(*_SEEING)
def show_look_ups(actor: Actor) -> Response:
    """Show the sampled look-ups of other units that wait for a review."""
    return _look_ups(actor, Form())


@trail.post("/look-ups/<int:sample>")
@signed_in(*_SEEING)
def review(actor: Actor, sample: int) -> Response:
    """Say whether a look-up was justified."""
    form = Form.typed()
    if form.value("finding") not in set(Finding):
        return _look_ups(actor, form.at_fault("finding", "look_ups.finding_missing"), sample)
    try:
        review_look_up(_services(), sample, Finding(form.value("finding")), form.value("note"), actor)
    except InvalidInputError:
        return _look_ups(actor, form.at_fault("note", "look_ups.note_missing"), sample)
    except SamePersonError:
        return done("look_ups.own_unit", "trail.show_look_ups")
    except (ConflictError, NotFoundError):
        return done("look_ups.reviewed_before", "trail.show_look_ups")
    return done("look_ups.was_reviewed", "trail.show_look_ups")


def _look_ups(actor: Actor, form: Form, at: int | None = None) -> Response:
    waiting = look_ups_to_review(_services(), actor)
    return show("look_ups.html", form=form, at=at, waiting=waiting, findings=list(Finding), **_spoken(actor))


def _spoken(actor: Actor) -> dict[str, Any]:
    """Return what the templates call; on what ground somebody was looked up is not for administrators."""
    return SPOKEN | {"forms": list(TrailForm), "reads_grounds": actor.role is not UserRole.ADMIN}


def _wanted(form: Form) -> tuple[Form, TrailFilter]:
    """Read what is asked for; days are days in Shanghai, both included."""
    form, since = _day(form, "since")
    form, until = _day(form, "until")
    if since and until and until < since:
        form = form.at_fault("until", "trail.until_before_since")
    kind = form.value("kind")
    wanted = TrailFilter(
        since=None if since is None else start_of_day(since),
        before=None if until is None else end_of_day(until),
        kinds=(EventKind(kind),) if kind in set(EventKind) else (),
        actor=form.value("actor").strip() or None,
        about=form.value("about").strip() or None,
        application_no=form.value("application_no").strip() or None,
        ban_no=form.value("ban_no").strip() or None,
    )
    return form, wanted


def _day(form: Form, name: str) -> tuple[Form, datetime.date | None]:
    text = form.value(name).strip()
    if not text:
        return form, None
    try:
        return form, datetime.date.fromisoformat(text)
    except ValueError:
        return form.at_fault(name, "trail.no_such_day"), None


def _asked(form: Form) -> dict[str, str]:
    return {name: form.value(name) for name in _FIELDS if form.value(name)}


def kind_name(kind: EventKind) -> str:
    """Return what an act is, in words."""
    meaning = MEANINGS[kind]
    return meaning.zh if preferred().value == "zh" else meaning.en


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds of acts with their words, by the group they stand in."""
    return [(t(f"trail.group_{group}"), [(kind.value, kind_name(kind)) for kind in GROUPS[group]]) for group in GROUPS]


def facts_of(facts: Mapping[str, object] | None) -> str:
    """Return an act's facts in words, as one line; that they were erased after their time is said."""
    if facts is None:
        return t("trail.facts_erased")
    said = facts_in_words(facts, preferred().value)
    return t("desk.between").join(f"{name}{t('console.colon')}{value}" for name, value in said)


SPOKEN: Final[dict[str, Any]] = {"kind_name": kind_name, "kinds": kinds, "facts_of": facts_of}
