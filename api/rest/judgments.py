"""The judgments' door: courts' systems lay judgments down, file them, and confirm what another system has filed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from api.rest import judgment_schemas as schemas
from api.rest.acting import JSON, Posting, acted, actor_of, as_answer, is_placed, loaded, stated
from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.json_body import parsed
from api.rest.judgment_answers import (
    certificate_received_as_json,
    confirmed_as_json,
    document_as_json,
    filed_as_json,
    received_as_json,
    without_people,
)
from api.rest.limits import JUDGMENT_BYTES, STEP_BYTES
from registry.errors import FieldFault, InvalidInputError, OutOfRegionError
from registry.services.confirm_judgment import confirm_judgment
from registry.services.desk_actor import NamedActor
from registry.services.file_certified_effect import file_certified_effect
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import read_document
from registry.services.receive_upload import ReceivedFile, UploadOutcome, receive_document
from registry.services.return_judgment import return_judgment
from registry.store.client_repository import Client

judgments = Blueprint("judgments", __name__)

_BYTES = "application/octet-stream"
_Values = Mapping[str, Any]
_Act = Callable[[NamedActor, _Values], object]
_OF_EFFECT = frozenset({"note", "number", "expected", "effective_date", "certificate", "document"})
_PLACE = re.compile(r"\[(\d+)\]")


@judgments.post("/v1/judgments")
def lay_down() -> Response:
    """Receive one judgment as a file: its bytes as the body, or as Base64 in JSON."""
    return _acted(_uploaded, _lay_down, types=(JSON, _BYTES), most=JUDGMENT_BYTES)


@judgments.get("/v1/judgments/<document_no>")
def show(document_no: str) -> Response:
    """Show a judgment of the client's region."""
    client = admit_reader(desk(), Right.READ_JUDGMENT)
    return as_answer(document_as_json(read_document(desk().services, document_no, actor_of(client))))


@judgments.post("/v1/judgments/<document_no>/file")
def file(document_no: str) -> Response:
    """Put a judgment before a second person."""

    def act(actor: NamedActor, values: _Values) -> object:
        services = desk().services
        return filed_as_json(file_judgment(services, document_no, actor=actor, **values))

    return _acted(stated(schemas.FILING), act)


@judgments.post("/v1/judgments/<document_no>/effect")
def effect(document_no: str) -> Response:
    """File the day a certificate of effect states; the certificate may be named, or sent as Base64."""

    def act(actor: NamedActor, values: _Values) -> object:
        return filed_as_json(file_certified_effect(desk().services, document_no, actor=actor, **values))

    return _acted(_certified, act, most=JUDGMENT_BYTES)


@judgments.post("/v1/judgments/<document_no>/confirmation")
def confirm(document_no: str) -> Response:
    """Confirm what another client, or a person, has filed."""

    def act(actor: NamedActor, values: _Values) -> object:
        return confirmed_as_json(confirm_judgment(desk().services, document_no, actor=actor, **values))

    return _acted(stated(schemas.CONFIRMATION), act)


@judgments.post("/v1/judgments/<document_no>/return")
def send_back(document_no: str) -> Response:
    """Send a filing back with a note; whoever filed it may take it back so."""

    def act(actor: NamedActor, values: _Values) -> object:
        return filed_as_json(return_judgment(desk().services, document_no, actor=actor, **values))

    return _acted(stated(schemas.RETURN), act)


def _acted(
    read: Callable[[bytes], _Values], act: _Act, *, types: tuple[str, ...] = (JSON,), most: int = STEP_BYTES
) -> Response:
    """Act for a court's system; what is told again under its key leaves out the content (`without_people`)."""

    def for_client(client: Client, values: _Values) -> object:
        return act(actor_of(client), values)

    kept, pointer = without_people, pointer_of
    return acted(Posting(Right.FILE_JUDGMENT, read, for_client, kept, pointer, types, most))


def _uploaded(text: bytes) -> _Values:
    if request.mimetype == _BYTES:
        return {"document": text, "name": None, "region": None, "although_known": False}
    values = dict(loaded(schemas.UPLOAD, parsed(text)))
    return values | {"document": _bytes_of(values["document"])}


def _certified(text: bytes) -> _Values:
    values = dict(loaded(schemas.EFFECT, parsed(text)))
    return values | {"document": None if values["document"] is None else _bytes_of(values["document"])}


def _bytes_of(document: str) -> bytes:
    try:
        return base64.b64decode(document, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError([FieldFault("/document", "not_base64", "must be Base64")]) from None


def _lay_down(actor: NamedActor, values: _Values) -> object:
    _require_own(actor.region, values["region"])
    found = receive_document(
        desk().services,
        values["document"],
        values["name"] or "judgment",
        actor=actor,
        region=values["region"],
        although_known=values["although_known"],
    )
    if found.certificate is not None:
        return certificate_received_as_json(found.certificate)
    if found.received is None:
        raise _unreadable(found)
    number = found.received.document_no
    document = None if number is None else read_document(desk().services, number, actor)
    return received_as_json(found.received, document)


def _require_own(own: str | None, stated: str | None) -> None:
    if own is not None and stated is not None and stated[:2] != own:
        raise OutOfRegionError([FieldFault("/region", f"region_not_yours:{own}", "is not this client's region")])


def _unreadable(found: ReceivedFile) -> InvalidInputError:
    if found.outcome is UploadOutcome.FAULTY:
        return InvalidInputError([FieldFault("/region", "region", found.says or "")])
    return InvalidInputError([FieldFault("/document", f"unreadable_document:{found.code}", found.says or "")])


def pointer_of(field: str) -> str:
    """Return a service's field as a pointer: defendants[0].counts[1] is /content/defendants/0/counts/1."""
    if is_placed(field):
        return field
    steps = _PLACE.sub(r".\1", field).split(".")
    own = _OF_EFFECT if request.path.endswith("/effect") else {"note", "number"}
    return "/" + "/".join(steps if steps[0] in own else ["content", *steps])
