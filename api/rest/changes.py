"""The feed door: list changes after a version, for provinces."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, request

from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from registry.errors import FieldFault, InvalidInputError
from registry.services.read_changes import read_changes

changes = Blueprint("changes", __name__)

MOST_CHANGES = 1_000
USUAL_CHANGES = 100
HIGHEST_VERSION = 2**53 - 1


@changes.get("/v1/changes")
def feed() -> Response:
    """Give a page of the feed."""
    admit_reader(desk(), Right.READ_CHANGES)
    after = _whole("after", 0, 0, HIGHEST_VERSION)
    limit = _whole("limit", USUAL_CHANGES, 1, MOST_CHANGES)
    with desk().services.store.read() as uow:
        page = read_changes(uow, after, limit)
    return Response(orjson.dumps(page), content_type="application/json")


def _whole(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and least <= int(text) <= most):
        raise InvalidInputError([FieldFault(name, f"whole_number:{least}–{most}", "must be a whole number")])
    return int(text)
