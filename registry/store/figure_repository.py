"""What the overview and the monthly report count: cases and answers, without anything that tells who anybody is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, insert, or_, select

from registry.store.audit_tables import answer_day
from registry.store.case_tables import hold_case
from registry.store.case_values import CaseState
from registry.store.tables import api_client, decision
from registry.store.transaction import Transaction

_OUT_OF_ORDER: Final = datetime.timedelta(days=1)
"""Answers get their numbers a little before their instants; by no more than this are they taken to be out of order."""


@dataclass(frozen=True, slots=True)
class CountedCase:
    """One case as it is counted; `region` is the province's two digits, None: a bulk run over all four."""

    region: str | None
    rule: str
    state: CaseState
    opened_at: datetime.datetime
    due_on: datetime.date
    settled_at: datetime.datetime | None


_COUNTED: Final = tuple(hold_case.c[name] for name in CountedCase.__dataclass_fields__)
_PROVINCE: Final = func.coalesce(func.substr(decision.c.region, 1, 2), func.substr(api_client.c.region, 1, 2))


class FigureRepository:
    """Reads what is counted; changes nothing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def cases(self, since: datetime.datetime, region: str | None) -> list[CountedCase]:
        """Return the cases opened or settled since an instant, and all that are not settled, oldest first."""
        wanted = or_(hold_case.c.opened_at >= since, hold_case.c.settled_at >= since, hold_case.c.settled_at.is_(None))
        query = select(*_COUNTED).where(wanted, *_of_region(hold_case.c.region, region)).order_by(hold_case.c.id)
        rows = self._transaction.connection.execute(query)
        return [
            CountedCase(place, rule, CaseState(state), opened_at, due_on, settled_at)
            for place, rule, state, opened_at, due_on, settled_at in rows
        ]

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
        low, high = 0, self._transaction.connection.execute(select(func.max(decision.c.id))).scalar() or 0
        high += 1
        while low < high:
            middle = (low + high) // 2
            found = self._transaction.connection.execute(
                select(decision.c.decided_at).where(decision.c.id >= middle).order_by(decision.c.id).limit(1)
            ).scalar()
            low, high = (low, middle) if found is None or found >= instant else (middle + 1, high)
        return low


def _of_region(column: Any, region: str | None) -> list[ColumnElement[bool]]:
    return [] if region is None else [column == region]
