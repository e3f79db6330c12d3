"""Seal a record by order (犯罪记录封存): nothing of it stays, it is not taken again, and whoever had it is named.

At once, in one commit: the record in all its versions, who it named and the bases it founded are erased, its
quarantined originals too, and the list moves on, so that every index and every province drops it. Then the answers
that had shown it. What left the register cannot be called back: the result lists exports, answers and bulk runs, so
that those who had them can be told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import FieldFault, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services import index_snapshot
from registry.services.forget_certificates import erase_certificates
from registry.services.forget_uploads import forget_uploads
from registry.services.leave_out_sealed import forget_records
from registry.services.list_draft import ListDraft
from registry.services.reach_sealed import RULE, Reached, reach_sealed
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.sealing_list import remember
from registry.services.stated_reason import stated_reason
from registry.store.list_values import EndReason, RecordState, StoredRecord
from registry.store.sealing_repository import Handed, SealingOrder

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

SOURCE = ListSource.SEALING
SEALED_BY_ORDER = "sealed_record"


@dataclass(frozen=True, slots=True)
class ErasedRecord:
    """What was erased at once, and who had it.

    `handed_out`: what left the register with the record in it; `feed`: who reads of the lifting in the feed;
    `others`: further rows of the same person, which the order may concern too.
    """

    record: str
    list_version: int
    quarantined: int
    handed_out: tuple[Handed, ...]
    feed: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """What a sealing order came to: what was erased at once, and the answers after it."""

    erased: ErasedRecord
    reached: Reached

    @property
    def handed_out(self) -> tuple[Handed, ...]:
        """Everything that left the register with the record in it."""
        return (*self.erased.handed_out, *self.reached.askers)


def seal_record(services: Services, record: str, *, reason: str, order_no: str | None, actor: str) -> SealedRecord:
    """Seal the row "33:R001", or "R001" where only one region has such a row; repeating it is harmless.

    Raises InvalidInputError (no reason, or several regions have such a row) and NotFoundError.
    """
    digest = hashlib.sha256(
        f"{order_no or ''}\x1f{stated_reason(reason, 'a sealing needs its reason')}".encode()
    ).hexdigest()
    with services.store.read() as uow:
        key = _key_of(uow, record)
    order = SealingOrder(*key, digest, services.clock.now())
    remember(services.settings.home, order)
    return SealedRecord(erase_record(services, order, actor), reach_sealed(services, actor))


def erase_record(services: Services, order: SealingOrder, actor: str) -> ErasedRecord:
    """Erase what the list and the quarantine hold of a record and note the order, in one commit."""
    with services.store.write() as uow:
        uow.head.lock()
        stored = uow.lists.records_of([order.key])
        subjects = set(uow.sealing.subjects([order.key]))
        others = uow.sealing.other_records(subjects, order.key)
        handed_out = uow.sealing.handed_out(order.key)
        cases = {record.document_no for record in stored}
        bans = set(uow.sealing.subjects([order.key]).values())
        take_off_the_list(uow, stored, actor)
        uow.sealing.erase_late_bans(subjects, RULE, actor)
        forget_records(uow, order.key, SEALED_BY_ORDER, actor)
        forget_uploads(uow, order.key)
        uow.originals.release(uow.objections.erase(uow.objections.about_bans(bans)))
        uow.grounds.forget_about(bans)
        for case in cases:
            # Whoever brought the row: the paper names whom it was about.
            erase_certificates(uow, case)
        quarantined = uow.sealing.erase_quarantined(order.key)
        if uow.sealing.order(order):
            facts: dict[str, str | int] = {"records": len(stored), "order_digest": order.order_digest}
            uow.ledger.record(EventKind.RECORD_SEALED, actor, {**facts, "quarantined": quarantined})
        version, feed = uow.head.version(), uow.sealing.readers_of_the_feed()
    # The list in memory follows the list's version; the file of it does not.
    (services.settings.home / index_snapshot.FILE_NAME).unlink(missing_ok=True)
    return ErasedRecord(":".join(order.key), version, quarantined, tuple(handed_out), tuple(feed), tuple(others))


def take_off_the_list(uow: UnitOfWork, stored: list[StoredRecord], actor: str) -> None:
    """End and erase every version of a record, whom it named and what it founded; the caller commits."""
    if not stored:
        return
    draft = ListDraft(uow, (), stored, rows=0)
    for record in stored:
        draft.end(record, EndReason.SEALED, record)
        record.state, record.document_no = RecordState.WITHDRAWN, None
        draft.touch(record)
        draft.erase(record)
    if not draft.writes.changes:
        draft.tell_of(stored)
    versions = uow.lists.write(draft.writes)
    record_list_change(uow, versions, {record.source_region for record in stored}, SOURCE, actor)


def _key_of(uow: UnitOfWork, record: str) -> tuple[str, str]:
    region, colon, number = record.partition(":")
    stored = uow.lists.records_of([(region, number)]) if colon else []
    stored = stored or uow.lists.records_named(record)
    keys = sorted({(one.source_region, one.record_no) for one in stored})
    if not keys:
        raise NotFoundError("there is no such row on the list")
    if len(keys) > 1:
        regions = ", ".join(key[0] for key in keys)
        reason = f"several regions have a row of that number ({regions}); put the region before it, as in 33:R001"
        raise InvalidInputError([FieldFault("record", "ambiguous", reason)])
    return keys[0]
