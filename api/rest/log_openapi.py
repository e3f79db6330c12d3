"""How the OpenAPI document describes the log's door."""

from __future__ import annotations

from typing import Any

from api.rest import log_schemas
from api.rest.log import LARGEST_SIZE, NOTE_BYTES

TAG = {"name": "log", "description": "审计日志 / the log of acts, for whoever verifies it"}

_Operation = dict[str, Any]
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_CHECKPOINT = "food-ban-registry/0123456789abcdef\n1\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n"
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_NOTE = {"text/plain": {"schema": {"type": "string"}}}
_KEY = {
    "version": 1,
    "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "use": "sig",
    "alg": "Ed25519",
    "verifier": "food-ban-registry/0123456789abcdef+0a1b2c3d+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
    "signs": True,
}
_PROOF = {"leaf_index": 0, "leaf_hash": _HASH, "size": 1, "hashes": [], "checkpoint": _CHECKPOINT, "proof": ""}


def log_paths(refusals: Any) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status."""
    head = {"200": {"description": "The head, signed by the log and cosigned by witnesses", "content": _NOTE}}
    growth = _answer("The proof", log_schemas.ConsistencySchema, {"first": 1, "second": 2, "hashes": [_HASH]})
    leaf = _answer("The proof", log_schemas.InclusionSchema, _PROOF)
    key_list = {"origin": "food-ban-registry/0123456789abcdef", "keys": [_KEY], "witnesses": []}
    keys = _answer("The keys", log_schemas.LogKeysSchema, key_list)
    taken = _answer("Kept", log_schemas.TakenSchema, {"taken": ["witness.example"]})
    page = {"200": {"description": "The page, with the public keys in it", "content": _PAGE}}
    return {
        "/v1/receipts/verify": {
            "get": _open(
                "show_receipt_page", "A page that verifies a receipt offline, in a browser", page | refusals(503)
            )
        },
        "/v1/log/checkpoint": {"get": _open("read_checkpoint", "The head signed last", head | refusals(404, 503))},
        "/v1/log/keys": {"get": _open("read_log_keys", "The public keys of log and witnesses", keys | refusals(503))},
        "/v1/log/consistency": {
            "get": {
                **_open(
                    "prove_consistency", "That a head begins with an earlier one", growth | refusals(404, 422, 503)
                ),
                "parameters": [_size("first", required=True), _size("second", required=True)],
            }
        },
        "/v1/log/inclusion": {"get": _inclusion(leaf | refusals(401, 404, 422, 429, 503))},
        "/v1/log/cosignatures": {
            "post": {
                **_open("give_cosignatures", "Hand in a cosigned head", taken | refusals(400, 413, 422, 503)),
                "requestBody": {"required": True, "content": _NOTE, "description": f"At most {NOTE_BYTES:,} bytes."},
            }
        },
    }


def _open(name: str, summary: str, responses: dict[str, Any]) -> _Operation:
    return {"operationId": name, "tags": ["log"], "summary": summary, "security": [], "responses": responses}


def _inclusion(responses: dict[str, Any]) -> _Operation:
    leaf = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {
        "operationId": "prove_inclusion",
        "tags": ["log"],
        "summary": "That an act is in the log",
        "description": "By `leaf`, the hash a receipt states (any key), or by `check_no` (whoever may read the check). "
        "An act is placed within about ten seconds; until then it is answered 404.",
        "parameters": [
            {"name": "leaf", "in": "query", "schema": leaf},
            {"name": "check_no", "in": "query", "schema": {"type": "string", "maxLength": 40}},
            _size("size"),
        ],
        "responses": responses,
    }


def _size(name: str, *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE}
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _answer(description: str, schema: Any, example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"200": {"description": description, "content": content}}
