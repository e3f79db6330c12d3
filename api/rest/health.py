"""Whether the process lives, and whether it can answer checks."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from api.rest.checks import desk

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Say that the process answers at all; it says nothing of the store."""
    return _status("alive")


@health.get("/readyz")
def ready() -> Response:
    """Say that checks can be answered: the store answers and takes writes, its keys fit, the list is in memory."""
    at = desk()
    at.services.store.require_keys()
    with at.services.store.read() as uow, at.index.caught_up(uow):
        pass
    at.journal.try_write()
    return _status("ready")


def _status(word: str) -> Response:
    return Response(orjson.dumps({"status": word}), content_type="application/json")
