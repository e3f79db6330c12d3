"""The exchange's door (docs/sync-protocol.md, 6): signed batches out, acknowledgements and announcements in.

Who asks is a client of the role `province`. At the regional centre its region names the partner; a province's own
system has one partner, the centre. What is given carries personal data and is recorded before it leaves.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

import orjson
from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from api.rest import exchange_schemas as schemas
from api.rest.auth import Right, admit_reader, admitted, counted_on_refusal, shown_key
from api.rest.checks import desk
from api.rest.json_body import parsed
from api.rest.limits import STEP_BYTES
from api.rest.problems import UnsupportedMediaTypeError, faults_from
from api.rest.query import HIGHEST_VERSION, hexadecimal, whole_number
from api.rest.reception import received
from api.rest.signatures import signed_request
from registry.errors import FieldFault, InvalidInputError, NotAllowedError, OutOfRegionError
from registry.exchange.adapter import Acknowledgement
from registry.exchange.batch import HUB, NO_BATCH
from registry.services.give_batch import SignedBatch, give_changes, give_snapshot
from registry.services.note_announcement import note_acknowledgement, note_announcement
from registry.services.spend_request import spending_of
from registry.settings import Role
from registry.store.client_repository import Client

exchange = Blueprint("exchange", __name__)

MOST_PAGE: Final = 1_000
LONGEST_KEY: Final = 300
_KEY: Final = re.compile(r"3[1-4]:.+")
_EPOCH_DIGITS: Final = 32
_DIGEST_DIGITS: Final = 64
_JSON: Final = "application/json"
_QUICK: Final = 5
"""How hard gzip tries: beyond it the bytes hardly shrink and the time doubles."""
_Values = Mapping[str, Any]
T = TypeVar("T")


@exchange.get("/v1/snapshot")
def snapshot() -> Response:
    """Give a page of the whole list; without `after` the first one, which sets the version it is of."""
    partner = partner_of(admit_reader(desk(), Right.EXCHANGE))
    limit = whole_number("limit", MOST_PAGE, 1, MOST_PAGE)
    after, at = _page_key(), whole_number("at", 0, 0, HIGHEST_VERSION) if "at" in request.args else None
    previous = hexadecimal("previous", _DIGEST_DIGITS, NO_BATCH)
    return _given(give_snapshot(desk().services, partner, after=after, at=at, previous=previous or "", most=limit))


@exchange.post("/v1/acknowledgements")
def acknowledge() -> Response:
    """Take down what became of a batch at its receiver."""

    def act(partner: str, values: _Values) -> None:
        note_acknowledgement(
            desk().services,
            partner,
            Acknowledgement(
                values["epoch"],
                values["batch"],
                values["first"],
                values["last"],
                [(str(key), outcome, code or "") for key, outcome, code in values["outcomes"]],
                values["accepted"],
            ),
        )

    return _noted(schemas.ACKNOWLEDGEMENT, act)


@exchange.post("/v1/announcements")
def announce() -> Response:
    """Take down that the partner has news; whoever is to fetch it is told by the store."""

    def act(partner: str, values: _Values) -> None:
        if values["region"] != partner:
            raise OutOfRegionError([FieldFault("/region", f"region_not_yours:{partner}", "speaks for another")])
        note_announcement(desk().services, partner, values["epoch"], values["up_to"])

    return _noted(schemas.ANNOUNCEMENT, act)


def give_changes_batch(client: Client, after: int, limit: int) -> Response:
    """Give the next batch after a number; 304 where the asker names the batch it took last, and nothing is new."""
    partner = partner_of(client)
    epoch = hexadecimal("epoch", _EPOCH_DIGITS, None)
    previous = hexadecimal("previous", _DIGEST_DIGITS, NO_BATCH) or NO_BATCH
    batch = give_changes(desk().services, partner, after=after, previous=previous, epoch=epoch, most=limit)
    return _given(batch) if batch is not None else _tagged(Response(status=204), previous)


def partner_of(client: Client) -> str:
    """Return the partner a client speaks for; raises NotAllowedError for a key of no region, which speaks for none."""
    if desk().services.settings.role is Role.PROVINCE:
        return HUB
    if client.region is None:
        raise NotAllowedError("the key was made for no region")
    return client.region[:2]


def _page_key() -> str | None:
    after = request.args.get("after")
    if after is not None and not (len(after) <= LONGEST_KEY and after.isprintable() and _KEY.fullmatch(after)):
        raise InvalidInputError([FieldFault("after", "page_key", "is no key of a page")])
    return after


def _given(batch: SignedBatch) -> Response:
    """Return a batch as its exact bytes, packed where the asker takes that."""
    return _tagged(packed(batch.content), batch.batch.digest)


def packed(content: bytes) -> Response:
    """Return an answer's exact bytes, packed where the asker takes that."""
    response = Response(content, content_type=_JSON)
    if request.accept_encodings["gzip"] > 0:
        response = Response(gzip.compress(content, _QUICK, mtime=0), content_type=_JSON)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _tagged(response: Response, digest: str) -> Response:
    response.set_etag(digest, weak=True)
    return cast("Response", response.make_conditional(request))


def _noted(schema: Schema, act: Callable[[str, _Values], None]) -> Response:
    """Take down what a partner states."""
    acted_on(schema, act)
    return Response(orjson.dumps({"noted": True}), content_type=_JSON)


def acted_on(schema: Schema, act: Callable[[str, _Values], T]) -> T:
    """Admit, receive, admit anew after the last byte, and do what a partner's body asks for; return what that gives."""
    at = desk()
    key = shown_key()
    request.max_content_length = STEP_BYTES
    sender = admitted(at.caller(key).client, at.services.clock.now(), Right.EXCHANGE)
    if request.mimetype != _JSON:
        raise UnsupportedMediaTypeError("the body is not declared as application/json")
    text = received(sender.id)
    client = admitted(at.caller(key).client, at.services.clock.now(), Right.EXCHANGE)
    signed = signed_request(client, text, at.services.clock.now())
    with counted_on_refusal(at, spending := spending_of(client, signed.nonce if signed else None)):
        given = act(partner_of(client), _loaded(schema, parsed(text)))
    at.journal.spend(spending)
    return given


def _loaded(schema: Schema, body: object) -> _Values:
    try:
        return cast("_Values", schema.load(cast("_Values", body)))
    except ValidationError as refusal:
        raise InvalidInputError(faults_from(refusal.messages)) from None
