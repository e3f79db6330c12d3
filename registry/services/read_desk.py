"""What lies on the desk: the work list, page by page, and one document with everything a person needs to judge it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault
from registry.law.judgment import RowOutcome
from registry.services.certificate_fate import open_rulings
from registry.services.desk_step import open_document
from registry.services.document_rows import filing_faults
from registry.services.own_region import province_of
from registry.store.desk_values import (
    Content,
    Decision,
    DeskState,
    DocumentKind,
    FilingKind,
    StoredDocument,
    StoredFiling,
)
from registry.store.question_repository import FindingQuestion

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

MOST: Final = 100
_PENDING: Final = (DeskState.PENDING, DeskState.IN_FORCE)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One line of the work list. `names` are the people it names, `warnings` how many a person must look at."""

    document_no: str
    kind: DocumentKind
    state: DeskState
    region: str
    case_number: str | None
    court: str | None
    organisation: str | None
    names: tuple[str, ...]
    warnings: int
    disputed_on: datetime.date | None
    created_by: str
    created_at: datetime.datetime
    changed_at: datetime.datetime
    row_version: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the work list, newest first; `after` asks for the next one, None at the end."""

    items: tuple[DeskItem, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One filing as it went: who asked for what when and why, and who decided what when; list versions taken.

    `source` is the number of the appeal, retrial or ruling it follows from.
    """

    number: int
    kind: FilingKind
    filed_by: str
    filed_at: datetime.datetime
    note: str | None
    content: Content | None
    source: str | None
    decision: Decision | None
    decided_by: str | None
    decided_at: datetime.datetime | None
    answer: str | None
    first_version: int | None
    last_version: int | None


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the list the document founds now: its name (33:J…-1-1), outcome, and the ban it belongs to."""

    record: str
    outcome: RowOutcome
    ban_no: str | None


@dataclass(frozen=True, slots=True)
class DeskDocument:
    """One document, opened.

    `content` is what is being worked on: the draft, else what was last filed (shape: registry.intake.desk_content).
    `reading` is as `registry judgment read` prints it, with `quotes` into `text`; both None where nothing may be kept.
    `waiting` is the filing that waits for a second person; `faults` are what keeps the content from being filed.
    `attached_to` and `appeals` are numbers of documents: the first-instance case of an appeal, and the other way round;
    `open_rulings` those of them that are not attached yet, and keep the case open.
    `questions` are what was found missing to settle its waiting rows, latest first.
    """

    document_no: str
    kind: DocumentKind
    state: DeskState
    standing: DeskState | None
    region: str
    row_version: int
    created_by: str
    created_at: datetime.datetime
    changed_at: datetime.datetime
    effective_on: datetime.date | None
    disputed_on: datetime.date | None
    original_id: int | None
    text: str | None
    reading: Content | None
    content: Content | None
    faults: tuple[FieldFault, ...]
    history: tuple[HistoryStep, ...]
    waiting: HistoryStep | None
    rows: tuple[ListedRow, ...]
    attached_to: str | None
    appeals: tuple[str, ...]
    open_rulings: tuple[str, ...]
    questions: tuple[FindingQuestion, ...]


def read_work_list(  # noqa: PLR0913 - what a list can be narrowed to
    services: Services,
    actor: DeskActor,
    *,
    states: Sequence[DeskState] = (),
    kind: DocumentKind | None = None,
    after: int | None = None,
    most: int = 50,
) -> DeskPage:
    """Return a page of the documents of the actor's region, newest first, of the named states and kind (none: all)."""
    wanted = tuple(dict.fromkeys((*states, *(_PENDING if DeskState.IN_FORCE in states else ()))))
    most = max(1, min(most, MOST))
    region = province_of(actor)
    today = services.clock.today()
    with services.store.read() as uow:
        found = uow.desk.page(region, wanted, after, most, kind)
    shown = [each for each in found if not states or each.shown_state(today) in states]
    return DeskPage(tuple(_item(each, today) for each in shown), found[-1].id if len(found) == most else None)


def read_document(services: Services, document_no: str, actor: DeskActor) -> DeskDocument:
    """Return a document with its history. Raises NotFoundError where there is none in the actor's region."""
    with services.store.read() as uow:
        document = open_document(uow, document_no, actor)
        return _opened(uow, document, services.clock.today())


def _item(document: StoredDocument, today: datetime.date) -> DeskItem:
    content = document.draft or {}
    people = content.get("defendants") or content.get("people") or ()
    return DeskItem(
        document.document_no,
        document.kind,
        document.shown_state(today),
        document.region,
        content.get("case_number"),
        content.get("court") or content.get("authority"),
        content.get("organisation"),
        tuple(str(each["name"]) for each in people if each.get("name")),
        len((document.reading or {}).get("warnings", ())),
        document.disputed_on,
        document.created_by,
        document.created_at,
        document.changed_at,
        document.row_version,
    )


def _opened(uow: UnitOfWork, document: StoredDocument, today: datetime.date) -> DeskDocument:
    history = tuple(_step(uow, filing) for filing in uow.desk.filings(document.id))
    faults = () if document.draft is None else filing_faults(document.kind, document.document_no, document.draft)
    case = document.keys.case
    return DeskDocument(
        document.document_no,
        document.kind,
        document.shown_state(today),
        document.standing,
        document.region,
        document.row_version,
        document.created_by,
        document.created_at,
        document.changed_at,
        document.effective_on,
        document.disputed_on,
        document.original_id,
        document.text,
        document.reading,
        document.draft,
        faults,
        history,
        next((step for step in history if step.decision is None), None),
        _listed(uow, document),
        None if document.attached_to is None else uow.desk.numbered(document.attached_to).document_no,
        () if case is None else tuple(each.document_no for each in uow.desk.citing(case)),
        () if case is None else open_rulings(uow, case),
        _questions(uow, document),
    )


def _step(uow: UnitOfWork, filing: StoredFiling) -> HistoryStep:
    return HistoryStep(
        filing.number,
        filing.kind,
        filing.filed_by,
        filing.filed_at,
        filing.note,
        filing.content,
        None if filing.source_id is None else uow.desk.numbered(filing.source_id).document_no,
        filing.decision,
        filing.decided_by,
        filing.decided_at,
        filing.answer,
        filing.first_version,
        filing.last_version,
    )


def _questions(uow: UnitOfWork, document: StoredDocument) -> tuple[FindingQuestion, ...]:
    stored = uow.lists.records_of(uow.desk.active_records(document.id))
    waiting = [each.id for each in stored if each.state == "active" and each.outcome == RowOutcome.WAITING]
    return tuple(question for found in uow.questions.about(waiting).values() for question in found)


def _listed(uow: UnitOfWork, document: StoredDocument) -> tuple[ListedRow, ...]:
    keys = uow.desk.active_records(document.id)
    stored = [each for each in uow.lists.records_of(keys) if each.state == "active"]
    subjects = {each.subject_id for each in stored if each.subject_id is not None}
    bans = {subject: ban_no for subject, ban_no, _ in uow.lists.ban_numbers(subjects)}
    return tuple(
        ListedRow(
            f"{each.source_region}:{each.record_no}",
            RowOutcome(each.outcome),
            None if each.subject_id is None else bans.get(each.subject_id),
        )
        for each in sorted(stored, key=lambda each: each.record_no)
    )
