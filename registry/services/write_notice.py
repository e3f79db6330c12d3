"""Write the letters of a case, as PDF or docx: that the applicant is the listed person, or what is missing.

A letter says what the steps say, and of the ban what the list says now, so that the same case gives the same letter as
long as its ban is the same. That it was written is a step of its own, with the digest of the file, and the file is kept
with the case. Letters are in Chinese whatever language the page has.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import orjson

from matching.identity import Kind
from registry.clock import day_of
from registry.errors import ConflictError
from registry.law.provision_texts import provision_text
from registry.law.roles import Activity, Purpose
from registry.papers.notice import Hearing, Notice, NoticeBasis, Waiver, notice_docx, notice_pdf
from registry.papers.want_letter import Want, WantLetter, want_letter_docx, want_letter_pdf
from registry.papers.wording import wording
from registry.privacy.masking import mask_id
from registry.services.case_step import (
    Acting,
    asking_office,
    given_match,
    last_hearing,
    last_step,
    note_step,
    open_case,
)
from registry.services.document_issuers import document_issuers
from registry.services.explain_record import decision_with_request
from registry.services.keep_original import keep_original
from registry.services.whole_bars import WholeBars, whole_bars
from registry.store.attachment_repository import AttachedTo
from registry.store.case_values import Finding, StepKind, StoredCase, StoredMatch, StoredStep
from registry.store.upload_repository import NewOriginal

if TYPE_CHECKING:
    from registry.law.provisions import Law
    from registry.services.admit_applicants import SubjectRequest
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

_LANGUAGE: Final = "zh"


class PaperForm(StrEnum):
    """How a letter leaves: to be kept as it is, or to be edited and stamped."""

    PDF = "pdf"
    DOCX = "docx"


_FILE_FORMS: Final = {PaperForm.PDF: "pdf", PaperForm.DOCX: "word"}


@dataclass(frozen=True, slots=True)
class Naming:
    """What things are called in a letter, in Chinese: a purpose, a role, a region (None: all), and who decided."""

    purpose: Callable[[str], str]
    role: Callable[[str], str]
    region: Callable[[str | None], str]
    person: Callable[[str], str]


def write_notice(services: Services, acting: Acting, match_id: int, form: PaperForm, naming: Naming) -> bytes:
    """Return the notice that an applicant is the listed person; kept as a step, and recorded.

    Raises ConflictError where that was not found, NotFoundError as `open_case` does, PaperNotDrawnError.
    """
    with services.store.read() as uow:
        notice = _notice(services.law, uow, open_case(uow, acting), match_id, naming)
    content = notice_pdf(notice) if form is PaperForm.PDF else notice_docx(notice)
    return keep_paper(services, acting, Written("notice", form, content), match_id)


def write_want_letter(services: Services, acting: Acting, form: PaperForm, naming: Naming) -> bytes:
    """Return the letter that asks for what is missing; raises as `write_notice` does, where nothing was asked for."""
    with services.store.read() as uow:
        letter = _want_letter(uow, open_case(uow, acting), naming)
    content = want_letter_pdf(letter) if form is PaperForm.PDF else want_letter_docx(letter)
    return keep_paper(services, acting, Written("want_letter", form, content))


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is given out: which, in which form, its bytes."""

    paper: str
    form: PaperForm
    content: bytes


def keep_paper(services: Services, acting: Acting, written: Written, match_id: int | None = None) -> bytes:
    """Keep a letter with its case and that it was written, and only then give it out."""
    digest = hashlib.sha256(written.content).hexdigest()
    with services.store.write() as uow:
        case = open_case(uow, acting)
        file = NewOriginal(f"{written.paper}.{written.form.value}", _FILE_FORMS[written.form], written.content)
        kept = keep_original(uow, file, (case.region or acting.actor.region or "")[:2], acting.actor)
        uow.attachments.attach(AttachedTo.CASE, case.id, kept.id)
        said = {"paper": written.paper, "form": written.form.value, "digest": digest, "original_no": kept.original_no}
        note_step(uow, case, StepKind.NOTICE_WRITTEN, said, acting.name, match_id)
    return written.content


def _notice(law: Law, uow: UnitOfWork, case: StoredCase, match_id: int, naming: Naming) -> Notice:
    match = next((each for each in uow.cases.matches(case.id) if each.id == match_id), None)
    steps = uow.cases.steps(case.id)
    found, heard = last_step(steps, {StepKind.FOUND_SAME}, match_id), last_hearing(steps)
    if match is None or match.finding is not Finding.SAME or found is None or heard is None:
        raise ConflictError("nobody was found to be the listed person")
    answer, applicant = _asked(uow, case, match.subject_no)
    return Notice(
        **occasion_of(uow, case, applicant, naming),
        role=naming.role(applicant.role.value),
        ban_no=match.ban_no,
        bases=_bases(law, uow, match, given_match(answer, steps, match)),
        finding=wording("notice", variant_of(case, applicant)).say(
            "finding_same", applicant=applicant.identity.name or "", ban_no=match.ban_no
        ),
        reasons=found.content["reason"],
        legal_basis=[found.content["legal_basis"]],
        heard=_hearing(heard),
        decided_by=naming.person(found.actor),
        decided_on=day_of(found.at),
        variant=variant_of(case, applicant),
    )


