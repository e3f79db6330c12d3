"""Tell a partner that there is news, as soon as there is: up to which number and nothing else (protocol, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import PartnerUnavailableError
from registry.services.own_epoch import own_epoch

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

ANNOUNCE: Final = "announce"


def news_for(uow: UnitOfWork, partner: str) -> int | None:
    """Return the list version a partner was not told of yet; None where it knows."""
    head = uow.head.version()
    return head if head > uow.exchange.state(partner).told_to else None


def news_from(uow: UnitOfWork, partner: str) -> int | None:
    """Return the number a partner has announced news up to; None where all of it was taken."""
    state = uow.exchange.state(partner)
    return state.announced_to if state.announced_to > state.taken_to else None


def announce_news(services: Services, partner: Partner, adapter: Adapter) -> int | None:
    """Announce the list's version to a partner and note that it knows; return the number, None where it knew.

    Recorded. Raises PartnerUnavailableError where the partner cannot be reached: it will pull at its own time.
    """
    with services.store.read() as uow:
        up_to = news_for(uow, partner.name)
    if up_to is None:
        return None
    epoch = own_epoch(services)
    with services.store.write() as uow:
        run = uow.exchange.begin_run(partner.name, ANNOUNCE)
    try:
        adapter.announce(epoch, up_to)
    except PartnerUnavailableError as failure:
        with services.store.write() as uow:
            uow.exchange.end_run(run, "failed", fault=failure.fault[:60])
        raise
    with services.store.write() as uow:
        uow.exchange.keep(partner.name, told_to=up_to)
        uow.exchange.end_run(run, "done")
    return up_to
