"""How a body that asks for an act is taken: admitted, received, admitted anew, acted on, the answer kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from flask import Response, request
from marshmallow import Schema, ValidationError

from api.rest import idempotency, origin
from api.rest.auth import Right, admitted, counted_on_refusal, shown_key
from api.rest.checks import desk
from api.rest.idempotency import asked_once, given_back_on_failure
from api.rest.json_body import parsed
from api.rest.limits import STEP_BYTES
from api.rest.problems import UnsupportedMediaTypeError, faults_from
from api.rest.reception import received
from api.rest.signatures import signed_request
from registry.errors import FieldFault, InvalidInputError
from registry.services.desk_actor import NamedActor
from registry.services.spend_request import spending_of
from registry.store.client_repository import Client
from registry.store.idempotency_repository import StoredResponse

JSON: Final = "application/json"
Values = Mapping[str, Any]


def _whole(answer: object) -> object:
    return answer


def is_placed(field: str) -> bool:
    """Say whether a fault's field is a pointer already, or the name of a header."""
    return field.startswith("/") or field in {idempotency.HEADER, origin.HEADER}


def _below_the_body(field: str) -> str:
    return field if is_placed(field) else f"/{field}"


@dataclass(frozen=True, slots=True)
class Posting:
    """How one address takes its bodies: who may, how bytes become values, what is done with them.

    `kept` is what a repeat under the same idempotency key is told of an answer; `pointer` names a service's field
    within the body (RFC 6901). `replays`: whether a repeat under one key is told the first answer; where a state is
    stated (PUT), or something is to happen now, every request is acted on and its key is not looked at.
    """

    right: Right
    read: Callable[[bytes], Values]
    act: Callable[[Client, Values], object]
    kept: Callable[[object], object] = _whole
    pointer: Callable[[str], str] = _below_the_body
    types: tuple[str, ...] = (JSON,)
    most: int = STEP_BYTES
    replays: bool = True


def acted(posting: Posting) -> Response:
    """Admit, receive, admit anew after the last byte, act, and keep the answer under its idempotency key."""
    at = desk()
    key = shown_key()
    request.max_content_length = posting.most
    uploader = admitted(at.caller(key).client, at.services.clock.now(), posting.right)
    if request.mimetype not in posting.types:
        raise UnsupportedMediaTypeError("the body is not declared as one of the types this address takes")
    text = received(uploader.id)
    client = admitted(at.caller(key).client, at.services.clock.now(), posting.right)
    signed = signed_request(client, text, at.services.clock.now())
    spending = spending_of(client, signed.nonce if signed else None)
    with counted_on_refusal(at, spending), _named_fields(posting.pointer):
        response = _once(client, posting.read(text), posting)
    at.journal.spend(spending)
    return Response(response.body, status=response.status, content_type=JSON)


def stated(schema: Schema) -> Callable[[bytes], Values]:
    """Return what reads a JSON body by a schema."""
    return lambda text: loaded(schema, parsed(text))


def loaded(schema: Schema, body: object) -> Values:
    """Return the values of a body; raises InvalidInputError naming every field at fault."""
    try:
        return cast("Values", schema.load(cast("Values", body)))
    except ValidationError as refusal:
        raise InvalidInputError(faults_from(refusal.messages)) from None


def _once(client: Client, values: Values, posting: Posting) -> StoredResponse:
    """Act, under the idempotency key where one is stated; what was done under it before is only told again.

    Act and answer are two commits: where a process dies between them, asking again finds what was done (the document
    is known, the filing waits) and does not do it twice.
    """
    at = desk()
    asked = asked_once(client, _comparable(values)) if posting.replays else None
    if asked is None:
        return StoredResponse(200, orjson.dumps(posting.act(client, values)).decode())
    claim = at.journal.claim(asked)
    if isinstance(claim, StoredResponse):
        return claim
    with given_back_on_failure(at.journal, claim):
        answer = posting.act(client, values)
        kept = StoredResponse(200, orjson.dumps(posting.kept(answer)).decode())
        with at.services.store.write() as uow:
            uow.idempotency.finish(claim, kept)
    return StoredResponse(200, orjson.dumps(answer).decode())


def _comparable(values: Values) -> dict[str, object]:
    """Return values as JSON, a file by its digest."""
    return {
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for name, value in values.items()
    }


@contextmanager
def _named_fields(pointer: Callable[[str], str]) -> Iterator[None]:
    """Name the fields services find at fault as JSON pointers into the body (RFC 6901)."""
    try:
        yield
    except InvalidInputError as error:
        if type(error) is not InvalidInputError:
            raise
        raise InvalidInputError(
            [FieldFault(pointer(fault.field), fault.code, fault.reason) for fault in error.faults]
        ) from None


def actor_of(client: Client) -> NamedActor:
    """Return a client as one who acts."""
    return NamedActor(client.actor, None if client.region is None else client.region[:2])


def as_answer(body: object) -> Response:
    """Return a JSON answer."""
    return Response(orjson.dumps(body), content_type=JSON)
