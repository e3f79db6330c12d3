"""Counters for the operator: numbers of requests, durations and verdicts, nothing about anybody.

Several worker processes serve one port; each writes its numbers to files in PROMETHEUS_MULTIPROC_DIR (set by
`registry serve`) and whichever worker is asked adds them all up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
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
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from registry.errors import UnavailableError
from registry.services.exchange_health import ExchangeHealth, exchange_health
from registry.services.log_health import LogHealth, log_health

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
    return Response(generate_latest(source) + _of_the_store(), content_type=CONTENT_TYPE_LATEST)


def _of_the_store() -> bytes:
    """Return how log and exchange fare, read from the store as asked for; nothing where it does not answer."""
    try:
        with cast("CheckDesk", current_app.extensions["desk"]).services.store.read() as uow:
            log, exchange = log_health(uow), exchange_health(uow)
    except UnavailableError:
        return b""
    return _of_the_log(log) + generate_latest(_collected(exchange))


def _of_the_log(log: LogHealth) -> bytes:
    gauges = CollectorRegistry()
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


class _Exchange:
    """What is measured of the exchange with partners, as Prometheus collects it."""

    def __init__(self, health: ExchangeHealth) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Give every figure by partner; a partner that was never visited with success has the time 0."""
        health = self._health
        at, behind, lag, held = (GaugeMetricFamily(name, says, labels=["partner"]) for name, says in _OF_A_PARTNER)
        for each in health.partners:
            at.add_metric([each.partner], each.last_success_at.timestamp() if each.last_success_at else 0)
            behind.add_metric([each.partner], each.behind)
            held.add_metric([each.partner], each.held)
            if each.level_since is not None:
                lag.add_metric([each.partner], max(0.0, (health.at - each.level_since).total_seconds()))
        yield from (at, behind, lag, held)
        yield GaugeMetricFamily("registry_quarantine_rows", "Rows that wait in quarantine", value=health.quarantined)
        runs = CounterMetricFamily("registry_sync_runs", "Exchanges that ended", labels=["partner", "work", "outcome"])
        for kind, count in sorted(health.runs.items()):
            runs.add_metric(kind, count)
        yield runs


_OF_A_PARTNER = (
    ("registry_sync_last_success_timestamp_seconds", "When the last visit that ended well ended, in Unix time"),
    ("registry_sync_behind_changes", "Changes known of that were not taken yet"),
    ("registry_sync_lag_seconds", "Since when all the partner had is surely here, in seconds before now"),
    ("registry_sync_held_batches", "Batches held for a person"),
)


def _collected(health: ExchangeHealth) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Exchange(health))
    return registry


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule is not None else "none"
    REQUESTS.labels(route, request.method if request.url_rule is not None else "other", response.status_code).inc()
    DURATION.labels(route).observe(time.perf_counter() - g.began)
    return response


def register(app: Flask) -> None:
    """Count every answer of this application."""
    app.after_request(_count)
