"""What time it is: the one place the register asks, so that a test can answer instead."""

from __future__ import annotations

import calendar
import datetime
from typing import Protocol

# China has kept UTC+8 without daylight saving since 1991; instants the register reads from a clock are later.
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Says what instant it is (aware, UTC) and which day that is in Shanghai."""

    def now(self) -> datetime.datetime:
        """Return the present instant, aware and in UTC."""
        ...

    def today(self) -> datetime.date:
        """Return the present day in Asia/Shanghai, the day every ban is reckoned by."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime.datetime:
        """Return the present instant, aware and in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def today(self) -> datetime.date:
        """Return the present day in Asia/Shanghai."""
        return day_of(self.now())


class FixedClock:
    """A clock that stands until it is moved; for tests and for replaying a past day."""

    def __init__(self, instant: datetime.datetime) -> None:
        self._instant = _require_aware(instant)

    def now(self) -> datetime.datetime:
        """Return the instant the clock was set to."""
        return self._instant

    def today(self) -> datetime.date:
        """Return the Shanghai day of that instant."""
        return day_of(self._instant)

    def advance(self, by: datetime.timedelta) -> None:
        """Move the clock on."""
        self._instant += by


def day_of(instant: datetime.datetime) -> datetime.date:
    """Return the day in Asia/Shanghai on which an instant falls; ValueError if it names no time zone."""
    return _require_aware(instant).astimezone(SHANGHAI).date()


def start_of_day(day: datetime.date) -> datetime.datetime:
    """Return the first instant of a day in Asia/Shanghai."""
    return datetime.datetime.combine(day, datetime.time(), SHANGHAI).astimezone(datetime.UTC)


def end_of_day(day: datetime.date) -> datetime.datetime:
    """Return the first instant after a day in Asia/Shanghai."""
    return start_of_day(day + datetime.timedelta(days=1))


def last_of_month(day: datetime.date) -> datetime.date:
    """Return the last day of the month a day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _require_aware(instant: datetime.datetime) -> datetime.datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant must name its time zone")
    return instant.astimezone(datetime.UTC)
