"""Decide about held applications: hear the applicant, ask for what is missing, say who it is and who it is not.

"The same person" needs a hearing, or the applicant's waiver of it, on the record first (行政许可法 7, 36;
个人信息保护法 24¶3): the hold stands then. "Another person" releases the application. Against a match on an equal
number one person proposes that and another agrees. Nothing is overwritten: every step is kept, sealed, and recorded.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.clock import day_of
from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError, SamePersonError
from registry.services.case_step import DECIDING, Acting, last_hearing, last_step, note_step, open_case, take_step
from registry.services.desk_step import is_one_party, stated_note
from registry.services.equal_number import is_on_equal_number
from registry.services.give_clearance import give_clearance
from registry.services.settle_case import settle
from registry.store.case_values import CaseState, Finding, ReleaseCause, StepKind, StoredCase, StoredMatch, StoredStep

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Hearing:
    """That the applicant was heard, or chose not to be: on which day, how, and what was said (or why not)."""

    waived: bool
    held_on: datetime.date
    manner: str
    said: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is missing, whom it is asked of, and by when (None: no day is set)."""

    missing: str
    asked_of: str
    answer_by: datetime.date | None


def record_hearing(services: Services, acting: Acting, hearing: Hearing) -> None:
    """Note that the applicant was heard or waived it. Raises InvalidInputError, and as `open_case` does."""
    manner, said = _stated(hearing.manner, "manner"), _stated(hearing.said, "said")
    if hearing.held_on > services.clock.today():
        raise InvalidInputError([FieldFault("held_on", "in_the_future", "must not be a day to come")])
    content = {"held_on": hearing.held_on.isoformat(), "manner": manner, "said": said}
    kind = StepKind.HEARING_WAIVED if hearing.waived else StepKind.HEARD
    with services.store.write() as uow:
        case = _undecided(uow, acting)
        if hearing.held_on < day_of(case.opened_at):
            raise InvalidInputError([FieldFault("held_on", "before_the_check", "must not be a day before the check")])
        note_step(uow, case, kind, content, acting.name)


def ask_for_more(services: Services, acting: Acting, asked: Request) -> None:
    """Ask for what is missing; the case waits for the answer. Raises as `record_hearing` does."""
    missing, asked_of = _stated(asked.missing, "missing"), _stated(asked.asked_of, "asked_of")
    by = None if asked.answer_by is None else asked.answer_by.isoformat()
    content = {"missing": missing, "asked_of": asked_of, "answer_by": by}
    with services.store.write() as uow:
        case = _undecided(uow, acting)
        take_step(uow, case, StepKind.ASKED, content, acting.name)
        uow.cases.move(case, CaseState.ASKED)


def note_answer(services: Services, acting: Acting, text: str) -> None:
    """Note what was answered; the case is open again. Raises as `record_hearing` does."""
    with services.store.write() as uow:
        case = _undecided(uow, acting)
        take_step(uow, case, StepKind.ANSWERED, {"text": _stated(text, "text")}, acting.name)
        settle(services, uow, case, acting.name)


def add_note(services: Services, acting: Acting, text: str) -> None:
    """Note something for whoever works on the case next; a settled case takes notes, too."""
    with services.store.write() as uow:
        case = open_case(uow, acting)
        note_step(uow, case, StepKind.NOTED, {"text": _stated(text, "text")}, acting.name)


def find_same(services: Services, acting: Acting, match_id: int, reasons: Mapping[str, str]) -> None:
    """Find that the applicant is the listed person: the hold stands, and the licensing system is told.

    `reasons`: `reason` and `legal_basis`, in words. Raises ConflictError without a hearing or waiver on the record,
    and as `record_hearing` does.
    """
    content = {name: _stated(reasons.get(name), name) for name in ("reason", "legal_basis")}
    with services.store.write() as uow:
        case = _undecided(uow, acting)
        match = _open_match(uow, case, match_id)
        steps = uow.cases.steps(case.id)
        if last_hearing(steps) is None:
            raise ConflictError("the applicant must be heard first, or have waived it")
        _require_anew(uow, steps, acting.name)
        take_step(uow, case, StepKind.FOUND_SAME, content, acting.name, match.id)
        uow.cases.find_match(match.id, Finding.SAME)
        settle(services, uow, case, acting.name)


def find_other(
    services: Services, acting: Acting, match_id: int, reason: str, cause: ReleaseCause | None = None
) -> Finding:
    """Find that the applicant is not the listed person; on an equal number only propose it, for another to agree.

    `cause`: that the number is not the applicant's, so that the office must check again under the right one.
    Returns which of both it came to. Raises as `record_hearing` does, and ConflictError where that was decided before.
    """
    content = {"reason": _stated(reason, "reason"), **({} if cause is None else {"cause": cause.value})}
    with services.store.write() as uow:
        case = _undecided(uow, acting)
        match = _open_match(uow, case, match_id)
        _require_anew(uow, uow.cases.steps(case.id), acting.name)
        finding = let_go(services, uow, case, match, content, acting.actor)
        settle(services, uow, case, acting.name)
    return finding


def let_go(  # noqa: PLR0913, PLR0917 -- who is let go, where, why, and by whom
    services: Services,
    uow: UnitOfWork,
    case: StoredCase,
    match: StoredMatch,
    content: Mapping[str, Any],
    actor: DeskActor,
) -> Finding:
    """Find an open match to be another person, or only propose it on an equal number; return which.

    `content`: the `reason`, and the `cause` where it is the number. The caller settles the case and commits.
    """
    if is_on_equal_number(services, uow, case, match):
        kind, finding = StepKind.RELEASE_PROPOSED, Finding.OTHER_PROPOSED
    else:
        kind, finding = StepKind.FOUND_OTHER, Finding.OTHER
    take_step(uow, case, kind, content, actor.text, match.id)
    uow.cases.find_match(match.id, finding)
    if finding is Finding.OTHER:
        give_clearance(services, uow, case, match, actor)
        _note_cause(uow, case, content)
    return finding


