"""What every step at the desk has in common: the document as the actor may see it, and a filing put before a second."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from registry.errors import (
    ChangedMeanwhileError,
    ConflictError,
    FieldFault,
    InvalidInputError,
    NotFoundError,
    OutOfRegionError,
)
from registry.ledger.events import EventKind
from registry.services.add_user import name_key
from registry.store.desk_values import Content, Decision, DeskState, FilingKind, StoredDocument, StoredFiling

if TYPE_CHECKING:
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

LONGEST_NOTE: Final = 1_000
OVER: Final = frozenset({DeskState.DISCARDED, DeskState.REFUSED})
"""States nothing follows."""


def open_document(uow: UnitOfWork, document_no: str, actor: DeskActor, expected: int | None = None) -> StoredDocument:
    """Return a document of the actor's region, as it was when the actor last saw it (`expected`: its row version).

    Raises NotFoundError where there is none in that region, ChangedMeanwhileError where somebody changed it since.
    """
    document = uow.desk.find(document_no)
    if document is None or (actor.region is not None and document.region != actor.region[:2]):
        raise NotFoundError("there is no such document on the desk")
    if expected is not None and document.row_version != expected:
        raise ChangedMeanwhileError("somebody else has changed this document since it was opened")
    return document


def open_filing(uow: UnitOfWork, document: StoredDocument) -> StoredFiling | None:
    """Return the filing that waits for a second person."""
    return next((filing for filing in uow.desk.filings(document.id) if filing.decision is None), None)


def standing_content(uow: UnitOfWork, document: StoredDocument) -> Content | None:
    """Return what the last confirmed filing says the document says; None before the first."""
    confirmed = [
        filing for filing in uow.desk.filings(document.id) if filing.decision is Decision.CONFIRMED and filing.content
    ]
    return confirmed[-1].content if confirmed else None


def is_one_party(uow: UnitOfWork, one: str, other: str) -> bool:
    """Say whether two acts are one party's: one name of the ledger, or two keys of one system."""
    if one == other:
        return True
    system = _system(uow, one)
    return system is not None and system == _system(uow, other)


def _system(uow: UnitOfWork, actor: str) -> str | None:
    kind, _, number = actor.partition(":")
    client = uow.clients.by_id(int(number)) if kind == "client" and number.isdecimal() else None
    return None if client is None else name_key(client.name)


def require_no_open_filing(uow: UnitOfWork, document: StoredDocument) -> None:
    """Raise ConflictError where a filing waits already, or nothing may follow any more."""
    if document.state in OVER:
        raise ConflictError("nothing more can be filed for this document")
    # A ruling that was attached waits with the filing of its first instance.
    if document.state is DeskState.FILED or open_filing(uow, document) is not None:
        raise ConflictError("a filing of this document waits for the second person already")


def next_number(uow: UnitOfWork, document: StoredDocument) -> int:
    """Return the number the document's next filing bears; rows of the list take it as their version."""
    return len(uow.desk.filings(document.id)) + 1


def put_forward(  # noqa: PLR0913, PLR0917 - a filing is exactly these
    uow: UnitOfWork,
    document: StoredDocument,
    kind: FilingKind,
    content: Content | None,
    note: str | None,
    actor: DeskActor,
    source: StoredDocument | None = None,
) -> int:
    """Put a step before a second person and record it; return the filing's number. The caller commits."""
    require_no_open_filing(uow, document)
    _require_region(actor, content)
    number = next_number(uow, document)
    document.state = DeskState.FILED
    if source is None:
        document.draft = content
    # First: of two who file at once only one has seen the latest version.
    uow.desk.change(document)
    filing = uow.desk.add_filing(
        document, number, kind, content, note, actor.text, None if source is None else source.id
    )
    facts: dict[str, str | int] = {"document_no": document.document_no, "number": number, "filing_kind": kind}
    digest = uow.desk.digest(filing, json.dumps(content, ensure_ascii=False, sort_keys=True))
    uow.ledger.record(EventKind.DOCUMENT_FILED, actor.text, {**facts, "content_digest": digest})
    return number


def _require_region(actor: DeskActor, content: Content | None) -> None:
    """Nobody files for another region than their own."""
    region = str((content or {}).get("source_region") or "")
    if actor.region is not None and content is not None and region != actor.region[:2]:
        fault = FieldFault("source_region", "out_of_region", "is not the region this actor works for")
        raise OutOfRegionError([fault])


def stated_note(note: str | None, field: str = "note", *, required: bool, longest: int = LONGEST_NOTE) -> str | None:
    """Return a note without surrounding blanks. Raises InvalidInputError where it is missing or too long."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", " ", note or "").strip()
    if required and not text:
        raise InvalidInputError([FieldFault(field, "missing", "a reason in words is needed")])
    if len(text) > longest:
        raise InvalidInputError([FieldFault(field, "too_long", f"at most {longest:,} characters")])
    return text or None
