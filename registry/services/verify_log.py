"""Verify the whole record: entries, tree, heads, cosignatures, and the rows the entries speak of.

A full verification begins at the first leaf. An incremental one begins at a head that was verified before, and
looks at what came since; what was altered in older rows beside the log it does not see, and it says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

from registry.errors import ConflictError
from registry.ledger.checkpoint import Checkpoint, cosigned_at
from registry.ledger.commitment import opens
from registry.ledger.events import EventKind
from registry.ledger.leaf import StatedOpenly, leaf_hash
from registry.ledger.signed_note import Note, Signature, SignatureError, VerifierKey
from registry.services.log_report import Fault, FaultKind, LogReport
from registry.services.sequence_log import LOG, log_keys
from registry.services.verify_records import (
    ChangeRecords,
    DecisionRecords,
    ErasureRecords,
    ListRecords,
    Recorded,
    RuleRecords,
    ScreeningRecords,
    waiting_of,
)
from registry.services.verify_steps import StepRecords
from registry.services.verify_tree import HistoryDiffersError, TreeVerification
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.privacy.signing_keys import SigningKeys
    from registry.store.audit_repository import PlacedEntry, UnplacedEntry
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork

Records = DecisionRecords | ChangeRecords | ListRecords | RuleRecords | ScreeningRecords | StepRecords | ErasureRecords
_COMPARISONS: Final[Sequence[type[Records]]] = (
    DecisionRecords,
    ChangeRecords,
    ListRecords,
    RuleRecords,
    ScreeningRecords,
    StepRecords,
    ErasureRecords,
)
Progress = Callable[[int], None]

LONGEST_WAIT: Final = datetime.timedelta(minutes=10)
"""An entry that waits longer for its place is a fault: either no worker runs, or it is kept from its place."""


def _unwatched(done: int) -> None:
    """Report progress to nobody."""


def verify_log(
    store: Store, known: Checkpoint | None = None, *, incremental: bool = False, progress: Progress = _unwatched
) -> LogReport:
    """Verify the log as it stands at this instant; every fault is in the report, nothing is written.

    `known` is a head from an earlier verification that the log must contain; `incremental` begins there. Raises
    KeysMissingError without the log's keys and UnavailableError where the store does not answer.
    """
    keys = log_keys(store)
    with store.read() as uow:
        return verify_within(uow, keys, known, incremental=incremental, progress=progress)


def verify_within(
    uow: UnitOfWork,
    keys: SigningKeys,
    known: Checkpoint | None = None,
    *,
    incremental: bool = False,
    progress: Progress = _unwatched,
) -> LogReport:
    """Verify the log as one transaction sees it; raises as `verify_log` does."""
    report = LogReport(since=known.size if known is not None and incremental else 0)
    records: Sequence[Records] = [kind(uow) for kind in _COMPARISONS]

    def take(placed: PlacedEntry) -> None:
        _take(Recorded.of(placed), records, report)

    try:
        TreeVerification(uow, keys, report).run(known, take, progress, from_known=incremental)
    except HistoryDiffersError:
        return report
    _verify_waiting(uow, report, records)
    _verify_cosignatures(uow, report)
    for each in records:
        for fault in each.compare(report, report.since):
            report.add(fault)
    return report


def resume_log(store: Store, actor: str) -> LogReport:
    """Verify a log in doubt whole and, where nothing is found, trust it again: a recorded act of the operator.

    Raises ConflictError where the log is not in doubt.
    """
    with store.read() as uow:
        if uow.log.doubted_at() is None:
            raise ConflictError("the log is not in doubt")
    report = verify_log(store)
    if report.sound:
        with store.write() as uow:
            uow.log.lock()
            uow.log.set_doubt(None)
            uow.alarms.clear(AlarmKind.LOG_IN_DOUBT, LOG)
            facts: dict[str, str | int] = {"size": report.size, "root": report.root, "entries": report.entries}
            uow.ledger.record(EventKind.LOG_RESUMED, actor, facts)
    return report


def _verify_waiting(uow: UnitOfWork, report: LogReport, records: Sequence[Records]) -> None:
    for entry in uow.audit.unplaced():
        report.waiting += 1
        fault = _waiting_fault(entry, uow.transaction.now())
        if fault is not None:
            report.add(Fault(*fault, entry=entry.entry_id))
        if fault is not None and fault[0] is not FaultKind.WAITS_TOO_LONG:
            continue
        _take(waiting_of(entry, leaf_hash(cast("StatedOpenly", entry), entry.commitment)), records, report)


def _take(recorded: Recorded, records: Sequence[Records], report: LogReport) -> None:
    """Let every comparison note an entry; facts that none of ours would have written are a fault and go no further."""
    if not recorded.is_understood:
        report.add(recorded.fault(FaultKind.FACTS_ALTERED, "the facts are not what such an entry states"))
        return
    for each in records:
        each.take(recorded)


def _waiting_fault(entry: UnplacedEntry, now: datetime.datetime) -> tuple[FaultKind, str] | None:
    if not entry.waits:
        return FaultKind.LEAF_MISSING, "the entry has no place and does not wait for one"
    sealed = entry.salt is None and entry.facts is None
    if not sealed and not opens(entry.commitment, entry.salt or b"", cast("StatedOpenly", entry), entry.facts or ""):
        return FaultKind.FACTS_ALTERED, "the facts are not those committed to"
    if now - entry.at > LONGEST_WAIT:
        return FaultKind.WAITS_TOO_LONG, "the entry waits too long for its place: is a worker running?"
    return None


def _verify_cosignatures(uow: UnitOfWork, report: LogReport) -> None:
    for cosignature in uow.cosignatures.after(report.since):
        report.cosignatures += 1
        report.witnesses[cosignature.witness] = cosignature.size
        head = uow.log.head(cosignature.size)
        try:
            text = Note.parse(head.checkpoint if head else "").text
            cosigned_at(text, Signature.parse(cosignature.line), VerifierKey.parse(cosignature.public_key))
        except SignatureError:
            says = f"the cosignature of {cosignature.witness} under {cosignature.size} leaves is false"
            report.add(Fault(FaultKind.COSIGNATURE_FALSE, says, 0, cosignature.size - 1))
