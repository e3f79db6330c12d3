"""Count a month: checks, holds, outcomes, false holds, what is open, how fresh the provinces are."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.clock import day_of, start_of_day
from registry.law.verdict import Coverage, CoverageState, Verdict
from registry.papers.monthly_report import MonthlyReport, PeriodFigures, ProvinceFreshness
from registry.papers.wording import wording
from registry.services.case_figures import (
    false_by_month,
    false_by_region,
    false_by_rule,
    month_of,
    months_before,
    open_ages,
    outcomes_by_month,
    region_name,
    top_reasons,
)
from registry.services.check_applicants import coverage_now
from registry.services.count_answers import answers_by_day

if TYPE_CHECKING:
    from registry.services.context import Services

_DAY: Final = datetime.timedelta(days=1)
MONTHS: Final = 6
"""How many months outcomes and false holds are shown for."""
_STATES: Final = {CoverageState.FRESH: "fresh", CoverageState.STALE: "stale", CoverageState.NEVER: "never_connected"}


def report_month(services: Services, month: datetime.date, region: str | None, unit: str) -> MonthlyReport:
    """Return the figures of the month a day lies in, of one region (two digits) or of all four.

    False holds by rule and region, and reasons, are the month's; outcomes and false holds over time are of six months.
    What is open and how fresh the provinces are is as of now. Personal data is not read.
    """
    first = month.replace(day=1)
    months = months_before(first, MONTHS)
    since, until = start_of_day(datetime.date.fromisoformat(f"{months[0]}-01")), start_of_day(_month_after(first))
    with services.store.read() as uow:
        cases = uow.figures.cases(since, region)
        answers = answers_by_day(uow, first, day_of(until) - _DAY, region, services.clock.today())
        coverage = coverage_now(services, uow)
    settled = [
        case for case in cases if case.settled_at is not None and month_of(day_of(case.settled_at)) == months[-1]
    ]
    opened = [case for case in cases if month_of(day_of(case.opened_at)) == months[-1]]
    return MonthlyReport(
        month=first,
        area=wording("monthly_report").say("all_regions") if region is None else region_name(region),
        unit=unit,
        made_on=services.clock.today(),
        periods=_days(first, answers, services.clock.today()),
        outcomes=outcomes_by_month(cases, months),
        false_over_time=false_by_month(cases, months),
        false_by_rule=false_by_rule(settled),
        false_by_region=false_by_region(settled),
        ages=open_ages(cases, services.clock.today()),
        provinces=_freshness(coverage, services.clock.now()),
        reasons=top_reasons(opened),
    )


def _days(
    first: datetime.date, answers: Mapping[tuple[datetime.date, str], int], today: datetime.date
) -> Sequence[PeriodFigures]:
    days = [first.replace(day=number + 1) for number in range(calendar.monthrange(first.year, first.month)[1])]
    return [
        PeriodFigures(
            f"{day:%m-%d}",
            sum(answers.get((day, verdict.value), 0) for verdict in Verdict),
            answers.get((day, Verdict.BLOCK.value), 0),
            answers.get((day, Verdict.REVIEW.value), 0),
        )
        for day in days
        if day <= today
    ]


def _freshness(coverage: Iterable[Coverage], now: datetime.datetime) -> Sequence[ProvinceFreshness]:
    words = wording("monthly_report")
    return [
        ProvinceFreshness(
            region_name(each.region.value),
            each.as_of,
            None if each.as_of is None else round((now - each.as_of).total_seconds() / 3600, 1),
            words.say(_STATES[each.state]),
        )
        for each in coverage
    ]


def _month_after(first: datetime.date) -> datetime.date:
    return first + datetime.timedelta(days=calendar.monthrange(first.year, first.month)[1])
