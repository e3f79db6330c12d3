"""Discard what was never confirmed, and everything it said; of what was confirmed only the change begun is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind
from registry.services.desk_step import open_document, require_no_open_filing, standing_content
from registry.store.desk_values import DeskState, DocumentKeys

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def discard_draft(services: Services, document_no: str, *, expected: int, actor: DeskActor) -> DeskState:
    """Discard a draft or a document returned; return where it stands then (the former state of a confirmed one).

    Raises NotFoundError, ChangedMeanwhileError, ConflictError (a filing waits: it must be returned first).
    """
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        require_no_open_filing(uow, document)
        file: int | None = None
        if document.standing is not None:
            document.state, document.draft = document.standing, standing_content(uow, document)
        else:
            document.state = DeskState.DISCARDED
            file, document.original_id = document.original_id, None
            document.text = document.reading = document.draft = None
            document.keys = DocumentKeys()
            uow.desk.forget_contents(document.id)
        uow.desk.change(document)
        uow.originals.release([] if file is None else [file])
        uow.ledger.record(EventKind.DOCUMENT_DISCARDED, actor.text, {"document_no": document_no})
    return document.state
