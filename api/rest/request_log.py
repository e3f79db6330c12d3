"""One line of JSON for each request: its number, route, status, time and client; never a name, number, body or key."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from typing import TextIO

import orjson
import structlog
from flask import Flask, Response, g, request

_log = structlog.get_logger("api.rest")
ID_HEADER = "X-Request-Id"


def configure(stream: TextIO = sys.stderr, *, lasting: bool = True) -> None:
    """Write the logs of this process as JSON lines; `lasting` loggers are built once and never look again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event, default=str).decode()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=lasting,
    )


def _begin() -> None:
    # A number of our own: one a caller chose could carry anything into the log.
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()
    g.client_id = None


def _end(response: Response) -> Response:
    response.headers[ID_HEADER] = g.request_id
    _log.info(
        "request",
        request_id=g.request_id,
        method=request.method if request.url_rule is not None else "other",
        route=request.url_rule.rule if request.url_rule is not None else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
        client=g.client_id,
    )
    return response


def register(app: Flask) -> None:
    """Number and log every request of this application."""
    app.before_request(_begin)
    app.after_request(_end)
