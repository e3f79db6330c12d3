"""Compare with a partner what both hold, and mend what differs: equal, or exactly the rows that are not.

What a partner speaks for is restated here from its copy; what this side speaks for and has lost or in doubt itself is
held for a person, with the partner's copy offered. Changes that one side has not taken yet are no differences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import Arrival
from registry.exchange.batch import HUB, NO_BATCH, Batch, BatchKind, ItemOperation
from registry.exchange.digest_statement import DigestPost, DigestSource
from registry.exchange.reconciliation import Difference, RecordKey, Standing
from registry.exchange.wire import batch_bytes
from registry.ledger.events import EventKind
from registry.services.compare_holdings import Asking, Comparison, Leaving, in_parts
from registry.services.digest_members import Sides
from registry.services.guard import Guard, ask
from registry.services.hold_batch import hold
from registry.services.lifted_rows import bars, is_lifted
from registry.services.restate_records import (
    MASS_RESTATEMENT,
    OWN_COPY_LOST,
    STATED_FINDINGS,
    restate_records,
    row_of,
)
from registry.services.seal_for_partner import after_sealing
from registry.services.sound_rows import sound_rows
from registry.store.alarm_repository import AlarmKind
from registry.store.hold_repository import OPEN

if TYPE_CHECKING:
    from registry.exchange.adapter import Adapter
    from registry.exchange.batch import Item
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

WORK: Final = "reconcile"
_AT_ONCE: Final = 1_000
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation came to.

    `version` and `other_version`: the list versions compared at. `restated`: rows that stand now as their side states
    them. `held`: the number under which rows wait for a person (None: none do). `left`: rows the other side has to
    mend, or that could not be read. `complete` is False where the other side's statement is still to come.
    """

    partner: str
    version: int
    other_version: int
    compared: int
    differences: tuple[Difference, ...]
    complete: bool
    restated: tuple[RecordKey, ...]
    held: str | None
    left: tuple[RecordKey, ...]
    traffic: int

    @property
    def equal(self) -> bool:
        """Say whether both sides were found to hold the same."""
        return self.complete and not self.differences


def reconcile_partner(
    services: Services, partner: Partner, adapter: Adapter | DigestSource | DigestPost, *, guard: Guard | None = None
) -> Reconciled:
    """Compare with a partner, mend what may be mended, hold what a person has to see; the run is recorded.

    Raises PartnerUnavailableError where the partner cannot be reached, HeldBatchError where what it states cannot be
    trusted, and ConflictError where its transport brings no digests.
    """
    with services.store.write() as uow:
        ask(guard, uow)
        run = uow.exchange.begin_run(partner.name, WORK)
    try:
        sides = Sides.of(services.settings, partner.name)
        found = _comparison(services, partner, sides, adapter)
        done = _Mending(services, partner, sides, guard).mend(found)
    except (PartnerUnavailableError, ConflictError) as error:
        _end_run(services, run, guard, "failed", fault=getattr(error, "fault", error.code))
        raise
    outcome = "held" if done.held else "done"
    _conclude(services, run, guard, done, outcome)
    return done


def _comparison(
    services: Services, partner: Partner, sides: Sides, adapter: Adapter | DigestSource | DigestPost
) -> Comparison:
    if isinstance(adapter, DigestSource):
        return Asking(services, partner, sides, adapter).compare()
    if isinstance(adapter, DigestPost):
        return Leaving(services, partner, sides, adapter).compare()
    raise ConflictError("this partner's transport brings no digests")


