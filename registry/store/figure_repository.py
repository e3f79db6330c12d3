"""What the overview and the monthly report count: cases and answers, without anything that tells who anybody is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Row, String, case, func, insert, literal, null, or_, select

from registry.store.audit_tables import answer_day
from registry.store.case_tables import hold_case
from registry.store.case_values import CaseState, ReleaseCause
from registry.store.tables import api_client, decision
from registry.store.transaction import Transaction

_OUT_OF_ORDER: Final = datetime.timedelta(days=1)
"""Answers get their numbers a little before their instants; by no more than this are they taken to be out of order."""


@dataclass(frozen=True, slots=True)
class Months:
    """Months that are counted, oldest first, by name and the instant each begins at; `until` ends the last."""

    begin: Sequence[tuple[str, datetime.datetime]]
    until: datetime.datetime


@dataclass(frozen=True, slots=True)
class CountedCases:
    """How many cases are alike: of a province (two digits; None: a bulk run over all four), a rule and a state.

    `opened_in`, `settled_in`: in which of the months asked about (None: in another, or not at all). `cause`: why a
    released one was, where its number was not the applicant's.
    """

    region: str | None
    rule: str
    state: CaseState
    opened_in: str | None
    settled_in: str | None
    cause: ReleaseCause | None
    cases: int


@dataclass(frozen=True, slots=True)
class OpenCases:
    """How many cases of one band of age are not settled, and how many of these are past their time limit."""

    band: int
    cases: int
    overdue: int


_UNSETTLED: Final = tuple(state for state in CaseState if not state.is_settled)
_PROVINCE: Final = func.coalesce(func.substr(decision.c.region, 1, 2), func.substr(api_client.c.region, 1, 2))


class FigureRepository:
    """Reads what is counted; changes nothing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def cases(self, months: Months, region: str | None) -> list[CountedCases]:
        """Count the cases opened or settled in some months, of a region (None: of all), by what tells them apart."""
        since = months.begin[0][1]
        wanted = or_(hold_case.c.opened_at >= since, hold_case.c.settled_at >= since)
        query = (
            select(
                hold_case.c.region,
                hold_case.c.rule,
                hold_case.c.state,
                _month_of(hold_case.c.opened_at, months).label("opened_in"),
                _month_of(hold_case.c.settled_at, months).label("settled_in"),
                hold_case.c.release_cause,
                func.count().label("cases"),
            )
            .where(wanted, *_of_region(hold_case.c.region, region))
            .group_by(
                hold_case.c.region,
                hold_case.c.rule,
                hold_case.c.state,
                "opened_in",
                "settled_in",
                hold_case.c.release_cause,
            )
        )
        return [_counted(row) for row in self._transaction.connection.execute(query)]

    def open_cases(
        self, ends: Sequence[datetime.datetime], today: datetime.date, region: str | None
    ) -> list[OpenCases]:
        """Count the cases that are not settled by age: a case opened before the n-th instant is of band n or older."""
        older = [(hold_case.c.opened_at < end, number) for number, end in reversed(list(enumerate(ends, 1)))]
        query = (
            select(
                case(*((before, literal(number, Integer)) for before, number in older), else_=0).label("band"),
                func.count(),
                func.sum(case((hold_case.c.due_on < today, 1), else_=0)),
            )
            .where(hold_case.c.state.in_(_UNSETTLED), *_of_region(hold_case.c.region, region))
            .group_by("band")
        )
        return [OpenCases(*row) for row in self._transaction.connection.execute(query)]

    def days(
        self, first: datetime.date, last: datetime.date, region: str | None
    ) -> dict[tuple[datetime.date, str], int]:
        """Return how many answers of each verdict were given on each day that was counted."""
        query = (
            select(answer_day.c.day, answer_day.c.verdict, func.sum(answer_day.c.answers))
            .where(answer_day.c.day >= first, answer_day.c.day <= last, *_of_region(answer_day.c.region, region))
            .group_by(answer_day.c.day, answer_day.c.verdict)
        )
        return {(row[0], row[1]): int(row[2]) for row in self._transaction.connection.execute(query)}

    def last_counted(self) -> datetime.date | None:
        """Return the last day that was counted; None before the first."""
        return self._transaction.connection.execute(select(func.max(answer_day.c.day))).scalar()

    def first_answer(self) -> datetime.datetime | None:
        """Return when the first answer that is kept was given."""
        query = select(decision.c.decided_at).order_by(decision.c.id).limit(1)
        return self._transaction.connection.execute(query).scalar()

    def keep_day(self, day: datetime.date, counts: Mapping[tuple[str, str], int]) -> None:
        """Keep what was counted of a day that is over, by region and verdict."""
        rows = [
            {"day": day, "region": region, "verdict": verdict, "answers": answers}
            for (region, verdict), answers in (counts or {("", "clear"): 0}).items()
        ]
        self._transaction.connection.execute(insert(answer_day), rows)

    def count(self, since: datetime.datetime, until: datetime.datetime) -> dict[tuple[str, str], int]:
        """Count the answers given from one instant to before the other, by region (empty: none) and verdict."""
        province = func.coalesce(_PROVINCE, "")
        query = (
            select(province, decision.c.verdict, func.count())
            .select_from(decision.outerjoin(api_client, decision.c.client_id == api_client.c.id))
            .where(
                decision.c.id >= self._first_since(since - _OUT_OF_ORDER),
                decision.c.id < self._first_since(until + _OUT_OF_ORDER),
                decision.c.decided_at >= since,
                decision.c.decided_at < until,
            )
            .group_by(province, decision.c.verdict)
        )
        return {(row[0], row[1]): row[2] for row in self._transaction.connection.execute(query)}

    def _first_since(self, instant: datetime.datetime) -> int:
        """Return the number of the first answer since about an instant, by halving: instants have no index."""
        last = select(decision.c.id, decision.c.decided_at).order_by(decision.c.id.desc()).limit(1)
        newest = self._transaction.connection.execute(last).first()
        if newest is None or newest.decided_at < instant:
            return 0 if newest is None else newest.id + 1
        low, high = 0, newest.id
        while low < high:
            middle = (low + high) // 2
            found = self._transaction.connection.execute(
                select(decision.c.decided_at).where(decision.c.id >= middle).order_by(decision.c.id).limit(1)
            ).scalar()
            low, high = (low, middle) if found is None or found >= instant else (middle + 1, high)
        return low


def _counted(row: Row[Any]) -> CountedCases:
    cause = None if row.release_cause is None else ReleaseCause(row.release_cause)
    state = CaseState(row.state)
    return CountedCases(row.region, row.rule, state, row.opened_in, row.settled_in, cause, row.cases)


def _of_region(column: Any, region: str | None) -> list[ColumnElement[bool]]:
    return [] if region is None else [column == region]


def _month_of(column: Any, months: Months) -> ColumnElement[str | None]:
    """Name the month an instant falls in; null before the first, after the last, and where there is no instant."""
    names = [name for name, _ in months.begin]
    ends = [*(begins for _, begins in months.begin[1:]), months.until]
    before = (column < months.begin[0][1], null())
    within = [(column < end, literal(name, String)) for name, end in zip(names, ends, strict=True)]
    return case(before, *within, else_=null())
