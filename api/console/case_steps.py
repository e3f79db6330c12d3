"""What a regulator does in a case: each form of its page is one act, and comes back with its faults beside its fields.

Fields of a form are named after the act and, where it speaks of one listed person, the match: `same_12_reason`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.case_page import came_from, case_answer
from api.console.cases import services
from api.console.forms import Fault, Form, says
from api.console.numbers_in_addresses import stated_number
from api.console.page import done
from registry.errors import (
    ChangedMeanwhileError,
    ConflictError,
    FieldFault,
    InvalidInputError,
    SamePersonError,
    StillHeldError,
)
from registry.services.actor import Actor
from registry.services.case_step import Acting
from registry.services.decide_case import (
    Hearing,
    Request,
    add_note,
    agree_release,
    ask_for_more,
    find_other,
    find_same,
    note_answer,
    record_hearing,
    return_release,
    take_back,
)
from registry.services.list_index import ListIndex
from registry.services.read_cases import find_case
from registry.services.release_fresh import release_fresh
from registry.services.revoke_clearance import revoke_clearance
from registry.store.account_repository import UserRole
from registry.store.case_values import Finding, ReleaseCause

case_steps = Blueprint("case_steps", __name__)


@dataclass(frozen=True, slots=True)
class Filled:
    """One form of the page, filled in: who acts where, the match it speaks of, and its fields by their plain names."""

    acting: Acting
    match: int
    prefix: str
    form: Form

    def text(self, name: str) -> str:
        """Return what a field says."""
        return self.form.value(f"{self.prefix}_{name}")

    def day(self, name: str, *, required: bool) -> datetime.date | None:
        """Return the day a field states. Raises InvalidInputError where it is none."""
        text = self.text(name).strip()
        if not text and not required:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            code = "unreadable_date" if text else "missing"
            raise InvalidInputError([FieldFault(name, code, "a day is needed, as 2024-03-05")]) from None

    def refused(self, error: InvalidInputError) -> Form:
        """Return the form with the faults of an act, each beside the field it speaks of."""
        faults = (Fault(f"{self.prefix}_{fault.field}", says(fault)) for fault in error.faults)
        return Form(self.form.values, (*self.form.faults, *faults))

    def cannot(self, text: str) -> Form:
        """Return the form with a fault of the act itself."""
        return self.form.at_fault(f"{self.prefix}_{_FIRST.get(self.prefix.partition('_')[0], 'reason')}", text)


_FIRST: Final[Mapping[str, str]] = {
    "hearing": "said",
    "ask": "missing",
    "answer": "text",
    "note": "text",
    "agree": "note",
    "return": "note",
}
"""Beside which field of an act stands why it cannot be done at all."""


def _hear(filled: Filled) -> None:
    held_on = cast("datetime.date", filled.day("held_on", required=True))
    waived = filled.text("kind") == "waived"
    record_hearing(services(), filled.acting, Hearing(waived, held_on, filled.text("manner"), filled.text("said")))


def _ask(filled: Filled) -> None:
    by = filled.day("answer_by", required=False)
    ask_for_more(services(), filled.acting, Request(filled.text("missing"), filled.text("asked_of"), by))


def _find_same(filled: Filled) -> None:
    reasons = {name: filled.text(name) for name in ("reason", "legal_basis")}
    find_same(services(), filled.acting, filled.match, reasons)


def _find_other(filled: Filled) -> str | None:
    cause = ReleaseCause.WRONG_NUMBER if filled.text("cause") == ReleaseCause.WRONG_NUMBER else None
    finding = find_other(services(), filled.acting, filled.match, filled.text("reason"), cause)
    if finding is Finding.OTHER_PROPOSED:
        return "cases.did_propose"
    return _came_to(filled)


def _agree(filled: Filled) -> str | None:
    agree_release(services(), filled.acting, filled.match, filled.text("note"))
    return _came_to(filled)


def _came_to(filled: Filled) -> str | None:
    """Return what is said after somebody was found to be another person; None where the application simply goes on."""
    case = find_case(services(), filled.acting.check_no)
    if case is not None and not case.state.is_settled:
        return "cases.did_other_held"
    return "cases.did_other_wrong_number" if case is not None and case.release_cause is not None else None


def _release_fresh(filled: Filled) -> None:
    index = cast("ListIndex", current_app.extensions["index"])
    release_fresh(services(), filled.acting, filled.text("reason"), index)


def _revoke(filled: Filled) -> None:
    revoke_clearance(services(), filled.form.value("clearance"), filled.text("reason"), filled.acting.actor)


@dataclass(frozen=True, slots=True)
class Act:
    """One act: how it is done (it may say itself what it came to), and the text that says so afterwards."""

    does: Callable[[Filled], str | None]
    said: str


_ACTS: Final[Mapping[str, Act]] = {
    "hearing": Act(_hear, "cases.did_hearing"),
    "ask": Act(_ask, "cases.did_ask"),
    "answer": Act(lambda filled: note_answer(services(), filled.acting, filled.text("text")), "cases.did_answer"),
    "note": Act(lambda filled: add_note(services(), filled.acting, filled.text("text")), "cases.did_note"),
    "same": Act(_find_same, "cases.did_same"),
    "other": Act(_find_other, "cases.did_other"),
    "agree": Act(_agree, "cases.did_agree"),
    "return": Act(
        lambda filled: return_release(services(), filled.acting, filled.match, filled.text("note")), "cases.did_return"
    ),
    "fresh": Act(_release_fresh, "cases.did_fresh"),
    "reopen": Act(lambda filled: take_back(services(), filled.acting, filled.text("reason")), "cases.did_reopen"),
    "revoke": Act(_revoke, "cases.did_revoke"),
}
_CANNOT: Final = {"names_somebody": "cases.cannot_names_somebody", "still_stale": "cases.cannot_still_stale"}
_OF_A_MATCH: Final = frozenset({"same", "other", "agree", "return"})


@case_steps.post("/cases/<check_no>/steps")
@signed_in(UserRole.REGULATOR)
def take(actor: Actor, check_no: str) -> Response:
    """Take the step one form of the page asks for."""
    filled = _filled(actor, check_no)
    act = _ACTS.get(filled.form.value("act"))
    if act is None:
        return case_answer(actor, check_no, filled.form, status=422)
    try:
        said = act.does(filled) or act.said
    except InvalidInputError as error:
        return case_answer(actor, check_no, filled.refused(error))
    except ChangedMeanwhileError:
        return case_answer(actor, check_no, filled.form, status=409, changed=True)
    except (ConflictError, SamePersonError) as error:
        return case_answer(actor, check_no, filled.cannot(_why_not(error)), status=409)
    stated: dict[str, Any] = {"check_no": check_no, **came_from()}
    return done(said, "case_page.show_one", **stated)


def _why_not(error: ConflictError | SamePersonError) -> str:
    if isinstance(error, SamePersonError):
        return "cases.cannot_same_person"
    return _CANNOT[error.code] if isinstance(error, StillHeldError) else "cases.cannot"


def _filled(actor: Actor, check_no: str) -> Filled:
    form = Form.typed()
    act, match = form.value("act"), stated_number(form.value("match")) or 0
    prefix = act
    if act in _OF_A_MATCH:
        prefix = f"{act}_{match}"
    elif act == "revoke":
        prefix = f"{act}_{form.value('clearance')}"
    return Filled(Acting(check_no, actor, stated_number(form.value("row_version")) or 0), match, prefix, form)
