"""Find the holds that a change of the list leaves without a ground, or with a lesser one: the one place that does.

Every held application that names a changed ban is judged again at its own purpose, role and region, on the day it was
answered, by what the list says now. It is asked twice: at once, by `correct_answers`, and once no answer by the list
of before can come any more, by `look_back`, for what was on its way meanwhile. Whatever was found is found once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from registry.clock import day_of
from registry.errors import ConflictError
from registry.law.ban import bars
from registry.law.roles import Region
from registry.law.verdict import Verdict
from registry.law.working_days import add_working_days
from registry.services.case_step import outcome_of
from registry.services.decide_case import withdraw_match
from registry.services.explain_record import decision_with_request, faces_of
from registry.services.reckon_match import Measure, strongest
from registry.services.tell_client import tell_of_case
from registry.store.case_values import Finding
from registry.store.look_back_repository import FindingKind, NewFinding
from registry.store.notice_repository import NoticeKind

if TYPE_CHECKING:
    from registry.services.admit_applicants import CheckRequest, SubjectRequest
    from registry.services.context import Services
    from registry.store.case_values import StoredCase, StoredMatch
    from registry.store.unit_of_work import UnitOfWork

ACTOR: Final = "worker:corrections"
REASON: Final = "名单已更正或者解除：该名单人员不再构成限制"
_TOUCHED: Final = frozenset({Finding.OPEN, Finding.OTHER_PROPOSED, Finding.SAME})


def find_lifted(services: Services, uow: UnitOfWork, changed: Mapping[int, int]) -> int:
    """Withdraw what changed subjects (each with the version of its change) hold no more; return how many answers.

    What holds less strictly stays as it was answered. Each is kept as a finding of looking back, once. The caller
    commits.
    """
    bans = {ban_no: subject for subject, ban_no, _ in uow.lists.ban_numbers(sorted(changed))}
    return sum(
        _looked_at(services, uow, case, (bans[ban_no], ban_no, changed[bans[ban_no]]))
        for ban_no in sorted(uow.cases.named_among(list(bans)))
        for case in uow.cases.naming(ban_no)
    )


def _looked_at(services: Services, uow: UnitOfWork, case: StoredCase, ban: tuple[int, str, int]) -> bool:
    """Judge a case again for one ban; say whether nothing of it stands any more."""
    subject, ban_no, version = ban
    named = [each for each in uow.cases.matches(case.id) if each.ban_no == ban_no and each.finding in _TOUCHED]
    now = [(match, _verdict_now(services, uow, case, match)) for match in named]
    for match, verdict in now:
        if verdict.strictness < Verdict(match.verdict).strictness:
            _keep_finding(uow, case, match, verdict, (subject, version))
    if not named or any(verdict is not Verdict.CLEAR for _, verdict in now):
        return False
    _withdraw(services, uow, case, ban_no)
    return True


def _withdraw(services: Services, uow: UnitOfWork, case: StoredCase, ban_no: str) -> None:
    withdraw_match(services, uow, case, ban_no, REASON, ACTOR)
    now = uow.cases.find(case.check_no) or case
    content: dict[str, str | int | None] = {"ban_no": ban_no, "outcome": outcome_of(now.state)}
    due_on = add_working_days(services.clock.today(), services.policy.desk.tell_correction)
    tell_of_case(uow, case, NoticeKind.ANSWER_CORRECTED, content, ACTOR, due_on)


def _keep_finding(
    uow: UnitOfWork, case: StoredCase, match: StoredMatch, verdict: Verdict, change: tuple[int, int]
) -> None:
    subject, version = change
    answered = uow.decisions.replayable(case.check_no)
    uow.look_backs.add_new(
        NewFinding(
            check_no=case.check_no,
            subject_no=match.subject_no,
            subject_id=subject,
            kind=FindingKind.LIFTED,
            verdict_then=match.verdict,
            verdict_now=verdict.value,
            bars_from=None,
            list_version=version,
            region=case.region if answered is None else answered.region,
            decided_at=case.opened_at if answered is None else answered.decided_at,
        )
    )


def _verdict_now(services: Services, uow: UnitOfWork, case: StoredCase, match: StoredMatch) -> Verdict:
    """Return what a match would come to now; where what was asked is not kept, it stands while its ban does."""
    subject = uow.lists.subjects_numbered([match.ban_no])[match.ban_no]
    bases = [stored.basis for stored in uow.lists.standing_bases([subject])]
    try:
        decision, request = decision_with_request(uow, case.check_no)
    except ConflictError:
        return Verdict(match.verdict) if bases else Verdict.CLEAR
    applicant = next(each for each in request.subjects if each.subject_no == match.subject_no)
    region, day = Region.of(request.region), day_of(decision.decided_at)
    if not bars(services.law, bases, request.purpose, applicant.role, region, day, applicant.identity.kind):
        return Verdict.CLEAR
    return _weighed(services, uow, request, applicant, match.ban_no)


def _weighed(
    services: Services, uow: UnitOfWork, request: CheckRequest, applicant: SubjectRequest, ban_no: str
) -> Verdict:
    faces = faces_of(uow, ban_no)
    if not faces:
        return Verdict.CLEAR
    measure = Measure(services.model, services.policy, request.purpose)
    return strongest(measure, applicant.identity, faces).rule.verdict
