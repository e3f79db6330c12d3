"""The month counted from the store: answers given, cases decided, and only the region asked for."""

from __future__ import annotations

import datetime

from registry.clock import FixedClock
from registry.papers.monthly_report import monthly_report_pdf
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.report_month import report_month
from tests.api.rest.caller import applicant, application
from tests.registry.papers.papers_at_hand import words
from tests.registry.services.cases_at_hand import (
    NAME,
    NUMBER,
    acting,
    blocked,
    list_somebody,
    match_of,
    office,
    reviewed,
)


def test_a_month_counts_its_answers_and_cases_and_no_others(services: Services, clock: FixedClock) -> None:
    list_somebody(services)
    clock.advance(-datetime.timedelta(days=40))
    here, elsewhere = office(services), office(services, "32")
    blocked(here)
    clock.advance(datetime.timedelta(days=40))
    blocked(here)
    near = reviewed(here)
    find_other(services, acting(services, near), match_of(services, near).id, "不是同一人")
    assert here.check(applicant("陈无关", "339900199001010012")).get_json()["verdict"] == "clear"
    assert elsewhere.post("/v1/checks", application(applicant(NAME, NUMBER), region="320000")).status_code == 200
    today = services.clock.today()

    report = report_month(services, today, "33", "某局")
    day = report.periods[today.day - 1]
    assert (day.checks, day.blocks, day.reviews) == (3, 1, 1)
    assert sum(each.checks for each in report.periods) == 3
    assert [(each.open, each.released) for each in report.outcomes][-2:] == [(1, 0), (1, 1)]
    assert [(each.false, each.decided) for each in report.false_over_time][-1] == (1, 1)
    assert sum(each.cases for each in report.ages) == 2
    assert report.area == "浙江省"
    assert sum(each.checks for each in report_month(services, today, None, "某局").periods) == 4
    assert "浙江省" in words(monthly_report_pdf(report))


def test_an_answer_late_in_the_evening_counts_on_shanghais_next_day(services: Services, clock: FixedClock) -> None:
    list_somebody(services)
    clock.advance(datetime.timedelta(hours=(16 - clock.now().hour) % 24))
    assert services.clock.today() == clock.now().date() + datetime.timedelta(days=1)
    blocked(office(services))
    today = services.clock.today()
    periods = report_month(services, today, None, "某局").periods
    assert [place + 1 for place, each in enumerate(periods) if each.checks] == [today.day]


def test_the_month_before_is_found_by_number_and_instant_alike(services: Services, clock: FixedClock) -> None:
    list_somebody(services)
    caller = office(services)
    for _ in range(5):
        blocked(caller)
        clock.advance(datetime.timedelta(days=9))
    counted = [
        sum(each.checks for each in report_month(services, month, None, "某局").periods)
        for month in (services.clock.today(), services.clock.today() - datetime.timedelta(days=31))
    ]
    given = [services.clock.today() - datetime.timedelta(days=9 * back) for back in range(1, 6)]
    months = [services.clock.today(), services.clock.today() - datetime.timedelta(days=31)]
    assert counted == [sum((day.year, day.month) == (month.year, month.month) for day in given) for month in months]
    assert sum(counted) > 0
