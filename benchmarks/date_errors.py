"""How a birth date comes to be written as another: exchanged parts, slips, the lunar calendar, a year off."""

from __future__ import annotations

import datetime
from functools import cache

from benchmarks.draw import Generator
from matching.name_data import rows

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


def lunar_birthday(_: Generator, born: Date) -> Date | None:
    """State the birthday of the lunar calendar as if it were solar (1968-03-09 was 11 of month 2)."""
    years = _lunar_years()
    year = born.year if born >= years[born.year][0] else born.year - 1
    day = (born - years[year][0]).days
    for number, length in years[year][1]:
        if day < length:
            return _date(year, number, day + 1, other_than=born)
        day -= length
    return None


@cache
def _lunar_years() -> dict[int, tuple[Date, list[tuple[int, int]]]]:
    """Return, for each lunar year, its first day and its months: number (a leap month bears the last one's), length."""
    years: dict[int, tuple[Date, list[tuple[int, int]]]] = {}
    for year, first, lengths in rows("lunar_years.tsv"):
        months: list[tuple[int, int]] = []
        for length in lengths.split(" "):
            number = months[-1][0] if length.startswith("[") else len({one for one, _ in months}) + 1
            months.append((number, int(length.strip("[]"))))
        years[int(year)] = Date.fromisoformat(first), months
    return years


def _date(year: int, month: int, day: int, *, other_than: Date) -> Date | None:
    try:
        written = Date(year, month, day)
    except ValueError:
        return None
    return written if written != other_than and 1940 <= year <= 2000 else None
