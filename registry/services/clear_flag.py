"""End the flag of clients that seemed to fish, once a person has looked into it: a recorded act with a reason."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError
from registry.ledger.events import EventKind
from registry.services.conduct import Conduct
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

_LONGEST_REASON: Final = 1_000


def clear_flag(services: Services, name: str, reason: str, actor: str) -> int:
    """End the flag of every client of that name; return how many had one. None is no error.

    What made the client conspicuous is forgotten, or its next check would flag it again; what is ordinary for it is
    not. The reason stands in the ledger as a digest. Raises InvalidInputError where it is blank or too long.
    """
    digest = hashlib.sha256(_stated(reason).encode()).hexdigest()
    with services.store.write() as uow:
        flagged = uow.clients.flagged_of(name)
        for client in flagged:
            uow.alarms.clear(AlarmKind.PROBING, str(client))
            _forgive(uow, client)
            uow.ledger.record(EventKind.FLAG_CLEARED, actor, {"client_id": client, "reason_digest": digest})
    return len(flagged)


def _forgive(uow: UnitOfWork, client: int) -> None:
    written = uow.conduct.state(client)
    if written is not None:
        uow.conduct.replace(client, Conduct.read(written).forgiven().written())


def _stated(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > _LONGEST_REASON:
        raise InvalidInputError([FieldFault("reason", "length:1–1000", "must have 1 to 1,000 characters")])
    return text
