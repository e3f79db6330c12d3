"""What cases add up to: outcomes, the share of false holds, ages of what is open, reasons. Pure; told the day.

A hold was false where everybody it named turned out to be somebody else (released); a case that only an old list held
names nobody and is left out of that share. A month is a month in Shanghai.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from registry.clock import day_of
from registry.law.working_days import working_days_between
from registry.papers.monthly_report import AgeBand, FalseShare, PeriodOutcomes, ReasonCount
from registry.papers.wording import spoken, wording
from registry.services.explain_evidence import Language, evidence_sentences
from registry.services.hold_application import ONLY_STALE
from registry.store.case_values import CaseState
from registry.store.figure_repository import CountedCase

AGES: Final = (0, 6, 11, 21)
"""Where bands of age begin, in working days."""


@lru_cache(maxsize=4_096)
def month_of(day: datetime.date) -> str:
    """Return the month of a day as figures name it: 2026-11."""
    return f"{day:%Y-%m}"


def months_before(last: datetime.date, number: int) -> tuple[str, ...]:
    """Return so many months up to and with the one of a day, oldest first."""
    counted = last.year * 12 + last.month - 1
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(counted - number + 1, counted + 1))


def outcomes_by_month(cases: Sequence[CountedCase], months: Sequence[str]) -> tuple[PeriodOutcomes, ...]:
    """Return what became of the cases opened in each month."""
    opened = Counter((month_of(day_of(case.opened_at)), _outcome(case)) for case in cases)
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


def false_by_month(cases: Sequence[CountedCase], months: Sequence[str]) -> tuple[FalseShare, ...]:
    """Return the share of false holds among the cases settled in each month."""
    found = {share.name: share for share in _shares(cases, _month_settled)}
    return tuple(found.get(month, FalseShare(month, 0, 0)) for month in months)


def false_by_rule(cases: Sequence[CountedCase]) -> tuple[FalseShare, ...]:
    """Return the share of false holds of each rule in words, the most frequent first."""
    return _shares(cases, lambda case: rule_in_words(case.rule))


def false_by_region(cases: Sequence[CountedCase]) -> tuple[FalseShare, ...]:
    """Return the share of false holds of each region, the most frequent first."""
    return _shares(cases, lambda case: region_name(case.region))


def open_ages(cases: Iterable[CountedCase], today: datetime.date) -> tuple[AgeBand, ...]:
    """Return how long the cases not settled have been open, in working days, and how many are past their limit."""
    still = [case for case in cases if not case.state.is_settled]
    aged = [(_band(working_days_between(day_of(case.opened_at), today)), case.due_on < today) for case in still]
    cases_of, late_of = Counter(band for band, _ in aged), Counter(band for band, late in aged if late)
    return tuple(AgeBand(_band_name(band), cases_of[band], late_of[band]) for band in range(len(AGES)))


def top_reasons(cases: Iterable[CountedCase], most: int = 10) -> tuple[ReasonCount, ...]:
    """Return the rules that held most, in words, the most frequent first."""
    counted = Counter(rule_in_words(case.rule) for case in cases)
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


def _shares(cases: Iterable[CountedCase], named: Callable[[CountedCase], str]) -> tuple[FalseShare, ...]:
    decided, false = Counter[str](), Counter[str]()
    for case in cases:
        if case.state in {CaseState.CONFIRMED, CaseState.RELEASED} and case.rule != ONLY_STALE:
            decided[named(case)] += 1
            false[named(case)] += case.state is CaseState.RELEASED
    return tuple(FalseShare(name, count, false[name]) for name, count in _most_first(decided))


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _month_settled(case: CountedCase) -> str:
    return "" if case.settled_at is None else month_of(day_of(case.settled_at))


def _outcome(case: CountedCase) -> CaseState:
    return case.state if case.state.is_settled else CaseState.OPEN


def _band(age: int) -> int:
    return sum(age >= begins for begins in AGES[1:])


def _band_name(band: int) -> str:
    words, following = wording("monthly_report"), AGES[band + 1 : band + 2]
    if not following:
        return words.say("age_from", first=AGES[band])
    return words.say("age_from_to", first=AGES[band], last=following[0] - 1)
