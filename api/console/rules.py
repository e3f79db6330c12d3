"""The rules every answer is judged by: in force, proposed, rehearsed, and adopted by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in, whoever
from api.console.forms import Form
from api.console.language import t
from api.console.long_pages import long_page
from api.console.page import done, show
from registry.errors import ConflictError, InvalidInputError, NotAllowedError, SamePersonError
from registry.services.actor import Actor
from registry.services.adopt_rule import (
    LONGEST_FILE,
    REHEARSED_ON,
    Party,
    adopt_rule,
    propose_rule,
    read_rules,
    refuse_rule,
    rehearse_rule,
    rule_wording,
)
from registry.services.rule_changes import rule_changes
from registry.services.rules_in_force import rules_in_force
from registry.store.account_repository import UserRole
from registry.store.rule_repository import Rule

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import ListIndex

rules = Blueprint("rules", __name__)

_SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.ADMIN)
_DECIDING: Final = (UserRole.REGULATOR, UserRole.ADMIN)
CHECKS_AT_ONCE: Final = 2_000
"""So many checks a page rehearses on; the command line takes all of them."""


def take_up() -> None:
    """Let the console, too, work by the model and policy that are in force now; before every page of somebody."""
    if whoever() is None:
        return
    former = _services()
    found = rules_in_force(former)
    if found is not former:
        current_app.extensions["services"] = found
        cast("ListIndex", current_app.extensions["index"]).judge_by(found.model)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def _party(actor: Actor) -> Party:
    return Party(actor.text, actor.role.value, actor.region)


@rules.get("/rules")
@signed_in(*_SEEING)
def show_all(actor: Actor) -> Response:
    """Show the versions in force and the proposals."""
    return _page(actor, Form({"rule": "policy"}))


@rules.post("/rules")
@signed_in(*_DECIDING, most_bytes=2 * LONGEST_FILE)
def propose(actor: Actor) -> Response:
    """Put a file's wording before a second person."""
    form = Form.typed()
    file = request.files.get("file")
    data = b"" if file is None else file.read()
    if not data:
        form = form.at_fault("file", "rules.file_missing")
    if form.value("rule") not in set(Rule):
        form = form.at_fault("rule", "rules.rule_missing")
    if not form.value("reason").strip():
        form = form.at_fault("reason", "rules.reason_missing")
    if form.faults:
        return _page(actor, form)
    try:
        text = data.decode("utf-8")
        number = propose_rule(_services(), Rule(form.value("rule")), text, form.value("reason"), _party(actor))
    except UnicodeDecodeError:
        return _page(actor, form.at_fault("file", "rules.not_text"))
    except NotAllowedError:
        return _page(actor, form.at_fault("reason", "rules.not_yours"))
    except (InvalidInputError, ConflictError) as error:
        return _page(actor, form.at_fault("file", "rules.file_faulty", why=str(error)[:300]))
    return done("rules.was_proposed", "rules.show_one", number=number)


@rules.get("/rules/<int:number>")
@signed_in(*_SEEING)
def show_one(actor: Actor, number: int) -> Response:
    """Show one proposal: its wording beside what was in force, and what the rehearsal came to."""
    return _proposal(actor, number, Form())


@rules.post("/rules/<int:number>/rehearse")
@signed_in(*_DECIDING)
def rehearse(actor: Actor, number: int) -> Response:
    """Try a proposal on the checks of the last months; who may propose may do this."""
    if not _party(actor).may_propose:
        return _proposal(actor, number, Form().at_fault("reason", "rules.not_yours"))
    try:
        with long_page():
            rehearse_rule(_services(), number, actor=actor.text, days=REHEARSED_ON.days, most=CHECKS_AT_ONCE)
    except ConflictError:
        return _proposal(actor, number, Form().at_fault("reason", "rules.decided_already"))
    return done("rules.was_rehearsed", "rules.show_one", number=number)


@rules.post("/rules/<int:number>/decide")
@signed_in(*_DECIDING)
def decide(actor: Actor, number: int) -> Response:
    """Adopt a proposal as the second person, refuse it, or take one's own back."""
    form = Form.typed()
    decision = form.value("decision")
    if decision not in {"adopt", "refuse"}:
        form = form.at_fault("decision", "rules.decision_missing")
    if not form.value("reason").strip():
        form = form.at_fault("reason", "rules.reason_missing")
    if form.faults:
        return _proposal(actor, number, form)
    try:
        if decision == "adopt":
            adopt_rule(_services(), number, form.value("reason"), _party(actor))
        else:
            refuse_rule(_services(), number, form.value("reason"), _party(actor))
    except SamePersonError:
        return _proposal(actor, number, form.at_fault("decision", "rules.same_person"))
    except NotAllowedError:
        return _proposal(actor, number, form.at_fault("decision", "rules.not_yours"))
    except ConflictError as error:
        return _proposal(actor, number, form.at_fault("decision", "rules.cannot", why=str(error)[:200]))
    except InvalidInputError as error:
        return _proposal(actor, number, form.refused(error))
    return done("rules.was_adopted" if decision == "adopt" else "rules.was_refused", "rules.show_all")


def _page(actor: Actor, form: Form) -> Response:
    may = _party(actor).may_propose and actor.role in _DECIDING
    return show("rules.html", form=form, view=read_rules(_services()), may=may, states=_states(), names=_names())


def _proposal(actor: Actor, number: int, form: Form) -> Response:
    proposal, text, before = rule_wording(_services(), number)
    may = _party(actor).may_propose and actor.role in _DECIDING
    return show(
        "rule_proposal.html",
        form=form,
        proposal=proposal,
        text=text,
        changes=rule_changes(before, text),
        compared=before is not None,
        may=may and proposal.state == "open",
        own=proposal.proposed_by == actor.text,
        states=_states(),
        names=_names(),
    )


def _states() -> dict[str, str]:
    return {
        "open": t("rules.state_open"),
        "adopted": t("rules.state_adopted"),
        "refused": t("rules.state_refused"),
        "withdrawn": t("rules.state_withdrawn"),
    }


def _names() -> dict[str, str]:
    return {"model": t("rules.model"), "policy": t("rules.policy")}
