"""The log's door: heads, proofs, public keys, and where witnesses hand in their cosignatures.

Heads, growth and keys are open to everybody, for whoever is to trust the log must be able to watch it. They tell how
many acts there were and nothing of any. A leaf's proof needs a key, and by check number the right to that check.
"""

from __future__ import annotations

import re

import orjson
from flask import Blueprint, Response, request

from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.problems import MalformedBodyError
from api.rest.reception import received
from registry.errors import FieldFault, InvalidInputError
from registry.services.prove_log import (
    ProvenLeaf,
    newest_checkpoint,
    prove_check,
    prove_growth,
    prove_leaf,
    take_cosignatures,
)
from registry.services.publish_keys import publish_keys
from registry.services.read_check import may_read

log = Blueprint("log", __name__)

NOTE_BYTES = 16_384
LARGEST_SIZE = 2**53 - 1
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NOBODY = 0
_TEXT = "text/plain; charset=utf-8"


@log.get("/v1/log/checkpoint")
def checkpoint() -> Response:
    """Give the head signed last."""
    with desk().services.store.read() as uow:
        return Response(newest_checkpoint(uow), content_type=_TEXT)


@log.get("/v1/log/keys")
def keys() -> Response:
    """Give the public keys."""
    return _json(publish_keys(desk().services.store))


@log.get("/v1/log/consistency")
def consistency() -> Response:
    """Prove that a head begins with an earlier one."""
    first, second = _size("first"), _size("second")
    if first is None or second is None:
        raise InvalidInputError([FieldFault("first" if first is None else "second", "required", "must be stated")])
    with desk().services.store.read() as uow:
        hashes = prove_growth(uow, first, second)
    return _json({"first": first, "second": second, "hashes": [each.hex() for each in hashes]})


@log.get("/v1/log/inclusion")
def inclusion() -> Response:
    """Prove that a leaf, or the decision of a check, is in the log."""
    return _json(_proven().as_json())


@log.post("/v1/log/cosignatures")
def cosignatures() -> Response:
    """Take a head with the signatures of witnesses below it."""
    request.max_content_length = NOTE_BYTES
    try:
        written = received(_NOBODY).decode()
    except UnicodeDecodeError:
        raise MalformedBodyError("the body is no text") from None
    return _json({"taken": take_cosignatures(desk().services.store, written)})


def _proven() -> ProvenLeaf:
    leaf, check_no, size = request.args.get("leaf"), request.args.get("check_no"), _size("size")
    client = admit_reader(desk(), Right.READ_PROOF)
    with desk().services.store.read() as uow:
        if check_no is not None:
            may_read(uow, client, check_no)
            return prove_check(uow, check_no, size)
        if leaf is None or _HASH.fullmatch(leaf) is None:
            raise InvalidInputError([FieldFault("leaf", "leaf_hash", "must be 64 hexadecimal digits")])
        return prove_leaf(uow, bytes.fromhex(leaf), size)


def _size(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and 1 <= int(text) <= LARGEST_SIZE):
        raise InvalidInputError([FieldFault(name, f"whole_number:1–{LARGEST_SIZE}", "must be a whole number")])
    return int(text)


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")
