"""How the OpenAPI document describes the notices' door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.rest import notice_schemas as schemas
from api.rest.query import HIGHEST_VERSION

TAG = {"name": "notices", "description": "告知 / what licensing systems are told of their checks (role `licensing`)"}

_Operation = dict[str, Any]
_Refusals = Callable[..., dict[str, Any]]
_URL = "https://licensing.example/register/told"
_HOOK = {"url": _URL, "made_at": "2026-11-21T01:00:00.000000Z"}
_NOTICE = {
    "notice_no": "N0123456789ABCDEF",
    "number": 7,
    "kind": "outcome_released",
    "check_no": "C0123456789ABCDEF",
    "application_no": "330110-2026-000123",
    "made_at": "2026-11-21T01:00:00.000000Z",
    "acknowledge_by": None,
    "acknowledged_at": None,
    "content": {"outcome": "released", "former": "open"},
}
_ABOUT = (
    "From here on every notice is sent there at once: a CloudEvent (1.0, JSON, structured mode, "
    "`application/cloudevents+json`) whose `id` is the `notice_no`, signed by the register (RFC 9421, Ed25519, key "
    "under `/v1/log/keys`; `@method`, `@path`, `@query`, `@authority`, `content-type` and `content-digest` are "
    "covered). Answer 2xx within 5 seconds. Anything else is tried again, 15 times with longer and longer waits (about "
    "a day and a half), then it waits for a person; 410 ends it at once; no redirect is followed. A notice may arrive "
    "twice. The address must be https and lie outside the register's own network."
)

_TRIED = (
    "An event of the type `food-ban-registry.test`. One trial of a client at a time, and few of all clients: another "
    "is answered 429 with `Retry-After`."
)


def notice_paths(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with every POST."""
    number = {"name": "notice_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    posted = refusals(400, 401, 403, 409, 413, 415, 422, 429, 503)
    acknowledged = _asking(
        ("acknowledge_notice", "Say that note was taken", "Once is enough; saying it again changes nothing."),
        (schemas.NothingSchema, {}),
        _answer(schemas.NoticeSchema, _NOTICE) | posted | refusals(404),
        [number, *parameters],
    )
    tried = _asking(
        ("test_webhook", "Have a trial event sent now", _TRIED),
        (schemas.NothingSchema, {}),
        _answer(schemas.WebhookTriedSchema, {"delivered": True, "fault": None})
        | refusals(400, 401, 403, 404, 413, 415, 422, 429, 503),
        _language(parameters),
    )
    return {
        "/v1/webhook": _webhook(refusals, parameters),
        "/v1/webhook/test": {"post": tried},
        "/v1/notices": {"get": _notices(refusals, parameters)},
        "/v1/notices/{notice_no}/acknowledge": {"post": acknowledged},
    }


def _webhook(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, _Operation]:
    standing, read = _answer(schemas.WebhookSetSchema, _HOOK), refusals(401, 403, 404, 429, 503)
    over = {"204": {"description": "Nothing is sent any more"}}
    about = ("set_webhook", "Name the address this system is told at", _ABOUT)
    put = refusals(400, 401, 403, 413, 415, 422, 429, 503)
    return {
        "put": _asking(about, (schemas.WebhookSchema, {"url": _URL}), standing | put, _language(parameters)),
        "get": _reading(("read_webhook", "Where this system is told"), standing | read, _language(parameters)),
        "delete": _reading(
            ("end_webhook", "Be told no more: the system asks by itself"), over | read, _language(parameters)
        ),
    }


def _notices(refusals: _Refusals, parameters: list[dict[str, Any]]) -> _Operation:
    return _reading(
        ("read_notices", "This system's own notices, in their order"),
        _answer(schemas.NoticesSchema, {"notices": [_NOTICE], "next": 7}) | refusals(401, 403, 422, 429, 503),
        [_whole("after", 0, HIGHEST_VERSION, 0), _whole("limit", 1, 500, 100), *_language(parameters)],
    )


def _language(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in parameters if each["name"] == "Accept-Language"]


def _reading(about: tuple[str, str], responses: dict[str, Any], parameters: list[dict[str, Any]]) -> _Operation:
    return {
        "operationId": about[0],
        "tags": ["notices"],
        "summary": about[1],
        "parameters": parameters,
        "responses": responses,
    }


def _asking(
    about: tuple[str, str, str], asked: tuple[Any, Any], responses: dict[str, Any], parameters: list[dict[str, Any]]
) -> _Operation:
    body = {"required": True, "content": {"application/json": {"schema": asked[0], "example": asked[1]}}}
    return {**_reading(about[:2], responses, parameters), "description": about[2], "requestBody": body}


def _answer(schema: Any, example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"200": {"description": "Done, and durable", "content": content}}


def _whole(name: str, least: int, most: int, default: int) -> dict[str, Any]:
    whole = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return {"name": name, "in": "query", "schema": whole}
