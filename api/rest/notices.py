"""The notices' door: a licensing system names an address, reads on from a number, and says that it has taken note."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Final

import orjson
from flask import Blueprint, Response

from api.rest import notice_schemas as schemas
from api.rest.acting import JSON, Posting, Values, acted, stated
from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.limits import NOTE_BYTES
from api.rest.query import HIGHEST_VERSION, require_known, whole_number
from api.rest.webhook_trials import trial
from registry.ledger.leaf import spell_instant
from registry.services.client_notices import (
    acknowledge_notice,
    end_webhook,
    find_webhook,
    read_notices,
    set_webhook,
    try_webhook,
)
from registry.services.deliver_notices import open_connection
from registry.store.client_repository import Client
from registry.store.notice_repository import StoredNotice, Webhook

notices = Blueprint("notices", __name__)

MOST_NOTICES: Final = 500
USUAL_NOTICES: Final = 100


@notices.put("/v1/webhook")
def put_webhook() -> Response:
    """Keep where this system wants to be told."""

    def act(client: Client, values: Values) -> object:
        return _webhook(set_webhook(desk().services, client, values["url"]))

    return acted(Posting(Right.BE_TOLD, stated(schemas.WEBHOOK), act, most=NOTE_BYTES, replays=False))


@notices.get("/v1/webhook")
def get_webhook() -> Response:
    """Show where this system is told."""
    client = admit_reader(desk(), Right.BE_TOLD)
    return _json(_webhook(find_webhook(desk().services, client)))


@notices.delete("/v1/webhook")
def delete_webhook() -> Response:
    """Stop telling this system: it asks by itself."""
    client = admit_reader(desk(), Right.BE_TOLD)
    end_webhook(desk().services, client)
    return Response(status=204)


@notices.post("/v1/webhook/test")
def test_webhook() -> Response:
    """Send a trial event to this system's address now."""

    def act(client: Client, _values: Values) -> object:
        services = desk().services
        with trial(client.id), closing(open_connection(services)) as connection:
            fault = try_webhook(services, client, connection)
        return {"delivered": fault is None, "fault": fault}

    return acted(Posting(Right.BE_TOLD, stated(schemas.NOTHING), act, most=NOTE_BYTES, replays=False))


@notices.get("/v1/notices")
def read() -> Response:
    """Give this system's own notices after a number."""
    client = admit_reader(desk(), Right.BE_TOLD)
    require_known("after", "limit")
    after = whole_number("after", 0, 0, HIGHEST_VERSION)
    found = read_notices(desk().services, client, after, whole_number("limit", USUAL_NOTICES, 1, MOST_NOTICES))
    return _json({"notices": [_notice(each) for each in found], "next": found[-1].number if found else after})


@notices.post("/v1/notices/<notice_no>/acknowledge")
def acknowledge(notice_no: str) -> Response:
    """Note that this system has taken note."""

    def act(client: Client, _values: Values) -> object:
        return _notice(acknowledge_notice(desk().services, client, notice_no))

    return acted(Posting(Right.BE_TOLD, stated(schemas.NOTHING), act, most=NOTE_BYTES))


def _webhook(hook: Webhook) -> dict[str, Any]:
    return {"url": hook.url, "made_at": spell_instant(hook.made_at)}


def _notice(notice: StoredNotice) -> dict[str, Any]:
    return {
        "notice_no": notice.notice_no,
        "number": notice.number,
        "kind": notice.kind.value,
        "check_no": notice.check_no,
        "application_no": notice.application_no,
        "made_at": spell_instant(notice.made_at),
        "acknowledge_by": None if notice.due_on is None else notice.due_on.isoformat(),
        "acknowledged_at": None if notice.acknowledged_at is None else spell_instant(notice.acknowledged_at),
        "content": dict(notice.content),
    }


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), content_type=JSON)
