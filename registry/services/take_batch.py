"""Take what a partner sent: all of it in one commit, or nothing, and then it is held for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.exchange.adapter import Acknowledgement, Arrival
from registry.exchange.partner import Partner

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

Guard = Callable[["UnitOfWork"], None]
"""Called inside every writing transaction: raises where whoever works has lost the right to (fencing)."""


class TakenOutcome(StrEnum):
    """What became of an arrival: taken, known already, or held for a person."""

    TAKEN = "taken"
    KNOWN = "known"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival; `acknowledgement` says so to the partner (None while it is held).

    `counts` is by outcome of the items; `hold_no` is the number it is held under.
    """

    outcome: TakenOutcome
    acknowledgement: Acknowledgement | None
    counts: Mapping[str, int]
    hold_no: str | None = None


def take_arrival(services: Services, partner: Partner, arrival: Arrival, *, guard: Guard | None = None) -> Taken:
    """Take an arrival in one commit; never raises for what a batch contains: it is held.

    Raises UnavailableError where the store does not answer: nothing was taken then.
    """
    raise NotImplementedError
