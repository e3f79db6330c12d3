"""Counters for the operator: numbers of requests, durations and verdicts, nothing about anybody.

Several worker processes serve one port; each writes its numbers to files in PROMETHEUS_MULTIPROC_DIR (set by
`registry serve`) and whichever worker is asked adds them all up.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from registry.errors import UnavailableError
from registry.services.log_health import log_health

if TYPE_CHECKING:
    from registry.services.check_applicants import CheckDesk

DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

metrics = Blueprint("metrics", __name__)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
REQUESTS = Counter("registry_requests_total", "Requests answered", ["route", "method", "status"])
DURATION = Histogram("registry_request_seconds", "Time to answer", ["route"], buckets=_SECONDS)
VERDICTS = Counter("registry_checks_total", "Checks answered", ["verdict"])


@metrics.get("/metrics")
def show() -> Response:
    """Give the numbers of all worker processes in the Prometheus text format."""
    source = REGISTRY
    if os.environ.get(DIRECTORY_VARIABLE):
        source = CollectorRegistry()
        MultiProcessCollector(source)  # type: ignore[no-untyped-call]
    return Response(generate_latest(source) + _of_the_log(), content_type=CONTENT_TYPE_LATEST)


def _of_the_log() -> bytes:
    """Return how the log fares, read from the store as it is asked for; nothing where the store does not answer."""
    gauges = CollectorRegistry()
    try:
        with cast("CheckDesk", current_app.extensions["desk"]).services.store.read() as uow:
            log = log_health(uow)
    except UnavailableError:
        return b""
    for name, says, value in (
        ("registry_log_size", "Leaves under the newest signed head", log.size),
        ("registry_log_waiting_seconds", "Seconds the oldest entry has waited for its place", log.waiting_seconds),
        ("registry_log_in_doubt", "1 while the log is in doubt", log.in_doubt),
        (
            "registry_log_late_witnesses",
            "Witnesses that have left a head unsigned for too long",
            len(log.late_witnesses),
        ),
        ("registry_alarms", "Alarms that are open", log.alarms),
    ):
        Gauge(name, says, registry=gauges).set(value)
    return generate_latest(gauges)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule is not None else "none"
    REQUESTS.labels(route, request.method if request.url_rule is not None else "other", response.status_code).inc()
    DURATION.labels(route).observe(time.perf_counter() - g.began)
    return response


def register(app: Flask) -> None:
    """Count every answer of this application."""
    app.after_request(_count)
