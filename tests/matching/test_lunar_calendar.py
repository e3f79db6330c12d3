"""The lunar calendar's days and the solar days they are."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.lunar_calendar import solar_days


@pytest.mark.parametrize(
    ("lunar", "solar"),
    [
        ((1976, 1, 1), {"1976-01-31"}),
        ((2024, 1, 1), {"2024-02-10"}),
        ((1962, 8, 15), {"1962-09-13"}),
        ((2000, 12, 29), {"2001-01-23"}),
    ],
)
def test_a_lunar_day_is_the_solar_day_of_the_calendar(lunar: tuple[int, int, int], solar: set[str]) -> None:
    assert {day.isoformat() for day in solar_days(*lunar)} == solar


def test_a_month_that_was_doubled_gives_both_days() -> None:
    assert solar_days(2023, 2, 1) == {datetime.date(2023, 2, 20), datetime.date(2023, 3, 22)}


def test_a_day_the_calendar_does_not_have_is_no_day() -> None:
    assert solar_days(1976, 1, 31) == frozenset()
    assert solar_days(1850, 1, 1) == frozenset()


@given(year=st.integers(1921, 2030))
def test_every_year_begins_the_day_after_the_last_one_ended(year: int) -> None:
    last = max(day for length in (29, 30) for day in solar_days(year - 1, 12, length))
    assert solar_days(year, 1, 1) == {last + datetime.timedelta(days=1)}
