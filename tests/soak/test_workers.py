"""Workers that are killed or stopped in the middle of a run, or lose their database, do each slot's work once."""

from __future__ import annotations

from pathlib import Path

from registry.bootstrap import initialise
from registry.settings import Settings
from tests.conftest import create_database
from tests.soak.restarted_database import RestartedDatabase
from tests.soak.workers import trouble_workers

ROUNDS = 5
"""On each database; `make soak` does forty times as many."""


def test_killed_and_stopped_workers_do_each_slots_work_once(empty_database_url: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, empty_database_url, tmp_path / "keys.json")
    initialise(settings).store.close()
    outcome = trouble_workers(settings, "make test", ROUNDS)
    assert outcome.wrong == []
    assert outcome.kills + outcome.pauses == ROUNDS
    assert outcome.resumed > 0


def test_a_database_that_restarts_under_two_workers_costs_no_step_and_doubles_none(tmp_path: Path) -> None:
    with RestartedDatabase() as server:
        settings = Settings(tmp_path, create_database(server.url, "restarted"), tmp_path / "keys.json")
        initialise(settings).store.close()
        outcome = trouble_workers(settings, "restarts", 4, server.restart)
    assert outcome.wrong == []
    assert outcome.restarts > 0
