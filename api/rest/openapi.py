"""The OpenAPI 3.1 document, written from the schemas the door itself loads with."""

from __future__ import annotations

import functools
import importlib.metadata
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response

from api.rest import openapi_examples as examples
from api.rest import schemas
from api.rest.changes import HIGHEST_VERSION, MOST_CHANGES, USUAL_CHANGES
from api.rest.problems import MEDIA_TYPE

openapi = Blueprint("openapi", __name__)

_Operation = dict[str, Any]
_ABOUT = (
    "查验食品生产经营许可申请人及相关人员是否被依法禁止从业。`block` 为暂缓，须由监管人员核实身份并听取陈述、申辩；"
    "`review` 须人工复核；`clear` 仅以所示名录版本和数据时点为准。任何错误都不是 `clear`。\\n\\n"
    "Checks applicants and the people of their business against the register of those barred from the food industry. "
    "An error is never a `clear`: hold the application and retry."
)
_PROBLEMS = {
    400: "The body is not JSON",
    401: "No valid client key",
    403: "The client's role may not do this, or the region is not its own",
    404: "No such check, or another client's",
    409: "The same Idempotency-Key is still being worked on",
    413: "The body is too large",
    415: "The body is not application/json",
    422: "A field is at fault, a subject states too little, or the Idempotency-Key was used with another body",
    503: "Store, keys or list unavailable; no verdict was given",
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`en` for English sentences; Chinese otherwise.",
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Recommended. The same key and body give the same bytes and decide nothing twice.",
}
_RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}}}


@openapi.get("/v1/openapi.json")
def document() -> Response:
    """Give the document."""
    return Response(_written(), content_type="application/json")


@functools.cache
def _written() -> bytes:
    return orjson.dumps(described())


def described() -> dict[str, Any]:
    """Return the document of every address, shape and error of this door."""
    spec = APISpec(
        title="食品行业从业禁止名录 / Food ban register",
        version=importlib.metadata.version("food-ban-registry"),
        openapi_version="3.1.0",
        info={"description": _ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
        servers=[{"url": "/"}],
        security=[{"key": []}],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for path, operations in _paths().items():
        spec.path(path=path, operations=operations)
    return spec.to_dict()


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _paths() -> dict[str, dict[str, _Operation]]:
    return {
        "/v1/checks": {"post": _check()},
        "/v1/checks/batch": {"post": _batch()},
        "/v1/checks/{check_no}": {"get": _show()},
        "/v1/changes": {"get": _changes()},
        "/v1/model": {"get": _model()},
        "/healthz": {"get": _open("alive", "Whether the process answers", schemas.HealthSchema)},
        "/readyz": {"get": _open("ready", "Whether checks can be answered", schemas.HealthSchema, 503)},
        "/metrics": {"get": _metrics()},
    }


def _check() -> _Operation:
    return _posting(
        "check",
        "Check one application",
        (schemas.CheckRequestSchema, examples.REQUEST),
        (schemas.CheckAnswerSchema, examples.ANSWER),
    )


def _batch() -> _Operation:
    return _posting(
        "check_batch",
        "Check up to 1,000 applications, a result for each",
        (schemas.BatchSchema, {"requests": [examples.REQUEST]}),
        (schemas.BatchAnswerSchema, {"results": [{"status": 200, "answer": examples.ANSWER}]}),
    )


def _posting(name: str, summary: str, asked: tuple[Any, Any], answered: tuple[Any, Any]) -> _Operation:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_IDEMPOTENCY, _LANGUAGE],
        "requestBody": {"required": True, "content": _content(*asked)},
        "responses": {
            "200": {"description": "The answer, durable before it was given", "content": _content(*answered)},
            **_refusals(400, 401, 403, 409, 413, 415, 422, 503),
        },
    }


def _show() -> _Operation:
    number = {"name": "check_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    return {
        "operationId": "show_check",
        "summary": "Show an answer this client was given, unaltered, and its outcome",
        "parameters": [number, _LANGUAGE],
        "responses": {
            "200": {
                "description": "The answer as it was given",
                "content": _content(schemas.StoredCheckSchema, {**examples.ANSWER, "outcome": "open"}),
            },
            **_refusals(401, 403, 404, 503),
        },
    }


def _changes() -> _Operation:
    after = {"type": "integer", "minimum": 0, "maximum": HIGHEST_VERSION, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": USUAL_CHANGES}
    return {
        "operationId": "read_changes",
        "summary": "The feed of list changes, for provinces",
        "parameters": [
            {"name": "after", "in": "query", "schema": after, "description": "The version read up to."},
            {"name": "limit", "in": "query", "schema": limit},
            _LANGUAGE,
        ],
        "responses": {
            "200": {"description": "A page of the feed", "content": _content(schemas.ChangesSchema, examples.CHANGES)},
            **_refusals(401, 403, 422, 503),
        },
    }


def _model() -> _Operation:
    described = _open("read_model", "The matching model: what is compared, how it weighs, and why", schemas.ModelSchema)
    described["responses"]["200"]["content"] = _content(schemas.ModelSchema, examples.MODEL)
    return described


def _open(name: str, summary: str, schema: Any, *refusals: int) -> _Operation:
    answer = {"description": summary, "content": _content(schema, {"status": name})}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": answer, **_refusals(*refusals)},
    }


def _metrics() -> _Operation:
    content = {"text/plain": {"schema": {"type": "string"}}}
    answer = {"description": "Prometheus text format", "content": content}
    return {
        "operationId": "metrics",
        "summary": "Numbers for the operator",
        "security": [],
        "responses": {"200": answer},
    }


def _content(schema: Any, example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, "example": example}}


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": schemas.ProblemSchema, "example": examples.problem(status)}}
    described: dict[str, Any] = {"description": _PROBLEMS[status], "content": content}
    if status in {409, 503}:
        described["headers"] = _RETRY
    if status == 401:
        described["headers"] = _CHALLENGE
    return described
