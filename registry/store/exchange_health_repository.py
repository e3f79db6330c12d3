"""How the exchange with each partner goes, for the operator; and the runs of it that nobody will end."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from registry.store.exchange_tables import (
    exchange_partner,
    exchange_run,
    exchange_run_tally,
    held_batch,
)
from registry.store.tables import quarantine_row
from registry.store.transaction import Transaction

_DONE: Final = "done"
_RUNNING: Final = "running"
_FAILED: Final = "failed"
INTERRUPTED: Final = "interrupted"
"""The fault of a run whose worker died."""


RunKind = tuple[str, str, str]
"""Partner, work and outcome of a run."""


@dataclass(frozen=True, slots=True)
class PartnerHealth:
    """How the exchange with a partner goes; instants are None for what never was.

    `last_success_at`: the last visit that ended well. `level_at`: when the last visit began that left nothing behind.
    `behind`: how many of its changes are known of and were not taken.
    """

    partner: str
    last_success_at: datetime.datetime | None
    level_at: datetime.datetime | None
    first_visit_at: datetime.datetime | None
    behind: int
    held: int

    @property
    def level_since(self) -> datetime.datetime | None:
        """Return the instant up to which all the partner had is surely here, or else when it was first visited."""
        return self.level_at or self.first_visit_at


class ExchangeHealthRepository:
    """Reads how exchanges go; notes runs whose worker died, and forgets old ones."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def has_open_run(self, partner: str, work: str) -> bool:
        """Return whether an exchange began that did not end."""
        table = exchange_run
        query = select(table.c.id).where(table.c.partner == partner, table.c.work == work, table.c.outcome == _RUNNING)
        return self._transaction.connection.execute(query.limit(1)).first() is not None

    def end_interrupted(self, partner: str, work: str) -> int:
        """Note that exchanges which began and did not end were interrupted; for whoever leads that work now."""
        table = exchange_run
        change = update(table).where(table.c.partner == partner, table.c.work == work, table.c.outcome == _RUNNING)
        values = {"outcome": _FAILED, "fault": INTERRUPTED, "ended_at": self._transaction.now()}
        return self._transaction.connection.execute(change.values(values)).rowcount

    def partners(self) -> list[PartnerHealth]:
        """Return how the exchange with each known partner goes, by name."""
        table = exchange_partner
        rows = self._transaction.connection.execute(
            select(table.c.partner, table.c.last_success_at, table.c.announced_to, table.c.taken_to).order_by(
                table.c.partner
            )
        ).all()
        held = self._held()
        return [
            PartnerHealth(
                row.partner,
                row.last_success_at,
                self._level_at(row.partner),
                self._first_visit_at(row.partner),
                max(row.announced_to - row.taken_to, self._left_behind(row.partner), 0),
                held.get(row.partner, 0),
            )
            for row in rows
        ]

    def runs(self) -> Counter[RunKind]:
        """Return how many runs have ended, forgotten ones too, by partner, work and outcome."""
        return self._tally() + self._kept(exchange_run.c.outcome != _RUNNING)

    def forget_runs(self, before: datetime.datetime, most: int) -> int:
        """Erase what is kept of runs that began before an instant and have ended, at most so many, but their number."""
        old = select(exchange_run.c.id).where(exchange_run.c.started_at < before, exchange_run.c.outcome != _RUNNING)
        past = exchange_run.c.id.in_(old.order_by(exchange_run.c.id).limit(most))
        forgotten, known = self._kept(past), self._tally()
        for kind in forgotten:
            self._count(kind, known[kind] + forgotten[kind], known=kind in known)
        self._transaction.connection.execute(delete(exchange_run).where(past))
        return forgotten.total()

    def _kept(self, which: ColumnElement[bool]) -> Counter[RunKind]:
        columns = exchange_run.c.partner, exchange_run.c.work, exchange_run.c.outcome
        rows = self._transaction.connection.execute(select(*columns, func.count()).where(which).group_by(*columns))
        return Counter({(partner, work, outcome): count for partner, work, outcome, count in rows})

    def _tally(self) -> Counter[RunKind]:
        table = exchange_run_tally
        rows = self._transaction.connection.execute(
            select(table.c.partner, table.c.work, table.c.outcome, table.c.runs)
        )
        return Counter({(partner, work, outcome): count for partner, work, outcome, count in rows})

    def _count(self, kind: RunKind, runs: int, *, known: bool) -> None:
        table, values = exchange_run_tally, dict(zip(("partner", "work", "outcome"), kind, strict=True))
        if known:
            these = and_(*(table.c[name] == value for name, value in values.items()))
            self._transaction.connection.execute(update(table).where(these).values(runs=runs))
        else:
            self._transaction.connection.execute(insert(table), {**values, "runs": runs})

    def quarantined(self) -> int:
        """Return how many rows wait in quarantine."""
        query = select(func.count()).where(quarantine_row.c.state == "open")
        return self._transaction.connection.execute(query).scalar_one()

    def _held(self) -> dict[str, int]:
        query = select(held_batch.c.partner, func.count()).where(held_batch.c.state == "open")
        rows = self._transaction.connection.execute(query.group_by(held_batch.c.partner))
        return {row.partner: int(row[1]) for row in rows}

    def _level_at(self, partner: str) -> datetime.datetime | None:
        level = or_(exchange_run.c.behind.is_(None), exchange_run.c.behind == 0)
        return self._pull_began(partner, exchange_run.c.outcome == _DONE, level, latest=True)

    def _first_visit_at(self, partner: str) -> datetime.datetime | None:
        return self._pull_began(partner, latest=False)

    def _pull_began(self, partner: str, *which: ColumnElement[bool], latest: bool) -> datetime.datetime | None:
        began = exchange_run.c.started_at
        query = select(began).where(exchange_run.c.partner == partner, exchange_run.c.work == "pull", *which)
        found: datetime.datetime | None = self._transaction.connection.execute(
            query.order_by(began.desc() if latest else began).limit(1)
        ).scalar()
        return found

    def _left_behind(self, partner: str) -> int:
        """Return how many numbers the last visit that ended knew of and did not take."""
        query = select(exchange_run.c.behind).where(
            exchange_run.c.partner == partner, exchange_run.c.work == "pull", exchange_run.c.behind.is_not(None)
        )
        return self._transaction.connection.execute(query.order_by(exchange_run.c.id.desc()).limit(1)).scalar() or 0