def _want_letter(uow: UnitOfWork, case: StoredCase, naming: Naming) -> WantLetter:
    asked = last_step(uow.cases.steps(case.id), {StepKind.ASKED})
    if asked is None:
        raise ConflictError("nothing was asked for")
    matches = uow.cases.matches(case.id)
    _, applicant = _asked(uow, case, matches[0].subject_no if matches else None)
    by = asked.content.get("answer_by")
    return WantLetter(
        **occasion_of(uow, case, applicant, naming),
        wants=[Want(asked.content["missing"], asked.content["asked_of"])],
        due_on=case.due_on if by is None else datetime.date.fromisoformat(by),
        reasons=wording("want", variant_of(case, applicant)).say("reason_identity"),
        decided_by=naming.person(asked.actor),
        decided_on=day_of(asked.at),
        variant=variant_of(case, applicant),
    )


def variant_of(case: StoredCase, applicant: SubjectRequest) -> str | None:
    """Return which wording a case's letters take: of an organisation, and of somebody to be employed or appointed."""
    if applicant.identity.kind is Kind.ORGANISATION:
        return "organisation"
    return "appointment" if Purpose(case.purpose).is_appointment else None


def applicant_of(uow: UnitOfWork, case: StoredCase, subject_no: str | None) -> SubjectRequest:
    """Return who applied in a case, by their number there (None: the first). Raises ConflictError where not kept."""
    return _asked(uow, case, subject_no)[1]


def occasion_of(uow: UnitOfWork, case: StoredCase, applicant: SubjectRequest, naming: Naming) -> dict[str, Any]:
    """Return what every letter of a case begins with; who signs and is stamped is filled in by hand."""
    fill = wording("paper").say("fill")
    is_person = applicant.identity.kind is Kind.PERSON  # an organisation's codes are public
    numbers = [mask_id(each.number) if is_person else each.number for each in applicant.identity.documents]
    return {
        "case_no": case.check_no,
        "check_no": case.check_no,
        "application_no": case.application_no,
        "licensing_office": asking_office(uow, case) or fill,
        "region": naming.region(case.region),
        "purpose": naming.purpose(case.purpose),
        "applicant": applicant.identity.name or fill,
        "applicant_id": "、".join(numbers) or fill,
        "unit": fill,
    }


def _asked(uow: UnitOfWork, case: StoredCase, subject_no: str | None) -> tuple[Mapping[str, Any], SubjectRequest]:
    decision, request = decision_with_request(uow, case.check_no)
    named = (each for each in request.subjects if subject_no in {None, each.subject_no})
    return orjson.loads(decision.answer), next(named)


def _hearing(step: StoredStep) -> Hearing | Waiver:
    day = datetime.date.fromisoformat(step.content["held_on"])
    manner, said = step.content["manner"], step.content["said"]
    return Waiver(day, f"{manner}；{said}") if step.kind is StepKind.HEARING_WAIVED else Hearing(day, manner, said)


def _bases(law: Law, uow: UnitOfWork, match: StoredMatch, given: Mapping[str, Any]) -> list[NoticeBasis]:
    """Return a match's bases as stated; one whose term is not known yet begins on no day a letter could state."""
    subject = uow.lists.subjects_numbered([match.ban_no]).get(match.ban_no)
    issuers = {} if subject is None else document_issuers(uow, subject)
    known = [basis for basis in given["bases"] if basis["from"] is not None]
    bars = whole_bars(law, [] if subject is None else list(uow.lists.standing_bases([subject])), known)
    return [_basis(law, basis, whole, issuers) for basis, whole in zip(known, bars, strict=True)]


def _basis(law: Law, basis: Mapping[str, Any], whole: WholeBars, issuers: Mapping[str, str]) -> NoticeBasis:
    document_no = basis["document_no"] or ""
    return NoticeBasis(
        article=basis["article"][_LANGUAGE],
        text=provision_text(law.provision(basis["provision"])).text,
        document_no=document_no,
        authority=issuers.get(document_no, ""),
        bars=_named(law, whole.activities),
        reached=_named(law, whole.reached) if whole.is_more else "",
        since=datetime.date.fromisoformat(basis["from"]),
        until=None if basis["to"] is None else datetime.date.fromisoformat(basis["to"]),
    )


def _named(law: Law, activities: Sequence[str]) -> str:
    return "、".join(law.activity(Activity(each), _LANGUAGE) for each in activities)
