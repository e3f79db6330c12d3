"""Disable the API clients of a name: their keys stop working at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.services.context import Services


def disable_clients(services: Services, name: str, actor: str) -> int:
    """Disable every client of that name and return how many could still call; none is no error."""
    with services.store.write() as uow:
        disabled = uow.clients.disable(name)
        for number in disabled:
            uow.ledger.record(EventKind.CLIENT_DISABLED, actor, {"client_id": number})
    return len(disabled)
