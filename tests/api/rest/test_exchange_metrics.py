"""The operator's metrics say how the exchange with each partner goes, and nothing about anybody."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from registry.clock import FixedClock
from registry.services.context import Services
from registry.services.retain import apply_retention
from registry.store.exchange_tables import exchange_run, held_batch
from registry.store.list_values import QuarantinedRow

Labels = tuple[str, ...]


def shown(app: Flask) -> Mapping[str, Mapping[Labels, float]]:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(sample.labels[name] for name in ("partner", "work", "outcome") if name in sample.labels)
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def run(services: Services, outcome: str, behind: int | None = None, work: str = "pull") -> None:
    values = {"partner": "34", "work": work, "started_at": services.clock.now(), "outcome": outcome, "behind": behind}
    with services.store.write() as uow:
        uow.transaction.connection.execute(insert(exchange_run), values)


def test_metrics_say_how_fresh_how_far_behind_and_how_held_up_each_partner_is(
    app: Flask, services: Services, clock: FixedClock
) -> None:
    level_at = clock.now()
    with services.store.write() as uow:
        uow.exchange.keep("34", last_success_at=level_at, taken_to=5, announced_to=9)
        uow.exchange.keep("hub", last_fault="refused")
        uow.quarantine.keep("f" * 64, [QuarantinedRow("34", "R-1", 7, "birth_date", "date", "no day", "{}")])
        held = {"hold_no": "H-1", "partner": "34", "digest": "0" * 64, "reason_code": "gap", "detail": ""}
        row = {**held, "state": "open", "received_at": level_at}
        uow.transaction.connection.execute(insert(held_batch), row)
    run(services, "done", 0)
    clock.advance(datetime.timedelta(minutes=7))
    run(services, "held", 4)
    run(services, "running")
    figures = shown(app)
    assert figures["registry_sync_last_success_timestamp_seconds"] == {("34",): level_at.timestamp(), ("hub",): 0}
    assert figures["registry_sync_behind_changes"] == {("34",): 4, ("hub",): 0}
    assert figures["registry_sync_lag_seconds"] == {("34",): 420}
    assert figures["registry_sync_held_batches"] == {("34",): 1, ("hub",): 0}
    assert figures["registry_quarantine_rows"] == {(): 1}
    assert figures["registry_sync_runs_total"] == {("34", "pull", "done"): 1, ("34", "pull", "held"): 1}


def test_what_is_counted_of_all_runs_never_goes_back_when_old_ones_are_forgotten(
    app: Flask, services: Services, clock: FixedClock
) -> None:
    for _ in range(2):
        for _ in range(3):
            run(services, "done", 0)
        run(services, "failed", work="push")
        clock.advance(datetime.timedelta(days=3_000))
        apply_retention(services, actor="test")
    run(services, "done", 0)
    with services.store.read() as uow:
        assert len(uow.exchange.runs("34")) == 1
    figures = shown(app)["registry_sync_runs_total"]
    assert figures == {("34", "pull", "done"): 7, ("34", "push", "failed"): 2}
