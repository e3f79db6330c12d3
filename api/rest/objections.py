"""The objections' door: a person objects through any licensing office, whose system passes it on and asks after it."""

from __future__ import annotations

import datetime
from typing import Any

import orjson
from flask import Blueprint, Response

from api.rest import objection_schemas as schemas
from api.rest.acting import JSON, Posting, Values, acted, stated
from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.limits import NOTE_BYTES
from registry.errors import FieldFault, InvalidInputError
from registry.ledger.leaf import spell_instant
from registry.services.desk_actor import NamedActor
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_objections import read_own_objection
from registry.store.client_repository import Client
from registry.store.objection_repository import StoredObjection

objections = Blueprint("objections", __name__)


@objections.post("/v1/objections")
def lodge() -> Response:
    """Lodge an objection a person makes through this system's office."""

    def act(client: Client, values: Values) -> object:
        actor = NamedActor(client.actor, None if client.region is None else client.region[:2])
        lodging = Lodging(**{**values, "received_on": _day(values["received_on"])}, client_id=client.id)
        return _objection(lodge_objection(desk().services, lodging, actor))

    return acted(Posting(Right.OBJECT, stated(schemas.OBJECTION), act, most=NOTE_BYTES))


@objections.get("/v1/objections/<objection_no>")
def show(objection_no: str) -> Response:
    """Show how an objection stands that was lodged through this system."""
    client = admit_reader(desk(), Right.OBJECT)
    found = read_own_objection(desk().services, objection_no, client)
    return Response(orjson.dumps(_objection(found)), content_type=JSON)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError([FieldFault("/received_on", "not_a_date", "must be a day that exists")]) from None


def _objection(found: StoredObjection) -> dict[str, Any]:
    return {
        "objection_no": found.objection_no,
        "ban_no": found.ban_no,
        "check_no": found.check_no,
        "state": found.state.value,
        "received_on": found.received_on.isoformat(),
        "due_on": found.due_on.isoformat(),
        "correction_pending": found.correction_pending,
        "decided_at": None if found.decided_at is None else spell_instant(found.decided_at),
        "reason": found.reason,
    }
