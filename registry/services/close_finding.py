"""Show what looking back has found, and let a regulator settle it; within the region they work for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, NotFoundError, SamePersonError
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services.desk_step import is_one_party
from registry.services.stated_reason import stated_reason
from registry.store.look_back_repository import FindingFilter, FindingOutcome, FindingState, StoredFinding

if TYPE_CHECKING:
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.store.look_back_repository import LookBackState
    from registry.store.unit_of_work import UnitOfWork

FINDINGS_A_PAGE: Final = 50


def read_findings(
    services: Services, wanted: FindingFilter, after: int = 0
) -> tuple[list[StoredFinding], int | None, LookBackState]:
    """Return a page of findings, where the next one begins (None: this is the last), and how far looking back is."""
    with services.store.read() as uow:
        found = uow.look_backs.page(wanted, after, FINDINGS_A_PAGE + 1)
        state = uow.look_backs.state()
    shown = found[:FINDINGS_A_PAGE]
    return shown, shown[-1].id if len(found) > FINDINGS_A_PAGE else None, state


def close_finding(services: Services, number: int, outcome: FindingOutcome, reason: str, actor: Actor) -> bool:
    """Settle a finding of the actor's region with a reason; recorded. False where it is only proposed.

    That somebody who would be held is another person takes two people who say so, each with a reason of their own.
    Raises InvalidInputError (no reason), NotFoundError where there is none in that region, SamePersonError where
    the actor proposed it, and ConflictError where it is settled already, or its licensing system has not been told.
    """
    stated = stated_reason(reason, "settling a finding needs its reason")
    with services.store.write() as uow:
        finding = _unsettled(uow, number, actor)
        settled = not _needs_second(finding, outcome) or _is_second(uow, finding, actor)
        if settled:
            kind, digest = EventKind.LOOK_BACK_CLOSED, uow.look_backs.close(number, outcome, stated)
        else:
            kind, digest = EventKind.LOOK_BACK_PROPOSED, uow.look_backs.propose(number, actor.text, stated)
        facts: dict[str, str | int] = {"finding_id": number, "check_no": finding.check_no, "outcome": outcome}
        uow.ledger.record(kind, actor.text, {**facts, "content_digest": digest})
    return settled


def _unsettled(uow: UnitOfWork, number: int, actor: Actor) -> StoredFinding:
    """Return a finding that can be settled; a bulk run's at once, for nobody is told of it."""
    uow.look_backs.lock(number)
    finding = uow.look_backs.find(number)
    if finding is None or not (actor.region is None or (finding.region or "").startswith(actor.region)):
        raise NotFoundError("there is no such finding")
    if finding.state is FindingState.CLOSED:
        raise ConflictError("this finding is settled already")
    if finding.state is FindingState.OPEN and finding.client_id is not None:
        raise ConflictError("the licensing system has not been told of this finding yet")
    return finding


def _needs_second(finding: StoredFinding, outcome: FindingOutcome) -> bool:
    return outcome is FindingOutcome.OTHER_PERSON and finding.verdict_now == Verdict.BLOCK


def _is_second(uow: UnitOfWork, finding: StoredFinding, actor: Actor) -> bool:
    """Say whether somebody else proposed it before. Raises SamePersonError."""
    if finding.proposed_by is None:
        return False
    if is_one_party(uow, finding.proposed_by, actor.text):
        raise SamePersonError("who proposes that it is another person does not settle it")
    return True
