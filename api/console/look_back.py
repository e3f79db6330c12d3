"""What looking back has found: answers that a later change of the list would have made others, to be dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import done, show
from api.console.replay import verdict_name
from registry.errors import ConflictError, InvalidInputError, SamePersonError
from registry.law.roles import Region
from registry.services.actor import Actor
from registry.services.close_finding import close_finding, read_findings
from registry.store.account_repository import UserRole
from registry.store.look_back_repository import FindingFilter, FindingKind, FindingOutcome, FindingState

if TYPE_CHECKING:
    from registry.services.context import Services

look_back = Blueprint("look_back", __name__)

_UNSETTLED: Final = (FindingState.OPEN, FindingState.TOLD, FindingState.ACKNOWLEDGED)
_LONGEST_NUMBER: Final = 15


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@look_back.get("/look-back")
@signed_in(UserRole.REGULATOR, UserRole.AUDITOR)
def show_all(actor: Actor) -> Response:
    """Show findings, those that are not settled first of all."""
    return _page(actor, Form(request.args.to_dict()))


@look_back.post("/look-back/<int:number>/close")
@signed_in(UserRole.REGULATOR)
def close(actor: Actor, number: int) -> Response:
    """Settle one finding with an outcome and a reason, or propose it where a second person must."""
    form = Form.typed()
    outcome = form.value("outcome")
    if outcome not in set(FindingOutcome):
        return _page(actor, form.at_fault(f"outcome-{number}", "look_back.outcome_missing"))
    try:
        settled = close_finding(_services(), number, FindingOutcome(outcome), form.value("reason"), actor)
    except InvalidInputError:
        return _page(actor, form.at_fault(f"reason-{number}", "look_back.reason_missing"))
    except SamePersonError:
        return _page(actor, form.at_fault(f"outcome-{number}", "look_back.same_person"))
    except ConflictError:
        return _page(actor, form.at_fault(f"outcome-{number}", "look_back.settled_already"))
    return done("look_back.was_closed" if settled else "look_back.was_proposed", "look_back.show_all")


def _page(actor: Actor, form: Form) -> Response:
    services = _services()
    after = form.value("after")
    begun = int(after) if after.isdecimal() and len(after) <= _LONGEST_NUMBER else 0
    found, following, state = read_findings(services, _wanted(actor, form), begun)
    return show(
        "look_back.html",
        form=form,
        found=found,
        following=following,
        state=state,
        now=services.clock.now(),
        days=services.policy.desk.look_back_days,
        verdict_name=verdict_name,
        outcomes=list(FindingOutcome),
        may=actor.role is UserRole.REGULATOR,
    )


def _wanted(actor: Actor, form: Form) -> FindingFilter:
    region = actor.region or (form.value("region") if form.value("region") in set(Region) else None)
    kind = form.value("kind")
    states = () if form.value("state") == "all" else _UNSETTLED
    return FindingFilter(region, FindingKind(kind) if kind in set(FindingKind) else None, states)
