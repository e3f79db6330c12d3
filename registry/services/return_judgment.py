"""Return a filing to whoever filed it, with a note of what differs; nothing on the list changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind
from registry.services.confirm_judgment import awaited
from registry.services.desk_step import open_document, stated_note
from registry.services.file_judgment import Filed
from registry.store.desk_values import Decision, DeskState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


def return_judgment(services: Services, document_no: str, *, number: int, actor: DeskActor, note: str) -> Filed:
    """Return the filing of that number. Whoever filed it may take it back the same way.

    Raises NotFoundError, InvalidInputError (no note), ChangedMeanwhileError (it does not wait any more).
    """
    answer = stated_note(note, required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor)
        filing = awaited(uow, document, number)
        uow.desk.decide(filing, Decision.RETURNED, actor.text, answer)
        if filing.source_id is None:
            document.state, document.draft = DeskState.RETURNED, filing.content or document.draft
        else:
            # The ruling goes back; its first instance stands as it stood.
            document.state = document.standing or DeskState.DRAFT
            ruling = uow.desk.numbered(filing.source_id)
            ruling.state, ruling.attached_to = DeskState.RETURNED, None
            uow.desk.change(ruling)
        uow.desk.change(document)
        facts: dict[str, str | int] = {"document_no": document_no, "number": number, "filing_kind": filing.kind}
        uow.ledger.record(EventKind.FILING_RETURNED, actor.text, facts)
    return Filed(document_no, number, filing.kind, document.state, document.row_version)
