"""Hub and province over real HTTP: they come to hold the same, and no trouble on the line loses or doubles anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from registry.settings import Role, Settings
from tests.conftest import create_database
from tests.soak.exchange_changes import Changes, differences
from tests.soak.exchange_faults import FORGERIES, STRANGERS, tried
from tests.soak.exchange_pair import Pair, pair, settings_of
from tests.soak.troubled_line import TROUBLES

Sides = tuple[Settings, Settings]


@pytest.fixture(params=["sqlite", "postgresql"])
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Sides:
    """The settings of a hub and of a province's own system, each with an empty database of its own."""
    return two_sides(tmp_path, request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None)


def two_sides(directory: Path, server: str | None) -> Sides:
    """Return the settings of both sides; without a server they are on SQLite."""

    def side(role: Role) -> Settings:
        home = directory / role
        name = f"exchange_{role}_{abs(hash(str(directory)))}"
        return settings_of(home, create_database(server, name) if server else f"sqlite:///{home}/list.sqlite3", role)

    return side(Role.HUB), side(Role.PROVINCE)


@pytest.fixture
def both(sides: Sides) -> Iterator[Pair]:
    with pair(*sides, Random("make test"), (None, None)) as connected:
        yield connected


def test_each_side_takes_what_the_other_has_and_then_holds_the_same(both: Pair) -> None:
    changes = Changes(Random("make test"))
    for _ in range(4):
        changes.make(both.hub.services, both.province.services)
        assert both.cycle() == []
    assert differences(both.hub.services, both.province.services, changes) == []


def test_whatever_troubles_the_line_nothing_is_lost_or_doubled_and_both_sides_come_to_be_equal(sides: Sides) -> None:
    outcome = tried(*sides, "make test", len(TROUBLES) + len(FORGERIES) + len(STRANGERS))
    assert outcome.wrong == []
    assert set(outcome.rounds) == {*TROUBLES, *FORGERIES, *STRANGERS}
    assert {*FORGERIES, *STRANGERS} <= set(outcome.met)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_out_stops_nothing(sides: Sides, days: int) -> None:
    assert tried(*sides, "make test", 2, skew_days=days).wrong == []
