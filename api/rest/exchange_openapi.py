"""How the OpenAPI document describes the exchange's door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.rest import exchange_schemas as schemas
from api.rest.exchange import LONGEST_KEY, MOST_PAGE
from api.rest.limits import STEP_BYTES
from api.rest.query import HIGHEST_VERSION

TAG = {
    "name": "exchange",
    "description": "各省同步 / the province protocol, docs/sync-protocol.md (keys of the role `province` only)",
}

_Operation = dict[str, Any]
_Refusals = Callable[..., dict[str, Any]]
_EPOCH = "5f0c7a9e6b8d4c1fa2e3d4c5b6a79880"
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ENVELOPE = {
    "batch": '{"format":"food-ban-batch/1","region":"hub","for":"33","epoch":"'
    + _EPOCH
    + '","kind":"changes","from":7,"to":7,"count":1,"previous":"'
    + _DIGEST
    + '","head":7,"page":null,"coverage":{},"made_at":"2026-11-30T04:00:00.000000Z","items":'
    '[{"number":7,"operation":"own"}]}',
    "signatures": [
        {"key": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "algorithm": "ed25519", "value": "c2lnbmF0dXJl"}
    ],
}
_ACKNOWLEDGEMENT = {
    "epoch": _EPOCH,
    "batch": _DIGEST,
    "from": 7,
    "to": 8,
    "outcomes": [[7, "in_force", None], [8, "quarantined", "unreadable_date"]],
}
_ANNOUNCEMENT = {"region": "33", "epoch": _EPOCH, "up_to": 7}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The digest of the batch given, or last taken."}}
_PACKED = {"Content-Encoding": {"schema": {"type": "string"}, "description": "gzip, where the asker takes it."}}
_ABOUT_SNAPSHOT = (
    "Without `after` the first page, which sets the version (`at`) all pages are of; `page.next` of each is the "
    "`after` of the next, null on the last. A snapshot broken off goes on at the page it had come to."
)
_ABOUT_ACKNOWLEDGEMENT = f"May be repeated; at most {STEP_BYTES:,} bytes of body."
_ABOUT_ANNOUNCEMENT = "Carries no data; may be lost, doubled or late without harm. `region` is who speaks."


def digest_parameter(name: str) -> dict[str, Any]:
    """Return the parameter that names the batch taken last."""
    schema = {"type": "string", "pattern": "^[0-9a-f]{64}$", "default": "0" * 64}
    return {"name": name, "in": "query", "schema": schema, "description": "The digest of the batch taken last."}


def epoch_parameter() -> dict[str, Any]:
    """Return the parameter that asks the feed for signed batches."""
    says = (
        "The epoch known; with it the answer is the next signed batch (province protocol), without it the plain feed."
    )
    return {
        "name": "epoch",
        "in": "query",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "description": says,
    }


def known_parameter() -> dict[str, Any]:
    """Return the header that names what the asker holds already."""
    return {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag of the batch taken last: 304 where nothing is new.",
    }


def batch_answers() -> dict[str, Any]:
    """Return how the feed answers where an epoch is named and nothing is new."""
    return {
        "204": {"description": "Nothing is new (of signed batches)", "headers": _ETAG},
        "304": {"description": "Nothing is new since the batch named", "headers": _ETAG},
    }


def exchange_paths(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with all."""
    posted = refusals(400, 401, 403, 413, 415, 422, 429, 503)
    return {
        "/v1/snapshot": {"get": _snapshot(parameters, refusals(401, 403, 409, 422, 429, 503))},
        "/v1/acknowledgements": {
            "post": _posting(
                ("acknowledge_batch", "Tell what became of a batch", _ABOUT_ACKNOWLEDGEMENT),
                (schemas.AcknowledgementSchema, _ACKNOWLEDGEMENT),
                (parameters, posted | refusals(404)),
            )
        },
        "/v1/announcements": {
            "post": _posting(
                ("announce_news", "Say that there is news", _ABOUT_ANNOUNCEMENT),
                (schemas.AnnouncementSchema, _ANNOUNCEMENT),
                (parameters, posted),
            )
        },
    }


def envelope() -> dict[str, Any]:
    """Return the content of an answer that is a batch."""
    return {"application/json": {"schema": schemas.EnvelopeSchema, "example": _ENVELOPE}}


def _snapshot(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> _Operation:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_PAGE, "default": MOST_PAGE}
    key = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^3[1-4]:.+$"}
    at = {"type": "integer", "minimum": 0, "maximum": HIGHEST_VERSION}
    return {
        "operationId": "read_snapshot",
        "tags": ["exchange"],
        "summary": "A page of the whole list as a signed batch",
        "description": _ABOUT_SNAPSHOT,
        "parameters": [
            {"name": "after", "in": "query", "schema": key},
            {"name": "at", "in": "query", "schema": at},
            {"name": "limit", "in": "query", "schema": limit},
            digest_parameter("previous"),
            *parameters,
        ],
        "responses": {
            "200": {"description": "The page, signed", "content": envelope(), "headers": _ETAG | _PACKED},
            **refused,
        },
    }


def _posting(
    about: tuple[str, str, str], asked: tuple[Any, Any], around: tuple[list[dict[str, Any]], dict[str, Any]]
) -> _Operation:
    noted = {"application/json": {"schema": schemas.NotedSchema, "example": {"noted": True}}}
    content = {"application/json": {"schema": asked[0], "example": asked[1]}}
    return {
        "operationId": about[0],
        "tags": ["exchange"],
        "summary": about[1],
        "description": about[2],
        "parameters": around[0],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "Noted, and durable", "content": noted}, **around[1]},
    }
