"""How a client's step is taken: admitted, received, admitted anew after the last byte, done once, and answered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from flask import Response, request
from marshmallow import Schema, ValidationError

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
Act = Callable[[NamedActor, Values], object]


@dataclass(frozen=True, slots=True)
class Acts:
    """What the steps of one door have in common: the right they need, and what is kept to be told again.

    `pointer` names a field of a service as a JSON pointer into the body; `kept` is an answer without what names people.
    """

    right: Right
    pointer: Callable[[str], str]
    kept: Callable[[object], object]


def acted(
    acts: Acts, read: Callable[[bytes], Values], act: Act, *, types: tuple[str, ...] = (JSON,), most: int = STEP_BYTES
) -> Response:
    """Admit, receive, admit anew after the last byte, act, and keep the answer under its idempotency key."""
    at = desk()
    key = shown_key()
    request.max_content_length = most
    uploader = admitted(at.services.store.standing(key).client, at.services.clock.now(), acts.right)
    if request.mimetype not in types:
        raise UnsupportedMediaTypeError("the body is not declared as one of the types this address takes")
    text = received(uploader.id)
    client = admitted(at.services.store.standing(key).client, at.services.clock.now(), acts.right)
    signed = signed_request(client, text, at.services.clock.now())
    with (
        counted_on_refusal(at, spending := spending_of(client, signed.nonce if signed else None)),
        _named_fields(acts.pointer),
    ):
        values = read(text)
        response = _once(acts, client, values, act)
    at.journal.spend(spending)
    return Response(response.body, status=response.status, content_type=JSON)


def _once(acts: Acts, client: Client, values: Values, act: Act) -> StoredResponse:
    """Act, under the idempotency key where one is stated; what was done under it before is only told again.

    Act and answer are two commits: where a process dies between them, asking again finds what was done (the document
    is known, the filing waits) and does not do it twice. What is told again leaves out the content (`acts.kept`).
    """
    at = desk()
    asked = asked_once(client, _comparable(values))
    if asked is None:
        return StoredResponse(200, orjson.dumps(act(actor_of(client), values)).decode())
    claim = at.journal.claim(asked)
    if isinstance(claim, StoredResponse):
        return claim
    with given_back_on_failure(at.journal, claim):
        answer = act(actor_of(client), values)
        kept = StoredResponse(200, orjson.dumps(acts.kept(answer)).decode())
        with at.services.store.write() as uow:
            uow.idempotency.finish(claim, kept)
    return StoredResponse(200, orjson.dumps(answer).decode())


def _comparable(values: Values) -> dict[str, object]:
    """Return values as JSON, a file by its digest."""
    return {
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for name, value in values.items()
    }


def actor_of(client: Client) -> NamedActor:
    """Return a client as one who acts."""
    return NamedActor(client.actor, None if client.region is None else client.region[:2])


def stated(schema: Schema) -> Callable[[bytes], Values]:
    """Return how a JSON body of a shape is read."""
    return lambda text: loaded(schema, parsed(text))


def loaded(schema: Schema, body: object) -> Values:
    """Return a body of a shape. Raises InvalidInputError naming its fields as JSON pointers."""
    try:
        return cast("Values", schema.load(cast("Values", body)))
    except ValidationError as refusal:
        raise InvalidInputError(faults_from(refusal.messages)) from None


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


def as_answer(body: object) -> Response:
    """Return a JSON answer."""
    return Response(orjson.dumps(body), content_type=JSON)
