"""Decide about a row in quarantine: look at it, try it again, take it corrected, or refuse it (protocol, 3.3).

Each is recorded, and ends the row's waiting; its original is kept as long as retention says of settled ones.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.exchange.batch import HUB
from registry.exchange.part_files import PartFormat, written_part
from registry.exchange.sides import own_name
from registry.intake.headings import ListKind, columns
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow, open_table
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.forget_uploads import forget_sealed
from registry.services.hold_batch import digest_of_note
from registry.services.note_disagreement import note_disagreements
from registry.services.place_rows import place_rows
from registry.services.record_list_change import ListSource, record_list_change
from registry.store.quarantine_repository import DOUBTED, OPEN, QuarantineState, Waiting

if TYPE_CHECKING:
    from registry.intake.list_row import ListRow
    from registry.services.context import Services
    from registry.services.row_results import RowResult
    from registry.store.unit_of_work import UnitOfWork

SOURCE: Final = ListSource.QUARANTINE
LOOKED_THROUGH: Final = 500
"""So many waiting rows are shown at once, the oldest first."""

_OF_THE_SENDER: Final = frozenset({"unknown_word", "unit_unknown", "unknown_kind", DOUBTED})
"""Faults the kept cells do not show: a word of a foreign system that was not understood, another row of one number."""

_NOT_TAKEN: Final = frozenset({RowOutcome.QUARANTINED, RowOutcome.REFUSED})


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """A row in quarantine: what is known of it and, where asked, its cells as they came; these name people."""

    row: Waiting
    cells: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision came to: the row as it stands now, what became of it, and how many list versions it took."""

    row: Waiting
    outcome: str
    changes: int = 0


def read_quarantine(services: Services, region: str | None = None) -> list[Waiting]:
    """Return the rows that wait (of a region), oldest first, at most `LOOKED_THROUGH`."""
    with services.store.read() as uow:
        return uow.quarantine.waiting(region, LOOKED_THROUGH)


def look_at_row(services: Services, number: int, *, actor: str, content: bool = False) -> QuarantineView:
    """Show a row in quarantine; with `content` its cells too, which is recorded. Raises NotFoundError."""
    with services.store.write() as uow:
        row = _existing(uow, number)
        if not content:
            return QuarantineView(row)
        uow.ledger.record(EventKind.QUARANTINE_READ, actor, {"quarantine_id": number})
        return QuarantineView(row, _cells(uow, number))


def write_correction(services: Services, number: int, *, actor: str) -> bytes:
    """Return a list file (CSV) of a row in quarantine, to be corrected and taken in its place; recorded as a look.

    Its version is the next above what the list has of the row. Raises NotFoundError.
    """
    with services.store.write() as uow:
        row, cells = _existing(uow, number), _cells(uow, number)
        uow.ledger.record(EventKind.QUARANTINE_READ, actor, {"quarantine_id": number})
        key = (row.source_region or cells.get("source_region", ""), row.record_no or cells.get("record_no", ""))
        stored = [record.version for record in uow.lists.records_of([key])]
    kind = _kind_of(cells)
    stated = {"source_region": key[0], "version": str(max(stored) + 1) if stored else cells.get("version", "1")}
    return written_part(PartFormat.CSV, columns(kind), [{**cells, **stated}], "utf-8-sig")


def retry_row(services: Services, number: int, *, reason: str, actor: str) -> Settled:
    """Take a row as it came: the law, the program or what stands on the list may have changed since.

    Raises InvalidInputError (no reason, or what is wrong with the row still), NotFoundError, and ConflictError where it
    was decided before or only its sender can state it anew.
    """
    note = digest_of_note(reason)
    with services.store.write() as uow:
        waiting = _open(uow, number)
        if waiting.reason_code in _OF_THE_SENDER:
            raise ConflictError("its fault is not in its own cells: take it corrected, or refuse it")
        cells = _cells(uow, number)
        row = read_row(TableRow(waiting.line, {**cells}), _kind_of(cells), waiting.source_region)
        result, changes = _placed(services, uow, waiting.file_digest, row, actor)
        facts: dict[str, str | int] = {"quarantine_id": number, "outcome": str(result.outcome), "note_digest": note}
        uow.ledger.record(EventKind.QUARANTINE_RETRIED, actor, facts)
        return _settled(uow, number, QuarantineState.RETRIED, str(result.outcome), changes)


