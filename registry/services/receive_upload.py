"""Receive whatever somebody uploads: each file is told by its content and goes its way; a hostile one is one message.

A judgment's text is laid on the desk, a spreadsheet's rows wait for their headings to be explained. The file itself is
kept sealed, unless somebody stands in it of whom nothing may be kept. Nothing of a file that cannot be read is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.errors import InvalidInputError
from registry.intake.document_text import UnreadableDocumentError
from registry.intake.upload_files import PHOTOGRAPHS, SPREADSHEETS, UploadedFile, open_upload
from registry.services.desk_step import open_document
from registry.services.keep_original import keep_original
from registry.services.receive_certificate import CertificateReception, ReceivedCertificate, receive_certificate
from registry.services.receive_judgment import Received, Reception, receive_judgment
from registry.services.receive_spreadsheet import ReceivedSheet, receive_spreadsheet
from registry.services.sheet_step import region_of_actor
from registry.store.upload_repository import NewOriginal

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


class UploadOutcome(StrEnum):
    """What became of one file of an upload."""

    JUDGMENT = "judgment"
    SPREADSHEET = "spreadsheet"
    CERTIFICATE = "certificate"
    KNOWN = "known"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """What became of one file: the number it got (or is known by), or the code and words of why it got none."""

    name: str = field(repr=False)
    outcome: UploadOutcome
    document_no: str | None = None
    sheet_no: str | None = None
    code: str | None = None
    says: str | None = None
    received: Received | None = None
    sheet: ReceivedSheet | None = None
    certificate: ReceivedCertificate | None = None


def receive_upload(  # noqa: PLR0913 - what a door knows of an upload
    services: Services,
    data: bytes,
    name: str,
    *,
    actor: DeskActor,
    region: str | None = None,
    although_known: bool = False,
) -> list[ReceivedFile]:
    """Receive a file, or every file of an archive; never raises over what is in one. Certificates come last.

    So that a certificate finds its judgment, and nothing of it is kept where nothing may be kept of that.
    `although_known` lays a judgment down that seems to be on the desk already. Raises InvalidInputError where the
    region that is stated is none of the four, or not the actor's.
    """
    desk = _Desk(services, actor, region, although_known=although_known)
    files = open_upload(data, name)
    found: dict[int, ReceivedFile] = {}
    for line, file in sorted(enumerate(files, start=1), key=lambda each: each[1].certifies):
        found[line] = desk.receive(file, line)
    return [found[line] for line in sorted(found)]


def receive_document(  # noqa: PLR0913 - what a door knows of an upload
    services: Services,
    data: bytes,
    name: str,
    *,
    actor: DeskActor,
    region: str | None = None,
    although_known: bool = False,
    certificate_only: bool = False,
) -> ReceivedFile:
    """Receive one judgment or certificate; archives and spreadsheets are refused like files that cannot be read.

    With `certificate_only` a judgment is refused so too.
    """
    files = open_upload(data, name)
    if len(files) > 1:
        return _unreadable(files[0].name, UnreadableDocumentError("archive"))
    if files[0].form in SPREADSHEETS:
        return _unreadable(files[0].name, UnreadableDocumentError("spreadsheet"))
    if certificate_only and files[0].fault is None and not files[0].certifies:
        return _unreadable(files[0].name, UnreadableDocumentError("not_a_certificate"))
    return _Desk(services, actor, region, although_known=although_known).receive(files[0], 1)


class _Desk:
    """Whom files are received for."""

    def __init__(self, services: Services, actor: DeskActor, region: str | None, *, although_known: bool) -> None:
        self._services, self._actor = services, actor
        # For another region than their own nobody lays anything down.
        self._region = None if region is None else region_of_actor(actor, region)
        self._although_known = although_known
        self._refused_cases: dict[str, str] = {}

    def receive(self, file: UploadedFile, line: int) -> ReceivedFile:
        """Receive one file."""
        if file.fault is not None:
            return _unreadable(file.name, file.fault)
        if file.form in PHOTOGRAPHS:
            return _unreadable(file.name, UnreadableDocumentError("photograph"))
        try:
            if file.form in SPREADSHEETS:
                return self._spreadsheet(file)
            return self._certificate(file, line) if file.certifies else self._judgment(file, line)
        except UnreadableDocumentError as fault:
            return _unreadable(file.name, fault)
        except InvalidInputError as error:
            return ReceivedFile(file.name, UploadOutcome.FAULTY, code=error.faults[0].code, says=str(error))

    def _spreadsheet(self, file: UploadedFile) -> ReceivedFile:
        found = receive_spreadsheet(self._services, _original(file), actor=self._actor, region=self._region)
        outcome = UploadOutcome.KNOWN if found.known else UploadOutcome.SPREADSHEET
        return ReceivedFile(file.name, outcome, sheet_no=found.sheet_no, sheet=found)

    def _judgment(self, file: UploadedFile, line: int) -> ReceivedFile:
        received = receive_judgment(
            self._services,
            file.text or "",
            actor=self._actor,
            file=file.name,
            region=self._region,
            damaged=file.damaged,
            although_known=self._although_known,
            line=line,
        )
        if received.reception is Reception.KNOWN:
            number = received.known[0].document_no
            return ReceivedFile(file.name, UploadOutcome.KNOWN, document_no=number, received=received)
        if received.document_no is None:
            self._refused_cases[received.case or ""] = received.refused[0]
            return ReceivedFile(file.name, UploadOutcome.REFUSED, code=received.refused[0], received=received)
        if received.keep_original:
            self._keep(file, received.document_no)
        return ReceivedFile(file.name, UploadOutcome.JUDGMENT, document_no=received.document_no, received=received)

    def _certificate(self, file: UploadedFile, line: int) -> ReceivedFile:
        received = receive_certificate(
            self._services,
            file.text or "",
            actor=self._actor,
            file=file.name,
            region=self._region,
            damaged=file.damaged,
            original=_original(file),
            refused_cases=self._refused_cases,
            line=line,
        )
        refused = received.reception is CertificateReception.REFUSED
        outcome = UploadOutcome.REFUSED if refused else UploadOutcome.CERTIFICATE
        return ReceivedFile(file.name, outcome, received.document_no, code=received.refused, certificate=received)

    def _keep(self, file: UploadedFile, document_no: str) -> None:
        with self._services.store.write() as uow:
            document = open_document(uow, document_no, self._actor)
            document.original_id = keep_original(uow, _original(file), document.region, self._actor).id
            uow.desk.change(document)


def _original(file: UploadedFile) -> NewOriginal:
    return NewOriginal(file.name, str(file.form), file.content)


def _unreadable(name: str, fault: UnreadableDocumentError) -> ReceivedFile:
    return ReceivedFile(name, UploadOutcome.UNREADABLE, code=fault.fault, says=str(fault))
