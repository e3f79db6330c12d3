"""The OpenAPI 3.1 document, written from the schemas the door itself loads with."""

from __future__ import annotations

import functools
import importlib.metadata
import inspect
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response
from marshmallow import Schema

from api.rest import (
    case_schemas,
    digest_openapi,
    digest_schemas,
    exchange_openapi,
    exchange_schemas,
    judgment_schemas,
    log_schemas,
    model_schemas,
    notice_schemas,
    objection_schemas,
    origin,
    schemas,
    webhook_openapi,
)
from api.rest import openapi_examples as examples
from api.rest.case_openapi import TAG as CASE_TAG
from api.rest.case_openapi import case_paths
from api.rest.changes import MOST_CHANGES, USUAL_CHANGES
from api.rest.judgment_openapi import TAG as JUDGMENT_TAG
from api.rest.judgment_openapi import judgment_paths
from api.rest.limits import BATCH_BYTES, CHECK_BYTES
from api.rest.log_openapi import TAG as LOG_TAG
from api.rest.log_openapi import log_paths
from api.rest.notice_openapi import TAG as NOTICE_TAG
from api.rest.notice_openapi import notice_paths
from api.rest.objection_openapi import TAG as OBJECTION_TAG
from api.rest.objection_openapi import objection_paths
from api.rest.problems import MEDIA_TYPE
from api.rest.query import HIGHEST_VERSION

openapi = Blueprint("openapi", __name__)

_Operation = dict[str, Any]
_ABOUT = (
    "核查食品生产经营许可申请人及相关人员是否被依法禁止从业。`block` 为暂停办理，须由监管人员核实身份并听取陈述、申辩；"
    "`review` 须人工复核；`clear` 仅以所示名录版本和数据时点为准。任何错误都不是 `clear`。\n\n"
    "Checks applicants and the people of their business against the register of those barred from the food "
    "industry.\n\n"
    "- **An error is never a `clear`**: hold the application. Status 503, 429, 409 `idempotency_in_progress` or no "
    "answer: ask again under the same Idempotency-Key. Any other 4xx: correct the request; repeating it cannot help.\n"
    "- A check waits at most about 10 seconds for the store, then it is answered 503. Let your client wait 15 seconds "
    "for a check and 60 for a batch.\n"
    "- A key is bound to its region, except a regulator's: other regions are answered 403, naming `/region`.\n"
    "- Fields may be added to answers, and words to lists of codes; do not refuse what you do not know.\n"
    "- After `hold` or `await_review`, let the application go on once `outcome` is `released` (and do as "
    "`outcome_reason` says, where it is stated): name an address (`PUT /v1/webhook`) and be told at once, or ask "
    "`GET /v1/notices?after=…` every few minutes. `confirmed`: the hold stands, and a notice with the reasons reaches "
    "your office.\n"
    "- A request may be refused before it reaches an operation: 404 and 405 (with `Allow`) are problems too, and so is "
    "500 `internal_error`: hold. A POST without a body or its length is 400 `malformed_body`."
)
_PROBLEMS = {
    400: "The body is not JSON. Correct it.",
    401: "No valid client key: missing, unknown, expired or disabled. `signature_refused`: this client must sign its "
    "requests (RFC 9421), and `errors` says what is wrong with the signature.",
    403: "The client's role may not do this, or not for this region or purpose: then `errors` names the field. "
    "`same_person`: whoever filed, or proposed a release, may not confirm it. "
    "`client_flagged`: its way of asking is being looked into; hold, and ask the register.",
    404: "No such check, judgment or case, or not this client's to see.",
    409: "`idempotency_in_progress`: the same Idempotency-Key is still being worked on; ask again after `Retry-After`. "
    "No other 409 may be repeated as it is, and none has `Retry-After`. At judgments and cases: somebody else was "
    "quicker (`changed_meanwhile`: look again), or where it stands does not admit this (`conflict`). At the exchange: "
    "`unknown_position` or `epoch_changed`; take a snapshot.",
    410: "The position lies further back than single changes are kept for (`snapshot_needed`): take a snapshot.",
    429: "As often as this client may ask in a minute (`rate_exceeded`); nothing was decided. Hold, and ask again "
    "after `Retry-After`.",
    413: "The body is too large; `title` names the limit.",
    415: "The body is not of a type this address takes.",
    422: "A field is at fault (`invalid_input`), a subject cannot be screened (`insufficient_identity`), or the "
    "Idempotency-Key was used with another body (`idempotency_key_reused`). Correct it; no decision was made.",
    503: "Store, keys or list unavailable, or too much asked at once; no verdict was given. Hold, and ask again after "
    "`Retry-After`.",
}
_TAGS = [
    {"name": "checks", "description": "核查 / checks, for licensing systems and regulators"},
    {"name": "feed", "description": "名单变更 / list changes, for provinces (keys of the role `province` only)"},
    {"name": "operation", "description": "运行 / for operators; no key is needed"},
    {"name": "model", "description": "比对模型 / the matching model, open to everybody"},
    exchange_openapi.TAG,
    JUDGMENT_TAG,
    CASE_TAG,
    NOTICE_TAG,
    OBJECTION_TAG,
    LOG_TAG,
]
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`en` for English sentences; Chinese otherwise. Codes and other fixed words are the same.",
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Recommended. The same key and body give the same bytes (sentences in the language first asked "
    "for) and decide nothing twice; keys are your own, another client's do not matter.",
}
_BEHALF = {
    "name": origin.HEADER,
    "in": "header",
    "schema": {"type": "string", "pattern": origin.PATTERN},
    "description": "Your own reference for whoever asked your system: an account, a number of staff, a window. Kept "
    "beside the act for who audits it, with the address the request came from. No name, no number of an identity card.",
}
_ABOUT_CHECK = (
    f"At most {schemas.MOST_SUBJECTS} subjects and {CHECK_BYTES:,} bytes of body. Act on `next_step.code` and nothing "
    "else. A licensing client sees the matches of a `block` only: a `review` is probably somebody else's record."
)
_ABOUT_BATCH = (
    f"At most {schemas.MOST_REQUESTS:,} requests and {BATCH_BYTES:,} bytes of body; send more in several batches. "
    "`results` are as many as the requests and in their order; each has its status, the application number, and "
    "exactly one of `answer` and `problem`. A fault in one request concerns that request only; 503 concerns all."
)
_RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_RETRY_IN_PROGRESS = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds; with `idempotency_in_progress` only."}
}
_IN_LANGUAGE = {
    "Content-Language": {
        "schema": {"type": "string"},
        "description": "zh-CN or en; absent where an answer is repeated under its Idempotency-Key.",
    },
    "Vary": {"schema": {"type": "string"}, "description": "Accept-Language"},
}
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
        tags=_TAGS,
        security=[{"key": []}],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for path, operations in _paths().items():
        spec.path(path=path, operations={method: _with_behalf(each) for method, each in operations.items()})
    return _completed(spec.to_dict())


