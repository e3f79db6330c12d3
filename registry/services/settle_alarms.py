"""Raise the alarms of a kind that are new and clear those that are over; each is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.store.alarm_repository import AlarmKind
    from registry.store.unit_of_work import UnitOfWork


def alarmed(uow: UnitOfWork, kind: AlarmKind) -> set[str]:
    """Return what alarms of a kind are open about."""
    return {alarm.subject for alarm in uow.alarms.open(kind)}


def settle_alarms(uow: UnitOfWork, kind: AlarmKind, subjects: Collection[str], detail: str, actor: str) -> None:
    """Leave exactly these subjects with an open alarm of a kind; the caller commits. `detail` names nobody."""
    wanted, known = set(subjects), alarmed(uow, kind)
    for subject in sorted(wanted - known):
        uow.alarms.raise_alarm(kind, subject, detail)
        uow.ledger.record(EventKind.ALARM_RAISED, actor, {"alarm": kind.value, "subject": subject})
    for subject in sorted(known - wanted):
        uow.alarms.clear(kind, subject)
        uow.ledger.record(EventKind.ALARM_CLEARED, actor, {"alarm": kind.value, "subject": subject})
