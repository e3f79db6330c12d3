"""How the OpenAPI document describes the door by which partners compare what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.rest import digest_schemas
from api.rest.exchange_schemas import EnvelopeSchema
from api.rest.limits import STEP_BYTES
from api.rest.query import HIGHEST_VERSION
from registry.exchange.digest_statement import MOST_BUCKETS_AT_ONCE, MOST_ROWS_AT_ONCE

_ASKED = "5f0c7a9e6b8d4c1fa2e3d4c5b6a79880"
_STATEMENT = (
    '{"format":"food-ban-digests/1","region":"hub","for":"33","epoch":"' + _ASKED + '","version":7,'
    '"taken":{"epoch":null,"to":0},"asked":"' + _ASKED + '","made_at":"2026-11-30T04:00:00.000000Z","buckets":[],'
    '"members":{"7":[]},"changed":[],"items":[],"doubtful":[]}'
)
_ENVELOPE = {
    "batch": _STATEMENT,
    "signatures": [
        {"key": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "algorithm": "ed25519", "value": "c2lnbmF0dXJl"}
    ],
}
_AT = {
    "name": "at",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0, "maximum": HIGHEST_VERSION, "default": 0},
    "description": "The last of the answerer's numbers the asker has taken: later changes are on the way.",
}
_NONCE = {
    "name": "asked",
    "in": "query",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "description": "Of the asker's choice, never used before; the answer repeats it, so that no older one passes.",
}


def digest_paths(
    refusals: Callable[..., dict[str, Any]], parameters: list[dict[str, Any]]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with all."""
    read = refusals(401, 403, 422, 429, 503)
    buckets = {
        "name": "buckets",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]{1,4}(,[0-9]{1,4})*$"},
        "description": f"Bucket numbers (0–1023), separated by commas, at most {MOST_BUCKETS_AT_ONCE}.",
        "example": "7,19",
    }
    return {
        "/v1/digests": {
            "get": _reading("read_digests", "Digests of all 1,024 buckets", [_AT, _NONCE, *parameters], read)
        },
        "/v1/digests/{buckets}": {
            "get": _reading("read_members", "The members of some buckets", [buckets, _AT, _NONCE, *parameters], read)
        },
        "/v1/restatements": {"post": _rows(parameters, refusals(400, 401, 403, 413, 415, 422, 429, 503))},
    }


def _reading(name: str, summary: str, parameters: list[dict[str, Any]], refused: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["exchange"],
        "summary": summary,
        "description": "Reckoned anew each time, never cached: an altered row moves no version.",
        "parameters": parameters,
        "responses": {"200": {"description": "A signed statement", "content": _content()}, **refused},
    }


def _rows(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> dict[str, Any]:
    example = {"asked": _ASKED, "rows": [["33", "R001"]]}
    asked = {"application/json": {"schema": digest_schemas.RowsAskedSchema, "example": example}}
    return {
        "operationId": "read_rows",
        "tags": ["exchange"],
        "summary": "Rows that differ, as they stand here",
        "description": f"At most {MOST_ROWS_AT_ONCE:,} rows and {STEP_BYTES:,} bytes; recorded before it is answered.",
        "parameters": parameters,
        "requestBody": {"required": True, "content": asked},
        "responses": {"200": {"description": "A signed statement", "content": _content()}, **refused},
    }


def _content() -> dict[str, Any]:
    return {"application/json": {"schema": EnvelopeSchema, "example": _ENVELOPE}}
