"""Bring a case to the outcome its findings make, and let no application go on that today's list holds anew.

What was found is about whom the answer named. Whoever came onto the list since then, and may be the applicant, is put
on the case as a match of its own; while a region is too old for a `clear` the case stays open until it is fresh again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry.errors import ConflictError
from registry.law.roles import Region
from registry.law.verdict import Verdict, judge_subject
from registry.services.answer_check import Circumstances, SubjectAnswer, compose_subjects
from registry.services.apply_clearances import applicant_spelling, apply_clearances, in_question
from registry.services.case_step import move_case, state_of, take_step
from registry.services.check_applicants import coverage_now, judge_hits
from registry.services.explain_record import decision_with_request
from registry.services.hold_application import matches_of
from registry.services.list_as_of import only_as_of
from registry.store.case_values import CaseState, NewMatch, StepKind, StoredCase

if TYPE_CHECKING:
    from registry.services.admit_applicants import CheckRequest, SubjectRequest
    from registry.services.context import Services
    from registry.services.list_index import IndexView
    from registry.store.unit_of_work import UnitOfWork

GOES_ON = frozenset({CaseState.RELEASED, CaseState.WITHDRAWN})
"""Outcomes with which an application goes on."""


def settle(services: Services, uow: UnitOfWork, case: StoredCase, actor: str) -> CaseState:
    """Bring a case into the state its findings make, and record its outcome where that is another than before.

    The caller commits. Raises ChangedMeanwhileError.
    """
    state = state_of(uow.cases.matches(case.id))
    if state in GOES_ON and not case.state.is_settled and _is_held_anew(services, uow, case, actor):
        state = CaseState.OPEN
    move_case(uow, case, state, actor)
    return state


def _is_held_anew(services: Services, uow: UnitOfWork, case: StoredCase, actor: str) -> bool:
    try:
        decision, request = decision_with_request(uow, case.check_no)
    except ConflictError:
        return False  # of before requests were kept: there is nothing to judge by
    if _put_on(services, uow, case, request, decision.list_version, actor):
        return True
    coverage = coverage_now(services, uow)
    return judge_subject(services.policy, (), coverage) is not Verdict.CLEAR


def _put_on(  # noqa: PLR0913, PLR0917 -- a case, what was asked in it, and who acts
    services: Services, uow: UnitOfWork, case: StoredCase, request: CheckRequest, since: int, actor: str
) -> bool:
    """Put on a case whom the list has named since; say whether there is anybody."""
    changed = sorted(uow.changes.last_changes(since, uow.head.version()))
    if not changed:
        return False
    view = only_as_of(uow, uow.head.version(), changed, services.model)
    known = {(match.subject_no, match.ban_no) for match in uow.cases.matches(case.id)}
    answers = [_judged(services, uow, view, request, subject) for subject in request.subjects]
    spelt = {subject.subject_no: applicant_spelling(subject.identity) for subject in request.subjects}
    composed = compose_subjects(services.law, request, answers)
    found = [pair for pair in matches_of(composed, spelt) if (pair[0].subject_no, pair[0].ban_no) not in known]
    for match, stated in found:
        _add(uow, case, match, {"list_version": view.version, "match": stated}, actor)
    return bool(found)


def _add(uow: UnitOfWork, case: StoredCase, match: NewMatch, content: Mapping[str, Any], actor: str) -> None:
    number = uow.cases.add_match(case.id, match)
    take_step(uow, case, StepKind.LISTED_SINCE, content, actor, number)


def _judged(
    services: Services, uow: UnitOfWork, view: IndexView, request: CheckRequest, subject: SubjectRequest
) -> SubjectAnswer:
    day, at = services.clock.today(), services.clock.now()
    about = Circumstances(request.purpose, Region.of(request.region), at, day, ())
    hits = view.search(subject.identity, services.policy.least_millibits)
    answer = judge_hits(services, view, hits, subject, about)
    known = uow.clearances.standing_for(in_question([subject], [answer]))
    return apply_clearances(services.policy, subject, answer, (), known)