class _Mending:
    """What is done about the differences, each under the rule for whose row it is."""

    def __init__(self, services: Services, partner: Partner, sides: Sides, guard: Guard | None) -> None:
        self._services: Final = services
        self._partner: Final = partner
        self._sides: Final = sides
        self._guard: Final = guard

    def mend(self, found: Comparison) -> Reconciled:
        """Restate what is theirs, hold what is ours and lost, and leave the rest to the other side."""
        theirs = [found.offered[one.key] for one in found.apart if self._may_be_restated(one, found)]
        braked = self._is_too_much(theirs)
        restated = () if braked else self._restated(theirs)
        lost = [found.offered[key] for key in self._lost(found)]
        held = self._hold(found, theirs, MASS_RESTATEMENT) if braked else None
        held = (self._hold(found, lost, OWN_COPY_LOST) if lost else None) or held
        settled = {*restated, *(_key(item) for item in lost), *(_key(item) for item in theirs if braked)}
        return Reconciled(
            partner=self._partner.name,
            version=found.version,
            other_version=found.other_version,
            compared=found.compared,
            differences=found.apart,
            complete=found.complete,
            restated=tuple(restated),
            held=held,
            left=tuple(one.key for one in found.apart if one.key not in settled),
            traffic=found.traffic,
        )

    def _may_be_restated(self, one: Difference, found: Comparison) -> bool:
        """Theirs, in their hands sound, and not older than a sound copy held here (then it is they who lost it).

        A sound copy a court's decision ended here is ended: only a later version of its side's lists anybody again.
        """
        if self._sides.owns(one.key[0]) or one.key not in found.offered:
            return False
        if one.own is None or one.other is None or one.other.standing is Standing.SEAL:
            return True
        ended = one.own.standing is Standing.END and one.other.standing is Standing.UPSERT
        if one.own.version < one.other.version or (one.own.version == one.other.version and not ended):
            return True
        with self._services.store.read() as uow:
            return not sound_rows(uow, self._services, self._sides, [one.key])

    def _is_too_much(self, items: Sequence[Item]) -> bool:
        """Say whether more would be taken off the list at once than one batch may (protocol, 4.3)."""
        with self._services.store.read() as uow:
            off = self._taken_off(uow, items)
            counts = uow.giving.count_active({region for region, _ in off})
        limits = self._partner.limits
        share = sum(counts.values()) * limits.withdrawals_percent / 100
        return len(off) > max(limits.withdrawals_always, share)

    def _taken_off(self, uow: UnitOfWork, items: Sequence[Item]) -> set[RecordKey]:
        """Return the rows that would be taken back, by what their side says or by what the law makes of it."""
        upserts = [item for item in items if item.operation is ItemOperation.UPSERT]
        held = uow.lists.records_of(sorted({_key(item) for item in upserts}))
        barring = {(record.source_region, record.record_no) for record in held if bars(record)}
        lifted = {_key(item) for item in upserts if _key(item) in barring and self._is_lifted(item)}
        return lifted | {_key(item) for item in items if item.operation is not ItemOperation.UPSERT}

    def _is_lifted(self, item: Item) -> bool:
        law, today = self._services.law, self._services.clock.today()
        return is_lifted(law, row_of(item), today, STATED_FINDINGS[item.finding])

    def _restated(self, items: Sequence[Item]) -> list[RecordKey]:
        done: list[RecordKey] = []
        actor = _actor(self._partner.name)
        for part in in_parts(items, _AT_ONCE):
            with self._services.store.write() as uow:
                ask(self._guard, uow)
                restated = restate_records(uow, self._services, self._sides, part, actor)
            done += restated.restated
            if restated.sealed:
                after_sealing(self._services, actor)
        return done

    def _lost(self, found: Comparison) -> list[RecordKey]:
        """Return the rows this side speaks for, lacks or has in doubt, and the other offers a sound copy of.

        What the hub holds of a province is that province's to mend, not another's. A higher version of its own rows may
        have been lost here; of another province's the other side cannot know one before a hub whose copy is sound.
        """
        own = [one for one in found.apart if self._sides.owns(one.key[0]) and one.key in found.offered]
        with self._services.store.read() as uow:
            sound = sound_rows(uow, self._services, self._sides, [one.key for one in own])
            elsewhere = {region for region, _ in (one.key for one in own) if self._has_own_system(uow, region)}
        lost = (one for one in own if one.key not in sound or (self._sides.own != HUB and _is_behind(one)))
        return [one.key for one in lost if one.key[0] not in elsewhere]

    def _has_own_system(self, uow: UnitOfWork, region: str) -> bool:
        return self._sides.own == HUB and uow.exchange.state(region).epoch is not None

    def _hold(self, found: Comparison, items: Sequence[Item], reason: str) -> str | None:
        """Hold rows for a person, the same ones once; return the number while nobody has decided."""
        batch = self._offered(found, items, reason)
        arrival = Arrival(batch_bytes(batch, ""), batch)
        regions = ", ".join(sorted({region for region, _ in map(_key, items)}))
        fault = HeldBatchError(reason, f"{len(items)} rows of region {regions} by {batch.region}'s copy: {_few(batch)}")
        with self._services.store.write() as uow:
            ask(self._guard, uow)
            hold_no = hold(uow, self._partner, arrival, fault)
            held = uow.holds.numbered(hold_no)
            return hold_no if held is not None and held.state == OPEN else None

    def _offered(self, found: Comparison, items: Sequence[Item], reason: str) -> Batch:
        """Put the other side's copies together; the digest is of what differs, whenever it is found again."""
        apart = {one.key: one for one in found.apart}
        lines = sorted(_line(apart[_key(item)]) for item in items)
        return Batch(
            region=self._partner.name,
            addressee=self._sides.own,
            epoch="",
            kind=BatchKind.SNAPSHOT,
            first=found.version,
            last=found.version,
            previous=NO_BATCH,
            head=found.other_version,
            items=tuple(items),
            digest=hashlib.sha256("\n".join([reason, *lines]).encode()).hexdigest(),
        )


