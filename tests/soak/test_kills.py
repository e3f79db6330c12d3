"""A server killed at random moments under load loses no acknowledged decision and doubles none."""

from __future__ import annotations

from pathlib import Path

from registry.bootstrap import initialise
from registry.settings import Settings
from tests.soak.kills import kill_under_load, served_simply

ROUNDS = 10
"""On each of the two databases; `make soak` kills real servers 200 times, ten times as many."""


def test_no_acknowledged_decision_is_lost_or_doubled_by_a_kill(empty_database_url: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, empty_database_url, tmp_path / "keys.json")
    initialise(settings).store.close()
    outcome = kill_under_load(settings, "make test", ROUNDS, served_simply)
    assert outcome.wrong == []
    assert outcome.rounds == ROUNDS
    assert len(outcome.acknowledged) > ROUNDS * 3
