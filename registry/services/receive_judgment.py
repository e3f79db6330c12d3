"""Lay a judgment on the desk: its text is read, known ones are recognised, and what was read becomes a draft.

A judgment is known where a document of the same case number, or of the same words under another number, lies on the
desk, or where rows of that number came to the list by another way; it is then named and not laid down twice, unless
whoever brings it says that it is another document all the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from registry.intake.compact_text import compact
from registry.intake.desk_content import from_reading, region_of
from registry.intake.judgment_citation import cited_first_instance
from registry.intake.judgment_reading import Warned
from registry.intake.judgment_text import read_judgment
from registry.ledger.events import EventKind
from registry.services.certificate_fate import take_effect
from registry.services.desk_step import open_document
from registry.services.forget_certificates import erase_certificates, strip_certificates
from registry.services.keep_original import keep_original
from registry.services.leave_out_sealed import LeftOut, leave_out_sealed, note_refused, without_them
from registry.services.same_subject import document_key
from registry.services.told_region import told_region
from registry.store.desk_values import DeskState, DocumentKeys, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.desk_values import StoredDocument
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import NewOriginal

_GONE: Final = frozenset({DeskState.DISCARDED, DeskState.REFUSED})


class Reception(StrEnum):
    """What became of a judgment that was brought."""

    DRAFT = "draft"
    KNOWN = "known"
    REFUSED = "refused"


class SameBy(StrEnum):
    """By what a judgment is known."""

    CASE_NUMBER = "case_number"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document of the desk that a judgment is the same as, where it stands, and by what it is known."""

    document_no: str
    state: DeskState
    by: SameBy


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a judgment: its number on the desk (None where it is known or refused), and what is known of it.

    `known` names documents of the desk, `listed` rows of the list under its case number (33:R001). `refused` are the
    codes of people who may not be kept; where there are any, the original must not be kept either (`keep_original`).
    """

    reception: Reception
    document_no: str | None
    known: tuple[KnownDocument, ...] = ()
    listed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    case: str | None = field(default=None, repr=False)

    @property
    def keep_original(self) -> bool:
        """Say whether the file it came in may be kept."""
        return self.reception is Reception.DRAFT and not self.refused


def receive_judgment(  # noqa: PLR0913 - what a door knows of an upload
    services: Services,
    text: str,
    *,
    actor: DeskActor,
    file: str = "judgment",
    region: str | None = None,
    damaged: bool = False,
    although_known: bool = False,
    original: NewOriginal | None = None,
    line: int = 1,
) -> Received:
    """Read a judgment's text and lay it on the desk of a region (None: the actor's, else the one its number tells).

    `original` is the file it came in, kept sealed in the same commit where it may be kept. `line` is its place in the
    upload, all that is kept of one that may not be kept. Raises InvalidInputError where the region is not one of the
    four or cannot be told.
    """
    read = _read(text, file, damaged=damaged)
    region = told_region(region or actor.region or region_of(read))
    keys = _keys(text, read)
    left_out = leave_out_sealed(services.law, services.clock.today(), from_reading(read, region))
    with services.store.write() as uow:
        # One after another: the same judgment brought twice at once is laid down once.
        uow.head.lock()
        known, listed = known_documents(uow, keys), listed_rows(uow, keys)
        if known and not although_known:
            return Received(Reception.KNOWN, None, known, listed)
        if left_out.nobody_remains:
            note_refused(uow, "", left_out.codes, actor, line)
            erase_certificates(uow, keys.case)
            return Received(Reception.REFUSED, None, refused=tuple(left_out.codes.values()), case=keys.case)
        document = _laid_down(uow, region, keys, actor)
        if original is not None and not left_out.codes:
            document.original_id = keep_original(uow, original, region, actor).id
        _keep(uow, document, text, read, left_out)
        if left_out.codes:
            note_refused(uow, document.document_no, left_out.codes, actor, line)
    warnings = tuple(dict.fromkeys(warning["code"] for warning in read["warnings"]))
    return Received(Reception.DRAFT, document.document_no, known, listed, tuple(left_out.codes.values()), warnings)


def _read(text: str, file: str, *, damaged: bool) -> dict[str, Any]:
    reading = read_judgment(text)
    if damaged:
        reading.warnings.insert(0, Warned("text", "characters_lost"))
    return reading.as_json(file)


def attach_original(services: Services, document_no: str, original_id: int, *, actor: DeskActor) -> None:
    """Note under which number the file a document came in is kept. Raises NotFoundError."""
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor)
        document.original_id = original_id
        uow.desk.change(document)


def _laid_down(uow: UnitOfWork, region: str, keys: DocumentKeys, actor: DeskActor) -> StoredDocument:
    document = uow.desk.add(DocumentKind.JUDGMENT, region, keys, actor.text)
    facts: dict[str, str | int] = {
        "document_no": document.document_no,
        "document_kind": DocumentKind.JUDGMENT,
        "region": region,
    }
    uow.ledger.record(EventKind.DOCUMENT_RECEIVED, actor.text, facts)
    return document


def _keep(uow: UnitOfWork, document: StoredDocument, text: str, read: dict[str, Any], left_out: LeftOut) -> None:
    """Keep text and reading, unless somebody who may not be kept stands in them."""
    document.draft = left_out.content
    if left_out.codes:
        document.reading = without_them(read, left_out)
        document.keys = DocumentKeys(case=document.keys.case, cites=document.keys.cites)
        strip_certificates(uow, document.keys.case)
    else:
        document.text, document.reading = text, read
    take_effect(uow, document)
    uow.desk.change(document)


def _keys(text: str, read: dict[str, Any]) -> DocumentKeys:
    """Take what a judgment is recognised by; its words count without its own number, so that another is no cloak."""
    words, number = compact(text).text, read["case_number"]
    plain = document_key(words)
    own = None if number is None else document_key(number)
    bare = plain if own is None else plain.replace(own, "")
    final = read["instance"] in {"second", "retrial"}
    cited = cited_first_instance(words, number) if final else None
    return DocumentKeys(
        case=own,
        content=hashlib.sha256(bare.encode()).hexdigest(),
        cites=None if cited is None else document_key(cited),
    )


def known_documents(uow: UnitOfWork, keys: DocumentKeys) -> tuple[KnownDocument, ...]:
    """Return the documents of the desk that bear this case number or hold these words."""
    return tuple(
        KnownDocument(
            each.document_no, each.state, SameBy.CASE_NUMBER if each.keys.case == keys.case else SameBy.CONTENT
        )
        for each in uow.desk.alike(keys)
        if each.state not in _GONE
    )


def listed_rows(uow: UnitOfWork, keys: DocumentKeys) -> tuple[str, ...]:
    """Return the rows of the list that bear this case number and came another way than by the desk (33:R001)."""
    if keys.case is None:
        return ()
    return tuple(":".join(row) for row in uow.desk.brought_otherwise(uow.desk.rows_of_case(keys.case)))
