"""The feed door: list changes after a version, for provinces; as signed batches where an epoch is named."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, request

from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.exchange import give_changes_batch
from api.rest.query import HIGHEST_VERSION, require_known, whole_number
from registry.services.read_changes import read_changes

changes = Blueprint("changes", __name__)

MOST_CHANGES = 1_000
USUAL_CHANGES = 100


@changes.get("/v1/changes")
def feed() -> Response:
    """Give a page of the feed, or the next signed batch of the exchange where the asker names an epoch."""
    client = admit_reader(desk(), Right.READ_CHANGES)
    require_known("after", "limit", "epoch", "previous")
    after = whole_number("after", 0, 0, HIGHEST_VERSION)
    limit = whole_number("limit", USUAL_CHANGES, 1, MOST_CHANGES)
    if "epoch" in request.args:
        return give_changes_batch(client, after, limit)
    with desk().services.store.read() as uow:
        page = read_changes(uow, after, limit)
    return Response(orjson.dumps(page), content_type="application/json")
