"""End the alarm that a partner's epoch changed: somebody has seen to what it had lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import NotFoundError
from registry.ledger.events import EventKind
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.services.context import Services


def end_epoch_alarm(services: Services, partner: str, *, actor: str) -> None:
    """End the alarm about a partner and record it; NotFoundError where there is none."""
    with services.store.write() as uow:
        if not uow.alarms.clear(AlarmKind.EPOCH_CHANGED, partner):
            raise NotFoundError("no such alarm is open about this partner")
        facts = {"alarm": AlarmKind.EPOCH_CHANGED.value, "subject": partner}
        uow.ledger.record(EventKind.ALARM_CLEARED, actor, facts)
