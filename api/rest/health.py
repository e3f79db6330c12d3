"""Whether the process lives, and whether it can answer checks."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from api.rest.checks import desk
from registry.services.log_health import LogHealth, log_health
from registry.services.sequence_log import require_trusted

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Say that the process answers at all; it says nothing of the store."""
    return _status("alive")


@health.get("/readyz")
def ready() -> Response:
    """Say that checks can be answered: the store answers and takes writes, its keys fit, the list is in memory.

    How the log fares stands beside it; only a log in doubt makes the service unready.
    """
    at = desk()
    at.services.store.require_keys()
    at.standing(b"")
    with at.services.store.read() as uow, at.index.caught_up(uow):
        require_trusted(uow)
        log = log_health(uow)
    at.journal.try_write()
    return _status("ready", log=_told(log))


def _told(log: LogHealth) -> dict[str, object]:
    return {
        "size": log.size,
        "waiting_seconds": round(log.waiting_seconds, 1),
        "late": log.is_late,
        "late_witnesses": list(log.late_witnesses),
        "alarms": log.alarms,
    }


def _status(word: str, **more: object) -> Response:
    return Response(orjson.dumps({"status": word, **more}), content_type="application/json")
