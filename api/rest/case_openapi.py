"""How the OpenAPI document describes the cases' door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from api.rest import case_schemas as schemas
from registry.law.roles import Purpose, Region
from registry.store.case_values import CaseState

TAG = {"name": "cases", "description": "待核申请 / held applications, for regulators' systems (keys of `regulator`)"}

_Operation = dict[str, Any]
_Refusals = Callable[..., dict[str, Any]]
_CASE = {
    "check_no": "C0190A7C2B3D4E5F60718293A4B5C6D7E",
    "application_no": "330110-2026-000123",
    "region": "33",
    "purpose": "food_operation_licence",
    "verdict": "block",
    "rule": "id_number/equal",
    "state": "open",
    "opened_at": "2026-11-30T01:00:00.000000Z",
    "due_on": "2026-12-07",
    "settled_at": None,
    "row_version": 2,
}
_HEARD = {"held_on": "2026-12-01", "manner": "当面", "said": "没有异议"}
_WHOLE = {
    **_CASE,
    "matches": [
        {
            "match_no": 7,
            "subject_no": "1",
            "ban_no": "BA0123456789AB",
            "verdict": "block",
            "rule": "id_number/equal",
            "finding": "open",
            "expected_coincidences": 1e-07,
            "bits": 61.6,
        }
    ],
    "steps": [
        {
            "number": 1,
            "kind": "heard",
            "match_no": None,
            "actor": "client:4",
            "at": "2026-12-01T02:00:00.000000Z",
            "content": _HEARD,
        }
    ],
    "clearances": [],
    "earlier": [],
}
_ABOUT_LIST = (
    "Cases of the key's region (of all where it has none), those to be decided by their time limit, then the "
    "settled ones, latest first. `after` of a page asks for the next one."
)
_ABOUT_ONE = (
    "What was found and done. Who the two people are stands in the matches of `GET /v1/checks/{check_no}`. Each look "
    "is recorded."
)
_ABOUT_STEP = (
    "Two systems in one case are told: `expected` is the `row_version` last seen, and 409 `changed_meanwhile` says "
    "that somebody was quicker. `same` before the applicant was heard, or anything in a settled case but a note, is "
    "409 `conflict`; `agree` by who proposed it 403 `same_person`. The outcome is seen by the licensing system at once."
)

_PLACE: Final = r"^\d{4}-\d{2}-\d{2}\.\d{1,18}(\.settled)?$"


def case_paths(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with every POST."""
    number = {"name": "check_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    language = [each for each in parameters if each["name"] == "Accept-Language"]
    return {
        "/v1/cases": {
            "get": _reading(
                ("list_cases", "List cases", _ABOUT_LIST),
                (schemas.CasesSchema, {"cases": [_CASE], "after": None}),
                [*_query(), *language],
                refusals(401, 403, 422, 429, 503),
            )
        },
        "/v1/cases/{check_no}": {
            "get": _reading(
                ("show_case", "Show a case with what was found and done", _ABOUT_ONE),
                (schemas.WholeCaseSchema, _WHOLE),
                [number, *language],
                refusals(401, 403, 404, 429, 503),
            )
        },
        "/v1/cases/{check_no}/steps": {"post": _step([number, *parameters], refusals)},
    }


def _query() -> list[dict[str, Any]]:
    words = {
        "state": [state.value for state in CaseState],
        "region": [region.value for region in Region],
        "purpose": [purpose.value for purpose in Purpose],
        "verdict": ["block", "review"],
        "overdue": ["yes"],
    }
    chosen = [{"name": name, "in": "query", "schema": {"type": "string", "enum": each}} for name, each in words.items()]
    return [
        *chosen,
        {"name": "application_no", "in": "query", "schema": {"type": "string", "maxLength": 200}},
        {"name": "after", "in": "query", "schema": {"type": "string", "pattern": _PLACE}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
    ]


def _reading(
    about: tuple[str, str, str], answered: tuple[Any, Any], parameters: list[dict[str, Any]], refused: dict[str, Any]
) -> _Operation:
    answer = {"application/json": {"schema": answered[0], "example": answered[1]}}
    return {
        "operationId": about[0],
        "tags": ["cases"],
        "summary": about[1],
        "description": about[2],
        "parameters": parameters,
        "responses": {"200": {"description": "As it is now", "content": answer}, **refused},
    }


def _step(parameters: list[dict[str, Any]], refusals: _Refusals) -> _Operation:
    asked = {"schema": schemas.CaseStepSchema, "example": {"step": "hearing", "expected": 1, **_HEARD}}
    return {
        "operationId": "take_case_step",
        "tags": ["cases"],
        "summary": "Take a step: hear, ask, note, find, agree or return",
        "description": _ABOUT_STEP,
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": asked}},
        "responses": {
            "200": {
                "description": "Done, and durable",
                "content": {"application/json": {"schema": schemas.CaseSchema, "example": _CASE}},
            },
            **refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
    }
