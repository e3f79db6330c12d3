"""Show at the desk which objections to a listing were upheld, for as long as the list was not corrected.

Clerks and confirmers learn what was decided and why, and may take the evidence it rests on, to state the document as
that says, whomever it names; the objection's own words are not shown. What is shown or given is a look-up and recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import NotFoundError
from registry.ledger.events import EventKind
from registry.services.attach_evidence import given_file
from registry.services.decide_objection import open_objection
from registry.services.own_region import reaches, within_region
from registry.store.attachment_repository import AttachedTo, Attachment
from registry.store.list_values import RecordState
from registry.store.objection_repository import ObjectionFilter

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.objection_repository import StoredObjection
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import OpenedOriginal

MOST: Final = 100
_PENDING: Final = ObjectionFilter(pending_correction=True)


@dataclass(frozen=True, slots=True)
class CorrectionDocument:
    """A document of the desk that a listing rests on: its number and kind (judgment, revocation)."""

    document_no: str
    kind: str


@dataclass(frozen=True, slots=True)
class Correction:
    """An upheld objection, the desk's documents to be corrected, and the rows others brought (`32:R001`)."""

    objection: StoredObjection
    documents: tuple[CorrectionDocument, ...]
    rows: tuple[str, ...]


def count_corrections(services: Services, actor: DeskActor) -> int:
    """Return how many upheld objections of the actor's region wait for the list to be corrected."""
    with services.store.read() as uow:
        return uow.objections.count(within_region(_PENDING, actor))


def list_corrections(services: Services, actor: DeskActor) -> list[Correction]:
    """Return what of the actor's region waits for a correction, in the order the objections were due; at most 100."""
    with services.store.read() as uow:
        return [_correction(uow, each) for each in uow.objections.page(within_region(_PENDING, actor), None, MOST)]


@dataclass(frozen=True, slots=True)
class Upheld:
    """An upheld objection that waits for the list to be corrected, and the evidence that came with it."""

    objection: StoredObjection
    files: tuple[Attachment, ...]


def corrections_of(services: Services, ban_nos: Sequence[str], actor: DeskActor) -> list[Upheld]:
    """Return the upheld objections to bans that wait for the list to be corrected, once the look is recorded."""
    with services.store.read() as uow:
        found = [
            Upheld(each, tuple(uow.attachments.of(AttachedTo.OBJECTION, each.id)))
            for each in uow.objections.pending_about(ban_nos)
            if reaches(actor, each.region)
        ]
    if found:
        with services.store.write() as uow:
            for each in found:
                uow.ledger.record(EventKind.OBJECTION_READ, actor.text, {"objection_no": each.objection.objection_no})
    return found


def read_correction_file(services: Services, objection_no: str, original_no: str, actor: DeskActor) -> OpenedOriginal:
    """Return a file of an upheld objection that waits for a correction, once the look-up is recorded.

    Raises NotFoundError, also where nothing waits for a correction any more.
    """
    with services.store.write() as uow:
        found = open_objection(uow, objection_no, actor)
        if not found.correction_pending:
            raise NotFoundError("nothing of this objection waits for a correction")
        return given_file(uow, AttachedTo.OBJECTION, found.id, original_no, actor)


def documents_behind(uow: UnitOfWork, ban_nos: Sequence[str]) -> list[CorrectionDocument]:
    """Return the desk's documents that bans rest on."""
    documents = uow.desk.of_records(_records(uow, ban_nos))
    return [CorrectionDocument(each.document_no, each.kind.value) for each in documents]


def rows_elsewhere(uow: UnitOfWork, ban_nos: Sequence[str]) -> list[str]:
    """Return the rows that bans rest on and no document of this desk founded, as region:number."""
    return [":".join(row) for row in uow.desk.brought_otherwise(_records(uow, ban_nos))]


def _records(uow: UnitOfWork, ban_nos: Sequence[str]) -> list[tuple[str, str]]:
    found = {
        (record.source_region, record.record_no)
        for subject in uow.lists.subjects_numbered(ban_nos).values()
        for record in uow.lists.records_founding(subject)
        if record.state is RecordState.ACTIVE
    }
    return sorted(found)


def _correction(uow: UnitOfWork, objection: StoredObjection) -> Correction:
    bans = [objection.ban_no or ""]
    rows = rows_elsewhere(uow, bans)
    return Correction(objection, tuple(documents_behind(uow, bans)), tuple(rows))
