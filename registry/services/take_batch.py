"""Take what a partner sent: all of it in one commit, or nothing, and then it is held for a person."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from registry.errors import HeldBatchError
from registry.exchange.adapter import Acknowledgement, Arrival
from registry.exchange.batch import HUB, Batch, BatchKind
from registry.exchange.sides import own_name, spoken_for
from registry.exchange.wire import digest_of
from registry.ledger.events import EventKind
from registry.services.batch_rows import KNOWN, BatchRows, rows_of
from registry.services.end_for_partner import ENDED, end_for_partner
from registry.services.examine_batch import (
    GAP,
    MASS_WITHDRAWAL,
    TAKEN_BACK,
    is_left_behind,
    require_brake,
    require_ours,
    require_place,
)
from registry.services.forget_uploads import forget_sealed
from registry.services.guard import Guard, ask
from registry.services.hold_batch import close_overtaken, hold, overtake
from registry.services.note_disagreement import note_disagreements
from registry.services.notice_ended import NOTICED, notice_ended
from registry.services.place_rows import place_rows
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.seal_for_partner import after_sealing, seal_for_partner
from registry.store.alarm_repository import AlarmKind
from registry.store.exchange_repository import BatchNote, PartnerState
from registry.store.hold_repository import OPEN

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.intake.list_row import ListRow
    from registry.services.context import Services
    from registry.services.row_results import RowResult
    from registry.store.unit_of_work import UnitOfWork

SOURCE: Final = ListSource.EXCHANGE
SEALED: Final = "sealed"
REFUSED: Final = "refused"
ABSENT_CODE: Final = "absent"
"""The code beside what became of a row a full file no longer had."""

__all__ = ["Guard", "Placement", "Taken", "TakenOutcome", "put_on_list", "take_arrival"]


class TakenOutcome(StrEnum):
    """What became of an arrival: taken, known already, or held for a person."""

    TAKEN = "taken"
    KNOWN = "known"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival; `acknowledgement` says so to the partner (None while it is held).

    `counts` is by outcome of the items; `hold_no` is the number it is held under; `changes` is how many versions the
    list moved on by.
    """

    outcome: TakenOutcome
    acknowledgement: Acknowledgement | None
    counts: Mapping[str, int]
    hold_no: str | None = None
    changes: int = 0


@dataclass(slots=True)
class Placement:
    """What became of a batch's items: outcome and code by place, list versions taken, records sealed.

    `absent`: what became of the rows a full file no longer had: record, outcome, code.
    """

    outcomes: dict[int, tuple[str, str]] = field(default_factory=dict)
    absent: list[tuple[str, str, str]] = field(default_factory=list)
    changes: int = 0
    sealed: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many items had which outcome."""
        return dict(sorted(Counter(outcome for outcome, _ in self.outcomes.values()).items()))


def take_arrival(services: Services, partner: Partner, arrival: Arrival, *, guard: Guard | None = None) -> Taken:
    """Take an arrival in one commit; never raises for what a batch contains: it is held.

    Raises UnavailableError where the store does not answer: nothing was taken then.
    """
    with services.store.write() as uow:
        ask(guard, uow)
        uow.head.lock()
        taken = _taken(services, uow, partner, arrival)
    if taken.counts.get(SEALED):
        after_sealing(services, _actor(partner))
    return taken


def _taken(services: Services, uow: UnitOfWork, partner: Partner, arrival: Arrival) -> Taken:
    digest = digest_of(arrival.content) if arrival.batch is None else arrival.batch.digest
    if arrival.batch is not None and uow.exchange.taken(partner.name, digest) is not None:
        return _known(arrival.batch)
    held = uow.holds.of_digest(partner.name, digest)
    if held is not None and held.state != OPEN:
        return Taken(TakenOutcome.KNOWN, _refused(arrival, digest), {REFUSED: held.items or 0}, held.hold_no)
    if held is not None and held.reason_code == MASS_WITHDRAWAL:
        return Taken(TakenOutcome.HELD, None, {}, held.hold_no)
    try:
        batch, rows = _examined(services, uow, partner, arrival)
    except HeldBatchError as fault:
        if (
            fault.code == GAP
            and arrival.batch is not None
            and is_left_behind(arrival.batch, uow.exchange.state(partner.name))
        ):
            return _known(arrival.batch)
        return Taken(TakenOutcome.HELD, None, {}, hold(uow, partner, arrival, fault))
    if held is not None:
        overtake(uow, held)
    placement = put_on_list(services, uow, partner, batch, rows)
    return Taken(TakenOutcome.TAKEN, _acknowledged(batch, placement), placement.counts, changes=placement.changes)


def _examined(services: Services, uow: UnitOfWork, partner: Partner, arrival: Arrival) -> tuple[Batch, BatchRows]:
    """Return what is to be taken. Raises HeldBatchError where a person has to look first."""
    batch = arrival.batch
    if batch is None:
        raise HeldBatchError(arrival.fault or "unreadable", arrival.detail)
    require_ours(batch, partner, own_name(services.settings))
    require_place(uow, batch, uow.exchange.state(partner.name))
    rows = rows_of(services, uow, batch)
    require_brake(uow, partner, rows.withdrawals)
    return batch, rows


def put_on_list(services: Services, uow: UnitOfWork, partner: Partner, batch: Batch, rows: BatchRows) -> Placement:
    """Place a batch's rows, move the cursor past it and record it; the caller commits."""
    placement = _placed(services, uow, partner, batch, rows)
    _note(uow, partner, batch, rows, placement)
    move_past(uow, batch)
    close_overtaken(uow, partner.name)
    _cover(services, uow, partner, batch)
    return placement


