"""What has been kept long enough: found a page at a time, and erased with the keys that opened it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update

from registry.ledger.events import EventKind
from registry.store.case_repository import CaseRepository
from registry.store.ledger_repository import LedgerRepository
from registry.store.list_reading import parts
from registry.store.list_values import RecordState
from registry.store.list_writing import ERASED_VERSION
from registry.store.log_tables import log_leaf
from registry.store.look_back_repository import LookBackRepository
from registry.store.notice_repository import NoticeRepository
from registry.store.tables import basis, decision, idempotency_key, ledger_entry, list_record, quarantine_row
from registry.store.transaction import Transaction

LOOK_UPS: Final = (
    EventKind.CHECK_READ,
    EventKind.CHECK_REPLAYED,
    EventKind.EVIDENCE_EXPLAINED,
    EventKind.LIST_SEARCHED,
    EventKind.ORIGINAL_READ,
    EventKind.BATCH_READ,
    EventKind.QUARANTINE_READ,
    EventKind.CASE_READ,
    EventKind.OBJECTION_READ,
    EventKind.OWN_RECORD_GIVEN,
)
_ABOUT_CASES: Final = (
    EventKind.CASE_STEPPED,
    EventKind.CASE_SETTLED,
    EventKind.CLEARANCE_GIVEN,
    EventKind.NOTICE_MADE,
    EventKind.OBJECTION_LODGED,
    EventKind.LOOK_BACK_CLOSED,
    EventKind.LOOK_BACK_PROPOSED,
)
_ABOUT_LATE_BANS: Final = (
    EventKind.LOOK_BACK_CLOSED,
    EventKind.LOOK_BACK_PROPOSED,
    EventKind.NOTICE_MADE,
    EventKind.NOTICE_ACKNOWLEDGED,
    EventKind.NOTICE_DEAD,
    EventKind.NOTICE_RESENT,
    EventKind.NOTICE_MOOT,
)
_CLEAR: Final = "clear"
Found = tuple[int, str]
"""A decision: its number in the store and its check number."""


class ErasingRepository:
    """Finds and erases old rows; every method takes how many rows at most, and returns how many it met."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def decisions(self, before: datetime.datetime, most: int, *, clear: bool) -> list[Found]:
        """Return decisions older than an instant, clear ones or the others."""
        verdict = decision.c.verdict == _CLEAR if clear else decision.c.verdict != _CLEAR
        query = select(decision.c.id, decision.c.check_no).where(decision.c.decided_at < before, verdict)
        return [(row[0], row[1]) for row in self._transaction.connection.execute(query.order_by("id").limit(most))]

    def erase_decisions(self, found: Sequence[Found], rule: str, actor: str) -> None:
        """Erase decisions, and salt and facts of the entries about them; the entries' leaves stay."""
        entries = self._entries_of([check_no for _, check_no in found])
        LedgerRepository(self._transaction).erase_openings(entries, rule, actor)
        CaseRepository(self._transaction).forget(check_no for _, check_no in found)
        LookBackRepository(self._transaction).forget(check_no for _, check_no in found)
        NoticeRepository(self._transaction).forget(check_no for _, check_no in found)
        for part in parts([number for number, _ in found]):
            self._transaction.connection.execute(delete(decision).where(decision.c.id.in_(part)))

    def erase_entries_of_late_bans(
        self, findings: Collection[int], notices: Collection[str], rule: str, actor: str
    ) -> None:
        """Erase salt and facts of the entries about findings of looking back and about the notices told of them."""
        if not findings:
            return
        about = {("finding_id", each) for each in findings} | {("notice_no", each) for each in notices}
        told = select(ledger_entry.c.id, ledger_entry.c.facts).where(
            ledger_entry.c.kind.in_(_ABOUT_LATE_BANS), ledger_entry.c.facts.is_not(None)
        )
        rows = self._transaction.connection.execute(told)
        entries = [row.id for row in rows if not about.isdisjoint(json.loads(row.facts).items())]
        LedgerRepository(self._transaction).erase_openings(entries, rule, actor)

    def clear_requests(self, before: datetime.datetime, most: int) -> int:
        """Erase what was asked in clear decisions older than an instant; that they were made stays."""
        asked = (decision.c.decided_at < before, decision.c.verdict == _CLEAR, decision.c.request_enc.is_not(None))
        old = select(decision.c.id).where(*asked).order_by("id").limit(most)
        return self._changed(
            update(decision).where(decision.c.id.in_(old)).values(request_enc=None, signature_enc=None)
        )

    def responses(self, before: datetime.datetime, most: int) -> int:
        """Erase idempotency keys older than an instant, with their responses."""
        keys = (idempotency_key.c.client_id, idempotency_key.c.key_digest)
        query = select(*keys).where(idempotency_key.c.created_at < before).limit(most)
        rows = self._transaction.connection.execute(query).all()
        for row in rows:
            this = and_(keys[0] == row.client_id, keys[1] == row.key_digest)
            self._transaction.connection.execute(delete(idempotency_key).where(this))
        return len(rows)

    def quarantined(self, before: datetime.datetime, most: int, *, settled: bool) -> int:
        """Erase the originals of quarantined rows older than an instant, settled ones or open ones."""
        state = quarantine_row.c.state != "open" if settled else quarantine_row.c.state == "open"
        old = select(quarantine_row.c.id).where(quarantine_row.c.received_at < before, state).order_by("id").limit(most)
        return self._changed(delete(quarantine_row).where(quarantine_row.c.id.in_(old)))

    def look_ups(self, before: datetime.datetime, most: int) -> list[int]:
        """Return entries about look-ups older than an instant that can still be opened."""
        told = (ledger_entry.c.at < before, ledger_entry.c.kind.in_(LOOK_UPS), ledger_entry.c.salt.is_not(None))
        query = select(ledger_entry.c.id).where(*told).order_by("id").limit(most)
        return list(self._transaction.connection.execute(query).scalars())

    def replaced_records(self, before: datetime.datetime, most: int) -> list[int]:
        """Return rows of the list that another version replaced or took back before an instant."""
        later = list_record.alias("later")
        same = and_(later.c.source_region == list_record.c.source_region, later.c.record_no == list_record.c.record_no)
        query = select(list_record.c.id).where(
            list_record.c.state != RecordState.ACTIVE,
            list_record.c.index_version != ERASED_VERSION,
            ~exists(select(later.c.id).where(same, later.c.received_at >= before)),
        )
        return list(self._transaction.connection.execute(query.order_by("id").limit(most)).scalars())

    def expired_records(self, day: datetime.date, before: datetime.datetime, most: int) -> list[int]:
        """Return active rows of the list all of whose people and organisations have been free of any ban since."""
        own, any_of = basis.alias("own"), basis.alias("any_of")
        over = or_(any_of.c.ended_at < before, and_(any_of.c.ends_on.is_not(None), any_of.c.ends_on < day))
        founded = exists(select(own.c.id).where(own.c.record_id == list_record.c.id))
        still = select(any_of.c.id).join(own, own.c.subject_id == any_of.c.subject_id)
        query = select(list_record.c.id).where(
            list_record.c.state == RecordState.ACTIVE,
            list_record.c.index_version != ERASED_VERSION,
            founded,
            ~exists(still.where(own.c.record_id == list_record.c.id, not_(func.coalesce(over, False)))),
        )
        return list(self._transaction.connection.execute(query.order_by("id").limit(most)).scalars())

    def _entries_of(self, check_nos: Sequence[str]) -> list[int]:
        """Return the ledger entries about checks: of the decisions, and of whoever looked at them."""
        found: set[int] = set()
        for part in parts(sorted(check_nos)):
            leaves = select(log_leaf.c.entry_id).join(decision, decision.c.leaf_hash == log_leaf.c.leaf_hash)
            found.update(self._transaction.connection.execute(leaves.where(decision.c.check_no.in_(part))).scalars())
        told = select(ledger_entry.c.id, ledger_entry.c.facts).where(ledger_entry.c.facts.is_not(None))
        about = [f'"check_no":"{number}"' for number in check_nos]
        for row in self._transaction.connection.execute(told.where(self._may_name(check_nos))):
            if any(text in row.facts for text in about):
                found.add(row.id)
        return sorted(found)

    def _may_name(self, check_nos: Sequence[str]) -> ColumnElement[bool]:
        """Entries that name a check in their facts alone: look-ups, those without a leaf yet, decisions before 0003."""
        kinds = [*LOOK_UPS, *_ABOUT_CASES]
        former = select(decision.c.id).where(decision.c.check_no.in_(list(check_nos)), decision.c.leaf_hash.is_(None))
        if self._transaction.connection.execute(former.where(decision.c.client_id.is_not(None)).limit(1)).first():
            kinds.append(EventKind.CHECK_DECIDED)
        return or_(ledger_entry.c.kind.in_(kinds), ledger_entry.c.pending.is_not(None))

    def _changed(self, statement: object) -> int:
        return int(self._transaction.connection.execute(statement).rowcount)  # type: ignore[call-overload]
