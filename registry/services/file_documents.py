"""Lay judgments of a file on the desk and put those that are complete before a second person: the operator's way in.

What the reading is sure of and lacks nothing is filed without effect (it becomes a pending ban once confirmed); all
else stays a draft, for a person to complete at the desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.upload_files import SPREADSHEETS, UploadedFile, open_upload
from registry.services.certificate_fate import Fate
from registry.services.file_effect import file_effect
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import read_document
from registry.services.receive_certificate import CertificateReception, ReceivedCertificate, receive_certificate
from registry.services.receive_judgment import Received, Reception, receive_judgment
from registry.store.upload_repository import NewOriginal

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

_NO_JUDGMENT = FieldFault("file", "not_a_judgment", "a spreadsheet holds rows of the list: `registry list import`")


_APPEALED = FieldFault(
    "file", "appealed", "a decision on appeal of this case lies on the desk: it brings effect, attach it"
)
_FATES = {
    Fate.WAITS: FieldFault("file", "waits", "its judgment is not on the desk yet; it is kept until that comes"),
    Fate.UNREAD: FieldFault("case_number", "missing", "which case it certifies was not read: state it at the desk"),
    Fate.UNDATED: FieldFault("effective_date", "missing", "the day of effect was not read: state it at the desk"),
    Fate.DIFFERS: FieldFault("effective_date", "differs", "the judgment stands with another day of effect: correct it"),
    Fate.FINAL: FieldFault("file", "final", "what it certifies is a final ruling, which takes effect by itself"),
    Fate.OVER: FieldFault("file", "over", "nothing of this judgment stands any more"),
    Fate.BUSY: FieldFault("file", "busy", "a filing of this judgment waits for the second person"),
}


class FileOutcome(StrEnum):
    """What became of one file."""

    FILED = "filed"
    DRAFT = "draft"
    KNOWN = "known"
    CERTIFICATE = "certificate"
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
    certificate_no: str | None = None


def file_documents(
    services: Services, paths: Sequence[Path], *, actor: DeskActor, region: str | None = None
) -> Iterator[FiledFile]:
    """Yield what became of each judgment and certificate of files (txt, docx, text PDF), or of zips of these.

    Judgments are laid down first, then certificates are put beside them, and then what is complete is filed: a judgment
    that came with its certificate is filed with its day. Never raises over what is in a file.
    """
    desk = _Desk(services, actor, region)
    files = [each for path in paths for each in enumerate(open_upload(path.read_bytes(), path.name), 1)]
    results = {place: desk.received(*each) for place, each in sorted(enumerate(files), key=_certificates_last)}
    yield from (desk.put_forward(results[place]) for place in range(len(files)))


def _certificates_last(file: tuple[int, tuple[int, UploadedFile]]) -> bool:
    return file[1][1].certifies


class _Desk:
    """Whom files are laid down for; what was received is filed once everything has been."""

    def __init__(self, services: Services, actor: DeskActor, region: str | None) -> None:
        self._services, self._actor, self._region = services, actor, region
        self._refused_cases: dict[str, str] = {}
        self._judgments: dict[str, Received] = {}
        self._certificates: dict[str, ReceivedCertificate] = {}

    def received(self, line: int, file: UploadedFile) -> FiledFile:
        """Lay a file down; a judgment as a draft, a certificate beside its judgment."""
        if file.fault is not None:
            fault = FieldFault("file", file.fault.fault, str(file.fault))
            return FiledFile(file.name, FileOutcome.UNREADABLE, faults=(fault,))
        if file.form in SPREADSHEETS:
            return FiledFile(file.name, FileOutcome.UNREADABLE, faults=(_NO_JUDGMENT,))
        try:
            return self._certificate(line, file) if file.certifies else self._judgment(line, file)
        except InvalidInputError as wrong:
            return FiledFile(file.name, FileOutcome.UNREADABLE, faults=wrong.faults)

    def put_forward(self, result: FiledFile) -> FiledFile:
        """File what is complete and free of doubt."""
        if result.outcome is FileOutcome.DRAFT and result.document_no is not None:
            received = self._judgments[result.document_no]
            return _put_forward(self._services, result.file, received, result.document_no, self._actor)
        if result.outcome is FileOutcome.CERTIFICATE and result.certificate_no is not None:
            received_certificate = self._certificates[result.certificate_no]
            return _given_effect(self._services, result, received_certificate, self._actor)
        return result

    def _judgment(self, line: int, file: UploadedFile) -> FiledFile:
        received = receive_judgment(self._services, file.text or "", line=line, **self._about(file))
        if received.reception is Reception.KNOWN:
            known = (*(each.document_no for each in received.known), *received.listed)
            return FiledFile(file.name, FileOutcome.KNOWN, known=known)
        if received.document_no is None:
            self._refused_cases[received.case or ""] = received.refused[0]
            return FiledFile(file.name, FileOutcome.REFUSED, refused=received.refused)
        self._judgments[received.document_no] = received
        return FiledFile(file.name, FileOutcome.DRAFT, received.document_no)

    def _certificate(self, line: int, file: UploadedFile) -> FiledFile:
        told = receive_certificate(
            self._services, file.text or "", line=line, refused_cases=self._refused_cases, **self._about(file)
        )
        if told.reception is CertificateReception.REFUSED:
            return FiledFile(file.name, FileOutcome.REFUSED, refused=(str(told.refused),))
        if told.reception is CertificateReception.APPEALED:
            return FiledFile(file.name, FileOutcome.REFUSED, told.document_no, (_APPEALED,), known=told.rulings)
        warnings = tuple(f"{where}:{code}" for where, code in told.warnings)
        named = (told.case_number,) if told.fate is Fate.WAITS and told.case_number else ()
        self._certificates[told.certificate_no or ""] = told
        return FiledFile(
            file.name,
            FileOutcome.CERTIFICATE,
            told.document_no,
            (),
            warnings,
            named,
            certificate_no=told.certificate_no,
        )

    def _about(self, file: UploadedFile) -> dict[str, Any]:
        original = NewOriginal(file.name, str(file.form), file.content)
        about = {"actor": self._actor, "file": file.name, "region": self._region}
        return {**about, "damaged": file.damaged, "original": original}


def _given_effect(services: Services, result: FiledFile, told: ReceivedCertificate, actor: DeskActor) -> FiledFile:
    """File that a confirmed judgment took effect, unless something of the paper is doubtful."""
    fault = _FATES.get(told.fate)
    if told.fate is not Fate.OFFERED or told.warnings or told.document_no is None or told.effective_date is None:
        return replace(result, faults=() if fault is None else (fault,))
    document = read_document(services, told.document_no, actor)
    if document.standing is None:
        return result
    try:
        file_effect(
            services,
            told.document_no,
            actor=actor,
            expected=document.row_version,
            effective_date=told.effective_date,
        )
    except ConflictError as busy:
        return replace(result, faults=(FieldFault("file", busy.code, str(busy)),))
    return replace(result, outcome=FileOutcome.FILED)


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