def correct_row(services: Services, number: int, source: Path | BinaryIO, *, reason: str, actor: str) -> Settled:
    """Take the one row of a list file (CSV or XLSX) in the place of a row in quarantine, of the same region and number.

    Raises InvalidInputError (no reason, more rows than one, another row, a faulty one), NotFoundError and ConflictError
    (decided before).
    """
    note = digest_of_note(reason)
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    with services.store.write() as uow:
        waiting = _open(uow, number)
        row, digest = _corrected(data, waiting)
        result, changes = _placed(services, uow, digest, row, actor)
        facts: dict[str, str | int] = {"quarantine_id": number, "outcome": str(result.outcome)}
        uow.ledger.record(EventKind.QUARANTINE_CORRECTED, actor, {**facts, "file_digest": digest, "note_digest": note})
        return _settled(uow, number, QuarantineState.RESOLVED, str(result.outcome), changes)


def refuse_row(services: Services, number: int, *, reason: str, actor: str) -> Settled:
    """Take nothing of a row. Raises InvalidInputError (no reason), NotFoundError and ConflictError (decided before)."""
    note = digest_of_note(reason)
    with services.store.write() as uow:
        _open(uow, number)
        uow.ledger.record(EventKind.QUARANTINE_REFUSED, actor, {"quarantine_id": number, "note_digest": note})
        uow.quarantine.note_refused(number)
        return Settled(_existing(uow, number), "refused")


def _placed(services: Services, uow: UnitOfWork, digest: str, row: ListRow, actor: str) -> tuple[RowResult, int]:
    """Place one row; InvalidInputError says why where it still cannot be taken, and nothing is kept of the try."""
    placed = place_rows(uow, services.law, services.clock.today(), digest, [row])
    (result,) = placed.results
    if result.outcome in _NOT_TAKEN:
        raise InvalidInputError(result.problems)
    forget_sealed(services, uow, placed.sealed)
    regions = {row.key.source_region} if row.key is not None else set()
    record_list_change(uow, placed.versions, regions, SOURCE, actor)
    if own_name(services.settings) == HUB and result.outcome in (RowOutcome.IN_FORCE, RowOutcome.PENDING):
        note_disagreements(uow, [row], actor)
    return result, len(placed.versions)


def _corrected(data: bytes, waiting: Waiting) -> tuple[ListRow, str]:
    region = waiting.source_region
    implied = frozenset({"source_region"}) if region else frozenset[str]()
    with open_table(io.BytesIO(data), implied=implied) as table:
        rows = [read_row(row, table.kind, region) for row in table.rows()]
        digest = table.digest
    if len(rows) != 1:
        raise InvalidInputError([FieldFault("file", "one_row", f"one row is needed; the file has {len(rows)}")])
    if rows[0].faults:
        raise InvalidInputError(rows[0].faults)
    _require_same(rows[0], waiting)
    return rows[0], digest


def _require_same(row: ListRow, waiting: Waiting) -> None:
    """What could be read of the row's own number must stand in its correction; nothing else is replaced by it."""
    stated = (None, None) if row.key is None else (row.key.source_region, row.key.record_no)
    known = (waiting.source_region, waiting.record_no)
    if any(wanted is not None and wanted != found for wanted, found in zip(known, stated, strict=True)):
        raise InvalidInputError(
            [FieldFault("record_no", "another_row", "the file has another row than the one waiting")]
        )


def _cells(uow: UnitOfWork, number: int) -> dict[str, str]:
    cells: dict[str, str] = json.loads(uow.quarantine.original(number))
    return cells


def _kind_of(cells: dict[str, str]) -> ListKind:
    """Tell a revocation by columns no conviction has."""
    own = set(columns(ListKind.REVOCATION)) - set(columns(ListKind.CONVICTION))
    return ListKind.REVOCATION if any(cells.get(column) for column in own) else ListKind.CONVICTION


def _existing(uow: UnitOfWork, number: int) -> Waiting:
    row = uow.quarantine.numbered(number)
    if row is None:
        raise NotFoundError("no row is kept in quarantine under that number")
    return row


def _open(uow: UnitOfWork, number: int) -> Waiting:
    uow.head.lock()
    row = _existing(uow, number)
    if row.state != OPEN:
        raise ConflictError("the row was decided before, or has been taken since")
    return row


def _settled(uow: UnitOfWork, number: int, state: QuarantineState, outcome: str, changes: int = 0) -> Settled:
    uow.quarantine.settle(number, state)
    return Settled(_existing(uow, number), outcome, changes)
