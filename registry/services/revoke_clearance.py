"""Revoke a clearance: the next check asks again, its case is opened again, and the answers it cleared are told of."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from registry.errors import ConflictError, NotFoundError
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services.decide_case import reopen_case
from registry.services.own_region import reaches
from registry.services.stated_reason import stated_reason
from registry.store.case_values import CaseState
from registry.store.look_back_repository import FindingKind, NewFinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.case_values import StoredClearance
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork


def revoke_clearance(services: Services, clearance_no: str, reason: str, actor: DeskActor) -> None:
    """End a clearance, and with it what it let through; recorded.

    Every answer it made clear becomes a finding of looking back, of which the licensing system is told; the case it was
    given in is opened again. Raises NotFoundError, ConflictError (revoked before), InvalidInputError (no reason).
    """
    stated = stated_reason(reason, "a decision needs its reason")
    with services.store.write() as uow:
        stored = uow.clearances.find(clearance_no)
        case = None if stored is None else uow.cases.find(stored.check_no)
        if stored is None or (case is not None and not reaches(actor, case.region)):
            raise NotFoundError("there is no such clearance")
        if not uow.clearances.revoke(stored, stated, actor.text):
            raise ConflictError("the clearance was revoked before")
        facts = {"clearance_no": clearance_no, "reason_digest": hashlib.sha256(stated.encode()).hexdigest()}
        uow.ledger.record(EventKind.CLEARANCE_REVOKED, actor.text, facts)
        uow.look_backs.add(list(_let_through(uow, stored)))
        if case is not None and case.state is CaseState.RELEASED:
            reopen_case(services, uow, case, stated, actor.text)


def _let_through(uow: UnitOfWork, stored: StoredClearance) -> Iterator[NewFinding]:
    """Yield the answers that were clear because of a clearance and would be looked at now."""
    subject = uow.lists.subjects_numbered([stored.ban_no]).get(stored.ban_no)
    if subject is None:
        return
    version = uow.head.version()
    for check_no in uow.clearances.uses_of(stored.clearance_no):
        decision = uow.decisions.replayable(check_no)
        if decision is None:
            continue
        for subject_no in _cleared_by(decision, stored.clearance_no):
            yield NewFinding(
                check_no=check_no,
                subject_no=subject_no,
                subject_id=subject,
                kind=FindingKind.LISTED,
                verdict_then=Verdict.CLEAR,
                verdict_now=Verdict.REVIEW,
                bars_from=None,
                list_version=version,
                region=decision.region,
                decided_at=decision.decided_at,
            )


def _cleared_by(decision: ReplayableDecision, clearance_no: str) -> Iterator[str]:
    """Yield whom an answer found clear because of a clearance, by their numbers in the request."""
    for each in orjson.loads(decision.answer)["subjects"]:
        used = any(one["clearance_no"] == clearance_no for one in each.get("cleared", ()))
        if used and each["verdict"] == Verdict.CLEAR:
            yield each["subject_no"]
