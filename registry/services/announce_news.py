"""Tell a partner that there is news, as soon as there is: up to which number and nothing else (protocol, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import PartnerUnavailableError
from registry.store.exchange_health_repository import ExchangeRun

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

WORK = "announce"


def news_for(uow: UnitOfWork, partner: str) -> int | None:
    """Return the list version a partner was not told of yet; None where it knows, or there is no history to name."""
    head = uow.head.version()
    return head if head > uow.exchange_health.told_to(partner) and uow.exchange_health.epoch() else None


def announce_news(services: Services, partner: Partner, adapter: Adapter) -> int | None:
    """Announce the list's version to a partner and note that it knows; return the number, None where it knew.

    Recorded. Raises PartnerUnavailableError where the partner cannot be reached: it will pull at its own time.
    """
    began = services.clock.now()
    with services.store.read() as uow:
        up_to, epoch = news_for(uow, partner.name), uow.exchange_health.epoch()
    if up_to is None or epoch is None:
        return None
    try:
        adapter.announce(epoch, up_to)
    except PartnerUnavailableError as failure:
        with services.store.write() as uow:
            uow.exchange_health.record(ExchangeRun(partner.name, WORK, began, failure.fault[:60]))
        raise
    with services.store.write() as uow:
        uow.exchange_health.note_told(partner.name, up_to)
        uow.exchange_health.record(ExchangeRun(partner.name, WORK, began))
    return up_to
