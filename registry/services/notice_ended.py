"""Notice that a court's decision ended a row of this side's own elsewhere, until its own word says so or otherwise.

Whoever speaks for a row decides what becomes of it: it goes on to bar here until it is taken back or stated anew, and
the alarm stands as long. The alarm's subject is the row's key, which names nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.ledger.events import EventKind
from registry.store.alarm_repository import AlarmKind
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.exchange.batch import Item
    from registry.exchange.reconciliation import RecordKey
    from registry.store.list_values import StoredRecord
    from registry.store.unit_of_work import UnitOfWork

NOTICED: Final = "noticed"
_DETAIL: Final = "ended elsewhere by a court's decision: look at its papers, and take the row back or state it anew"


def notice_ended(uow: UnitOfWork, item: Item, actor: str) -> bool:
    """Raise the alarm about a row of this side's own; False where the row does not stand here in that version."""
    key, version = (item.source_region or "", item.record_no or ""), item.version or 0
    if not any(_stands(one, version) for one in uow.lists.records_of([key])):
        return False
    subject = _subject(key, version)
    if uow.alarms.raise_alarm(AlarmKind.ENDED_ELSEWHERE, subject, _DETAIL):
        uow.ledger.record(EventKind.ALARM_RAISED, actor, {"alarm": str(AlarmKind.ENDED_ELSEWHERE), "subject": subject})
    return True


def settle_ended(uow: UnitOfWork, actor: str) -> int:
    """End the alarms about rows that stand no more in the version spoken of; return how many were ended."""
    spoken_of = {alarm.subject: _named(alarm.subject) for alarm in uow.alarms.open(AlarmKind.ENDED_ELSEWHERE)}
    over = [subject for subject, named in spoken_of.items() if not _waits(uow, *named)]
    for subject in over:
        uow.alarms.clear(AlarmKind.ENDED_ELSEWHERE, subject)
        facts = {"alarm": str(AlarmKind.ENDED_ELSEWHERE), "subject": subject}
        uow.ledger.record(EventKind.ALARM_CLEARED, actor, facts)
    return len(over)


def ended_elsewhere(uow: UnitOfWork) -> tuple[str, ...]:
    """Return the rows that wait, as `region:record_no@version`, those noticed first in front."""
    return tuple(alarm.subject for alarm in uow.alarms.open(AlarmKind.ENDED_ELSEWHERE))


def _waits(uow: UnitOfWork, key: RecordKey, version: int) -> bool:
    return any(_stands(one, version) for one in uow.lists.records_of([key]))


def _stands(record: StoredRecord, version: int) -> bool:
    return record.state is RecordState.ACTIVE and record.version <= version


def _subject(key: RecordKey, version: int) -> str:
    return f"{':'.join(key)}@{version}"


def _named(subject: str) -> tuple[RecordKey, int]:
    row, _, version = subject.rpartition("@")
    region, _, record_no = row.partition(":")
    return (region, record_no), int(version)
