"""What the overview and the monthly report count: cases and answers, without anything that tells who anybody is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

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
        return [CountedCase(**{**row._mapping, "state": CaseState(row.state)}) for row in rows]

    def answers(
        self, since: datetime.datetime, until: datetime.datetime, region: str | None
    ) -> Iterator[tuple[datetime.datetime, str]]:
        """Yield instant and verdict of every answer given from one instant to before the other."""
        query = (
            select(decision.c.decided_at, decision.c.verdict)
            .select_from(decision.outerjoin(api_client, decision.c.client_id == api_client.c.id))
            .where(
                decision.c.id >= self._first_since(since - _OUT_OF_ORDER),
                decision.c.id < self._first_since(until + _OUT_OF_ORDER),
                decision.c.decided_at >= since,
                decision.c.decided_at < until,
                *_of_region(_PROVINCE, region),
            )
        )
        for row in self._transaction.connection.execute(query):
            yield row.decided_at, row.verdict

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
