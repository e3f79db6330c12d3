"""How the OpenAPI document describes the objections' door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.rest import objection_schemas as schemas

TAG = {"name": "objections", "description": "异议 / objections passed on by licensing offices (role `licensing`)"}

_Operation = dict[str, Any]
_Refusals = Callable[..., dict[str, Any]]
_LODGED = {
    "ban_no": None,
    "check_no": "C0123456789ABCDEF",
    "objector": "方知远",
    "statement": "系同名同号，我从未在该公司任职。",
    "received_on": "2026-11-20",
    "lodged_through": "德川县行政审批局",
}
_STATE = {
    "objection_no": "E0123456789ABCDEF",
    "ban_no": None,
    "check_no": "C0123456789ABCDEF",
    "state": "open",
    "received_on": "2026-11-20",
    "due_on": "2026-12-18",
    "correction_pending": False,
    "decided_at": None,
    "reason": None,
}
_ABOUT = (
    "The province that keeps the ban, or decides the application, decides it: somebody other than who decided before, "
    "within the policy's working days (`due_on`). The decision is told as a notice (`objection_decided`). Evidence is "
    "handed in on paper, at the counter."
)


def objection_paths(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with every POST."""
    number = {"name": "objection_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    language = [each for each in parameters if each["name"] == "Accept-Language"]
    body = {"schema": schemas.ObjectionSchema, "example": _LODGED}
    answer = {"application/json": {"schema": schemas.ObjectionStateSchema, "example": _STATE}}
    lodge = {
        "operationId": "lodge_objection",
        "tags": ["objections"],
        "summary": "Lodge an objection a person makes through this office",
        "description": _ABOUT,
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {
            "200": {"description": "Lodged, and durable", "content": answer},
            **refusals(400, 401, 403, 409, 413, 415, 422, 429, 503),
        },
    }
    show = {
        "operationId": "show_objection",
        "tags": ["objections"],
        "summary": "How an objection stands that was lodged through this system",
        "parameters": [number, *language],
        "responses": {
            "200": {"description": "The objection as it is now", "content": answer},
            **refusals(401, 403, 404, 429, 503),
        },
    }
    return {"/v1/objections": {"post": lodge}, "/v1/objections/{objection_no}": {"get": show}}
