"""The cases' door: regulators' systems read held applications of their region, and take steps in them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from flask import Blueprint, Response, request

from api.rest import case_schemas as schemas
from api.rest.acting import Posting, Values, acted, actor_of, as_answer, stated
from api.rest.auth import Right, admit_reader
from api.rest.case_answers import case_as_json, page_as_json, view_as_json
from api.rest.checks import desk
from api.rest.query import require_known, whole_number
from registry.errors import FieldFault, InvalidInputError, OutOfRegionError
from registry.law.roles import Purpose, Region
from registry.services.case_step import Acting, open_case
from registry.services.context import Services
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
from registry.services.read_cases import CASES_A_PAGE, list_cases, read_case
from registry.store.case_values import CaseFilter, CasePlace, CaseState, ReleaseCause
from registry.store.client_repository import Client

cases = Blueprint("cases", __name__)

MOST: Final = 200
_LONGEST: Final = 200
_NARROWING: Final = ("state", "region", "purpose", "verdict", "overdue", "application_no")
_VERDICTS: Final = ("block", "review")
_Take = Callable[[Services, Acting, Values], object]


@cases.get("/v1/cases")
def show_all() -> Response:
    """Show a page of the cases of the client's region, the soonest due first."""
    client = admit_reader(desk(), Right.READ_CASE)
    require_known(*_NARROWING, "after", "limit")
    wanted, after = _wanted(client, desk().services.clock.today()), _place(request.args.get("after"))
    most = whole_number("limit", CASES_A_PAGE, 1, MOST)
    return as_answer(page_as_json(list_cases(desk().services, wanted, actor_of(client), after, most)))


@cases.get("/v1/cases/<check_no>")
def show_one(check_no: str) -> Response:
    """Show a case; that it was looked at is recorded."""
    client = admit_reader(desk(), Right.READ_CASE)
    return as_answer(view_as_json(read_case(desk().services, check_no, actor_of(client))))


@cases.post("/v1/cases/<check_no>/steps")
def take(check_no: str) -> Response:
    """Take a step in a case, as it was last seen."""

    def act(client: Client, values: Values) -> object:
        services, actor = desk().services, actor_of(client)
        _STEPS[values["step"]](services, Acting(check_no, actor, values["expected"]), values)
        with services.store.read() as uow:
            return case_as_json(open_case(uow, Acting(check_no, actor)))

    return acted(Posting(Right.DECIDE_CASE, stated(schemas.STEP), act))


def _wanted(client: Client, today: datetime.date) -> CaseFilter:
    state = _word("state", list(CaseState))
    return CaseFilter(
        region=_region(client),
        states=() if state is None else (CaseState(state),),
        purpose=_word("purpose", list(Purpose)),
        verdict=_word("verdict", _VERDICTS),
        due_before=today if _word("overdue", ("yes",)) else None,
        application_no=request.args.get("application_no", "")[:_LONGEST] or None,
    )


def _region(client: Client) -> str | None:
    """Return the region asked for; raises OutOfRegionError where the key is bound to another."""
    asked, own = _word("region", list(Region)), (client.region or "")[:2]
    if asked is not None and own not in {"", asked}:
        raise OutOfRegionError([FieldFault("region", f"region_not_yours:{own}", "is not this client's region")])
    return asked


def _word(name: str, words: Iterable[str]) -> str | None:
    text = request.args.get(name)
    known = [str(each) for each in words]
    if text is None or text in known:
        return text
    listed = ", ".join(known)
    raise InvalidInputError([FieldFault(name, f"one_of:{listed}", "is no word of the list")])


def _place(text: str | None) -> CasePlace | None:
    try:
        return None if text is None else CasePlace.of(text)
    except ValueError:
        raise InvalidInputError([FieldFault("after", "page_place", "must be what the page before said")]) from None


def _day(name: str, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        code = "not_a_date" if text else "required"
        raise InvalidInputError([FieldFault(name, code, "a day is needed, as 2026-03-01")]) from None


def _hear(services: Services, acting: Acting, values: Values) -> None:
    held_on = _day("held_on", values["held_on"])
    record_hearing(services, acting, Hearing(values["waived"], held_on, values["manner"], values["said"]))


def _ask(services: Services, acting: Acting, values: Values) -> None:
    by = _day("answer_by", values["answer_by"]) if values["answer_by"] else None
    ask_for_more(services, acting, Request(values["missing"], values["asked_of"], by))


_STEPS: Final[Mapping[str, _Take]] = {
    "hearing": _hear,
    "ask": _ask,
    "answer": lambda services, acting, values: note_answer(services, acting, values["text"]),
    "note": lambda services, acting, values: add_note(services, acting, values["text"]),
    "same": lambda services, acting, values: find_same(services, acting, _match(values), values),
    "other": lambda services, acting, values: find_other(
        services, acting, _match(values), values["reason"], values["cause"] and ReleaseCause(values["cause"])
    ),
    "agree": lambda services, acting, values: agree_release(services, acting, _match(values), values["note"]),
    "return": lambda services, acting, values: return_release(services, acting, _match(values), values["note"]),
    "reopen": lambda services, acting, values: take_back(services, acting, values["reason"]),
}


def _match(values: Values) -> int:
    if values["match_no"] is None:
        raise InvalidInputError([FieldFault("match_no", "required", "say which match it is about")])
    return int(values["match_no"])