def _with_behalf(operation: _Operation) -> _Operation:
    """Add to whatever takes a key on whose behalf it may be asked, and that what is no reference is refused."""
    if "401" not in operation["responses"]:
        return operation
    parameters = [*operation.get("parameters", ()), _BEHALF]
    return operation | {"parameters": parameters, "responses": _refusals(422) | operation["responses"]}


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add what the schemas say of themselves, and what marshmallow has no words for."""
    written = document["components"]["schemas"]
    modules = (
        schemas,
        model_schemas,
        log_schemas,
        judgment_schemas,
        case_schemas,
        exchange_schemas,
        digest_schemas,
        notice_schemas,
        objection_schemas,
    )
    for kind in (each for module in modules for each in vars(module).values()):
        if isinstance(kind, type) and issubclass(kind, Schema) and _schema_name(kind) in written:
            written[_schema_name(kind)]["description"] = inspect.getdoc(kind)
    # Each request of a batch is read by itself, so that the schema the door loads with says nothing of their shape.
    written["Batch"]["properties"]["requests"]["items"] = {"$ref": "#/components/schemas/CheckRequest"}
    written["Objection"]["oneOf"] = [_states("ban_no", "check_no"), _states("check_no", "ban_no")]
    document["webhooks"] = webhook_openapi.webhooks()
    written["BatchResult"]["oneOf"] = [{"required": ["answer"]}, {"required": ["problem"]}]
    return document


def _states(this: str, other: str) -> dict[str, Any]:
    return {"required": [this], "properties": {this: {"type": "string"}, other: {"type": "null"}}}


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _paths() -> dict[str, dict[str, _Operation]]:
    return {
        "/v1/checks": {"post": _check()},
        "/v1/checks/batch": {"post": _batch()},
        "/v1/checks/{check_no}": {"get": _show()},
        "/v1/changes": {"get": _changes()},
        "/healthz": {"get": _open("alive", "Whether the process answers", schemas.HealthSchema)},
        "/readyz": {"get": _open("ready", "Whether checks can be answered and kept", schemas.HealthSchema, 503)},
        "/v1/model": {"get": _model()},
        "/metrics": {"get": _metrics()},
        **exchange_openapi.exchange_paths(_refusals, [_LANGUAGE]),
        **digest_openapi.digest_paths(_refusals, [_LANGUAGE]),
        **judgment_paths(_refusals, [_IDEMPOTENCY, _LANGUAGE]),
        **case_paths(_refusals, [_IDEMPOTENCY, _LANGUAGE]),
        **notice_paths(_refusals, [_IDEMPOTENCY, _LANGUAGE]),
        **objection_paths(_refusals, [_IDEMPOTENCY, _LANGUAGE]),
        **log_paths(_refusals),
    }


def _check() -> _Operation:
    return _posting(
        "check",
        ("Check one application", _ABOUT_CHECK),
        (schemas.CheckRequestSchema, examples.REQUEST),
        (schemas.CheckAnswerSchema, examples.ANSWER),
    )


def _batch() -> _Operation:
    return _posting(
        "check_batch",
        ("Check up to 1,000 applications, a result for each", _ABOUT_BATCH),
        (schemas.BatchSchema, {"requests": [examples.REQUEST]}),
        (schemas.BatchAnswerSchema, examples.BATCH_ANSWER),
    )


def _posting(name: str, about: tuple[str, str], asked: tuple[Any, Any], answered: tuple[Any, Any]) -> _Operation:
    return {
        "operationId": name,
        "tags": ["checks"],
        "summary": about[0],
        "description": about[1],
        "parameters": [_IDEMPOTENCY, _LANGUAGE],
        "requestBody": {"required": True, "content": _content(*asked)},
        "responses": {
            "200": {
                "description": "The answer, durable before it was given",
                "content": _content(*answered),
                "headers": _IN_LANGUAGE,
            },
            **_refusals(400, 401, 403, 409, 413, 415, 422, 429, 503),
        },
    }


def _show() -> _Operation:
    number = {"name": "check_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    return {
        "operationId": "show_check",
        "tags": ["checks"],
        "summary": "Show an answer again, unaltered, and its outcome",
        "description": "A licensing client sees the answers it was given. A regulator sees every answer of its region "
        "(of all where its key has none) with the matches of a review; each such look is recorded.",
        "parameters": [number, _LANGUAGE],
        "responses": {
            "200": {
                "description": "The answer as it was given",
                "content": _content(schemas.StoredCheckSchema, examples.STORED_ANSWER),
                "headers": _IN_LANGUAGE,
            },
            **_refusals(401, 403, 404, 429, 503),
        },
    }


def _changes() -> _Operation:
    after = {"type": "integer", "minimum": 0, "maximum": HIGHEST_VERSION, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": USUAL_CHANGES}
    return {
        "operationId": "read_changes",
        "tags": ["feed"],
        "summary": "The feed of list changes, for provinces",
        "description": "Keys of the role `province` only; licensing and regulator keys are answered 403. With `epoch` "
        "the answer is the next signed batch of the province protocol, which carries the rows and is recorded.",
        "parameters": [
            {"name": "after", "in": "query", "schema": after, "description": "The version read up to."},
            {"name": "limit", "in": "query", "schema": limit},
            exchange_openapi.epoch_parameter(),
            exchange_openapi.digest_parameter("previous"),
            exchange_openapi.known_parameter(),
            _LANGUAGE,
        ],
        "responses": {
            "200": {"description": "A page of the feed; with `epoch` a signed batch", "content": _either_feed()},
            **exchange_openapi.batch_answers(),
            **_refusals(401, 403, 409, 410, 422, 429, 503),
        },
    }


def _either_feed() -> dict[str, Any]:
    both = {"oneOf": [schemas.ChangesSchema, exchange_schemas.EnvelopeSchema]}
    plain, signed = examples.CHANGES, exchange_openapi.envelope()["application/json"]["example"]
    return {"application/json": {"schema": both, "examples": {"plain": {"value": plain}, "signed": {"value": signed}}}}


def _model() -> _Operation:
    described = _open(
        "read_model", "The matching model: what is compared, how it weighs, and why", model_schemas.ModelSchema
    )
    described["tags"] = ["model"]
    described["responses"]["200"]["content"] = _content(model_schemas.ModelSchema, examples.MODEL)
    return described


def _open(name: str, summary: str, schema: Any, *refusals: int) -> _Operation:
    answer = {"description": summary, "content": _content(schema, {"status": name})}
    return {
        "operationId": name,
        "tags": ["operation"],
        "summary": summary,
        "security": [],
        "responses": {"200": answer, **_refusals(*refusals)},
    }


def _metrics() -> _Operation:
    content = {"text/plain": {"schema": {"type": "string"}}}
    answer = {"description": "Prometheus text format", "content": content}
    return {
        "operationId": "metrics",
        "tags": ["operation"],
        "summary": "Numbers for the operator",
        "security": [],
        "responses": {"200": answer},
    }


def _content(schema: Any, example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, "example": example}}


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": schemas.ProblemSchema, "examples": examples.problems(status)}}
    described: dict[str, Any] = {"description": _PROBLEMS[status], "content": content, "headers": _IN_LANGUAGE}
    if status in {429, 503}:
        described["headers"] = _RETRY | _IN_LANGUAGE
    if status == 409:
        described["headers"] = _RETRY_IN_PROGRESS | _IN_LANGUAGE
    if status == 401:
        described["headers"] = _CHALLENGE | _IN_LANGUAGE
    return described
