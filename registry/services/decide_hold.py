"""Decide about a held batch: look at it, release it, take it with some rows corrected, or refuse it (protocol, 4.2).

Each is recorded and ends the hold; nothing of the batch is kept beside the list then.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.errors import ConflictError, FieldFault, HeldBatchError, InvalidInputError, NotFoundError
from registry.exchange.adapters import batch_kept
from registry.exchange.batch import HUB, Batch, BatchKind, ItemOperation
from registry.exchange.sides import own_name
from registry.intake.list_rows import read_row
from registry.intake.table_file import open_table
from registry.ledger.events import EventKind
from registry.services.batch_rows import rows_of
from registry.services.digest_members import Sides
from registry.services.examine_batch import require_ours, require_place
from registry.services.hold_batch import clear_alarm, content_of, digest_of_note
from registry.services.pull_partner import position_of
from registry.services.restate_records import RESTATEMENTS, restate_records
from registry.services.seal_for_partner import after_sealing
from registry.services.take_batch import REFUSED, move_past, note_of, put_on_list
from registry.store.hold_repository import OPEN, HeldBatch

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.intake.list_row import ListRow
    from registry.services.context import Services
    from registry.store.list_values import StoredRecord
    from registry.store.unit_of_work import UnitOfWork

RecordKey = tuple[str, str]
RELEASED: Final = "released"
CORRECTED: Final = "corrected"
_NOT_ITS_OWN: Final = (
    "what is held cannot be read as this partner's batch; it can only be refused, or released once it can"
)


@dataclass(frozen=True, slots=True)
class HoldView:
    """A held batch as it is shown: what is known of it, how many items ask for what, and, where asked, the items.

    `taken_back`: the rows of the list it would take back, whatever way, as things are now; `standing` is what they say,
    row by row, empty where it no longer opens. `rows` and `standing` name people: whoever is shown them is recorded.
    """

    held: HeldBatch
    operations: dict[str, int]
    records: tuple[str, ...]
    rows: tuple[dict[str, str], ...] = field(default=(), repr=False)
    taken_back: tuple[str, ...] = ()
    standing: tuple[dict[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision came to: the hold as it stands now, outcomes by count, and the number taken last."""

    held: HeldBatch
    counts: dict[str, int]
    taken_to: int


def read_holds(services: Services, partner: str | None = None, *, decided: bool = False) -> list[HeldBatch]:
    """Return what waits for a person (of a partner), oldest first; with `decided` what was decided last."""
    with services.store.read() as uow:
        return uow.holds.decided() if decided else uow.holds.open(partner)


def read_hold(services: Services, hold_no: str) -> HeldBatch:
    """Return what is known of a held batch. Raises NotFoundError."""
    with services.store.read() as uow:
        return _existing(uow, hold_no)


def look_at_hold(services: Services, hold_no: str, *, actor: str, content: bool = False) -> HoldView:
    """Show a held batch; with `content` the rows too, which is recorded. Raises NotFoundError."""
    with services.store.write() as uow:
        held = _existing(uow, hold_no)
        kept = content_of(uow, hold_no)
        batch = None if kept is None else kept.batch
        if content and kept is not None:
            uow.ledger.record(EventKind.BATCH_READ, actor, {"hold_no": hold_no})
        taken_back = () if batch is None or held.state != OPEN else _taken_back(services, uow, batch)
        standing = uow.lists.sound_payloads(record.id for record in taken_back) if content else {}
    if batch is None:
        return HoldView(held, {}, ())
    named = [item for item in batch.items if item.operation is not ItemOperation.OWN]
    return HoldView(
        held=held,
        operations=dict(sorted(Counter(str(item.operation) for item in batch.items).items())),
        records=tuple(f"{item.source_region or batch.region}:{item.record_no}" for item in named),
        rows=tuple({name: str(cell) for name, cell in item.columns.items()} for item in named) if content else (),
        taken_back=tuple(f"{record.source_region}:{record.record_no}" for record in taken_back),
        standing=tuple(standing.get(record.id, {}) for record in taken_back) if content else (),
    )


def _taken_back(services: Services, uow: UnitOfWork, batch: Batch) -> tuple[StoredRecord, ...]:
    """Return the standing rows a batch would take back, by region and number."""
    keys = rows_of(services, uow, batch).taken_back
    stored = sorted(uow.lists.records_of(sorted(keys)), key=lambda one: one.version)
    latest = {(record.source_region, record.record_no): record for record in stored}
    return tuple(latest[key] for key in sorted(latest))


