"""Hand a partner everything it was not given yet, where its transport is one that is handed things (drop, table).

Changes follow on what it was given last. Where they cannot (this store was brought back, or the partner has stayed
behind too far) it is handed the whole list as a snapshot, page by page in one visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import EpochChangedError, NotFoundError, RegistryError, SnapshotNeededError, UnknownPositionError
from registry.exchange.adapter import AcknowledgementPost
from registry.exchange.batch import NO_BATCH, Batch, ItemOperation
from registry.exchange.sides import spoken_for
from registry.services.give_batch import SignedBatch, draw_changes, draw_snapshot, note_drawn
from registry.services.guard import Guard, ask
from registry.services.note_announcement import note_acknowledgement
from registry.services.pull_partner import FEED, begin_run, fail_run

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

PUSH: Final = "push"
_SNAPSHOT_ASKED: Final = (EpochChangedError, SnapshotNeededError, UnknownPositionError)
_LOOKED_FOR: Final = 1_000
"""So many batches nobody has acknowledged yet are looked for at a visit, the oldest first."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was handed over, and how many batches the partner has acknowledged since."""

    batches: int
    items: int
    acknowledged: int = 0


def push_partner(services: Services, partner: Partner, adapter: Adapter, *, guard: Guard | None = None) -> Pushed:
    """Deliver the batches after the last one given, until nothing is new; a feed's partner gets them itself.

    Where there is nothing to write to, nothing is given: once there is, it is everything.

    What was handed over and not noted, as where a process was killed in between, is made anew and handed over again:
    whoever takes it knows its rows. Then what the partner left of acknowledgements is read. `guard` is called inside
    every writing transaction. The run is recorded. Raises PartnerUnavailableError.
    """
    if partner.adapter == FEED:
        return Pushed(0, 0)
    if not partner.is_handed:
        forget_given(services, partner, guard)
        return Pushed(0, 0)
    run = begin_run(services, partner, PUSH, guard)
    try:
        pushed = _Visit(services, partner, adapter, guard).push()
    except RegistryError as error:
        fail_run(services, partner, run, error, guard)
        raise
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.end_run(run, "done", batches=pushed.batches, items=pushed.items)
    return pushed


def forget_given(services: Services, partner: Partner, guard: Guard | None = None) -> None:
    """Note that nothing was ever written for a partner there is nothing to write to, whatever a former release says."""
    with services.store.read() as uow:
        if not uow.exchange.state(partner.name).given_to:
            return
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.keep(partner.name, given_to=0, given_digest=NO_BATCH)


def news_to_hand_over(uow: UnitOfWork, partner: str, own: str) -> int | None:
    """Return the list version a partner was not handed everything up to; None where nothing in between is for it."""
    head, given = uow.head.version(), uow.exchange.state(partner).given_to
    return head if head > given and uow.giving.has_changed(spoken_for(own, partner), given) else None


class _Visit:
    """One visit to a partner that is handed things."""

    def __init__(self, services: Services, partner: Partner, adapter: Adapter, guard: Guard | None) -> None:
        self._services: Final = services
        self._partner: Final = partner
        self._adapter: Final = adapter
        self._guard: Final = guard

    def push(self) -> Pushed:
        """Hand over everything, then read what the partner says of it."""
        batches = items = 0
        for batch in self._handed_over():
            batches += 1
            items += sum(item.operation is not ItemOperation.OWN for item in batch.items)
        return Pushed(batches, items, self._acknowledged())

    def _handed_over(self) -> Iterator[Batch]:
        try:
            yield from self._changes()
        except _SNAPSHOT_ASKED:
            yield from self._snapshot()
            yield from self._changes()  # asked for again right after one, it is a failure to be told

    def _changes(self) -> Iterator[Batch]:
        while (signed := self._next()) is not None:
            yield self._hand_over(signed)

    def _next(self) -> SignedBatch | None:
        with self._services.store.read() as uow:
            state = uow.exchange.state(self._partner.name)
        return draw_changes(
            self._services,
            self._partner.name,
            after=state.given_to,
            previous=state.given_digest,
            epoch=None,
            most=self._partner.limits.items_per_batch,
        )

    def _snapshot(self) -> Iterator[Batch]:
        """Hand over the whole list; one that is broken off is begun anew, and its pages are let go by whoever takes."""
        after, at, previous = None, None, NO_BATCH
        while True:
            most = self._partner.limits.items_per_batch
            page = draw_snapshot(self._services, self._partner.name, after=after, at=at, previous=previous, most=most)
            yield self._hand_over(page)
            after, at, previous = page.batch.page_next, page.batch.first, page.batch.digest
            if after is None:
                return

    def _hand_over(self, signed: SignedBatch) -> Batch:
        """Note that it leaves, hand it over, note that it was: what leaves is recorded before it does."""
        batch = signed.batch
        with self._services.store.write() as uow:
            ask(self._guard, uow)
            note_drawn(uow, self._partner.name, batch)
        self._adapter.deliver(batch, signed.content)
        if batch.page_next is None:  # of a snapshot only the whole is something changes can follow on
            with self._services.store.write() as uow:
                ask(self._guard, uow)
                uow.exchange.keep(self._partner.name, given_to=batch.last, given_digest=batch.digest)
        return batch

    def _acknowledged(self) -> int:
        """Note what the partner left of acknowledgements, where its transport is one they are left on."""
        if not isinstance(self._adapter, AcknowledgementPost):
            return 0
        with self._services.store.read() as uow:
            waiting = uow.exchange.unacknowledged(self._partner.name, _LOOKED_FOR)
        count = 0
        for stated in self._adapter.collect_acknowledgements(waiting) if waiting else ():
            try:
                note_acknowledgement(self._services, self._partner.name, stated, guard=self._guard)
            except NotFoundError:
                continue  # somebody else's, or of another history: it says nothing of what was given
            count += 1
        return count
