"""Release an application that only an old list holds: what was asked is judged again, against the list as it is now.

Whoever the case named and a regulator found to be somebody else, or the list bars no more, holds it no longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, StillHeldError
from registry.law.roles import Region
from registry.law.verdict import CoverageState, Verdict, judge_subject
from registry.services.answer_check import Circumstances
from registry.services.apply_clearances import apply_clearances, in_question
from registry.services.case_step import Acting, move_case, open_case, take_step
from registry.services.check_applicants import coverage_now, judge
from registry.services.desk_step import stated_note
from registry.services.explain_record import decision_with_request
from registry.store.case_values import CaseState, Finding, StepKind

if TYPE_CHECKING:
    from collections.abc import Container

    from registry.services.admit_applicants import CheckRequest
    from registry.services.context import Services
    from registry.services.list_index import ListIndex
    from registry.store.unit_of_work import UnitOfWork

_SETTLED: Final = frozenset({Finding.OTHER, Finding.WITHDRAWN})


def release_fresh(services: Services, acting: Acting, reason: str, index: ListIndex) -> None:
    """Release a case in which nobody is left to decide about, where today's list is fresh and names nobody else.

    Raises StillHeldError where today's list names somebody or a region is stale still, ConflictError where the case is
    decided or names somebody undecided, InvalidInputError without a reason, and as `open_case` does.
    """
    stated = stated_note(reason, "reason", required=True) or ""
    with services.store.write() as uow:
        case = open_case(uow, acting)
        if case.state.is_settled:
            raise ConflictError("the case is decided already")
        matches = uow.cases.matches(case.id)
        if any(match.finding not in _SETTLED for match in matches):
            raise ConflictError("the case names somebody: decide whether that is the applicant")
        _, request = decision_with_request(uow, case.check_no)
        settled = {(match.subject_no, match.ban_no) for match in matches if match.finding is Finding.OTHER}
        version = _require_clear(services, uow, request, index, settled)
        content = {"reason": stated, "list_version": version}
        take_step(uow, case, StepKind.RELEASED_AS_FRESH, content, acting.name)
        move_case(uow, case, CaseState.RELEASED, acting.name)


def _require_clear(
    services: Services, uow: UnitOfWork, request: CheckRequest, index: ListIndex, settled: Container[tuple[str, str]]
) -> int:
    """Return the list version judged by; `settled`: whom (subject number, ban number) somebody was found not to be."""
    coverage = coverage_now(services, uow)
    about = Circumstances(
        request.purpose, Region.of(request.region), services.clock.now(), services.clock.today(), coverage
    )
    with index.caught_up(uow) as view:
        answers = [judge(services, view, subject, about) for subject in request.subjects]
        version = view.version
    known = uow.clearances.standing_for(in_question(request.subjects, answers))
    judged = [
        apply_clearances(services.policy, subject, answer, coverage, known)
        for subject, answer in zip(request.subjects, answers, strict=True)
    ]
    if any((answer.subject_no, match.ban_no) not in settled for answer in judged for match in answer.matches):
        raise StillHeldError("names_somebody", "today's list names somebody: the application must be checked anew")
    if judge_subject(services.policy, (), coverage) is not Verdict.CLEAR:
        stale = ", ".join(each.region.value for each in coverage if each.state is CoverageState.STALE)
        raise StillHeldError("still_stale", f"the list is too old still for these regions: {stale}")
    return version
