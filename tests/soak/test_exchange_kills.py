"""Hub, province and their workers killed at random moments lose no acknowledged change and double none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.exchange_kills import kill_while_exchanging, simply
from tests.soak.exchange_pair import two_sides

ROUNDS = 10
"""On each of the two databases; `make soak` kills 200 times."""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_acknowledged_change_is_lost_or_doubled_by_a_kill(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    server = request.getfixturevalue("postgresql_server") if database == "postgresql" else None
    outcome = kill_while_exchanging(*two_sides(tmp_path, server), "make test", ROUNDS, simply)
    assert outcome.wrong == []
    assert outcome.kills.total() == ROUNDS
    assert outcome.said > ROUNDS
