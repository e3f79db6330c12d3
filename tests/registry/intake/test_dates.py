"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import datetime

import pytest

from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date


@pytest.mark.parametrize(
    "written",
    [
        "2023-05-01",
        "2023/5/1",
        "2023.5.1",
        "20230501",
        "2023年5月1日",
        "2023年05月01日",
        "二〇二三年五月一日",
        "二○二三年五月一日",
        "二零二三年五月一日",
        "２０２３－０５－０１",
        " 2023-05-01 00:00:00",
        "2023-05-01T00:00:00",
        "45047",
        45047,
        45047.0,
        datetime.date(2023, 5, 1),
        datetime.datetime(2023, 5, 1),  # noqa: DTZ001 -- as a spreadsheet's cell comes
    ],
)
def test_one_day_is_read_however_it_is_written(written: str | float | datetime.date) -> None:
    assert read_date(written).isoformat() == "2023-05-01"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1976", "1976"),
        (1976, "1976"),
        ("1976年", "1976"),
        ("1976-03", "1976-03"),
        ("1976/3", "1976-03"),
        ("1976年3月", "1976-03"),
        ("一九七六年三月", "1976-03"),
        ("二〇二三年十二月三十一日", "2023-12-31"),
        ("二〇二三年十月二十日", "2023-10-20"),
        ("二〇二三年十一月十九日", "2023-11-19"),
        ("二〇二三年十二月廿九日", "2023-12-29"),
    ],
)
def test_the_precision_stated_is_the_precision_read(written: str | int, iso: str) -> None:
    assert read_date(written).isoformat() == iso


@pytest.mark.parametrize("written", ["2023-02-30", "20231301", "2023年0月1日", "二〇二三年二月三十日", "9999-01-01"])
def test_a_day_no_calendar_has_is_called_impossible(written: str) -> None:
    with pytest.raises(ImpossibleDateError):
        read_date(written)


@pytest.mark.parametrize("written", ["01/05/2023", "5/1/23", "230501", "昨天", "2023-05-01 12:30:00", "1"])
def test_what_could_mean_several_days_is_not_guessed(written: str) -> None:
    with pytest.raises(UnreadableDateError) as refused:
        read_date(written)
    assert written not in str(refused.value)
