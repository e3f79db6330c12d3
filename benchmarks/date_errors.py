"""How a birth date comes to be written as another: exchanged parts, slips, the lunar calendar, a year off."""

from __future__ import annotations

import datetime

from benchmarks.draw import Generator

Date = datetime.date


def month_and_day_exchanged(_: Generator, born: Date) -> Date | None:
    """Read 03/09 as 9 March; None where the result is no date or the same."""
    return _date(born.year, born.day, born.month, other_than=born)


def year_off(rng: Generator, born: Date) -> Date | None:
    """Count the age the Chinese way, or be a year out either way."""
    return _date(born.year + (1 if rng.random() < 0.5 else -1), born.month, born.day, other_than=born)


def digit_off(rng: Generator, born: Date) -> Date | None:
    """Write one digit wrongly, so that a date still results."""
    digits = born.strftime("%Y%m%d")
    place = int(rng.integers(2, 8))
    written = digits[:place] + str(rng.integers(10)) + digits[place + 1 :]
    return _date(int(written[:4]), int(written[4:6]), int(written[6:]), other_than=born)


def lunar_birthday(rng: Generator, born: Date) -> Date | None:
    """State the lunar birthday as if it were solar: 18 to 50 days earlier by number, in the same year or the last."""
    earlier = born - datetime.timedelta(days=int(rng.integers(18, 51)))
    return _date(earlier.year, earlier.month, min(earlier.day, 29), other_than=born)


def _date(year: int, month: int, day: int, *, other_than: Date) -> Date | None:
    try:
        written = Date(year, month, day)
    except ValueError:
        return None
    return written if written != other_than and 1940 <= year <= 2000 else None
