"""Counting legal terms in calendar days: pure date arithmetic, all days in Asia/Shanghai."""

from __future__ import annotations

import calendar
import datetime
import math
from decimal import Decimal

DAYS_OF_A_PART_MONTH = 30
"""A part of a month is counted in days of a thirty-day month (half a month is fifteen days)."""


def months_after(day: datetime.date, months: Decimal | int) -> datetime.date:
    """Return the corresponding calendar date that many months later; 29 February falls back to the 28th.

    Where the month has no such day its last day counts (民法典 202, by analogy). Parts of a month are
    counted in days and rounded up, so that a term is never cut short. A date past the calendar is its end.
    """
    whole = int(months)
    month = day.month - 1 + whole
    year = day.year + month // 12
    if year > datetime.MAXYEAR:
        return datetime.date.max
    month = month % 12 + 1
    end = day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
    return end + datetime.timedelta(days=math.ceil((months - whole) * DAYS_OF_A_PART_MONTH))


def years_after(day: datetime.date, years: Decimal | int) -> datetime.date:
    """Return the last day of a term of so many years from the day on: the corresponding date, inclusive."""
    return months_after(day, years * 12)
