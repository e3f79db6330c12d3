"""A province whose data is too old, or whose changes do not arrive, has an alarm until that is over."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import insert

from registry.clock import FixedClock
from registry.exchange.partner import ExchangeSchedule, Partner
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.watch_coverage import Watched, watch_coverage
from registry.store.alarm_repository import AlarmKind
from registry.store.exchange_tables import exchange_run

HOUR = datetime.timedelta(hours=1)
VISITED_HOURLY = ExchangeSchedule(pull_every=HOUR)
ANHUI = Partner("34", "feed", valid_until=30 * HOUR, schedule=VISITED_HOURLY)
JIANGSU = Partner("32", "drop", schedule=VISITED_HOURLY)


def cover(services: Services, *regions: str) -> None:
    with services.store.write() as uow:
        uow.coverage.advance(regions)


def visit(services: Services, partner: str, behind: int | None = 0, outcome: str = "done") -> None:
    now = services.clock.now()
    values = {"partner": partner, "work": "pull", "started_at": now, "outcome": outcome, "behind": behind}
    with services.store.write() as uow:
        uow.exchange.keep(partner, last_tried_at=now)
        uow.transaction.connection.execute(insert(exchange_run), values)


def alarms(services: Services) -> set[tuple[str, str]]:
    with services.store.read() as uow:
        return {(alarm.kind, alarm.subject) for alarm in uow.alarms.open()}


def recorded(services: Services) -> list[tuple[EventKind, str]]:
    with services.store.read() as uow:
        return [(entry.kind, str(entry.facts["subject"])) for _, entry, _, _ in uow.ledger.entries()]


def test_a_province_past_its_valid_until_has_an_alarm_until_it_is_heard_of_again(
    services: Services, clock: FixedClock
) -> None:
    cover(services, "34", "32")
    visit(services, "34")
    assert watch_coverage(services, [ANHUI, JIANGSU]) == Watched((), ())
    clock.advance(30 * HOUR)
    visit(services, "34")
    assert watch_coverage(services, [ANHUI, JIANGSU]).stale == ()
    clock.advance(datetime.timedelta(seconds=1))
    for _ in range(2):
        assert watch_coverage(services, [ANHUI, JIANGSU]).stale == ("34",)
    assert (AlarmKind.PROVINCE_STALE, "34") in alarms(services)
    cover(services, "34")
    assert watch_coverage(services, [ANHUI, JIANGSU]).stale == ()
    assert alarms(services) == set()
    assert recorded(services) == [(EventKind.ALARM_RAISED, "34"), (EventKind.ALARM_CLEARED, "34")]


def test_a_province_that_was_never_heard_of_and_one_that_is_nobodys_partner_have_no_alarm(
    services: Services, clock: FixedClock
) -> None:
    cover(services, "33")
    clock.advance(100 * 24 * HOUR)
    assert watch_coverage(services, [ANHUI]) == Watched((), ())


@pytest.mark.parametrize(("behind", "outcome"), [(5, "done"), (5, "held"), (None, "failed")])
def test_a_partner_whose_changes_have_not_all_arrived_for_three_visits_time_lags(
    services: Services, clock: FixedClock, behind: int | None, outcome: str
) -> None:
    visit(services, "32")
    clock.advance(3 * HOUR)
    visit(services, "32", behind, outcome)
    assert watch_coverage(services, [JIANGSU]).lagging == ()
    clock.advance(datetime.timedelta(seconds=1))
    assert watch_coverage(services, [JIANGSU]).lagging == ("32",)
    assert alarms(services) == {(AlarmKind.PROVINCE_LAGS, "32")}
    visit(services, "32")
    assert watch_coverage(services, [JIANGSU]).lagging == ()
    assert alarms(services) == set()


def test_a_partner_that_was_never_level_lags_from_its_first_visit_on(services: Services, clock: FixedClock) -> None:
    visit(services, "32", None, "failed")
    clock.advance(4 * HOUR)
    assert watch_coverage(services, [JIANGSU]).lagging == ("32",)
