"""Take everything a partner has that is new, batch by batch, and record the run."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import PartnerUnavailableError, RegistryError
from registry.exchange.adapter import Position
from registry.exchange.batch import HUB
from registry.law.judgment import RowOutcome
from registry.services.guard import Guard, ask
from registry.services.notice_ended import settle_ended
from registry.services.take_batch import Taken, TakenOutcome, take_arrival

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter, Arrival
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.exchange_repository import PartnerState

PULL: Final = "pull"
FEED: Final = "feed"
"""The transport whose partner gets what is new by itself, and whose silence is its owner's own word: an empty folder
says nothing of whoever fills it."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a visit brought: `held` is the number of the batch a person has to look at (None: nothing is held).

    `behind`: how many numbers the partner has that were not taken, as far as it said. `changes`: how many versions
    the list moved on by. `counts`: how many items came to which outcome, those a full file no longer had among them.
    """

    batches: int
    items: int
    held: str | None
    behind: int
    changes: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many items could not be taken and wait in quarantine; what may not be kept is settled."""
        return self.counts.get(RowOutcome.QUARANTINED, 0)


def pull_partner(services: Services, partner: Partner, adapter: Adapter, *, guard: Guard | None = None) -> Pulled:
    """Take what a partner has after the last number taken, until nothing comes; a batch that is held ends the visit.

    `guard` is called inside every writing transaction. The run is recorded, whatever becomes of it. Raises
    PartnerUnavailableError where the partner cannot be reached and UnavailableError where the store cannot.
    """
    began, run = services.clock.now(), begin_run(services, partner, PULL, guard)
    visit = _Visit(services, partner, adapter, guard)
    announced_to = visit.state().announced_to
    try:
        visit.take_all()
    except RegistryError as error:
        fail_run(services, partner, run, error, guard)
        raise
    pulled = visit.pulled()
    _note_success(services, partner, run, pulled, _Before(began, announced_to), guard)
    return pulled


@dataclass(frozen=True, slots=True)
class _Before:
    """When a visit began, and what had been announced by then."""

    at: datetime.datetime
    announced_to: int


def position_of(state: PartnerState) -> Position:
    """Return where a partner is asked to go on."""
    return Position(state.epoch, state.taken_to, state.taken_digest, state.snapshot_after)


class _Visit:
    """One visit to a partner."""

    def __init__(self, services: Services, partner: Partner, adapter: Adapter, guard: Guard | None) -> None:
        self._services: Final = services
        self._partner: Final = partner
        self._adapter: Final = adapter
        self._guard: Final = guard
        self._batches = self._items = self._changes = self._head = 0
        self._held: str | None = None
        self._counts: Counter[str] = Counter()

    def take_all(self) -> None:
        """Ask from where we are, again and again, until nothing new comes or something is held."""
        while self._held is None and self._take_some():
            pass

    def pulled(self) -> Pulled:
        """Return what came of it."""
        behind = max(0, self._head - self.state().taken_to)
        return Pulled(self._batches, self._items, self._held, behind, self._changes, dict(sorted(self._counts.items())))

    def _take_some(self) -> bool:
        moved = False
        for arrival in self._adapter.receive(position_of(self.state())):
            taken = take_arrival(self._services, self._partner, arrival, guard=self._guard)
            self._count(arrival, taken)
            if taken.acknowledgement is not None:
                self._adapter.acknowledge(arrival, taken.acknowledgement)
            if taken.outcome is TakenOutcome.HELD:
                return False
            moved |= taken.outcome is TakenOutcome.TAKEN
        return moved

    def _count(self, arrival: Arrival, taken: Taken) -> None:
        if arrival.batch is not None:
            self._head = max(self._head, arrival.batch.head)
        if taken.outcome is TakenOutcome.HELD:
            self._held = taken.hold_no
        elif taken.outcome is TakenOutcome.TAKEN:
            self._batches += 1
            self._items += sum(taken.counts.values())
            self._counts.update(taken.counts)
            self._changes += taken.changes

    def state(self) -> PartnerState:
        """Return how it stands with the partner now."""
        with self._services.store.read() as uow:
            return uow.exchange.state(self._partner.name)


def begin_run(services: Services, partner: Partner, work: str, guard: Guard | None) -> int:
    """Note that a visit begins; return its number."""
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.keep(partner.name, last_tried_at=uow.transaction.now())
        return uow.exchange.begin_run(partner.name, work)


def fault_of(error: RegistryError) -> str:
    """Return the code of what went wrong with a visit: what keeps the partner away, where it is that."""
    return error.fault if isinstance(error, PartnerUnavailableError) else error.code


def fail_run(services: Services, partner: Partner, run: int, error: RegistryError, guard: Guard | None) -> None:
    """Note that a visit failed, and how: a code, nothing of what was said."""
    fault = fault_of(error)
    with services.store.write() as uow:
        ask(guard, uow)
        failures = uow.exchange.state(partner.name).failures + 1
        uow.exchange.keep(partner.name, failures=failures, last_fault=fault[:60])
        uow.exchange.end_run(run, "failed", fault=fault[:60])


def _note_success(  # noqa: PLR0913, PLR0917 -- what is known of a visit
    services: Services, partner: Partner, run: int, pulled: Pulled, before: _Before, guard: Guard | None
) -> None:
    with services.store.write() as uow:
        ask(guard, uow)
        counts = {"batches": pulled.batches, "items": pulled.items, "behind": pulled.behind}
        if pulled.held is not None:
            uow.exchange.end_run(run, "held", fault="batch_held", **counts)
            uow.exchange.keep(partner.name, failures=0, last_fault="batch_held")
            return
        uow.exchange.end_run(run, "done", **counts)
        state = uow.exchange.state(partner.name)
        # What was announced before the visit began is among what was taken; what came meanwhile is still to be got.
        heard = state.taken_to if state.announced_to == before.announced_to else state.announced_to
        told = {"announced_to": heard, "failures": 0, "last_fault": None, "retry_at": None}
        uow.exchange.keep(partner.name, last_success_at=uow.transaction.now(), **told)
        if partner.name == HUB:
            settle_ended(uow, f"partner:{HUB}")
        elif partner.adapter == FEED:
            uow.coverage.advance_to({partner.name: before.at})