def _placed(services: Services, uow: UnitOfWork, partner: Partner, batch: Batch, rows: BatchRows) -> Placement:
    placement, actor = Placement(), _actor(partner)
    for place, outcome in rows.settled.items():
        placement.outcomes[place] = (outcome, "")
    for place, item in rows.seals.items():
        changed = seal_for_partner(services, uow, item, actor)
        placement.outcomes[place] = (SEALED if changed else KNOWN, "")
        placement.sealed += changed
    if rows.rows:
        _place_rows(services, uow, batch, rows, placement, actor)
    for place, item in rows.ends.items():
        ended = end_for_partner(uow, item, actor)
        placement.outcomes[place] = (ENDED if ended else KNOWN, "")
        placement.changes += len(ended)
    for place, item in rows.notices.items():
        placement.outcomes[place] = (NOTICED if notice_ended(uow, item, actor) else KNOWN, "")
    return placement


def _place_rows(  # noqa: PLR0913, PLR0917 -- what was read, and what becomes of it
    services: Services, uow: UnitOfWork, batch: Batch, rows: BatchRows, placement: Placement, actor: str
) -> None:
    whole, today = batch.kind is BatchKind.FULL, services.clock.today()
    placed = place_rows(uow, services.law, today, batch.digest, rows.rows, beside=rows.beside, whole=whole)
    forget_sealed(services, uow, placed.sealed)
    regions = {row.key.source_region for row in rows.rows if row.key is not None}
    record_list_change(uow, placed.versions, regions, SOURCE, actor)
    placement.changes += len(placed.versions)
    for row, result in zip(rows.rows, placed.results, strict=True):
        found = (*result.problems, *result.notes)
        placement.outcomes[row.line] = (str(result.outcome), found[0].code if found else "")
        if row.line > len(batch.items):
            placement.absent.append((str(result.record), str(result.outcome), ABSENT_CODE))
    if own_name(services.settings) == HUB:
        note_disagreements(uow, _listed(rows.rows, placed.results), actor)


def _listed(rows: list[ListRow], results: tuple[RowResult, ...]) -> list[ListRow]:
    return [row for row, result in zip(rows, results, strict=True) if result.outcome in ("in_force", "pending")]


def _note(uow: UnitOfWork, partner: Partner, batch: Batch, rows: BatchRows, placement: Placement) -> None:
    counts = placement.counts
    taken_back = {TAKEN_BACK + region: count for region, count in rows.withdrawals.items()}
    uow.exchange.note_taken(note_of(batch, counts | taken_back))
    if not batch.items:
        return  # it told how fresh others are, and nothing of anybody
    facts: dict[str, str | int] = {
        "partner": partner.name,
        "epoch": batch.epoch,
        "batch_kind": batch.kind,
        "first": batch.first,
        "last": batch.last,
        "items": len(batch.items),
        "batch_digest": batch.digest,
        "counts_digest": hashlib.sha256(json.dumps(counts, sort_keys=True).encode()).hexdigest(),
    }
    uow.ledger.record(EventKind.BATCH_TAKEN, _actor(partner), facts)


