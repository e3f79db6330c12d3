"""The name of this store's history of numbers: made once, and another after the store was brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork


def own_epoch(services: Services) -> str:
    """Return the epoch of this store's numbers; the first time it is asked for it is made."""
    with services.store.read() as uow:
        known = uow.exchange.epoch()
    if known is not None:
        return known
    with services.store.write() as uow:
        uow.head.lock()
        return uow.exchange.epoch() or begin_epoch(uow, "exchange")


def renew_epoch(services: Services, *, actor: str) -> str:
    """Begin a new epoch, as after bringing back a backup by other means than `registry restore`; recorded."""
    with services.store.write() as uow:
        uow.head.lock()
        return begin_epoch(uow, actor)


def begin_epoch(uow: UnitOfWork, actor: str) -> str:
    """Begin an epoch within a transaction: every partner takes a snapshot when it next asks."""
    epoch = uow.exchange.begin_epoch()
    uow.ledger.record(EventKind.EPOCH_BEGUN, actor, {"epoch": epoch})
    return epoch
