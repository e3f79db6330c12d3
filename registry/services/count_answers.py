"""Count the answers of each day once it is over, so that an overview of months need not read a million of them."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING, Final

from registry.clock import day_of, end_of_day, start_of_day

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

DAYS_A_RUN: Final = 31
_DAY: Final = datetime.timedelta(days=1)
_SETTLED_AFTER: Final = datetime.timedelta(minutes=10)
"""An answer is given its instant before its commit: by then the last of a day are in the store."""


def count_answers(services: Services) -> int:
    """Count the days that are over and were not counted, at most so many a run; return how many days."""
    last = day_of(services.clock.now() - _SETTLED_AFTER) - _DAY
    with services.store.read() as uow:
        day = _next_to_count(uow)
    counted = 0
    while day is not None and day <= last and counted < DAYS_A_RUN:
        with services.store.write() as uow:
            uow.head.lock()
            if _next_to_count(uow) != day:
                return counted
            uow.figures.keep_day(day, uow.figures.count(start_of_day(day), end_of_day(day)))
        day, counted = day + _DAY, counted + 1
    return counted


def answers_by_day(
    uow: UnitOfWork, first: datetime.date, last: datetime.date, region: str | None, today: datetime.date
) -> dict[tuple[datetime.date, str], int]:
    """Return how many answers of each verdict were given on each day; days not counted yet are counted now."""
    found = Counter(uow.figures.days(first, last, region))
    day = max(first, _next_to_count(uow) or today)
    while day <= min(last, today):
        for (place, verdict), answers in uow.figures.count(start_of_day(day), end_of_day(day)).items():
            found[day, verdict] += answers if region in {None, place} else 0
        day += _DAY
    return dict(found)


def _next_to_count(uow: UnitOfWork) -> datetime.date | None:
    counted = uow.figures.last_counted()
    if counted is not None:
        return counted + _DAY
    first = uow.figures.first_answer()
    return None if first is None else day_of(first)
