"""Hand a partner everything it was not given yet, where its transport is one that is handed things (drop, table)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.services.take_batch import Guard


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was handed over."""

    batches: int
    items: int


def push_partner(services: Services, partner: Partner, adapter: Adapter, *, guard: Guard | None = None) -> Pushed:
    """Deliver the batches after the last one given, until nothing is new; a feed's partner gets them itself.

    `guard` is called inside every writing transaction. The run is recorded. Raises PartnerUnavailableError.
    """
    raise NotImplementedError
