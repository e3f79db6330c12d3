"""Erase what was kept as long as it may be, by the table in registry/law/retention.toml, and record it.

Whatever is erased goes with the key that opened it; a copy of that key left in a backup opens nothing once the master
key of its time is retired. The ledger keeps its leaves, so that the log still verifies.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.clock import day_of
from registry.law.retention import Retention, RetentionRule
from registry.ledger.events import EventKind
from registry.services.forget_certificates import release_certificates
from registry.services.forget_uploads import erase_spreadsheets
from registry.services.hold_batch import clear_alarm
from registry.services.list_draft import ListDraft
from registry.services.reach_sealed import reach_sealed
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.sequence_log import sequence_log
from registry.store.desk_values import DeskState
from registry.store.list_values import EndReason, RecordState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.desk_values import StoredDocument
    from registry.store.unit_of_work import UnitOfWork

ROWS_AT_A_TIME = 500
SOURCE = ListSource.RETENTION

_Erase = Callable[["UnitOfWork", datetime.datetime, str], int]


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """What a run erased, rule by rule (or would have: `dry`), under which version of the table."""

    version: str
    counts: Mapping[RetentionRule, int]
    dry: bool


def apply_retention(
    services: Services, *, actor: str, dry: bool = False, table: Retention | None = None
) -> RetentionRun:
    """Erase what is older than its period; with `dry` only count the first page of each rule and change nothing.

    Sealing orders that are not known to have reached every answer are carried out too. Recorded, but for a dry run.
    """
    table = table or Retention.load()
    now = services.clock.now()
    if not dry:
        reach_sealed(services, actor)
        # An entry is found by its leaf; the newest ones get theirs now.
        sequence_log(services.store)
    counts: Counter[RetentionRule] = Counter()
    for rule, erase in _ERASE.items():
        counts[rule] = _applied(services, erase, table.ends_before(rule, now), actor, dry=dry)
    run = RetentionRun(table.version, counts, dry)
    if not dry:
        with services.store.write() as uow:
            facts: dict[str, str | int] = {rule.value: counts[rule] for rule in RetentionRule}
            uow.ledger.record(EventKind.RETENTION_APPLIED, actor, {**facts, "retention_version": table.version})
    return run


def _applied(services: Services, erase: _Erase, before: datetime.datetime, actor: str, *, dry: bool) -> int:
    total = 0
    while True:
        erased = _page(services, erase, before, actor, dry=dry)
        total += erased
        if dry or erased < ROWS_AT_A_TIME:
            return total


def _page(services: Services, erase: _Erase, before: datetime.datetime, actor: str, *, dry: bool) -> int:
    """Erase one page; a dry run does the same and takes it back."""
    with services.store.write() as uow:
        erased = erase(uow, before, actor)
        if dry:
            uow.transaction.connection.rollback()
    return erased


def _clear_decisions(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    return _decisions(uow, before, actor, RetentionRule.CLEAR_DECISIONS, clear=True)


def _stopped_decisions(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    return _decisions(uow, before, actor, RetentionRule.STOPPED_DECISIONS, clear=False)


def _decisions(uow: UnitOfWork, before: datetime.datetime, actor: str, rule: RetentionRule, *, clear: bool) -> int:
    found = uow.erasing.decisions(before, ROWS_AT_A_TIME, clear=clear)
    if found:
        uow.erasing.erase_decisions(found, rule, actor)
    return len(found)


def _look_ups(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    uow.grounds.forget(before)
    return uow.ledger.erase_openings(uow.erasing.look_ups(before, ROWS_AT_A_TIME), RetentionRule.LOOK_UPS, actor)


def _replaced_records(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    uow.head.lock()
    return _erase_records(uow, uow.erasing.replaced_records(before, ROWS_AT_A_TIME), actor)


def _expired_bans(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    """A ban ends with the end of its last day; the day is one in Shanghai."""
    uow.head.lock()
    return _erase_records(uow, uow.erasing.expired_records(day_of(before), before, ROWS_AT_A_TIME), actor)


def _erase_records(uow: UnitOfWork, numbers: list[int], actor: str) -> int:
    """Erase rows of the list as a sealing does, but for noting them: the same version sent again is known."""
    stored = uow.lists.records_numbered(numbers)
    if not stored:
        return 0
    draft = ListDraft(uow, (), stored, rows=0)
    for record in stored:
        if record.state is RecordState.ACTIVE:
            draft.end(record, EndReason.WITHDRAWN, record)
            record.state = RecordState.WITHDRAWN
        record.document_no = None
        draft.touch(record)
        draft.erase(record)
    versions = uow.lists.write(draft.writes)
    record_list_change(uow, versions, {record.source_region for record in stored}, SOURCE, actor)
    return len(stored)


def _desk_drafts(uow: UnitOfWork, before: datetime.datetime, _actor: str) -> int:
    found = uow.desk.abandoned(before, ROWS_AT_A_TIME)
    for document in found:
        document.state = DeskState.DISCARDED
        uow.desk.change(document)
    return _erase_documents(uow, found) + _lone_certificates(uow, before)


def _lone_certificates(uow: UnitOfWork, before: datetime.datetime) -> int:
    """Erase certificates whose judgment never came."""
    found = [each for each in uow.certificates.alone(before, ROWS_AT_A_TIME) if not _has_judgment(uow, each)]
    return release_certificates(uow, found)


def _has_judgment(uow: UnitOfWork, certificate: StoredCertificate) -> bool:
    """Asked under every index key there is: while keys are exchanged the two may be of different ones."""
    return certificate.keys.case is not None and bool(uow.desk.of_case(certificate.keys.case))


def _desk_documents(uow: UnitOfWork, before: datetime.datetime, _actor: str) -> int:
    return _erase_documents(uow, uow.desk.ended(before, ROWS_AT_A_TIME))


def _held_batches(uow: UnitOfWork, before: datetime.datetime, actor: str) -> int:
    """Nobody decided: the content goes, and should the batch come again it counts as refused."""
    found = uow.holds.kept_since(before, ROWS_AT_A_TIME)
    for held in found:
        uow.holds.decide(held.hold_no, "refused", actor)
        uow.ledger.record(EventKind.BATCH_ERASED, actor, {"hold_no": held.hold_no, "partner": held.partner})
        clear_alarm(uow, held.partner, actor)
    return len(found)


def _objections(uow: UnitOfWork, before: datetime.datetime, _actor: str) -> int:
    found = uow.objections.ended(before, day_of(uow.transaction.now()), ROWS_AT_A_TIME)
    uow.originals.release(uow.objections.erase(found))
    return len(found)


def _erase_documents(uow: UnitOfWork, found: list[StoredDocument]) -> int:
    gone = {document.id for document in found}
    for case in {document.keys.case for document in found if document.keys.case is not None}:
        if gone.issuperset(each.id for each in uow.desk.of_case(case)):
            release_certificates(uow, uow.certificates.of_case(case))
    uow.desk.erase(sorted(gone))
    uow.originals.release(document.original_id for document in found if document.original_id is not None)
    return len(found)


_ERASE: Mapping[RetentionRule, _Erase] = {
    RetentionRule.CLEAR_REQUESTS: lambda uow, before, _: uow.erasing.clear_requests(before, ROWS_AT_A_TIME),
    RetentionRule.CLEAR_DECISIONS: _clear_decisions,
    RetentionRule.STOPPED_DECISIONS: _stopped_decisions,
    RetentionRule.IDEMPOTENCY_KEYS: lambda uow, before, _: uow.erasing.responses(before, ROWS_AT_A_TIME),
    RetentionRule.SETTLED_QUARANTINE: lambda uow, before, _: uow.erasing.quarantined(
        before, ROWS_AT_A_TIME, settled=True
    ),
    RetentionRule.OPEN_QUARANTINE: lambda uow, before, _: uow.erasing.quarantined(
        before, ROWS_AT_A_TIME, settled=False
    ),
    RetentionRule.REPLACED_RECORDS: _replaced_records,
    RetentionRule.EXPIRED_BANS: _expired_bans,
    RetentionRule.DESK_DRAFTS: _desk_drafts,
    RetentionRule.DESK_DOCUMENTS: _desk_documents,
    RetentionRule.SHEET_DRAFTS: lambda uow, before, _: erase_spreadsheets(
        uow, uow.sheets.older(before, ROWS_AT_A_TIME, placed=False)
    ),
    RetentionRule.PLACED_SHEETS: lambda uow, before, _: erase_spreadsheets(
        uow, uow.sheets.older(before, ROWS_AT_A_TIME, placed=True)
    ),
    RetentionRule.LOOK_UPS: _look_ups,
    RetentionRule.SESSIONS: lambda uow, before, _: uow.accounts.erase_sessions(before, ROWS_AT_A_TIME),
    RetentionRule.SPENT_REQUESTS: lambda uow, before, _: uow.clients.erase_spent(before, ROWS_AT_A_TIME),
    RetentionRule.HELD_BATCHES: _held_batches,
    RetentionRule.OBJECTIONS: _objections,
    RetentionRule.EXCHANGE_RUNS: lambda uow, before, _: uow.exchange_health.forget_runs(before, ROWS_AT_A_TIME),
    RetentionRule.SIGN_IN_COUNTS: lambda uow, before, _: uow.accounts.erase_counts(before, ROWS_AT_A_TIME),
}
