"""Note what partners say of themselves: that there is news, and what became of a batch they were given."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from registry.errors import NotFoundError
from registry.services.guard import ask

if TYPE_CHECKING:
    from registry.exchange.adapter import Acknowledgement
    from registry.services.context import Services
    from registry.services.guard import Guard


def note_announcement(services: Services, partner: str, epoch: str, up_to: int) -> None:
    """Note that a partner has news up to a number; repeated, late or older ones change nothing."""
    with services.store.write() as uow:
        state = uow.exchange.state(partner)
        # Of another epoch any number is news: whoever asks learns that a snapshot is needed.
        news = up_to if state.epoch in (None, epoch) else max(up_to, state.taken_to + 1)
        if news > max(state.announced_to, state.taken_to):
            uow.exchange.keep(partner, announced_to=news)


def note_acknowledgement(
    services: Services, partner: str, acknowledgement: Acknowledgement, *, guard: Guard | None = None
) -> None:
    """Note what became of a batch at the partner it was given to; NotFoundError where it never was."""
    counts = Counter(outcome for _, outcome, _ in acknowledgement.outcomes)
    with services.store.write() as uow:
        ask(guard, uow)
        given = uow.exchange.given(partner, acknowledgement.digest)
        if given is None:
            raise NotFoundError("this partner was never given that batch")
        uow.exchange.acknowledge(partner, acknowledgement.digest, {**given.counts, **counts})
        state = uow.exchange.state(partner)
        if given.epoch == uow.exchange.epoch() and given.last > state.acknowledged_to:
            uow.exchange.keep(partner, acknowledged_to=given.last)
