"""Place the rows of a filed spreadsheet on the list: the word of a second person, never of who filed it.

Good rows are not held up by bad ones. Killed in the middle, whole batches stand; placing again goes on, for what is on
the list already is known. Once placed, the spreadsheet holds no rows but those that were not taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import SamePersonError
from registry.intake.list_row import ListRow
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.desk_step import is_one_party, stated_note
from registry.services.place_file import FileRows, place_file
from registry.services.record_list_change import ListSource
from registry.services.row_results import ImportReport, RowResult
from registry.services.sheet_content import RowForeseen, SheetReport, SheetTable
from registry.services.sheet_step import (
    SheetView,
    leave_out_refused,
    mapping_of,
    open_sheet,
    reader_of,
    require_state,
    view_of,
)
from registry.store.sheet_repository import SheetState, StoredSheet

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

SOURCE: Final = ListSource.SPREADSHEET
_NAMED: Final = frozenset({RowOutcome.QUARANTINED, RowOutcome.WAITING})


@dataclass(frozen=True, slots=True)
class PlacedSheet:
    """A spreadsheet whose rows were placed, and how many changes of the list that made."""

    sheet: SheetView
    report: ImportReport


def import_spreadsheet(
    services: Services, sheet_no: str, *, actor: DeskActor, expected: int | None = None, note: str | None = None
) -> PlacedSheet:
    """Confirm a filed spreadsheet and place its rows.

    Raises NotFoundError, SamePersonError (whoever filed it), ConflictError (not filed) and ChangedMeanwhileError.
    """
    rows, stored = _confirmed(services, sheet_no, actor, expected, stated_note(note, required=False))
    report, results = ImportReport(str(mapping_of(stored).kind), stored.file_digest), list[RowResult]()
    file = FileRows(report, rows, stored.region, len(rows), SOURCE, covers=False, results=results)
    place_file(services, file, actor=actor.text)
    return PlacedSheet(_settled(services, sheet_no, actor, report, results), report)


def _confirmed(
    services: Services, sheet_no: str, actor: DeskActor, expected: int | None, note: str | None
) -> tuple[list[ListRow], StoredSheet]:
    """Note the second person's word; from here on the placing can be taken up again, but not taken back."""
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor, expected)
        require_state(stored, SheetState.FILED, SheetState.PLACING)
        if stored.filed_by is not None and is_one_party(uow, stored.filed_by, actor.text):
            raise SamePersonError("whoever filed it may not confirm it: a second person must")
        table = SheetTable.of(stored.table)
        reader = reader_of(uow, stored.region, table.headings, mapping_of(stored))
        rows = [reader.read(line) for line in table.lines]
        if stored.original_id is not None:
            uow.originals.link(stored.original_id, _keys(rows))
        if stored.state is SheetState.FILED:
            decided = {"decided_by": actor.text, "decided_at": services.clock.now()}
            uow.sheets.change(stored, state=SheetState.PLACING, note=note or stored.note, **decided)
            facts: dict[str, str | int] = {"sheet_no": sheet_no, "filed_by": stored.filed_by or "", "rows": len(rows)}
            uow.ledger.record(EventKind.SHEET_CONFIRMED, actor.text, facts)
        return rows, open_sheet(uow, sheet_no, actor)


def _keys(rows: Iterable[ListRow]) -> list[tuple[str, str]]:
    return [(row.key.source_region, row.key.record_no) for row in rows if row.key is not None]


def _settled(
    services: Services, sheet_no: str, actor: DeskActor, report: ImportReport, results: list[RowResult]
) -> SheetView:
    """Keep of the rows those that were not taken, to be given back, and of the others how many there were."""
    refused = {row.line: row.problems[0].code for row in results if row.outcome is RowOutcome.REFUSED}
    faulty = [row.line for row in results if row.outcome is RowOutcome.QUARANTINED]
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor)
        require_state(stored, SheetState.PLACING)
        table = leave_out_refused(uow, stored, SheetTable.of(stored.table), refused).only(faulty)
        counts = Counter(str(row.outcome) for row in results)
        rows = tuple(RowForeseen(row.line, row.outcome, row.problems) for row in results if row.outcome in _NAMED)
        settled = SheetReport(dict(counts), rows, {}, report.list_version)
        uow.sheets.change(stored, state=SheetState.PLACED, table=table.text(), report=settled.text())
        return view_of(open_sheet(uow, sheet_no, actor))
