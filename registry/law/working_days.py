"""Counting working days in China (行政许可法 82): weekends and public holidays do not count, make-up days do.

The State Council announces each year, usually in November, which days off are moved and which weekends are worked for
them (调休); the `holidays` library keeps these announcements from 2001 on. A year not announced yet is reckoned by
statute alone (全国年节及纪念日放假办法: the holidays themselves, and the working day after one on a weekend):
`unannounced_years` tells which years those are, so that whoever shows such a day can say that it may still move.
"""

from __future__ import annotations

import datetime
from functools import cache, lru_cache
from itertools import count
from typing import Final

from holidays.countries.china import China, ChinaStaticHolidays

_DAY: Final = datetime.timedelta(days=1)
_SATURDAY: Final = 5


def is_working_day(day: datetime.date) -> bool:
    """Tell whether offices work on a day: a weekday that is no holiday, or a weekend day worked to make up."""
    off, made_up = _year(day.year)
    return day in made_up or (day.weekday() < _SATURDAY and day not in off)


def add_working_days(day: datetime.date, number: int) -> datetime.date:
    """Return the working day on which a term of so many working days ends; the first day itself does not count.

    A term of none ends on the day itself. Raises ValueError for a negative number.
    """
    if number < 0:
        raise ValueError("a term has no negative number of working days")
    for _ in range(number):
        day = next(later for step in count(1) if is_working_day(later := day + step * _DAY))
    return day


@lru_cache(maxsize=4_096)
def working_days_between(first: datetime.date, last: datetime.date) -> int:
    """Return how many working days come after the first day, up to and with the last; negative if it is earlier.

    So it undoes `add_working_days`: from a day to the end of its term of n working days there are n.
    """
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + step * _DAY) for step in range(1, (last - first).days + 1))


def unannounced_years(first: datetime.date, last: datetime.date) -> tuple[int, ...]:
    """Return the years between two days whose moved days off are not known: they are reckoned by statute alone."""
    return tuple(year for year in range(first.year, last.year + 1) if year not in _announced())


@cache
def _announced() -> frozenset[int]:
    return frozenset(ChinaStaticHolidays.special_public_holidays)


@cache
def _year(year: int) -> tuple[frozenset[datetime.date], frozenset[datetime.date]]:
    """Return the days off and the weekend days worked of a year; those around New Year stand with the next one's."""
    calendar = China(years=(year, year + 1))  # type: ignore[no-untyped-call]  # the library types no arguments here
    return (
        frozenset(day for day in calendar if day.year == year),
        frozenset(day for day in calendar.weekend_workdays if day.year == year),
    )