def release_hold(services: Services, partner: Partner, hold_no: str, *, reason: str, actor: str) -> Decided:
    """Take a held batch after all: what it would take back may go; everything else it must satisfy still.

    Raises InvalidInputError (no reason), NotFoundError, ConflictError (decided before) and HeldBatchError where it
    still cannot be taken.
    """
    note = digest_of_note(reason)
    with services.store.write() as uow:
        offered = _existing(uow, hold_no).reason_code in RESTATEMENTS
        take = _copies_taken if offered else _batch_taken
        decided, sealed = take(services, uow, partner, hold_no, note, actor)
    return _finished(services, decided, sealed, actor)


def correct_hold(  # noqa: PLR0913 -- which batch, by what, why and by whom
    services: Services, partner: Partner, hold_no: str, source: Path | BinaryIO, *, reason: str, actor: str
) -> Decided:
    """Take a held batch with some of its rows replaced by those of a list file (CSV or XLSX), by region and number.

    Raises InvalidInputError (no reason, faulty rows, rows the batch has not), NotFoundError, ConflictError (decided
    before) and HeldBatchError where the batch as a whole still cannot be taken.
    """
    note = digest_of_note(reason)
    rows, file_digest = _corrected_rows(source, None if partner.name == HUB else partner.name)
    with services.store.write() as uow:
        held, batch = _in_turn(services, uow, partner, hold_no)
        _require_in_batch(uow, batch, rows)
        placement = put_on_list(services, uow, partner, batch, rows_of(services, uow, batch, rows))
        facts: dict[str, str | int] = {"hold_no": hold_no, "partner": partner.name, "batch_digest": batch.digest}
        facts |= {"file_digest": file_digest, "replaced": len(rows), "note_digest": note}
        uow.ledger.record(EventKind.BATCH_CORRECTED, actor, facts)
        decided = _decided(uow, held, CORRECTED, actor, note, placement.counts)
    return _finished(services, decided, placement.sealed, actor)


def refuse_hold(services: Services, partner: Partner, hold_no: str, *, reason: str, actor: str) -> Decided:
    """Take nothing of a held batch; where it is the partner's next one the exchange goes on behind it.

    Raises InvalidInputError (no reason), NotFoundError and ConflictError (decided before).
    """
    note = digest_of_note(reason)
    with services.store.write() as uow:
        uow.head.lock()
        held = _open(uow, hold_no, partner)
        batch = None if held.reason_code in RESTATEMENTS else _next_in_turn(services, uow, partner, hold_no)
        if batch is not None:
            uow.exchange.note_taken(note_of(batch, {REFUSED: len(batch.items)}))
            move_past(uow, batch)
        moved_to = 0 if batch is None else batch.last
        facts: dict[str, str | int] = {"hold_no": hold_no, "partner": partner.name, "batch_digest": held.digest}
        uow.ledger.record(EventKind.BATCH_REFUSED, actor, {**facts, "moved_to": moved_to, "note_digest": note})
        return _decided(uow, held, REFUSED, actor, note, {REFUSED: held.items or 0})


def _batch_taken(  # noqa: PLR0913, PLR0917 -- as a decision
    services: Services, uow: UnitOfWork, partner: Partner, hold_no: str, note: str, actor: str
) -> tuple[Decided, int]:
    """Take a held batch; return how many records were sealed by it, too."""
    held, batch = _in_turn(services, uow, partner, hold_no)
    placement = put_on_list(services, uow, partner, batch, rows_of(services, uow, batch))
    facts = {"hold_no": hold_no, "partner": partner.name, "batch_digest": batch.digest, "note_digest": note}
    uow.ledger.record(EventKind.BATCH_RELEASED, actor, facts)
    return _decided(uow, held, RELEASED, actor, note, placement.counts), placement.sealed


def _copies_taken(  # noqa: PLR0913, PLR0917 -- as a decision
    services: Services, uow: UnitOfWork, partner: Partner, hold_no: str, note: str, actor: str
) -> tuple[Decided, int]:
    """Take the other side's copies of rows lost here or too many to take unasked; return how many were sealed, too."""
    uow.head.lock()
    held, batch = _open(uow, hold_no, partner), _offered(uow, hold_no)
    done = restate_records(uow, services, Sides.of(services.settings, partner.name), batch.items, actor)
    facts = {"hold_no": hold_no, "partner": partner.name, "batch_digest": held.digest, "note_digest": note}
    uow.ledger.record(EventKind.BATCH_RELEASED, actor, facts)
    counts = {"restated": len(done.restated), REFUSED: len(done.refused)}
    return _decided(uow, held, RELEASED, actor, note, counts), done.sealed


