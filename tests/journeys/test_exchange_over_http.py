"""Hub and province over real HTTP: they come to hold the same, and no trouble on the line loses or doubles anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from registry.errors import PartnerUnavailableError
from registry.services.decide_hold import read_holds, release_hold
from registry.services.own_epoch import renew_epoch
from registry.settings import Settings
from registry.store.tables import list_record
from tests.registry.services.register_under_test import bans, rows
from tests.soak.exchange_changes import Changes, differences
from tests.soak.exchange_faults import TRIED, tried
from tests.soak.exchange_pair import Pair, pair, two_sides
from tests.soak.troubled_line import TROUBLES, every_other, reset_midway

Sides = tuple[Settings, Settings]


@pytest.fixture(params=["sqlite", "postgresql"])
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Sides:
    """The settings of a hub and of a province's own system, each with an empty database of its own."""
    return two_sides(tmp_path, request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None)


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
    outcome = tried(*sides, "make test", len(TRIED))
    assert outcome.wrong == []
    assert set(outcome.rounds) == set(TRIED)
    assert set(TRIED) - set(TROUBLES) <= set(outcome.met)


def test_a_snapshot_that_breaks_off_again_and_again_comes_to_its_end_page_by_page(both: Pair) -> None:
    changes, rng = Changes(Random("make test")), Random("make test")
    changes.take(both.hub.services, [changes.new(rng.choice(("31", "32", "34"))) for _ in range(60)])
    small = replace(both.province.partner, limits=replace(both.province.partner.limits, items_per_batch=7))
    province = replace(both.province, partner=small)
    pages: list[int] = []
    for _ in range(30):
        province.line.trouble = every_other(reset_midway)
        with suppress(PartnerUnavailableError):
            province.visit()
            break
        pages.append(len(rows(province.services, list_record)))
    assert pages[0] < pages[-1]
    assert pages == sorted(pages)
    asked = [request for request in province.line.asked if request.startswith(b"GET /v1/snapshot")]
    assert sum(b"after=" not in request for request in asked) == 1
    assert differences(both.hub.services, province.services, changes) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_out_stops_nothing(sides: Sides, days: int) -> None:
    assert tried(*sides, "make test", 2, skew_days=days).wrong == []


def test_after_either_side_began_another_epoch_the_whole_list_is_taken_anew_and_stays_the_same(both: Pair) -> None:
    changes = Changes(Random("make test"))
    for side in both.sides:
        changes.make(both.hub.services, both.province.services)
        assert both.cycle() == []
        renew_epoch(side.services, actor="test")
        changes.make(both.hub.services, both.province.services)
        assert both.cycle() == []
        assert differences(both.hub.services, both.province.services, changes) == []


def test_what_would_take_many_rows_back_waits_for_a_person_and_the_list_stays_until_then(both: Pair) -> None:
    changes = Changes(Random("make test"))
    hub, province = both.hub, both.province
    changes.take(hub.services, [changes.new("31") for _ in range(12)])
    assert both.cycle() == []
    before = bans(province.services)
    changes.take(hub.services, [changes.withdrawn(row) for row in changes.standing(("31",))[:6]])
    for _ in range(2):
        assert both.cycle() == []
        assert bans(province.services) == before
    (held,) = read_holds(province.services)
    release_hold(province.services, province.partner, held.hold_no, reason="核对无误", actor="test")
    assert both.cycle() == []
    assert differences(hub.services, province.services, changes) == []
