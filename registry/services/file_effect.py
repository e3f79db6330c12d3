"""File that a judgment took effect, by its certificate: pending bans begin with the second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError, InvalidInputError
from registry.services.desk_step import open_document, put_forward, standing_content, stated_note
from registry.services.document_rows import filing_faults
from registry.services.file_judgment import Filed, require_no_appeal
from registry.store.desk_values import DocumentKind, FilingKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def file_effect(  # noqa: PLR0913 - what a certificate says
    services: Services,
    document_no: str,
    *,
    actor: DeskActor,
    expected: int,
    effective_date: str,
    note: str | None = None,
) -> Filed:
    """File the day a certificate of effect states for a confirmed judgment.

    Raises NotFoundError, ChangedMeanwhileError, ConflictError (never confirmed, a revocation, a filing waits, or a
    decision on appeal of this case lies on the desk: then that brings effect, to all), InvalidInputError.
    """
    note = stated_note(note, required=False)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        content = standing_content(uow, document)
        if document.kind is not DocumentKind.JUDGMENT or content is None:
            raise ConflictError("only a judgment that was confirmed can be given effect")
        if document.keys.case is not None:
            require_no_appeal(uow, document.keys.case)
        content = {**content, "effect_by": "certificate", "effective_date": effective_date}
        faults = filing_faults(document.kind, document_no, content)
        if faults:
            raise InvalidInputError(faults)
        number = put_forward(uow, document, FilingKind.EFFECT, content, note, actor)
    return Filed(document_no, number, FilingKind.EFFECT, document.state, document.row_version)