def note_of(batch: Batch, counts: Mapping[str, int]) -> BatchNote:
    """Return what is kept of a batch."""
    return BatchNote(
        partner=batch.region,
        epoch=batch.epoch,
        kind=batch.kind,
        first=batch.first,
        last=batch.last,
        items=len(batch.items),
        digest=batch.digest,
        previous=batch.previous,
        counts=counts,
    )


def move_past(uow: UnitOfWork, batch: Batch) -> None:
    """Move the cursor past a batch; with another epoch an alarm is raised for a person to look what was lost."""
    state = uow.exchange.state(batch.region)
    if state.epoch not in (None, batch.epoch):
        _raise_epoch_alarm(uow, batch.region)
    uow.exchange.keep(batch.region, **_moved(batch, state))


def _moved(batch: Batch, state: PartnerState) -> dict[str, Any]:
    moved: dict[str, Any] = {"epoch": batch.epoch}
    if state.epoch not in (None, batch.epoch):
        moved["announced_to"] = 0  # a number of another history
    if batch.kind is BatchKind.CHANGES and batch.last < state.taken_to:
        return moved  # made anew by a sender that was interrupted: everything in it lies behind
    moved |= {"taken_to": batch.last, "taken_digest": batch.digest}
    under_way = batch.kind is BatchKind.SNAPSHOT and batch.page_next is not None
    return moved | {
        "snapshot_after": batch.page_next if under_way else None,
        "snapshot_at": batch.first if under_way else None,
    }


def _raise_epoch_alarm(uow: UnitOfWork, partner: str) -> None:
    detail = "the partner's store was brought back or replaced: reconcile, and see what it has lost"
    if uow.alarms.raise_alarm(AlarmKind.EPOCH_CHANGED, partner, detail):
        facts = {"alarm": AlarmKind.EPOCH_CHANGED.value, "subject": partner}
        uow.ledger.record(EventKind.ALARM_RAISED, f"partner:{partner}", facts)


def _cover(services: Services, uow: UnitOfWork, partner: Partner, batch: Batch) -> None:
    """Advance coverage once nothing more is known to follow: by the owner's batch, or as the hub states it."""
    if batch.kind is BatchKind.SNAPSHOT or batch.last < batch.head:
        return
    if partner.name != HUB:
        uow.coverage.advance({partner.name})
        return
    told = spoken_for(HUB, own_name(services.settings))
    stated = {region: _instant(text) for region, text in batch.coverage.items() if region in told}
    uow.coverage.advance_to({region: at for region, at in stated.items() if at is not None})


def _instant(text: str) -> datetime.datetime | None:
    try:
        instant = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _acknowledged(batch: Batch, placement: Placement) -> Acknowledgement:
    outcomes = [
        (_name(batch, place), *placement.outcomes.get(place, (KNOWN, ""))) for place in range(1, len(batch.items) + 1)
    ]
    return Acknowledgement(batch.epoch, batch.digest, batch.first, batch.last, outcomes, absent=placement.absent)


def _known(batch: Batch) -> Taken:
    outcomes = [(_name(batch, place), KNOWN, "") for place in range(1, len(batch.items) + 1)]
    acknowledgement = Acknowledgement(batch.epoch, batch.digest, batch.first, batch.last, outcomes)
    return Taken(TakenOutcome.KNOWN, acknowledgement, {KNOWN: len(outcomes)})


def _refused(arrival: Arrival, digest: str) -> Acknowledgement:
    batch = arrival.batch
    if batch is None:
        return Acknowledgement("", digest, 0, 0, accepted=False)
    outcomes = [(_name(batch, place), REFUSED, "") for place in range(1, len(batch.items) + 1)]
    return Acknowledgement(batch.epoch, digest, batch.first, batch.last, outcomes, accepted=False)


def _name(batch: Batch, place: int) -> str:
    """Name an item: by its number, or by its row where it has none."""
    item = batch.items[place - 1]
    return str(item.number) if item.number is not None else f"{item.source_region or batch.region}:{item.record_no}"


def _actor(partner: Partner) -> str:
    return f"partner:{partner.name}"
