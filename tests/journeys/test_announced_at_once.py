"""What one province's system puts on the list holds in another's, over the hub, without waiting for a schedule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.announcements import announce_changes


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_change_in_one_province_is_announced_and_taken_by_the_hub_and_then_by_the_other(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: str | None = request.getfixturevalue("postgresql_server") if database == "postgresql" else None
    outcome = announce_changes(tmp_path, server, "make test", 3)
    assert outcome.wrong == []
    assert len(outcome.seconds) == 3
