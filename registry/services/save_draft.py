"""Keep half-finished work on a document: what a person has typed so far, whether or not it could be filed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry.intake.desk_content import checked_judgment, checked_revocation
from registry.services.desk_step import open_document, require_no_open_filing
from registry.services.leave_out_sealed import LeftOut, forget, leave_out_sealed
from registry.services.same_subject import document_key
from registry.services.seal_record import take_off_the_list
from registry.services.sealing_list import remember
from registry.store.desk_values import Content, DeskState, DocumentKind, StoredDocument
from registry.store.sealing_repository import SealingOrder

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What was kept: the version to name next time, the content as it stands, and codes of people left out by law."""

    document_no: str
    row_version: int
    state: DeskState
    content: Content | None
    refused: tuple[str, ...] = ()


def save_draft(services: Services, document_no: str, content: object, *, expected: int, actor: DeskActor) -> SavedDraft:
    """Keep the content of a draft, of a document returned, or of a correction that is being written.

    `expected` is the row version the actor saw. Somebody who turns out to be one whose record may not be kept is left
    out at once, with text and original. Raises NotFoundError, ChangedMeanwhileError, ConflictError (a filing waits, or
    nothing follows any more), InvalidInputError (the shape is wrong).
    """
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        require_no_open_filing(uow, document)
        left_out = keep_content(uow, services, document, content, actor)
        uow.desk.change(document)
    return SavedDraft(document_no, document.row_version, document.state, document.draft, tuple(left_out.codes.values()))


def keep_content(
    uow: UnitOfWork, services: Services, document: StoredDocument, content: object, actor: DeskActor
) -> LeftOut:
    """Put content into a document's draft, rid of those who may not be kept; the caller writes the document back."""
    content = _numbered_on(document, content)
    if document.kind is DocumentKind.REVOCATION:
        document.draft = checked_revocation(content)
        _rekey(document)
        return LeftOut({}, document.draft)
    left_out = leave_out_sealed(services.law, services.clock.today(), checked_judgment(content))
    document.draft = left_out.content
    _rekey(document)
    if left_out.codes:
        forget(uow, document, left_out, actor, line=1)
        _seal_rows(uow, services, document, left_out, actor)
    return left_out


def _seal_rows(
    uow: UnitOfWork, services: Services, document: StoredDocument, left_out: LeftOut, actor: DeskActor
) -> None:
    """Whoever was on the list and turns out to be one whose record may not be kept is sealed there at once."""
    uow.head.lock()
    for key in uow.desk.active_records(document.id):
        code = left_out.codes.get(int(key[1].split("-")[1]))
        if code is not None:
            order = SealingOrder(*key, hashlib.sha256(code.encode()).hexdigest(), services.clock.now())
            remember(services.settings.home, order)
            take_off_the_list(uow, uow.lists.records_of([key]), actor.text)
            uow.sealing.order(order)


def _numbered_on(document: StoredDocument, content: object) -> object:
    """Whoever sends content need not know which numbers were given before."""
    last = (document.draft or {}).get("last_no")
    return {**content, "last_no": last} if last and isinstance(content, Mapping) else content


def _rekey(document: StoredDocument) -> None:
    """A case number that was corrected is the one the document is found by."""
    number = (document.draft or {}).get("case_number")
    document.keys = replace(document.keys, case=None if number is None else document_key(str(number)))
