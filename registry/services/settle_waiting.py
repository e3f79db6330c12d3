"""Rows of the list that wait for a finding whether they concern food: shown to those who may settle them, and settled.

Whoever put a row before the register does not settle it: a second person reads the document and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError, NotFoundError, SamePersonError
from registry.intake.headings import ListKind
from registry.intake.list_rows import reread
from registry.law.judgment import RowOutcome
from registry.services.ask_about_waiting import ask_about_waiting
from registry.services.decide_food_related import Settled, decide_food_related
from registry.services.own_region import province_of
from registry.services.place_rows import judge
from registry.store.list_values import RecordState, StoredRecord

if TYPE_CHECKING:
    from registry.law.reasons import Reason
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.store.question_repository import FindingQuestion
    from registry.store.unit_of_work import UnitOfWork

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits: its number, what it says by the list's columns, why it waits, and the desk's document.

    `questions` are what was found missing by whoever looked before, latest first.
    """

    number: int
    record: str
    kind: ListKind
    values: Mapping[str, str] = field(repr=False)
    reasons: tuple[Reason, ...]
    document_no: str | None
    filed_by: str | None
    questions: tuple[FindingQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Rows that wait, newest first; `after` asks for the next page, None at the end."""

    rows: tuple[WaitingRow, ...]
    after: int | None


def read_waiting(services: Services, actor: Actor, *, after: int | None = None, most: int = 50) -> WaitingPage:
    """Return a page of the waiting rows of the actor's region."""
    most = max(1, min(most, MOST))
    region = province_of(actor)
    with services.store.read() as uow:
        found = uow.lists.waiting_records(region, after, most)
        rows = tuple(_row(services, uow, each) for each in found)
    return WaitingPage(rows, found[-1].id if len(found) == most else None)


def read_waiting_row(services: Services, number: int, actor: Actor) -> WaitingRow:
    """Return one waiting row; NotFoundError where it waits no more or is another region's."""
    with services.store.read() as uow:
        return _row(services, uow, _waiting(uow, number, actor))


def settle_waiting(services: Services, number: int, *, food_related: bool, reason: str, actor: Actor) -> Settled:
    """Settle a waiting row by a finding with its reason.

    Raises NotFoundError, SamePersonError (whoever filed the document), InvalidInputError (no reason), ConflictError.
    """
    row = read_waiting_row(services, number, actor)
    if row.filed_by == actor.text:
        raise SamePersonError("whoever filed the document may not settle it: a second person must")
    return decide_food_related(services, row.record, food_related=food_related, reason=reason, actor=actor.text)


def ask_about(services: Services, number: int, *, missing: str, asked_of: str, actor: Actor) -> None:
    """Note what is missing to settle a waiting row, and whom it is asked of; the row goes on waiting.

    Raises NotFoundError, InvalidInputError (what is missing, or from whom, was not said).
    """
    row = read_waiting_row(services, number, actor)
    if not asked_of.strip():
        raise InvalidInputError([FieldFault("asked_of", "missing", "say whom it is asked of")])
    ask_about_waiting(services, row.record, missing=missing, asked_of=asked_of, actor=actor.text)


def _waiting(uow: UnitOfWork, number: int, actor: Actor) -> StoredRecord:
    found = [each for each in uow.lists.records_numbered([number]) if each.outcome == RowOutcome.WAITING]
    reached = [each for each in found if actor.region is None or each.source_region == actor.region[:2]]
    if not reached or reached[0].state is not RecordState.ACTIVE:
        raise NotFoundError("no such row waits")
    return reached[0]


def _row(services: Services, uow: UnitOfWork, record: StoredRecord) -> WaitingRow:
    values = uow.lists.payload(record.id)
    row = reread(values, ListKind(record.kind))
    judged = judge(services.law, row, services.clock.today(), record.food_related)
    reasons = dict.fromkeys(one.terms.reason for one in judged if one.terms.outcome is RowOutcome.WAITING)
    documents = uow.desk.of_records([(record.source_region, record.record_no)])
    filings = uow.desk.filings(documents[0].id) if documents else []
    return WaitingRow(
        record.id,
        f"{record.source_region}:{record.record_no}",
        ListKind(record.kind),
        values,
        tuple(reasons),
        documents[0].document_no if documents else None,
        filings[-1].filed_by if filings else None,
        tuple(uow.questions.about([record.id]).get(record.id, ())),
    )
