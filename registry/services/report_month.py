"""Count a month: checks, holds, outcomes, false holds, what is open, how fresh the provinces are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.clock import last_of_month
from registry.law.verdict import Coverage, CoverageState, Verdict
from registry.papers.monthly_report import MonthlyReport, PeriodFigures, ProvinceFreshness
from registry.papers.wording import wording
from registry.services.case_figures import (
    band_ends,
    counted_months,
    false_by_month,
    false_by_region,
    false_by_rule,
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
    today = services.clock.today()
    with services.store.read() as uow:
        cases = uow.figures.cases(counted_months(months), region)
        unsettled = uow.figures.open_cases(band_ends(today), today, region)
        answers = answers_by_day(uow, first, last_of_month(first), region, today)
        coverage = coverage_now(services, uow)
    settled = [case for case in cases if case.settled_in == months[-1]]
    opened = [case for case in cases if case.opened_in == months[-1]]
    return MonthlyReport(
        month=first,
        area=wording("monthly_report").say("all_regions") if region is None else region_name(region),
        unit=unit,
        made_on=today,
        periods=_days(first, answers, today),
        outcomes=outcomes_by_month(cases, months),
        false_over_time=false_by_month(cases, months),
        false_by_rule=false_by_rule(settled),
        false_by_region=false_by_region(settled),
        ages=open_ages(unsettled),
        provinces=_freshness(coverage, services.clock.now()),
        reasons=top_reasons(opened),
    )


def _days(
    first: datetime.date, answers: Mapping[tuple[datetime.date, str], int], today: datetime.date
) -> Sequence[PeriodFigures]:
    days = [first.replace(day=number + 1) for number in range(last_of_month(first).day)]
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
