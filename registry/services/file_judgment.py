"""File a document for the first time: what it says is put before a second person, complete and without faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import ConflictError, InvalidInputError
from registry.services.desk_step import open_document, put_forward, require_no_open_filing, stated_note
from registry.services.document_rows import filing_faults
from registry.services.save_draft import keep_content
from registry.store.desk_values import DeskState, DocumentKind, FilingKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.desk_values import StoredDocument
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Filed:
    """A step that waits for a second person: of which document, under which number; and where the document stands.

    `refused` are codes of people left out by law on the way; with the state `refused` nothing was filed.
    """

    document_no: str
    number: int
    kind: FilingKind
    state: DeskState
    row_version: int
    refused: tuple[str, ...] = ()


def file_judgment(  # noqa: PLR0913 - what a filing is made of
    services: Services,
    document_no: str,
    *,
    actor: DeskActor,
    expected: int,
    content: object | None = None,
    note: str | None = None,
) -> Filed:
    """File a draft, or one that was returned, as it stands or with `content` in its place.

    Raises as `save_draft` does, and InvalidInputError naming every fault by field, ConflictError where the document was
    confirmed before (correct it instead).
    """
    note = stated_note(note, required=False)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        require_no_open_filing(uow, document)
        if document.standing is not None:
            raise ConflictError("this document was confirmed before: correct it")
        codes = tuple(keep_content(uow, services, document, content or document.draft, actor).codes.values())
        if document.state is DeskState.REFUSED or document.draft is None:
            uow.desk.change(document)
            return Filed(document_no, 0, FilingKind.INITIAL, document.state, document.row_version, codes)
        faults = filing_faults(document.kind, document_no, document.draft)
        if faults:
            raise InvalidInputError(faults)
        _require_no_open_appeal(uow, document)
        number = put_forward(uow, document, FilingKind.INITIAL, document.draft, note, actor)
    return Filed(document_no, number, FilingKind.INITIAL, document.state, document.row_version, codes)


def _require_no_open_appeal(uow: UnitOfWork, document: StoredDocument) -> None:
    """One co-defendant's appeal keeps the case open for all (刑事诉讼法 233): a certificate then says nothing."""
    if document.kind is DocumentKind.REVOCATION or document.draft is None or document.keys.case is None:
        return
    if document.draft.get("effect_by") == "certificate":
        require_no_appeal(uow, document.keys.case)


def require_no_appeal(uow: UnitOfWork, case: str) -> None:
    """Raise ConflictError where a decision on appeal lies on the desk that is not attached to its case yet."""
    open_states = {DeskState.DRAFT, DeskState.FILED, DeskState.RETURNED}
    waiting = [each.document_no for each in uow.desk.citing(case) if each.state in open_states]
    if waiting:
        raise ConflictError(f"a decision on appeal of this case lies on the desk ({', '.join(waiting)}): attach it")
