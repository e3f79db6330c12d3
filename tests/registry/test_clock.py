"""A day is a day in Shanghai, an instant is aware and in UTC."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock, SystemClock, day_of

EVENING = datetime.datetime(2025, 11, 21, 15, 59, 59, tzinfo=datetime.UTC)


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    clock = FixedClock(EVENING)
    assert clock.today() == datetime.date(2025, 11, 21)
    clock.advance(datetime.timedelta(seconds=1))
    assert clock.today() == datetime.date(2025, 11, 22)
    assert clock.now() == datetime.datetime(2025, 11, 21, 16, tzinfo=datetime.UTC)


def test_an_instant_without_time_zone_is_refused() -> None:
    for use in (FixedClock, day_of):
        with pytest.raises(ValueError, match="time zone"):
            use(EVENING.replace(tzinfo=None))


def test_instants_are_in_utc_whatever_zone_they_came_in() -> None:
    shanghai = EVENING.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    assert FixedClock(shanghai).now().utcoffset() == datetime.timedelta(0)


def test_the_machines_clock_gives_aware_instants_and_their_day() -> None:
    clock = SystemClock()
    before = clock.now()
    assert before.utcoffset() == datetime.timedelta(0)
    assert clock.today() in {day_of(before), day_of(clock.now())}