def agree_release(services: Services, acting: Acting, match_id: int, note: str) -> None:
    """Agree that the bearer of an equal number is another person: the application is released.

    Raises SamePersonError where the actor proposed it, ConflictError where nobody did, and as `open_case` does.
    """
    with services.store.write() as uow:
        case, match, proposal = _proposed(uow, acting, match_id)
        if is_one_party(uow, proposal.actor, acting.name):
            raise SamePersonError("who proposes a release does not agree to it")
        _require_anew(uow, uow.cases.steps(case.id), acting.name)
        content = {"note": stated_note(note, required=False) or ""}
        take_step(uow, case, StepKind.RELEASE_AGREED, content, acting.name, match.id)
        uow.cases.find_match(match.id, Finding.OTHER)
        _note_cause(uow, case, proposal.content)
        settle(services, uow, case, acting.name)


def _note_cause(uow: UnitOfWork, case: StoredCase, content: Mapping[str, Any]) -> None:
    if "cause" in content:
        uow.cases.note_cause(case.id, ReleaseCause(content["cause"]))


def return_release(services: Services, acting: Acting, match_id: int, note: str) -> None:
    """Give a proposed release back with a note (whoever proposed it may take it back); the match is open again."""
    content = {"note": _stated(note, "note")}
    with services.store.write() as uow:
        case, match, _ = _proposed(uow, acting, match_id)
        take_step(uow, case, StepKind.RELEASE_RETURNED, content, acting.name, match.id)
        uow.cases.find_match(match.id, Finding.OPEN)
        settle(services, uow, case, acting.name)


def _require_anew(uow: UnitOfWork, steps: Sequence[StoredStep], actor: str) -> None:
    """Raise SamePersonError where a case was opened again and the actor had decided it before."""
    opened_again = [place for place, step in enumerate(steps) if step.kind is StepKind.REOPENED]
    before = steps[: opened_again[-1]] if opened_again else ()
    if any(step.kind in DECIDING and is_one_party(uow, step.actor, actor) for step in before):
        raise SamePersonError("who decided before the case was opened again does not decide it anew")


def take_back(services: Services, acting: Acting, reason: str) -> None:
    """Open a settled case again: nothing is issued until it is decided anew, by others than who decided before.

    Raises ConflictError where the case is not settled or was withdrawn (the list names nobody any more),
    InvalidInputError without a reason, and as `open_case` does.
    """
    stated = _stated(reason, "reason")
    with services.store.write() as uow:
        case = open_case(uow, acting)
        if case.state not in {CaseState.CONFIRMED, CaseState.RELEASED}:
            raise ConflictError("nothing is decided that could be taken back")
        reopen_case(services, uow, case, stated, acting.name)


def reopen_case(services: Services, uow: UnitOfWork, case: StoredCase, reason: str, actor: str) -> None:
    """Open a settled case again, every finding but moot ones; whoever settled it is not the one to call this."""
    take_step(uow, case, StepKind.REOPENED, {"reason": reason}, actor)
    for match in uow.cases.matches(case.id):
        if match.finding is not Finding.WITHDRAWN:
            uow.cases.find_match(match.id, Finding.OPEN)
    uow.cases.note_cause(case.id, None)
    settle(services, uow, case, actor)


def withdraw_match(  # noqa: PLR0913, PLR0917 -- whose match, why, and who says so
    services: Services, uow: UnitOfWork, case: StoredCase, ban_no: str, reason: str, actor: str
) -> None:
    """Note that a listed person bars nobody here any more: a correction or lifting made the match moot."""
    named = [each for each in uow.cases.matches(case.id) if each.ban_no == ban_no]
    for match in named:
        if match.finding in {Finding.OPEN, Finding.OTHER_PROPOSED, Finding.SAME}:
            take_step(uow, case, StepKind.WITHDRAWN, {"reason": reason}, actor, match.id)
            uow.cases.find_match(match.id, Finding.WITHDRAWN)
    settle(services, uow, case, actor)


def _undecided(uow: UnitOfWork, acting: Acting) -> StoredCase:
    case = open_case(uow, acting)
    if case.state.is_settled:
        raise ConflictError("the case is decided already")
    return case


def _open_match(uow: UnitOfWork, case: StoredCase, match_id: int) -> StoredMatch:
    match = _match(uow, case, match_id)
    if match.finding is not Finding.OPEN:
        raise ConflictError("that was decided before, or waits for a second person")
    return match


def _match(uow: UnitOfWork, case: StoredCase, match_id: int) -> StoredMatch:
    found = next((each for each in uow.cases.matches(case.id) if each.id == match_id), None)
    if found is None:
        raise NotFoundError("the case has no such match")
    return found


def _proposed(uow: UnitOfWork, acting: Acting, match_id: int) -> tuple[StoredCase, StoredMatch, StoredStep]:
    case = open_case(uow, acting)
    match = _match(uow, case, match_id)
    proposal = last_step(uow.cases.steps(case.id), {StepKind.RELEASE_PROPOSED}, match_id)
    if match.finding is not Finding.OTHER_PROPOSED or proposal is None:
        raise ConflictError("no release is proposed")
    return case, match, proposal


def _stated(text: str | None, field: str) -> str:
    return stated_note(text, field, required=True) or ""
