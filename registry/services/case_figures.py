"""What cases add up to: outcomes, the share of false holds, ages of what is open, reasons. Pure; told the day.

A hold was false where everybody it named turned out to be somebody else (released). Two kinds are none of the
register's making: a case that only an old list held names nobody and is left out, and one whose application stated a
number that is not the applicant's was rightly held and is counted by itself. A month is a month in Shanghai.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from registry.clock import end_of_day, last_of_month, start_of_day
from registry.law.working_days import working_days_between
from registry.papers.monthly_report import AgeBand, FalseShare, PeriodOutcomes, ReasonCount
from registry.papers.wording import spoken, wording
from registry.services.explain_evidence import Language, evidence_sentences
from registry.services.hold_application import ONLY_STALE
from registry.store.case_values import CaseState, ReleaseCause
from registry.store.figure_repository import CountedCases, Months, OpenCases

AGES: Final = (0, 6, 11, 21)
"""Where bands of age begin, in working days."""
_DAY: Final = datetime.timedelta(days=1)


def months_before(last: datetime.date, number: int) -> tuple[str, ...]:
    """Return so many months up to and with the one of a day, oldest first."""
    counted = last.year * 12 + last.month - 1
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(counted - number + 1, counted + 1))


def counted_months(names: Sequence[str]) -> Months:
    """Return months, oldest first, with the instants they begin and end at in Shanghai."""
    firsts = [datetime.date.fromisoformat(f"{name}-01") for name in names]
    begins = [(name, start_of_day(first)) for name, first in zip(names, firsts, strict=True)]
    return Months(begins, end_of_day(last_of_month(firsts[-1])))


def outcomes_by_month(cases: Iterable[CountedCases], months: Sequence[str]) -> tuple[PeriodOutcomes, ...]:
    """Return what became of the cases opened in each month."""
    opened = Counter[tuple[str | None, CaseState]]()
    for each in cases:
        opened[each.opened_in, _outcome(each)] += each.cases
    return tuple(
        PeriodOutcomes(
            month,
            confirmed=opened[month, CaseState.CONFIRMED],
            released=opened[month, CaseState.RELEASED],
            withdrawn=opened[month, CaseState.WITHDRAWN],
            open=opened[month, CaseState.OPEN],
        )
        for month in months
    )


def false_by_month(cases: Iterable[CountedCases], months: Sequence[str]) -> tuple[FalseShare, ...]:
    """Return the share of false holds among the cases settled in each month."""
    found = {share.name: share for share in _shares(cases, lambda case: case.settled_in or "")}
    return tuple(found.get(month, FalseShare(month, 0, 0, 0)) for month in months)


def false_by_rule(cases: Iterable[CountedCases]) -> tuple[FalseShare, ...]:
    """Return the share of false holds of each rule in words, the most frequent first."""
    return _shares(cases, lambda case: rule_in_words(case.rule))


def false_by_region(cases: Iterable[CountedCases]) -> tuple[FalseShare, ...]:
    """Return the share of false holds of each region, the most frequent first."""
    return _shares(cases, lambda case: region_name(case.region))


def band_ends(today: datetime.date) -> tuple[datetime.datetime, ...]:
    """Return, for each band of age but the youngest, the instant a case of that age or older was opened before."""
    return tuple(end_of_day(_last_day_aged(age, today)) for age in AGES[1:])


def open_ages(found: Iterable[OpenCases]) -> tuple[AgeBand, ...]:
    """Return how long the cases not settled have been open, in working days, and how many are past their limit."""
    counted = {each.band: each for each in found}
    bands = [counted.get(band, OpenCases(band, 0, 0)) for band in range(len(AGES))]
    return tuple(AgeBand(_band_name(each.band), each.cases, each.overdue) for each in bands)


def top_reasons(cases: Iterable[CountedCases], most: int = 10) -> tuple[ReasonCount, ...]:
    """Return the rules that held most, in words, the most frequent first."""
    counted = Counter[str]()
    for each in cases:
        counted[rule_in_words(each.rule)] += each.cases
    return tuple(ReasonCount(reason, count) for reason, count in _most_first(counted)[:most])


def rule_in_words(rule: str) -> str:
    """Return the sentence of a rule (feature/level), without its full stop; one without words as it is."""
    return _rule_said(rule, spoken())


@lru_cache(maxsize=256)
def _rule_said(rule: str, language: str) -> str:
    if rule == ONLY_STALE:
        return wording("monthly_report").say("only_stale")
    feature, _, level = rule.partition("/")
    says = evidence_sentences().get(feature, {}).get(level)
    return rule if says is None else says[Language(language).value].rstrip("。.")


def region_name(region: str | None) -> str:
    """Return a province's name; None has a name of its own."""
    return wording("monthly_report").say("no_region" if region is None else f"region_{region}")


def _shares(cases: Iterable[CountedCases], named: Callable[[CountedCases], str]) -> tuple[FalseShare, ...]:
    decided, false, misstated = Counter[str](), Counter[str](), Counter[str]()
    for each in cases:
        if each.state in {CaseState.CONFIRMED, CaseState.RELEASED} and each.rule != ONLY_STALE:
            decided[named(each)] += each.cases
            released = misstated if each.cause is ReleaseCause.WRONG_NUMBER else false
            released[named(each)] += each.cases if each.state is CaseState.RELEASED else 0
    return tuple(FalseShare(name, count, false[name], misstated[name]) for name, count in _most_first(decided))


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _outcome(case: CountedCases) -> CaseState:
    return case.state if case.state.is_settled else CaseState.OPEN


def _last_day_aged(age: int, today: datetime.date) -> datetime.date:
    """Return the latest day so many working days before today."""
    day = today
    while working_days_between(day, today) < age:
        day -= _DAY
    return day


def _band_name(band: int) -> str:
    words, following = wording("monthly_report"), AGES[band + 1 : band + 2]
    if not following:
        return words.say("age_from", first=AGES[band])
    return words.say("age_from_to", first=AGES[band], last=following[0] - 1)
