"""See that every witness goes on cosigning: one that has left a head unsigned for too long raises an alarm."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.services.settle_alarms import alarmed, settle_alarms
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork

MOST_LATE = datetime.timedelta(hours=1)
"""How long a head may stay without a witness's cosignature; a witness of ours looks every minute."""

WATCHER = "worker:watch_witnesses"


@dataclass(frozen=True, slots=True)
class Watched:
    """How many witnesses are expected to cosign, and which have left a head unsigned for too long."""

    witnesses: int
    late: tuple[str, ...]


def watch_witnesses(store: Store) -> Watched:
    """Raise an alarm for every witness that is late and clear those that are over; record each in the ledger."""
    with store.read() as uow:
        names = [witness.name for witness in uow.witnesses.present()]
        late = late_witnesses(uow)
        changed = alarmed(uow, AlarmKind.COSIGNATURE_MISSING) != set(late)
    if changed:
        with store.write() as uow:
            detail = "a head has been without its cosignature"
            settle_alarms(uow, AlarmKind.COSIGNATURE_MISSING, late, detail, WATCHER)
    return Watched(len(names), late)


def late_witnesses(uow: UnitOfWork) -> tuple[str, ...]:
    """Return the witnesses that have left a head unsigned for longer than is tolerated, by name."""
    expected_by = uow.transaction.now() - MOST_LATE
    return tuple(witness for witness, since in uow.cosignatures.unsigned_since().items() if since < expected_by)
