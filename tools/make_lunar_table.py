"""Make matching/data/lunar_years.tsv: each lunar year's first day and the days of its months, from lunardate (GPLv3).

The table holds facts of the calendar (GB/T 33661-2017), not code; the library is needed only to make it.
Run: python -m tools.make_lunar_table
"""

from __future__ import annotations

from pathlib import Path

from lunardate import LunarDate

TABLE = Path(__file__).parent.parent / "matching" / "data" / "lunar_years.tsv"
FIRST, LAST = 1920, 2030


def lunar_table() -> str:
    """`lunar year<TAB>its first solar day<TAB>days of each month, a leap month after its namesake in brackets`."""
    return "".join(
        f"{year}\t{LunarDate(year, 1, 1).to_solar_date()}\t{_months(year)}\n" for year in range(FIRST, LAST + 1)
    )


def _months(year: int) -> str:
    leap = LunarDate.leap_month_for_year(year)
    months = []
    for month in range(1, 13):
        months.append(str(_days(year, month, False)))
        if month == leap:
            months.append(f"[{_days(year, month, True)}]")
    return " ".join(months)


def _days(year: int, month: int, leap: bool) -> int:
    try:
        LunarDate(year, month, 30, leap).to_solar_date()
    except ValueError:
        return 29
    return 30


if __name__ == "__main__":
    TABLE.write_text(lunar_table(), encoding="utf-8")
