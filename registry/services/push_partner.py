"""Hand a partner everything it was not given yet, where its transport is one that is handed things (drop, table)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import RegistryError
from registry.services.give_batch import SignedBatch, draw_changes, note_drawn
from registry.services.guard import Guard, ask
from registry.services.pull_partner import FEED, begin_run, fail_run

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services

PUSH: Final = "push"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was handed over."""

    batches: int
    items: int


def push_partner(services: Services, partner: Partner, adapter: Adapter, *, guard: Guard | None = None) -> Pushed:
    """Deliver the batches after the last one given, until nothing is new; a feed's partner gets them itself.

    What was handed over and not noted, as where a process was killed in between, is made anew and handed over again:
    whoever takes it knows its rows. `guard` is called inside every writing transaction. The run is recorded. Raises
    PartnerUnavailableError.
    """
    if partner.adapter == FEED:
        return Pushed(0, 0)
    run = begin_run(services, partner, PUSH, guard)
    batches = items = 0
    try:
        while (signed := _next(services, partner)) is not None:
            _hand_over(services, partner, adapter, signed, guard)
            batches, items = batches + 1, items + len(signed.batch.items)
    except RegistryError as error:
        fail_run(services, partner, run, error, guard)
        raise
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.end_run(run, "done", batches=batches, items=items)
    return Pushed(batches, items)


def _next(services: Services, partner: Partner) -> SignedBatch | None:
    with services.store.read() as uow:
        state = uow.exchange.state(partner.name)
    return draw_changes(
        services,
        partner.name,
        after=state.given_to,
        previous=state.given_digest,
        epoch=None,
        most=partner.limits.items_per_batch,
    )


def _hand_over(
    services: Services, partner: Partner, adapter: Adapter, signed: SignedBatch, guard: Guard | None
) -> None:
    """Note that it leaves, hand it over, note that it was handed over: what leaves is recorded before it does."""
    with services.store.write() as uow:
        ask(guard, uow)
        note_drawn(uow, partner.name, signed.batch)
    adapter.deliver(signed.batch, signed.content)
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.keep(partner.name, given_to=signed.batch.last, given_digest=signed.batch.digest)
