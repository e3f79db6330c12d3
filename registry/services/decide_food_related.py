"""Settle whether a waiting row concerned food: a person's finding, with the reason, recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.intake.headings import ListKind
from registry.intake.list_rows import reread
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.list_draft import ListDraft
from registry.services.place_rows import judge, outcome_problems, row_outcome
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.restate_document import restate_documents
from registry.services.stated_reason import stated_reason
from registry.store.list_values import RecordState, StoredRecord
from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Settled:
    """What the finding came to: the row, its outcome now, why, and the list version."""

    record: str
    outcome: RowOutcome
    problems: tuple[FieldFault, ...]
    list_version: int


def decide_food_related(services: Services, record: str, *, food_related: bool, reason: str, actor: str) -> Settled:
    """Settle a waiting row; `record` is "33:R001", or "R001" where only one region has such a row.

    Raises InvalidInputError (no reason, or the row's number has several regions), NotFoundError, and ConflictError
    where the row does not wait for a finding.
    """
    reason = stated_reason(reason, "a finding needs its reason")
    with services.store.write() as uow:
        uow.head.lock()
        waiting = waiting_record(uow, record)
        row = reread(uow.lists.payload(waiting.id), ListKind(waiting.kind))
        draft = ListDraft(uow, row.named, (waiting,), rows=0)
        judged = judge(services.law, row, services.clock.today(), food_related)
        waiting.outcome, waiting.food_related = row_outcome(judged), food_related
        draft.settle(waiting, judged)
        versions = uow.lists.write(draft.writes)
        restate_documents(uow, [(waiting.source_region, waiting.record_no)])
        _record_act(uow, waiting, food_related, reason, actor)
        record_list_change(uow, versions, [waiting.source_region], ListSource.DECISION, actor)
        outcome = RowOutcome(waiting.outcome)
        name = f"{waiting.source_region}:{waiting.record_no}"
        return Settled(name, outcome, outcome_problems(judged, outcome), uow.head.version())


def waiting_record(uow: UnitOfWork, record: str) -> StoredRecord:
    """Return the current version of the row that is meant, if it waits; raises as `decide_food_related` does."""
    region, colon, number = record.partition(":")
    stored = uow.lists.records_of([(region, number)]) if colon else []
    stored = stored or uow.lists.records_named(record)
    current = [one for one in stored if one.state is RecordState.ACTIVE]
    if not current:
        raise NotFoundError("there is no such row on the list")
    if len(current) > 1:
        regions = ", ".join(sorted(one.source_region for one in current))
        reason = f"several regions have a row of that number ({regions}); put the region before it, as in 33:R001"
        raise InvalidInputError([FieldFault("record", "ambiguous", reason)])
    if current[0].outcome != RowOutcome.WAITING:
        raise ConflictError("the row does not wait for a finding")
    return current[0]


def _record_act(uow: UnitOfWork, record: StoredRecord, food_related: bool, reason: str, actor: str) -> None:
    """The reason may name people: the ledger gets its digest."""
    facts = {
        "record_id": record.id,
        "decision": "yes" if food_related else "no",
        "reason_digest": hashlib.sha256(reason.encode()).hexdigest(),
    }
    uow.ledger.record(EventKind.FOOD_RELATED_DECIDED, actor, facts)
