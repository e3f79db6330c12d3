"""Show a client an answer: unaltered, and beside it what a regulator has decided since.

A client sees the answers it was given; a regulator every answer of its region, and that it looked is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from registry.errors import NotFoundError
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services.answer_check import Audience, Json, render
from registry.services.explain_evidence import Language
from registry.store.client_repository import ClientRole
from registry.store.ledger_repository import Event

if TYPE_CHECKING:
    from registry.store.client_repository import Client
    from registry.store.decision_repository import KeptDecision
    from registry.store.unit_of_work import UnitOfWork


_RELEASED: Final = "released"


def read_check(uow: UnitOfWork, client: Client, check_no: str, audience: Audience, language: Language) -> Json:
    """Return the answer as it was given, with `outcome` (null for a clear) and its reason where there is one.

    Raises NotFoundError where there is none or it is not for this client (told apart by nobody) and
    KeysMismatchError where it does not open with the keys at hand.
    """
    kept = _find(uow, client, check_no)
    if kept is None:
        raise NotFoundError("no such check")
    answer = render(orjson.loads(kept.answer), audience, language)
    outcome = None if answer["verdict"] == Verdict.CLEAR else kept.outcome
    return {**answer, "outcome": outcome, "outcome_reason": _reason(uow, check_no) if outcome == _RELEASED else None}


def _reason(uow: UnitOfWork, check_no: str) -> str | None:
    case = uow.cases.find(check_no)
    return None if case is None or case.release_cause is None else case.release_cause.value


def may_read(uow: UnitOfWork, client: Client, check_no: str) -> None:
    """Raise NotFoundError where a check is not this client's to read, as `read_check` does."""
    if _find(uow, client, check_no) is None:
        raise NotFoundError("no such check")


def _find(uow: UnitOfWork, client: Client, check_no: str) -> KeptDecision | None:
    if client.role is ClientRole.REGULATOR:
        return uow.decisions.of_region(check_no, client.region, client.id)
    return uow.decisions.of_client(check_no, client.id)


def check_was_read(client: Client, answer: Json) -> Event:
    """Return what the ledger says of a regulator's look at an answer."""
    facts: dict[str, str | int] = {"check_no": answer["check_no"], "client_id": client.id}
    return Event(EventKind.CHECK_READ, client.actor, answer["list"]["version"], facts)
