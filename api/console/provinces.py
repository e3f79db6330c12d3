"""The exchange with provinces: how fresh each is, and what waits for a person: to look at, release, correct, refuse."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.lag_plot import lag_plot
from api.console.language import t
from api.console.page import done, show
from api.console.texts import is_text
from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.exchange.batch import HUB
from registry.services.actor import Actor
from registry.services.decide_hold import Decided, correct_hold, read_hold, refuse_hold, release_hold
from registry.services.look_at_exchange import (
    configured_partner,
    look_at_exchange,
    look_at_held,
    look_at_partner,
)
from registry.services.settle_disagreement import read_disagreements, settle_disagreement
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.services.context import Services

provinces = Blueprint("provinces", __name__)

CORRECTION_BYTES: Final = 16 * 1024 * 1024
SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.ADMIN)
_SAID: Final = {
    "released": "provinces.was_released",
    "corrected": "provinces.was_corrected",
    "refused": "provinces.was_refused",
}
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@provinces.get("/provinces")
@signed_in(*SEEING)
def show_all(_actor: Actor) -> Response:
    """Show every partner and what waits for a person."""
    return show("provinces.html", page=look_at_exchange(_services()), **SPOKEN)


@provinces.get("/provinces/<partner>")
@signed_in(*SEEING)
def show_one(_actor: Actor, partner: str) -> Response:
    """Show one partner: how it stands, its lag over days, its last visits."""
    found = look_at_partner(_services(), partner)
    plot = lag_plot(found.lag, t("provinces.lag_title"), t("provinces.lag_says"))
    return show("province.html", page=found, plot=plot, **SPOKEN)


@provinces.get("/provinces/held/<hold_no>")
@signed_in(*SEEING)
def show_held(actor: Actor, hold_no: str) -> Response:
    """Show a held batch with its rows masked; that they were shown is recorded."""
    return _held_page(actor, hold_no, Form())


@provinces.post("/provinces/held/<hold_no>")
@signed_in(UserRole.REGULATOR, most_bytes=CORRECTION_BYTES)
def decide(actor: Actor, hold_no: str) -> Response:
    """Release, correct or refuse a held batch."""
    form = Form.typed()
    partner = _partner_held(actor, hold_no)
    if not form.value("reason").strip():
        form = form.at_fault("reason", "provinces.reason_missing")
    act = _act(form, partner, hold_no, actor)
    if act is None:
        form = form.at_fault("decision", "provinces.decision_missing")
    if form.faults or act is None:
        return _held_page(actor, hold_no, form)
    try:
        decided = act()
    except InvalidInputError as error:
        return _held_page(actor, hold_no, form.at_fault("file", "provinces.file_faulty", why=str(error)[:300]))
    except ConflictError as error:
        return _held_page(actor, hold_no, form.at_fault("decision", "provinces.cannot", why=str(error)[:300]))
    return done(_SAID[decided.held.state], "provinces.show_held", hold_no=hold_no)


@provinces.get("/provinces/disagreements/<int:number>")
@signed_in(*SEEING)
def show_disagreement(_actor: Actor, number: int) -> Response:
    """Show what two provinces say differently of one document."""
    return _disagreement_page(number, Form())


@provinces.post("/provinces/disagreements/<int:number>")
@signed_in(UserRole.REGULATOR)
def settle(actor: Actor, number: int) -> Response:
    """Settle a disagreement: a person has looked, and says why."""
    form = Form.typed()
    if not form.value("reason").strip():
        return _disagreement_page(number, form.at_fault("reason", "provinces.reason_missing"))
    settle_disagreement(_services(), number, reason=form.value("reason"), actor=actor.text)
    return done("provinces.was_settled", "provinces.show_all")


def _act(form: Form, partner: Partner, hold_no: str, actor: Actor) -> Callable[[], Decided] | None:
    stated = {"reason": form.value("reason"), "actor": actor.text}
    file = request.files.get("file")
    match form.value("decision"):
        case "release":
            return lambda: release_hold(_services(), partner, hold_no, **stated)
        case "refuse":
            return lambda: refuse_hold(_services(), partner, hold_no, **stated)
        case "correct":
            data = b"" if file is None else file.read()
            return lambda: correct_hold(_services(), partner, hold_no, io.BytesIO(data), **stated)
        case _:
            return None


def _partner_held(actor: Actor, hold_no: str) -> Partner:
    """Return whose batch it is; raises OutOfRegionError for a regulator of another region."""
    held = read_hold(_services(), hold_no)
    if held.partner != HUB:
        actor.require_region(held.partner)
    return configured_partner(_services(), held.partner)


def _held_page(actor: Actor, hold_no: str, form: Form) -> Response:
    page = look_at_held(_services(), hold_no, actor.text)
    held = page.view.held
    may = actor.role is UserRole.REGULATOR and (held.partner == HUB or actor.reaches(held.partner))
    return show("held_batch.html", form=form, page=page, held=held, may=may, **SPOKEN)


def _disagreement_page(number: int, form: Form) -> Response:
    found = [one for one in read_disagreements(_services(), every=True) if one.id == number]
    if not found:
        raise NotFoundError("there is no such disagreement")
    return show("disagreement.html", form=form, found=found[0], **SPOKEN)


def partner_name(name: str) -> str:
    """Return a partner's name."""
    return t("provinces.hub") if name == HUB else t(f"console.region_{name}")


def duration(lag: datetime.timedelta | None) -> str:
    """Return a length of time as people say it: in minutes, hours or days."""
    if lag is None:
        return "–"
    seconds = int(lag.total_seconds())
    if seconds < _HOUR:
        return t("provinces.minutes", count=seconds // _MINUTE)
    if seconds < 2 * _DAY:
        return t("provinces.hours", count=seconds // _HOUR)
    return t("provinces.days", count=seconds // _DAY)


def reason_name(code: str) -> str:
    """Return in words why a batch is held; a code without words of its own stands for itself."""
    return t(f"provinces.why_{code}") if is_text(f"provinces.why_{code}") else code


SPOKEN: Final[Mapping[str, Any]] = {"partner_name": partner_name, "duration": duration, "reason_name": reason_name}
