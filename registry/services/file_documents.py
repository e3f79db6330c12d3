"""Lay judgments of a file on the desk and put those that are complete before a second person: the operator's way in.

What the reading is sure of and lacks nothing is filed without effect (it becomes a pending ban once confirmed); all
else stays a draft, for a person to complete at the desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.upload_files import SPREADSHEETS, UploadedFile, open_upload
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import read_document
from registry.services.receive_judgment import Received, Reception, receive_judgment
from registry.store.upload_repository import NewOriginal

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

_NO_JUDGMENT = FieldFault("file", "not_a_judgment", "a spreadsheet holds rows of the list: `registry list import`")


class FileOutcome(StrEnum):
    """What became of one file."""

    FILED = "filed"
    DRAFT = "draft"
    KNOWN = "known"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class FiledFile:
    """One file and what became of it. `known` are documents of the desk and rows of the list it is the same as."""

    file: str
    outcome: FileOutcome
    document_no: str | None = None
    faults: tuple[FieldFault, ...] = ()
    warnings: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def file_documents(
    services: Services, path: Path, *, actor: DeskActor, region: str | None = None
) -> Iterator[FiledFile]:
    """Yield what became of each judgment of a file (txt, docx, text PDF) or of a zip of these, one commit or two each.

    Never raises over what is in a file.
    """
    for line, file in enumerate(open_upload(path.read_bytes(), path.name), 1):
        if file.fault is not None:
            fault = FieldFault("file", file.fault.fault, str(file.fault))
            yield FiledFile(file.name, FileOutcome.UNREADABLE, faults=(fault,))
        elif file.form in SPREADSHEETS:
            yield FiledFile(file.name, FileOutcome.UNREADABLE, faults=(_NO_JUDGMENT,))
        else:
            yield _laid_down(services, file, actor, region, line)


def _laid_down(services: Services, file: UploadedFile, actor: DeskActor, region: str | None, line: int) -> FiledFile:
    original = NewOriginal(file.name, str(file.form), file.content)
    try:
        received = receive_judgment(
            services,
            file.text or "",
            actor=actor,
            file=file.name,
            region=region,
            damaged=file.damaged,
            original=original,
            line=line,
        )
    except InvalidInputError as wrong:
        return FiledFile(file.name, FileOutcome.UNREADABLE, faults=wrong.faults)
    if received.reception is Reception.KNOWN:
        known = (*(each.document_no for each in received.known), *received.listed)
        return FiledFile(file.name, FileOutcome.KNOWN, known=known)
    if received.document_no is None:
        return FiledFile(file.name, FileOutcome.REFUSED, refused=received.refused)
    return _put_forward(services, file.name, received, received.document_no, actor)


def _put_forward(services: Services, name: str, received: Received, document_no: str, actor: DeskActor) -> FiledFile:
    """File it, unless something is missing or doubtful, or somebody had to be left out."""
    document = read_document(services, document_no, actor)
    faults, outcome = document.faults, FileOutcome.DRAFT
    if not faults and not received.warnings and not received.refused:
        try:
            file_judgment(services, document_no, actor=actor, expected=document.row_version)
            outcome = FileOutcome.FILED
        except ConflictError as busy:
            faults = (FieldFault("file", busy.code, str(busy)),)
    return FiledFile(name, outcome, document_no, faults, received.warnings, received.listed, received.refused)