def _conclude(services: Services, run: int, guard: Guard | None, done: Reconciled, outcome: str) -> None:
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.end_run(run, outcome, items=len(done.differences), batches=len(done.restated))
        _ring(uow, done)
        facts: dict[str, str | int] = {
            "partner": done.partner,
            "of_list_version": done.version,
            "their_list_version": done.other_version,
            "compared": done.compared,
            "differences": len(done.differences),
            "restated": len(done.restated),
        }
        uow.ledger.record(EventKind.LISTS_COMPARED, _actor(done.partner), facts)


def _ring(uow: UnitOfWork, done: Reconciled) -> None:
    """An alarm stands while rows differ that nobody has mended."""
    actor = _actor(done.partner)
    if done.held or done.left:
        detail = f"{len(done.left)} rows differ that were not mended" if done.left else "rows wait for a person"
        if uow.alarms.raise_alarm(AlarmKind.LISTS_DIFFER, done.partner, detail):
            facts = {"alarm": str(AlarmKind.LISTS_DIFFER), "subject": done.partner}
            uow.ledger.record(EventKind.ALARM_RAISED, actor, facts)
    elif done.complete and uow.alarms.clear(AlarmKind.LISTS_DIFFER, done.partner):
        facts = {"alarm": str(AlarmKind.LISTS_DIFFER), "subject": done.partner}
        uow.ledger.record(EventKind.ALARM_CLEARED, actor, facts)


def _end_run(services: Services, run: int, guard: Guard | None, outcome: str, fault: str) -> None:
    with services.store.write() as uow:
        ask(guard, uow)
        uow.exchange.end_run(run, outcome, fault=fault[:60])


def _is_behind(one: Difference) -> bool:
    """Say whether the other side holds a higher version of what this side speaks for: it was lost here."""
    return one.own is not None and one.other is not None and one.own.version < one.other.version


def _line(one: Difference) -> str:
    sides = (
        "-" if side is None else f"{side.version} {side.standing} {side.digest.hex()}" for side in (one.own, one.other)
    )
    return " ".join((":".join(one.key), *sides))


def _key(item: Item) -> RecordKey:
    return item.source_region or "", item.record_no or ""


def _few(batch: Batch) -> str:
    """Name the first rows by their numbers, which name nobody."""
    named = [":".join(_key(item)) for item in batch.items[:_NAMED]]
    return ", ".join(named) + (" …" if len(batch.items) > _NAMED else "")


def _actor(partner: str) -> str:
    return f"partner:{partner}"
