"""Working days: what the State Council announced, what holds for any term, and what is said of years not announced."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.working_days import add_working_days, is_working_day, unannounced_years, working_days_between

day = datetime.date
DAYS = st.dates(day(2002, 1, 1), day(2040, 12, 31))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (day(2025, 1, 28), day(2025, 2, 4)),  # 春节 2025, eight days
        (day(2025, 5, 31), day(2025, 6, 2)),  # 端午 2025, its Monday made up by statute
        (day(2025, 10, 1), day(2025, 10, 8)),  # 国庆、中秋 2025, eight days
        (day(2026, 2, 15), day(2026, 2, 23)),  # 春节 2026, nine days
        (day(2026, 10, 1), day(2026, 10, 7)),  # 国庆 2026
        (day(2018, 12, 30), day(2019, 1, 1)),  # 元旦 2019, announced with the year after
    ],
)
def test_no_day_of_an_announced_holiday_is_worked(first: datetime.date, last: datetime.date) -> None:
    assert working_days_between(first - datetime.timedelta(days=1), last) == 0


@pytest.mark.parametrize(
    "worked",
    [
        *(day(2025, 1, 26), day(2025, 2, 8), day(2025, 9, 28), day(2025, 10, 11), day(2026, 2, 14), day(2026, 2, 28)),
        *(day(2026, 9, 20), day(2026, 10, 10), day(2018, 12, 29), day(2011, 12, 31)),
    ],
)
def test_a_weekend_day_worked_to_make_up_counts(worked: datetime.date) -> None:
    assert worked.weekday() >= 5
    assert is_working_day(worked)


def test_ten_working_days_over_the_national_holiday_end_where_an_office_counts_them() -> None:
    # From Monday 28 September 2026: 29, 30 September; 8, 9, Saturday 10 (made up), 12-16 October.
    assert add_working_days(day(2026, 9, 28), 10) == day(2026, 10, 16)


def test_three_working_days_over_spring_festival_skip_all_nine_days() -> None:
    assert add_working_days(day(2026, 2, 13), 3) == day(2026, 2, 25)


@given(DAYS, st.integers(0, 60))
def test_counting_undoes_adding(start: datetime.date, number: int) -> None:
    end = add_working_days(start, number)
    assert working_days_between(start, end) == number
    assert working_days_between(end, start) == -number
    assert number == 0 or is_working_day(end)


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_two_terms_one_after_the_other_are_one(start: datetime.date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(day(2026, 1, 5), -1)


def test_a_year_not_announced_is_named_and_reckoned_by_statute() -> None:
    assert unannounced_years(day(2025, 1, 1), day(2026, 12, 31)) == ()
    assert unannounced_years(day(2026, 12, 1), day(2099, 1, 1))[-1] == 2099
    # National Day 2098 falls on Wednesday to Friday; nothing is known of moved days, the holiday itself is statute.
    assert working_days_between(day(2098, 9, 30), day(2098, 10, 3)) == 0
