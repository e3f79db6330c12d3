"""Take everything a partner has that is new, batch by batch, and record the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.services.take_batch import Guard


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a visit brought: `held` is the number of the batch a person has to look at (None: nothing is held).

    `behind`: how many numbers the partner has that were not taken, as far as it said.
    """

    batches: int
    items: int
    held: str | None
    behind: int


def pull_partner(services: Services, partner: Partner, adapter: Adapter, *, guard: Guard | None = None) -> Pulled:
    """Take what a partner has after the last number taken, until nothing comes; a batch that is held ends the visit.

    `guard` is called inside every writing transaction. The run is recorded, whatever becomes of it. Raises
    PartnerUnavailableError where the partner cannot be reached and UnavailableError where the store cannot.
    """
    raise NotImplementedError
