"""Alarms: what needs a person's attention, raised once and open until it is over."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, select, update

from registry.store.log_tables import alarm
from registry.store.transaction import Transaction


class AlarmKind(StrEnum):
    """What an alarm may be about; each has a runbook."""

    LOG_IN_DOUBT = "log_in_doubt"
    COSIGNATURE_MISSING = "cosignature_missing"
    JOB_FAILED = "job_failed"
    PROBING = "probing"
    PROVINCE_STALE = "province_stale"
    PROVINCE_LAGS = "province_lags"
    BATCH_HELD = "batch_held"
    EPOCH_CHANGED = "epoch_changed"
    LISTS_DIFFER = "lists_differ"
    ENDED_ELSEWHERE = "ended_elsewhere"
    NOTICES_DEAD = "notices_dead"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: its kind, what it is about (an institution, a job, the log; never a person), since when, and why."""

    kind: str
    subject: str
    raised_at: datetime.datetime
    detail: str


class AlarmRepository:
    """Raises and clears alarms; a cleared one stays to be read."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def open(self, kind: AlarmKind | None = None) -> list[Alarm]:
        """Return the alarms that are not over (of a kind), oldest first."""
        query = select(alarm.c.kind, alarm.c.subject, alarm.c.raised_at, alarm.c.detail)
        query = query.where(alarm.c.cleared_at.is_(None)).order_by(alarm.c.id)
        if kind is not None:
            query = query.where(alarm.c.kind == kind)
        return [Alarm(*row) for row in self._transaction.connection.execute(query)]

    def raise_alarm(self, kind: AlarmKind, subject: str, detail: str) -> bool:
        """Raise an alarm unless it is open already; say whether it is new. `detail` names nobody."""
        here = self._transaction
        query = select(alarm.c.id).where(alarm.c.kind == kind, alarm.c.subject == subject, alarm.c.cleared_at.is_(None))
        if here.connection.execute(query).first() is not None:
            return False
        values = {"kind": kind.value, "subject": subject, "detail": detail, "raised_at": here.now()}
        here.connection.execute(insert(alarm), values)
        return True

    def clear(self, kind: AlarmKind, subject: str) -> bool:
        """End an alarm; say whether there was one."""
        over = update(alarm).where(alarm.c.kind == kind, alarm.c.subject == subject, alarm.c.cleared_at.is_(None))
        return self._transaction.connection.execute(over.values(cleared_at=self._transaction.now())).rowcount > 0
