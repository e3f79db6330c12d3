"""People whose record may not be kept (sealed juvenile records) leave a document before anything of them is stored.

Where somebody is left out nothing may stay that names them: neither the text nor the original, and of the reading only
what speaks of the others. If nobody remains, the document itself is refused: a line number and a code are kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.intake.judgment_rows import judgment_rows
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.desk_actor import NamedActor
from registry.services.document_rows import document_rows
from registry.services.forget_certificates import erase_certificates, strip_certificates
from registry.services.place_rows import judge
from registry.store.desk_values import Content, DeskState, DocumentKeys, DocumentKind, StoredDocument
from registry.store.list_values import RefusedRow

if TYPE_CHECKING:
    import datetime

    from registry.law.provisions import Law
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

RecordKey = tuple[str, str]
"""Source region and record number."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who had to be left out, by number, with the code why; and what the document says without them."""

    codes: Mapping[int, str]
    content: Content

    @property
    def nobody_remains(self) -> bool:
        """Say whether the document names no person any more who might be listed."""
        named = self.content["people" if "people" in self.content else "defendants"]
        return bool(self.codes) and not any(each.get("kind") != "unit" for each in named)


def leave_out_sealed(law: Law, today: datetime.date, content: Content) -> LeftOut:
    """Find everybody whose record may not be kept, the acquitted and the masked included."""
    codes: dict[int, str] = {}
    for filed in judgment_rows("", 1, content, everybody=True).rows:
        for judged in judge(law, filed.row, today, None):
            if judged.terms.outcome is RowOutcome.REFUSED:
                codes[filed.defendant_no] = str(judged.terms.reason)
    remaining = [each for each in content["defendants"] if each["no"] not in codes]
    return LeftOut(codes, {**content, "defendants": remaining})


def without_them(reading: Mapping[str, Any], left_out: LeftOut) -> Content:
    """Return a reading without those left out; quotes go whole, for there is no text any more they lead into."""
    kept = [read for no, read in enumerate(reading["defendants"], 1) if no not in left_out.codes]
    general = [each for each in reading["warnings"] if not each["field"].startswith("defendants[")]
    # Whoever brings a judgment names the file after whom it is about.
    return {**reading, "file": "", "defendants": kept, "warnings": general, "quotes": {}}


def forget(uow: UnitOfWork, document: StoredDocument, left_out: LeftOut, actor: DeskActor, line: int) -> None:
    """Take those left out from a stored document, note their lines, and record it; the caller commits.

    Where nobody remains the document is refused and everything it said is erased. Earlier filings are rid of them too.
    """
    document.text = None
    drop_original(uow, document)
    if left_out.nobody_remains:
        erase_certificates(uow, document.keys.case)
        document.state, document.reading, document.draft = DeskState.REFUSED, None, None
        document.standing = document.standing and DeskState.REFUSED
        document.keys = DocumentKeys()
    else:
        document.draft = left_out.content
        document.reading = without_them(document.reading, left_out) if document.reading else None
        document.keys = DocumentKeys(case=document.keys.case, cites=document.keys.cites)
        strip_certificates(uow, document.keys.case)
    uow.desk.forget_people(document.id, set(left_out.codes))
    note_refused(uow, document.document_no, left_out.codes, actor, line)


def forget_records(uow: UnitOfWork, key: RecordKey, code: str, actor: str) -> None:
    """Take out of the desk whom a row of the list named; the caller commits. A row that came otherwise has no document.

    Their other rows are named by the sealing order's result, for orders of their own. A filing that waits is
    confirmed without them.
    """
    for document in _documents_of(uow, key):
        number = int(key[1].split("-")[1])
        listed = "defendants" if document.kind is DocumentKind.JUDGMENT else "people"
        content = document.draft or {listed: []}
        remaining = [each for each in content[listed] if each["no"] != number]
        forget(uow, document, LeftOut({number: code}, {**content, listed: remaining}), NamedActor(actor), line=1)
        for ruling in uow.desk.attached(document.id):
            # What a ruling says of them is known by name alone: its words go whole.
            drop_original(uow, ruling)
            ruling.text = ruling.reading = ruling.draft = None
            uow.desk.change(ruling)
        uow.desk.change(document)


def _documents_of(uow: UnitOfWork, key: RecordKey) -> list[StoredDocument]:
    """Return the documents of the row's own region that founded it, or would once confirmed.

    The number alone says nothing: it travels to every province, and a partner may name any under its own region.
    """
    own = uow.desk.of_records([key])
    return [document for document in own if uow.desk.founded(document.id, key) or _would_found(uow, document, key)]


def _would_found(uow: UnitOfWork, document: StoredDocument, key: RecordKey) -> bool:
    """In a store brought back from a backup a document may lie unconfirmed whose row was sealed since."""
    contents = [document.draft, *(filing.content for filing in uow.desk.filings(document.id))]
    stated = (document_rows(document.kind, document.document_no, 1, each).rows for each in contents if each)
    rows = (filed.row for rows in stated for filed in rows)
    return any(row.key is not None and (row.key.source_region, row.key.record_no) == key for row in rows)


def drop_original(uow: UnitOfWork, document: StoredDocument) -> None:
    """Erase the file a document came in."""
    if document.original_id is not None:
        uow.originals.erase([document.original_id])
        document.original_id = None


def note_refused(uow: UnitOfWork, document_no: str, codes: Mapping[int, str], actor: DeskActor, line: int) -> None:
    """Keep of people who may not be kept a line number and a code, under a random name for the file."""
    for code in codes.values():
        uow.quarantine.refuse(secrets.token_hex(32), [RefusedRow(line, code)])
    facts: dict[str, str | int] = {"document_no": document_no, "code": min(codes.values()), "people": len(codes)}
    uow.ledger.record(EventKind.DOCUMENT_REFUSED, actor.text, facts)
