"""Put files beside an objection or a held application: what courts, the police or the person have brought.

Each file is kept as it came, sealed, under a number of its own; who sees the objection or the case may be given it,
and that they were is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError, NotFoundError
from registry.intake.evidence_files import open_evidence
from registry.ledger.events import EventKind
from registry.services.case_step import Acting, files_brought, open_case, take_step
from registry.services.desk_step import stated_note
from registry.services.keep_original import keep_original
from registry.store.attachment_repository import AttachedTo
from registry.store.case_values import StepKind
from registry.store.upload_repository import KeptOriginal, NewOriginal

if TYPE_CHECKING:
    from registry.intake.upload_files import UploadedFile
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import OpenedOriginal

MOST_ON_A_CASE: Final = 50


def attach_to_case(services: Services, acting: Acting, files: Sequence[tuple[str, bytes]], note: str) -> None:
    """Put files (name, content) on a case with a note of what they are; each is a step. A settled case takes them, too.

    Raises InvalidInputError naming `files` or `note`, and as `open_case` does.
    """
    opened, said = open_evidence(files), stated_note(note, "note", required=True) or ""
    if not opened:
        raise InvalidInputError([FieldFault("files", "missing", "choose a file")])
    with services.store.write() as uow:
        case = open_case(uow, acting)
        if files_brought(uow.cases.steps(case.id)) + len(opened) > MOST_ON_A_CASE:
            raise InvalidInputError([FieldFault("files", "too_many", f"at most {MOST_ON_A_CASE} files on a case")])
        region = case.region or acting.actor.region or ""
        for kept, form in attached(uow, AttachedTo.CASE, case.id, opened, region[:2], acting.actor):
            content = {"text": said, "original_no": kept.original_no, "file_form": form}
            take_step(uow, case, StepKind.FILE_ATTACHED, content, acting.name)
        uow.cases.move(case, case.state)


def attached(  # noqa: PLR0913, PLR0917 -- what is kept beside what, for whom
    uow: UnitOfWork, to: AttachedTo, number: int, files: Sequence[UploadedFile], region: str, actor: DeskActor
) -> Iterator[tuple[KeptOriginal, str]]:
    """Keep files beside something and yield each with its form; the caller commits."""
    for file in files:
        form = "text" if file.form is None else file.form.value
        kept = keep_original(uow, NewOriginal(file.name, form, file.content), region, actor)
        uow.attachments.attach(to, number, kept.id)
        yield kept, form


def read_case_file(services: Services, check_no: str, original_no: str, actor: DeskActor) -> OpenedOriginal:
    """Return a file of a case, once the look-up is recorded. Raises NotFoundError."""
    with services.store.write() as uow:
        case = open_case(uow, Acting(check_no, actor))
        return given_file(uow, AttachedTo.CASE, case.id, original_no, actor)


def given_file(uow: UnitOfWork, to: AttachedTo, number: int, original_no: str, actor: DeskActor) -> OpenedOriginal:
    """Return a file that came with something and record that it was given; the caller commits. Raises NotFoundError."""
    kept = next((each for each in uow.attachments.of(to, number) if each.original_no == original_no), None)
    if kept is None:
        raise NotFoundError("there is no such file")
    uow.ledger.record(EventKind.ORIGINAL_READ, actor.text, {"original_no": original_no})
    return uow.originals.open(kept.original_id)
