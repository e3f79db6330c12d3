"""Say which court or authority issued the documents a ban rests on, as the rows of the list name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


def document_issuers(uow: UnitOfWork, subject: int) -> dict[str, str]:
    """Return by document number the court or authority behind somebody's bans; where rows name none, it is left out.

    So it is where a row was altered behind the program's back: verifying the log says so.
    """
    payloads = uow.lists.sound_payloads(record.id for record in uow.lists.records_founding(subject))
    stated = ((each.get("document_no"), each.get("court") or each.get("authority")) for each in payloads.values())
    return {document_no: issuer for document_no, issuer in stated if document_no and issuer}
