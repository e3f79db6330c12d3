"""Corrections reach past answers: whatever changed on the list, by whichever door, is followed version by version.

Every held application that names a changed ban is judged again at its own purpose, role and region, on the day it was
answered, by what the list says now. Where nothing stands any more, or the listed person turns out to be somebody else,
the match is withdrawn and the licensing system told, with a clock until it takes note. That an answer came before a ban
which is lifted by now is told no more. How far the list was followed
is kept in the commit of what follows from it, so that each change has its effects once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.clock import day_of
from registry.errors import ConflictError
from registry.law.ban import bars
from registry.law.roles import Region
from registry.law.verdict import Verdict
from registry.law.working_days import add_working_days
from registry.ledger.events import EventKind
from registry.services.case_step import outcome_of
from registry.services.decide_case import withdraw_match
from registry.services.explain_record import decision_with_request, faces_of
from registry.services.reckon_match import Measure, strongest
from registry.services.tell_client import tell_client, tell_of_case
from registry.store.case_values import Finding
from registry.store.notice_repository import NewNotice, NoticeKind

if TYPE_CHECKING:
    from registry.services.admit_applicants import CheckRequest, SubjectRequest
    from registry.services.context import Services
    from registry.store.case_values import StoredCase
    from registry.store.notice_repository import StoredNotice
    from registry.store.unit_of_work import UnitOfWork

ACTOR: Final = "worker:corrections"
REASON: Final = "名单已更正或者解除：该在列人员不再构成限制"
_VERSIONS_A_TIME: Final = 500
_TOUCHED: Final = frozenset({Finding.OPEN, Finding.OTHER_PROPOSED, Finding.SAME})


@dataclass(frozen=True, slots=True)
class Corrected:
    """What following the list came to: bans that changed, past answers corrected, objections that were met."""

    bans: int = 0
    answers: int = 0
    objections: int = 0

    def __add__(self, other: Corrected) -> Corrected:
        """Return both together."""
        return Corrected(self.bans + other.bans, self.answers + other.answers, self.objections + other.objections)


def news(uow: UnitOfWork) -> int | None:
    """Return the list's version where it was not followed so far yet; None where it was."""
    head = uow.head.version()
    return head if head > uow.notices.corrected_to() else None


def correct_answers(services: Services) -> Corrected:
    """Follow the list to its head. Raises ChangedMeanwhileError where somebody acts in a case just then: run again."""
    total = Corrected()
    while (found := _page(services)) is not None:
        total += found
    return total


def tell_late_ban(  # noqa: PLR0913, PLR0917 -- what is told, of what, to whom
    services: Services, uow: UnitOfWork, client_id: int, check_no: str, days: int, finding: int | None = None
) -> StoredNotice:
    """Tell a system that an answer it was given so many days ago as clear would be held now. The caller commits.

    `finding`: which finding of looking back it is, to be noted as acknowledged with the notice.
    """
    found = uow.decisions.replayable(check_no)
    application_no = None if found is None else found.application_no
    due_on = add_working_days(services.clock.today(), services.policy.desk.tell_correction)
    kind, content = NoticeKind.LATE_BAN, {"days_ago": days, **({} if finding is None else {"finding": finding})}
    return tell_client(uow, NewNotice(client_id, kind, check_no, application_no, None, content, due_on), ACTOR)


def _page(services: Services) -> Corrected | None:
    """Follow so many versions and commit; None where there are no more."""
    with services.store.read() as uow:
        if news(uow) is None:
            return None
    with services.store.write() as uow:
        former = uow.notices.corrected_to()
        upto = min(uow.head.version(), former + _VERSIONS_A_TIME)
        uow.notices.correct_to(former, upto)
        bans = uow.lists.ban_numbers(uow.changes.subjects_between(former, upto))
        answers = sum(_correct(services, uow, ban_no) for _, ban_no, _ in bans)
        met = _meet_objections(uow, [ban_no for _, ban_no, _ in bans])
        _make_late_bans_moot(services, uow, {subject for subject, _, _ in bans})
        if answers:
            versions: dict[str, str | int] = {"first_version": former + 1, "last_version": upto}
            uow.ledger.record(EventKind.ANSWERS_CORRECTED, ACTOR, {**versions, "bans": len(bans), "answers": answers})
    return Corrected(len(bans), answers, met)


def _meet_objections(uow: UnitOfWork, bans: Sequence[str]) -> int:
    met = [number for ban_no in bans for number in uow.objections.note_corrected(ban_no)]
    for number in met:
        uow.ledger.record(EventKind.OBJECTION_MET, ACTOR, {"objection_no": number})
    return len(met)


def _make_late_bans_moot(services: Services, uow: UnitOfWork, changed: set[int]) -> None:
    """Stop telling that an answer came before a ban where that ban is lifted by now."""
    lifted = changed - {stored.subject_id for stored in uow.lists.standing_bases(changed)}
    for notice in uow.notices.note_lifted(uow.look_backs.of_listed(lifted), services.clock.today()):
        facts: dict[str, str | int] = {"notice_no": notice.notice_no, "client_id": notice.client_id}
        uow.ledger.record(EventKind.NOTICE_MOOT, ACTOR, facts)


def _correct(services: Services, uow: UnitOfWork, ban_no: str) -> int:
    """Withdraw what a ban holds without a ground; return how many answers that changed."""
    return sum(_corrected(services, uow, case, ban_no) for case in uow.cases.naming(ban_no))


def _corrected(services: Services, uow: UnitOfWork, case: StoredCase, ban_no: str) -> bool:
    named = [each for each in uow.cases.matches(case.id) if each.ban_no == ban_no and each.finding in _TOUCHED]
    if not named or any(_holds(services, uow, case, match.subject_no, ban_no) for match in named):
        return False
    withdraw_match(uow, case, ban_no, REASON, ACTOR)
    now = uow.cases.find(case.check_no) or case
    content: dict[str, str | int | None] = {"ban_no": ban_no, "outcome": outcome_of(now.state)}
    due_on = add_working_days(services.clock.today(), services.policy.desk.tell_correction)
    tell_of_case(uow, case, NoticeKind.ANSWER_CORRECTED, content, ACTOR, due_on)
    return True


def _holds(services: Services, uow: UnitOfWork, case: StoredCase, subject_no: str, ban_no: str) -> bool:
    """Say whether a ban still stands in an applicant's way; where what was asked is not kept, whether it stands."""
    subject = uow.lists.subjects_numbered([ban_no])[ban_no]
    bases = [stored.basis for stored in uow.lists.standing_bases([subject])]
    try:
        decision, request = decision_with_request(uow, case.check_no)
    except ConflictError:
        return bool(bases)
    applicant = next(each for each in request.subjects if each.subject_no == subject_no)
    region, day = Region.of(request.region), day_of(decision.decided_at)
    barring = bars(services.law, bases, request.purpose, applicant.role, region, day, applicant.identity.kind)
    return bool(barring) and _fits(services, uow, request, applicant, ban_no)


def _fits(services: Services, uow: UnitOfWork, request: CheckRequest, applicant: SubjectRequest, ban_no: str) -> bool:
    faces = faces_of(uow, ban_no)
    if not faces:
        return False
    measure = Measure(services.model, services.policy, request.purpose)
    return strongest(measure, applicant.identity, faces).rule.verdict is not Verdict.CLEAR
