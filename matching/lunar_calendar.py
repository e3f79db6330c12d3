"""Turns a day of the lunar calendar into the solar day: older people give their birthday by the former.

Source: the calendar of GB/T 33661-2017, lunar years 1920 to 2030, matching/data/lunar_years.tsv.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from matching.name_data import rows


def _read() -> dict[int, tuple[datetime.date, tuple[tuple[int, int], ...]]]:
    years = {}
    for year, first, months in rows("lunar_years.tsv"):
        years[int(year)] = datetime.date.fromisoformat(first), _months(months.split(" "))
    return years


def _months(cells: list[str]) -> tuple[tuple[int, int], ...]:
    """Number the months; a leap month in brackets bears the number of the month before it."""
    months: list[tuple[int, int]] = []
    for cell in cells:
        number = months[-1][0] if cell.startswith("[") else (months[-1][0] + 1 if months else 1)
        months.append((number, int(cell.strip("[]"))))
    return tuple(months)


_YEARS = _read()


@lru_cache(maxsize=1 << 14)
def solar_days(year: int, month: int, day: int) -> frozenset[datetime.date]:
    """Return the solar days a lunar date may mean (two where the month was a leap month's namesake); or none."""
    if year not in _YEARS:
        return frozenset()
    start, months = _YEARS[year]
    found = []
    for number, length in months:
        if number == month and day <= length:
            found.append(start + datetime.timedelta(days=day - 1))
        start += datetime.timedelta(days=length)
    return frozenset(found)