def _offered(uow: UnitOfWork, hold_no: str) -> Batch:
    """Return the copies a comparison put together here: they came in no envelope of their own."""
    kept = content_of(uow, hold_no)
    if kept is None or kept.batch is None:
        raise ConflictError("nothing of the batch is kept any more")
    return kept.batch


def _existing(uow: UnitOfWork, hold_no: str) -> HeldBatch:
    held = uow.holds.numbered(hold_no)
    if held is None:
        raise NotFoundError("nothing was ever held under that number")
    return held


def _open(uow: UnitOfWork, hold_no: str, partner: Partner) -> HeldBatch:
    held = _existing(uow, hold_no)
    if held.partner != partner.name:
        raise ConflictError("the batch is another partner's")
    if held.state != OPEN:
        raise ConflictError(f"the batch was {held.state} before")
    return held


def _in_turn(services: Services, uow: UnitOfWork, partner: Partner, hold_no: str) -> tuple[HeldBatch, Batch]:
    """Return a hold and its batch, which may be taken now but for what it would take back."""
    uow.head.lock()
    held = _open(uow, hold_no, partner)
    if held.reason_code in RESTATEMENTS:
        raise ConflictError("copies a comparison offers are taken as they are, or refused")
    batch = _understood(services, uow, partner, hold_no)
    require_ours(batch, partner, own_name(services.settings))
    require_place(uow, batch, uow.exchange.state(partner.name))
    return held, batch


def _understood(services: Services, uow: UnitOfWork, partner: Partner, hold_no: str) -> Batch:
    """Read a held batch, by the partner's keys as they are now. Raises HeldBatchError where it cannot be."""
    kept = content_of(uow, hold_no)
    if kept is None:
        raise ConflictError("nothing of the batch is kept any more")
    position = position_of(uow.exchange.state(partner.name))
    try:
        return batch_kept(kept.content, partner, own_name(services.settings), position)
    except HeldBatchError:
        if partner.signed or kept.batch is None:
            raise
        return kept.batch


def _next_in_turn(services: Services, uow: UnitOfWork, partner: Partner, hold_no: str) -> Batch | None:
    """Return the held batch if it is the partner's and the next one; None where the exchange does not go past it."""
    try:
        batch = _understood(services, uow, partner, hold_no)
        if batch.signed_by is None and partner.signed:
            return None
        require_place(uow, batch, uow.exchange.state(partner.name))
    except HeldBatchError:
        return None
    ours = batch.region == partner.name and batch.addressee == own_name(services.settings)
    return batch if ours else None


def _decided(  # noqa: PLR0913, PLR0917 -- what is noted of a decision
    uow: UnitOfWork, held: HeldBatch, state: str, actor: str, note: str, counts: dict[str, int]
) -> Decided:
    uow.holds.decide(held.hold_no, state, actor, note)
    clear_alarm(uow, held.partner, actor)
    taken_to = uow.exchange.state(held.partner).taken_to
    return Decided(_existing(uow, held.hold_no), counts, taken_to)


def _finished(services: Services, decided: Decided, sealed: int, actor: str) -> Decided:
    if sealed:
        after_sealing(services, actor)
    return decided


def _corrected_rows(source: Path | BinaryIO, region: str | None) -> tuple[dict[RecordKey, ListRow], str]:
    """Read a corrected file; every row must be sound."""
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    implied = frozenset({"source_region"}) if region else frozenset[str]()
    with open_table(io.BytesIO(data), implied=implied) as table:
        rows = [read_row(row, table.kind, region) for row in table.rows()]
        digest = table.digest
    faults = [
        FieldFault(f"line {row.line}, {fault.field}", fault.code, fault.reason) for row in rows for fault in row.faults
    ]
    if faults:
        raise InvalidInputError(faults)
    return {(row.key.source_region, row.key.record_no): row for row in rows if row.key is not None}, digest


def _require_in_batch(uow: UnitOfWork, batch: Batch, rows: dict[RecordKey, ListRow]) -> None:
    there = {(item.source_region or batch.region, item.record_no or "") for item in batch.items}
    if batch.kind is BatchKind.FULL:
        there |= {(batch.region, number) for number in uow.giving.active_rows(batch.region, batch.covers)}
    strange = [row.line for key, row in rows.items() if key not in there]
    if strange:
        lines = ", ".join(map(str, strange[:10]))
        reason = f"the batch neither has such a row nor takes it back: lines {lines}"
        raise InvalidInputError([FieldFault("record_no", "not_in_batch", reason)])
