"""Put answers that held applications before there were cases before the regulators, once, when a store is upgraded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.hold_application import Whose, new_case

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.case_values import NewCase
    from registry.store.unit_of_work import UnitOfWork

_AT_A_TIME: Final = 500


def open_former_cases(services: Services, *, actor: str) -> int:
    """Open a case for every held answer that has none and whose request is kept; return how many; recorded."""
    opened, after = 0, 0
    while True:
        with services.store.write() as uow:
            found = uow.cases.without_case(after, _AT_A_TIME)
            if not found:
                return opened
            cases = [case for _, check_no, client in found if (case := _case(services, uow, check_no, client))]
            uow.cases.open_all(cases)
            if cases:
                uow.ledger.record(EventKind.CASES_OPENED, actor, {"cases": len(cases)})
        opened, after = opened + len(cases), found[-1][0]


def _case(services: Services, uow: UnitOfWork, check_no: str, client_id: int | None) -> NewCase | None:
    decision = uow.decisions.replayable(check_no)
    if decision is None or decision.request is None:
        return None
    client = None if client_id is None else uow.clients.by_id(client_id)
    whose = Whose(client_id, None if client is None else client.region)
    request, answer = stored_request.read(decision.request), orjson.loads(decision.answer)
    case = new_case(services.policy, request, answer, decision.decided_at, whose)
    # As in a bulk run: an old list alone puts nothing before a person.
    return case if case is not None and (case.matches or client_id is not None) else None
