"""Five replicas over the worst of lines: when it grows quiet all hold the same, nothing lost, nothing twice."""

from __future__ import annotations

from pathlib import Path

from registry.privacy.keyring import Keyring
from tests.soak.five_replicas import Workshop, run

RUNS = 40
"""As many as have room in the tests (about half a second each); `make soak` does 2,000."""


def test_five_replicas_hold_the_same_once_it_has_grown_quiet(
    sqlite_template: Path, tmp_path: Path, keyring: Keyring
) -> None:
    met = run(Workshop.of(sqlite_template, tmp_path, keyring), RUNS, number=6)
    seen = met.seen
    assert seen["runs"] >= RUNS
    for what in ("reports", "sealed", "sent", "lost", "brought_back", "arrived_taken", "arrived_held"):
        assert seen[what] > 0, what
