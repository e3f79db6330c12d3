"""Show what looking back has found, and let a regulator settle it; within the region they work for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, NotFoundError
from registry.ledger.events import EventKind
from registry.store.look_back_repository import FindingFilter, FindingOutcome, StoredFinding

if TYPE_CHECKING:
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.store.look_back_repository import LookBackState

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


def close_finding(services: Services, number: int, outcome: FindingOutcome, actor: Actor) -> None:
    """Settle a finding of the actor's region; recorded.

    Raises NotFoundError where there is none in that region, ConflictError where it is settled already.
    """
    with services.store.write() as uow:
        finding = uow.look_backs.find(number)
        if finding is None or not (actor.region is None or (finding.region or "").startswith(actor.region)):
            raise NotFoundError("there is no such finding")
        if not uow.look_backs.close(number, outcome):
            raise ConflictError("this finding is settled already")
        facts: dict[str, str | int] = {"finding_id": number, "check_no": finding.check_no, "outcome": outcome}
        uow.ledger.record(EventKind.LOOK_BACK_CLOSED, actor.text, facts)
