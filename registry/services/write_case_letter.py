"""Write the letters that follow a case: that the hold has ended, or that the case is decided anew.

Each is a step of the case with the file's digest. A released application resembled somebody it is not: the letter
names no ban and repeats no reasons, which may speak of that other person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.clock import day_of
from registry.errors import ConflictError
from registry.papers.letter import Letter, letter_docx, letter_pdf
from registry.papers.paper import chinese_day
from registry.papers.wording import wording
from registry.services.case_step import Acting, last_step, open_case
from registry.services.write_notice import Naming, PaperForm, Written, applicant_of, keep_paper, occasion_of, variant_of
from registry.store.case_values import CaseState, Finding, StepKind, StoredCase, StoredStep

if TYPE_CHECKING:
    from registry.services.admit_applicants import SubjectRequest
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

_RELEASING: Final = {
    StepKind.FOUND_OTHER: "finding_other",
    StepKind.RELEASE_AGREED: "finding_other",
    StepKind.RELEASED_AS_FRESH: "finding_fresh",
}


class CaseLetter(StrEnum):
    """Which letter: that the hold has ended, or that the case was opened again."""

    RELEASE = "release"
    REOPENING = "reopening"


def write_case_letter(services: Services, acting: Acting, kind: CaseLetter, form: PaperForm, naming: Naming) -> bytes:
    """Return a letter of a case; kept as a step, and recorded.

    Raises ConflictError where the case is not as the letter says, and as `write_notice` does.
    """
    with services.store.read() as uow:
        case = open_case(uow, acting)
        written = _release if kind is CaseLetter.RELEASE else _reopening
        letter = written(uow, case, _applicant(uow, case), naming)
    content = letter_pdf(letter) if form is PaperForm.PDF else letter_docx(letter)
    return keep_paper(services, acting, Written(kind.value, form, content))


def letters_of(case: StoredCase, steps: Sequence[StoredStep]) -> tuple[CaseLetter, ...]:
    """Return which of these letters a case has to give."""
    if case.state is CaseState.RELEASED:
        return (CaseLetter.RELEASE,)
    reopened = not case.state.is_settled and last_step(steps, {StepKind.REOPENED}) is not None
    return (CaseLetter.REOPENING,) if reopened else ()


def _release(uow: UnitOfWork, case: StoredCase, applicant: SubjectRequest, naming: Naming) -> Letter:
    step = last_step(uow.cases.steps(case.id), _RELEASING)
    if case.state is not CaseState.RELEASED or step is None:
        raise ConflictError("the case was not released")
    words = wording("release", variant_of(case, applicant))
    again = "" if case.release_cause is None else words.say(f"again_{case.release_cause}")
    stated = occasion_of(uow, case, applicant, naming) | {
        "finding": words.say(_RELEASING[step.kind]),
        # A release under a wrong number lets nothing go on: the letter says what is to be done, and no day of an end.
        "settled": "" if again else words.say("ends", settled_on=chinese_day(day_of(case.settled_at or step.at))),
        "again": again,
        "onward": "" if again else words.say("goes_on"),
    }
    letter = _letter(CaseLetter.RELEASE, case, applicant, step, stated, naming)
    return letter if case.release_cause is None else replace(letter, title=f"title_{case.release_cause}")


def _reopening(uow: UnitOfWork, case: StoredCase, applicant: SubjectRequest, naming: Naming) -> Letter:
    step = last_step(uow.cases.steps(case.id), {StepKind.REOPENED})
    if case.state.is_settled or step is None:
        raise ConflictError("the case was not opened again")
    why = {"reopened_on": chinese_day(day_of(step.at)), "reasons": str(step.content["reason"])}
    stated = occasion_of(uow, case, applicant, naming) | why
    return _letter(CaseLetter.REOPENING, case, applicant, step, stated, naming)


def _letter(  # noqa: PLR0913, PLR0917 -- what a letter is made of
    kind: CaseLetter,
    case: StoredCase,
    applicant: SubjectRequest,
    step: StoredStep,
    stated: Mapping[str, str],
    naming: Naming,
) -> Letter:
    office, unit, signed = stated["licensing_office"], stated["unit"], naming.person(step.actor)
    return Letter(kind.value, office, stated, unit, signed, day_of(step.at), variant_of(case, applicant))


def _applicant(uow: UnitOfWork, case: StoredCase) -> SubjectRequest:
    """Return whom a letter is about: who was let go, else who stands first."""
    released = (match.subject_no for match in uow.cases.matches(case.id) if match.finding is Finding.OTHER)
    return applicant_of(uow, case, next(released, None))
