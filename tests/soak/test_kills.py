"""A server killed at random moments under load loses no acknowledged decision and doubles none."""

from __future__ import annotations

from registry.settings import Settings
from tests.soak.kills import kill_under_load, served_simply

ROUNDS = 6
"""On each of the two databases; `make soak` kills real servers 200 times."""


def test_no_acknowledged_decision_is_lost_or_doubled_by_a_kill(settings: Settings) -> None:
    outcome = kill_under_load(settings, "make test", ROUNDS, served_simply)
    assert outcome.wrong == []
    assert outcome.rounds == ROUNDS
    assert len(outcome.acknowledged) > ROUNDS * 3
