"""How the exchange stands with every partner: how fresh, how far, what waits, what failed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.exchange.batch import HUB
from registry.services.notice_ended import ended_elsewhere

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.exchange_repository import ExchangeRun, PartnerState


@dataclass(frozen=True, slots=True)
class PartnerView:
    """One partner: how it stands, its open holds, the last visits, and since when its region is covered.

    `queue`: how many numbers of ours it was not given yet. `lag`: since its last success; None where there was none.
    """

    state: PartnerState
    holds: int
    queue: int
    covered_at: datetime.datetime | None
    lag: datetime.timedelta | None
    runs: tuple[ExchangeRun, ...]


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """All partners, our own epoch and version, how many disagreements wait for a person, and rows ended elsewhere."""

    epoch: str | None
    version: int
    partners: tuple[PartnerView, ...]
    disagreements: int
    ended: tuple[str, ...] = ()


def read_partners(services: Services, names: tuple[str, ...] = (), *, runs: int = 5) -> ExchangeView:
    """Return how it stands with these partners, and with whoever else was ever spoken to."""
    now = services.clock.now()
    with services.store.read() as uow:
        version, covered = uow.head.version(), uow.coverage.as_of()
        states = {state.partner: state for state in uow.exchange.states()}
        for name in names:
            states.setdefault(name, uow.exchange.state(name))
        views = tuple(
            PartnerView(
                state=state,
                holds=len(uow.holds.open(name)),
                queue=max(0, version - state.given_to),
                covered_at=None if name == HUB else covered.get(name),
                lag=None if state.last_success_at is None else now - state.last_success_at,
                runs=tuple(uow.exchange.runs(name, runs)),
            )
            for name, state in sorted(states.items())
        )
        return ExchangeView(uow.exchange.epoch(), version, views, len(uow.disagreements.listed()), ended_elsewhere(uow))
