"""Correct what a confirmed document says, or withdraw it: with a reason, by two people, and never overwriting.

What stood before stays in the document's history; answers given on it stay as they were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.services.desk_step import open_document, put_forward, standing_content, stated_note
from registry.services.document_rows import filing_faults
from registry.services.file_judgment import Filed
from registry.services.save_draft import keep_content
from registry.store.desk_values import Content, DeskState, DocumentKind, FilingKind, StoredDocument

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

_ENDED = frozenset({DeskState.WITHDRAWN, DeskState.ANNULLED, DeskState.UNLISTED, DeskState.ATTACHED})


def correct_judgment(  # noqa: PLR0913 - what a correction is made of
    services: Services, document_no: str, content: object, *, actor: DeskActor, expected: int, reason: str
) -> Filed:
    """File what a confirmed judgment or revocation should say instead; a withdrawn one comes back this way too.

    Raises NotFoundError, ChangedMeanwhileError, ConflictError (never confirmed, or a filing waits), InvalidInputError.
    """
    note = stated_note(reason, "reason", required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        _confirmed_content(uow, document)
        if document.standing is DeskState.ATTACHED:
            raise ConflictError("what follows from this ruling stands with the first-instance judgment: correct that")
        codes = tuple(keep_content(uow, services, document, content, actor).codes.values())
        faults = () if document.draft is None else filing_faults(document.kind, document_no, document.draft)
        if faults:
            raise InvalidInputError(faults)
        number = put_forward(uow, document, FilingKind.CORRECTION, document.draft, note, actor)
    return Filed(document_no, number, FilingKind.CORRECTION, document.state, document.row_version, codes)


def withdraw_judgment(services: Services, document_no: str, *, actor: DeskActor, expected: int, reason: str) -> Filed:
    """File that a document be taken back: once confirmed, its bans end as if they had never been.

    Raises as `correct_judgment` does; ConflictError also where nothing of it stands any more.
    """
    note = stated_note(reason, "reason", required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        content = _confirmed_content(uow, document)
        if document.standing in _ENDED:
            raise ConflictError("nothing of this document stands any more")
        number = put_forward(uow, document, FilingKind.WITHDRAWAL, content, note, actor)
    return Filed(document_no, number, FilingKind.WITHDRAWAL, document.state, document.row_version)


def change_sentence(  # noqa: PLR0913 - what such a ruling says
    services: Services,
    document_no: str,
    *,
    actor: DeskActor,
    expected: int,
    executed_on: Mapping[int, str],
    reason: str,
) -> Filed:
    """File when sentences end after a reduction or parole (刑更): by defendant's number, the day served or paroled.

    It moves the beginning of an occupational ban (刑法 37-1) and nothing else: the lifetime ban hangs on the sentence
    as it was pronounced. Raises as `correct_judgment` does.
    """
    note = stated_note(reason, "reason", required=True)
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor, expected)
        content = _confirmed_content(uow, document)
        if document.kind is not DocumentKind.JUDGMENT:
            raise ConflictError("a revocation has no sentence")
        content = _with_days(content, executed_on)
        faults = filing_faults(document.kind, document_no, content)
        if faults:
            raise InvalidInputError(faults)
        number = put_forward(uow, document, FilingKind.SENTENCE_CHANGED, content, note, actor)
    return Filed(document_no, number, FilingKind.SENTENCE_CHANGED, document.state, document.row_version)


def _with_days(content: Content, days: Mapping[int, str]) -> Content:
    known = {each["no"] for each in content["defendants"]}
    if not days or not days.keys() <= known:
        raise InvalidInputError([FieldFault("executed_on", "unknown_defendant", "name defendants of this judgment")])
    changed = [
        {**each, "executed_on": days[each["no"]]} if each["no"] in days else each for each in content["defendants"]
    ]
    return {**content, "defendants": changed}


def _confirmed_content(uow: UnitOfWork, document: StoredDocument) -> Content:
    content = standing_content(uow, document)
    if document.standing is None or content is None:
        raise ConflictError("this document was never confirmed: change the draft")
    return content
