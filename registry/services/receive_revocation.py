"""Lay a decision that revokes a licence on the desk, and settle what becomes of it before a court or on review.

A revocation bars from the day it was decided (食品安全法 135¶1). Reconsideration or a suit does not suspend it
(行政处罚法 73): it is marked disputed, and the ban goes on. Once annulled, the ban is lifted at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.desk_content import checked_revocation
from registry.law.roles import Region
from registry.ledger.events import EventKind
from registry.services.desk_step import open_document, put_forward, standing_content, stated_note
from registry.services.file_judgment import Filed
from registry.services.receive_judgment import Received, Reception, known_documents, listed_rows
from registry.services.same_subject import document_key
from registry.store.desk_values import DeskState, DocumentKeys, DocumentKind, FilingKind, StoredDocument

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def receive_revocation(
    services: Services, content: object, *, actor: DeskActor, although_known: bool = False
) -> Received:
    """Lay a revocation on the desk as a draft; one of the same number is recognised and named.

    Raises InvalidInputError where the shape is wrong or the region is not one of the four or not the actor's.
    """
    stated = checked_revocation(content)
    region = str(stated["source_region"] or actor.region or "")[:2]
    if region not in {str(each) for each in Region} or (actor.region is not None and region != actor.region[:2]):
        raise InvalidInputError([FieldFault("source_region", "unknown_region", "31, 32, 33 or 34 is needed")])
    number = stated["case_number"]
    keys = DocumentKeys(case=None if number is None else document_key(str(number)))
    with services.store.write() as uow:
        known, listed = known_documents(uow, keys), listed_rows(uow, keys)
        if known and not although_known:
            return Received(Reception.KNOWN, None, known, listed)
        document = uow.desk.add(DocumentKind.REVOCATION, region, keys, actor.text)
        document.draft = {**stated, "source_region": region}
        uow.desk.change(document)
        facts: dict[str, str | int] = {"document_no": document.document_no, "region": region}
        facts["document_kind"] = DocumentKind.REVOCATION
        uow.ledger.record(EventKind.DOCUMENT_RECEIVED, actor.text, facts)
    return Received(Reception.DRAFT, document.document_no, known, listed)


def dispute_revocation(  # noqa: PLR0913 - what is said of a dispute
    services: Services, document_no: str, *, actor: DeskActor, expected: int, disputed: bool, reason: str
) -> Filed:
    """File that a revocation is being reconsidered or before a court, or that this is over; the ban goes on.

    Raises NotFoundError, ChangedMeanwhileError, InvalidInputError (no reason), ConflictError (it does not stand, it is
    so already, or a filing waits).
    """
    kind = FilingKind.DISPUTED if disputed else FilingKind.DISPUTE_ENDED
    note = stated_note(reason, "reason", required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        _require_standing(document)
        if (document.disputed_on is not None) is disputed:
            raise ConflictError("this is so already")
        number = put_forward(uow, document, kind, standing_content(uow, document), note, actor)
    return Filed(document_no, number, kind, document.state, document.row_version)


def annul_revocation(services: Services, document_no: str, *, actor: DeskActor, expected: int, reason: str) -> Filed:
    """File that a revocation was annulled, withdrawn or held void; once confirmed its bans end at once.

    One that was changed is corrected (`correct_judgment`). Raises as `dispute_revocation` does.
    """
    note = stated_note(reason, "reason", required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        _require_standing(document)
        number = put_forward(uow, document, FilingKind.ANNULLED, standing_content(uow, document), note, actor)
    return Filed(document_no, number, FilingKind.ANNULLED, document.state, document.row_version)


def _require_standing(document: StoredDocument) -> None:
    stands = {DeskState.IN_FORCE, DeskState.PENDING, DeskState.WAITING, DeskState.NO_BAN}
    if document.kind is not DocumentKind.REVOCATION or document.standing not in stands:
        raise ConflictError("only a revocation that stands can be disputed or annulled")
