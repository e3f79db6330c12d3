"""One line of JSON for each request of the console: number, route, status, time and the user's number; no more."""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, g, request

from api.console.admission import whoever

_log = structlog.get_logger("api.console")


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    signed_in = whoever()
    response.headers["X-Request-Id"] = g.request_id
    _log.info(
        "request",
        request_id=g.request_id,
        method=request.method if request.url_rule is not None else "other",
        route=f"/console{request.url_rule.rule}" if request.url_rule is not None else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
        user=signed_in.actor.user_id if signed_in else None,
    )
    return response


def register(app: Flask) -> None:
    """Number and log every request of the console."""
    app.before_request(_begin)
    app.after_request(_end)
