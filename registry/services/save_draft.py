"""Keep half-finished work on a document: what a person has typed so far, whether or not it could be filed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import ConflictError
from registry.intake.desk_content import checked_judgment, checked_revocation
from registry.services.desk_step import OVER, open_document, open_filing
from registry.services.leave_out_sealed import LeftOut, forget, leave_out_sealed
from registry.store.desk_values import Content, DeskState, DocumentKind, StoredDocument

if TYPE_CHECKING:
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What was kept: the version to name next time, the content as it stands, and codes of people left out by law."""

    document_no: str
    row_version: int
    state: DeskState
    content: Content | None
    refused: tuple[str, ...] = ()


def save_draft(services: Services, document_no: str, content: object, *, expected: int, actor: Actor) -> SavedDraft:
    """Keep the content of a draft, of a document returned, or of a correction that is being written.

    `expected` is the row version the actor saw. Somebody who turns out to be one whose record may not be kept is left
    out at once, with text and original. Raises NotFoundError, ChangedMeanwhileError, ConflictError (a filing waits, or
    nothing follows any more), InvalidInputError (the shape is wrong).
    """
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        if document.state in OVER or open_filing(uow, document) is not None:
            raise ConflictError("what waits for the second person, or is closed, cannot be changed")
        left_out = keep_content(uow, services, document, content, actor)
        uow.desk.change(document)
    return SavedDraft(document_no, document.row_version, document.state, document.draft, tuple(left_out.codes.values()))


def keep_content(
    uow: UnitOfWork, services: Services, document: StoredDocument, content: object, actor: Actor
) -> LeftOut:
    """Put content into a document's draft, rid of those who may not be kept; the caller writes the document back."""
    if document.kind is DocumentKind.REVOCATION:
        document.draft = checked_revocation(content)
        return LeftOut({}, document.draft)
    left_out = leave_out_sealed(services.law, services.clock.today(), checked_judgment(content))
    document.draft = left_out.content
    if left_out.codes:
        forget(uow, document, left_out, actor, line=1)
    return left_out
