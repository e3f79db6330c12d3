"""How far each partner lagged, day by day: the longest time without a successful visit that a day saw."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from registry.clock import SHANGHAI, start_of_day

if TYPE_CHECKING:
    from registry.services.context import Services

DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class DayOfLag:
    """One day in Shanghai and its worst lag; None where nothing was known of the partner yet."""

    day: datetime.date
    worst: datetime.timedelta | None


def read_lag(services: Services, partner: str, days: int = DAYS) -> tuple[DayOfLag, ...]:
    """Return the worst lag of each of the last days, today last."""
    now = services.clock.now()
    with services.store.read() as uow:
        visits = uow.exchange.successes(partner, now - datetime.timedelta(days=3 * days))
    return worst_by_day(visits, now, days)


def worst_by_day(successes: Sequence[datetime.datetime], now: datetime.datetime, days: int) -> tuple[DayOfLag, ...]:
    """Return, for each of the last days up to now, the longest time since a success; successes ascend."""
    today = now.astimezone(SHANGHAI).date()
    return tuple(_worst(successes, today - datetime.timedelta(days=back), now) for back in reversed(range(days)))


def _worst(successes: Sequence[datetime.datetime], day: datetime.date, now: datetime.datetime) -> DayOfLag:
    begins = start_of_day(day)
    ends = min(begins + datetime.timedelta(days=1), now)
    before = [each for each in successes if each < begins]
    within = [each for each in successes if begins <= each < ends]
    known = [*before[-1:], *within]
    # The lag is longest just before the next success, or at the day's end.
    lags = [later - earlier for earlier, later in pairwise([*known, ends])]
    return DayOfLag(day, max(lags, default=None))
