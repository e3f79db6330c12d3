"""How the exchange with partners goes, for the operator: who is level, what waits, how visits end."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.store.exchange_health_repository import PartnerHealth, RunKind
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExchangeHealth:
    """How it goes at an instant: each partner, rows in quarantine, and exchanges ended by partner, work and outcome."""

    at: datetime.datetime
    partners: Sequence[PartnerHealth]
    quarantined: int
    runs: Mapping[RunKind, int]


def exchange_health(uow: UnitOfWork) -> ExchangeHealth:
    """Return how the exchange goes at this instant."""
    health = uow.exchange_health
    return ExchangeHealth(uow.transaction.now(), health.partners(), health.quarantined(), health.runs())
