"""Decide an objection: upheld or rejected, with reasons, by somebody other than who decided what it objects to.

Upheld against a held application, its case is opened again, and released by the same act where that is said. Upheld
against a listing, the list must be corrected at the desk; until it changes, the correction is pending. The licensing
system it came through is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import ChangedMeanwhileError, ConflictError, NotFoundError, SamePersonError
from registry.ledger.events import EventKind
from registry.services.case_step import DECIDING
from registry.services.decide_case import let_go, reopen_case
from registry.services.desk_step import is_one_party, stated_note
from registry.services.own_region import reaches
from registry.services.settle_case import settle
from registry.services.tell_client import tell_client
from registry.store.case_values import Finding
from registry.store.notice_repository import NewNotice, NoticeKind
from registry.store.objection_repository import ObjectionState, StoredObjection

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.case_values import StoredCase
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided and why; `release` lets the held application go on with it (one on an equal number once a
    second person agrees)."""

    upheld: bool
    reason: str
    release: bool = False


def open_objection(
    uow: UnitOfWork, objection_no: str, actor: DeskActor, expected: int | None = None
) -> StoredObjection:
    """Return an objection of the actor's region, as it was when the actor last saw it.

    Raises NotFoundError where there is none in that region, ChangedMeanwhileError where somebody changed it since.
    """
    found = uow.objections.find(objection_no)
    if found is None or not reaches(actor, found.region):
        raise NotFoundError("there is no such objection")
    if expected is not None and found.row_version != expected:
        raise ChangedMeanwhileError("somebody else has changed this objection since it was opened")
    return found


def decide_objection(
    services: Services, objection_no: str, decision: Decision, actor: DeskActor, expected: int | None = None
) -> None:
    """Uphold or reject an objection; recorded, told, and what follows from it done in the same commit.

    Raises SamePersonError where the actor decided what it objects to, ConflictError where it is decided already,
    InvalidInputError without a reason, and as `open_objection` does.
    """
    reason = stated_note(decision.reason, "reason", required=True) or ""
    with services.store.write() as uow:
        found = _open(uow, objection_no, actor, expected)
        if any(is_one_party(uow, first, actor.text) for first in set(who_may_not_decide(uow, found))):
            raise SamePersonError("an objection is decided by somebody other than who decided before, or typed it in")
        state = ObjectionState.UPHELD if decision.upheld else ObjectionState.REJECTED
        _settle(uow, found, state, reason, actor.text)
        case = None if found.check_no is None else uow.cases.find(found.check_no)
        if decision.upheld and case is not None:
            case = _opened_again(services, uow, case, reason, actor.text)
            if decision.release:
                _release(services, uow, case, reason, actor)


def withdraw_objection(
    services: Services, objection_no: str, note: str, actor: DeskActor, expected: int | None = None
) -> None:
    """Note that who objected takes it back; the statement stays with the ban. Raises as `decide_objection` does."""
    reason = stated_note(note, "reason", required=True) or ""
    with services.store.write() as uow:
        found = _open(uow, objection_no, actor, expected)
        _settle(uow, found, ObjectionState.WITHDRAWN, reason, actor.text)


def who_may_not_decide(uow: UnitOfWork, objection: StoredObjection) -> Iterator[str]:
    """Yield who typed an objection in, and who decided what it is about: settled the case, filed or confirmed."""
    yield objection.lodged_by
    if objection.check_no is not None:
        case = uow.cases.find(objection.check_no)
        steps = () if case is None else uow.cases.steps(case.id)
        yield from (step.actor for step in steps if step.kind in DECIDING)
        return
    subject = uow.lists.subjects_numbered([objection.ban_no or ""]).get(objection.ban_no or "")
    records = [] if subject is None else uow.lists.records_founding(subject)
    for document in uow.desk.of_records((record.source_region, record.record_no) for record in records):
        for filing in uow.desk.filings(document.id):
            yield filing.filed_by
            if filing.decided_by is not None:
                yield filing.decided_by


def _open(uow: UnitOfWork, objection_no: str, actor: DeskActor, expected: int | None) -> StoredObjection:
    found = open_objection(uow, objection_no, actor, expected)
    if found.state is not ObjectionState.OPEN:
        raise ConflictError("the objection is decided already")
    return found


def _settle(uow: UnitOfWork, found: StoredObjection, state: ObjectionState, reason: str, actor: str) -> None:
    uow.objections.decide(found, state, reason, actor)
    facts: dict[str, str | int] = {"objection_no": found.objection_no, "state": state}
    digest = hashlib.sha256(f"{found.objection_no}\x1f{reason}".encode()).hexdigest()
    uow.ledger.record(EventKind.OBJECTION_DECIDED, actor, {**facts, "reason_digest": digest})
    if found.client_id is not None:
        content = {"objection_no": found.objection_no, "state": state.value}
        kind, application_no = NoticeKind.OBJECTION_DECIDED, _own_application(uow, found)
        tell_client(uow, NewNotice(found.client_id, kind, found.check_no, application_no, found.region, content), actor)


def _own_application(uow: UnitOfWork, found: StoredObjection) -> str | None:
    """Return the application objected to where the system it came through made it: another's is not for it to know."""
    case = None if found.check_no is None else uow.cases.find(found.check_no)
    return case.application_no if case is not None and case.client_id == found.client_id else None


def _opened_again(services: Services, uow: UnitOfWork, case: StoredCase, reason: str, actor: str) -> StoredCase:
    if not case.state.is_settled:
        return case
    reopen_case(services, uow, case, reason, actor)
    return uow.cases.find(case.check_no) or case


def _release(services: Services, uow: UnitOfWork, case: StoredCase, reason: str, actor: DeskActor) -> None:
    """Find that nobody open is the applicant; against an equal number only propose it, for another to agree."""
    for match in uow.cases.matches(case.id):
        if match.finding is Finding.OPEN:
            let_go(services, uow, case, match, {"reason": reason}, actor)
    settle(services, uow, case, actor.text)
