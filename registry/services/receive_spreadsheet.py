"""Receive a spreadsheet: its lines are taken out by another process, its headings found, and what is known applied.

A file that was received before is that one. Rows that may not be kept are left out as soon as they are recognised, and
then the file is not kept either. Where an earlier mapping fits the headings, or they are the list's own, nobody has to
say again what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.intake.heading_map import HeadingMap, heading_names, missing_columns, own_headings
from registry.intake.heading_suggestions import find_headings, fitted_to_values, likely_kind, suggested_map
from registry.intake.headings import ListKind
from registry.intake.sheet_lines import SheetLine, read_sheet
from registry.ledger.events import EventKind
from registry.services.keep_original import keep_original
from registry.services.sheet_content import SheetTable, map_of
from registry.services.sheet_step import foreseen_of, region_of_actor
from registry.store.list_values import RefusedRow
from registry.store.sheet_repository import NewSheet, SheetState
from registry.store.upload_repository import NewOriginal, digest_of

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.services.foresee_rows import ForeseenRows
    from registry.store.unit_of_work import UnitOfWork

_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class ReceivedSheet:
    """What became of a spreadsheet that was brought: its number, whether it was known, where it stands now."""

    sheet_no: str
    known: bool
    state: SheetState
    rows: int
    refused: int


def receive_spreadsheet(
    services: Services, file: NewOriginal, *, actor: DeskActor, region: str | None = None
) -> ReceivedSheet:
    """Receive a spreadsheet for a region (None: the actor's).

    Raises UnreadableDocumentError where its lines cannot be had, InvalidInputError where the region cannot be told.
    """
    region, digest = region_of_actor(actor, region), digest_of(file.content)
    with services.store.read() as uow:
        before = uow.sheets.of_file(digest, region)
    if before is not None:
        refused = len(SheetTable.of(before.table).refused)
        return ReceivedSheet(before.sheet_no, known=True, state=before.state, rows=before.rows, refused=refused)
    lines = read_sheet(file.content)
    with services.store.read() as uow:
        earlier = earlier_maps(uow, region)
    place = find_headings([line.cells for line in lines], earlier)
    table = SheetTable(heading_names(lines[place].cells), tuple(lines[place + 1 :]))
    mapping = probable_map(table.headings, table.lines, earlier)
    with services.store.write() as uow:
        uow.row_numbering.prepare(region)
        foreseen = foreseen_of(services, uow, region, table, mapping)
        return _kept(uow, file, table.without(foreseen.refused), mapping, foreseen, region, actor)


def earlier_maps(uow: UnitOfWork, region: str) -> list[HeadingMap]:
    """Return the mappings a region remembers, the one changed last first."""
    found = (map_of(stored.definition) for stored in uow.heading_maps.of_region(region))
    return [one for one in found if one is not None]


def probable_map(
    headings: Sequence[str], lines: Sequence[SheetLine], earlier: Sequence[HeadingMap], kind: ListKind | None = None
) -> HeadingMap:
    """Return what headings mean as far as it can be told: remembered, the list's own, or guessed."""
    known = next((one for one in earlier if _fits(one, headings) and kind in (None, one.kind)), None)
    if known is not None:
        return known
    kind = kind or likely_kind(headings)
    own = own_headings(kind, headings)
    if not missing_columns(kind, own.columns, {}):
        return own
    guessed = suggested_map(headings, kind, earlier)
    return fitted_to_values(guessed, headings, [line.cells for line in lines[:_SAMPLES]])


def is_settled(mapping: HeadingMap, headings: Sequence[str], earlier: Sequence[HeadingMap]) -> bool:
    """Say whether nobody needs to say what the headings mean: it was said before, or they are the list's own."""
    own = own_headings(mapping.kind, headings)
    return mapping in earlier or (mapping == own and not missing_columns(own.kind, own.columns, {}))


def _fits(mapping: HeadingMap, headings: Sequence[str]) -> bool:
    """A remembered mapping fits where the file has all of its headings."""
    return set(mapping.columns) <= set(headings)


def _kept(  # noqa: PLR0913, PLR0917 - what was read of a file, and for whom
    uow: UnitOfWork,
    file: NewOriginal,
    table: SheetTable,
    mapping: HeadingMap,
    foreseen: ForeseenRows,
    region: str,
    actor: DeskActor,
) -> ReceivedSheet:
    digest = digest_of(file.content)
    refused = [RefusedRow(line, code) for line, code in table.refused]
    uow.quarantine.refuse(digest, refused)
    original = None if refused else keep_original(uow, file, region, actor).id
    rows = len(table.lines)
    sheet_no = uow.sheets.add(NewSheet(region, original, digest, rows, file.name, table.text(), actor.text))
    settled = is_settled(mapping, table.headings, earlier_maps(uow, region))
    if settled:
        stored = uow.sheets.of_file(digest, region)
        assert stored is not None  # noqa: S101 -- added two lines above
        stated = json.dumps(mapping.as_json(), ensure_ascii=False)
        uow.sheets.change(stored, state=SheetState.MAPPED, map=stated, report=foreseen.report.text())
    facts: dict[str, str | int] = {"sheet_no": sheet_no, "region": region, "rows": rows, "refused": len(refused)}
    uow.ledger.record(EventKind.SHEET_RECEIVED, actor.text, facts)
    state = SheetState.MAPPED if settled else SheetState.RECEIVED
    return ReceivedSheet(sheet_no, known=False, state=state, rows=rows, refused=len(refused))
