"""Say what a spreadsheet's headings mean, and have the region remember it under the court's name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from registry.errors import FieldFault, InvalidInputError
from registry.intake.heading_map import SENTENCE_TEXT, HeadingMap, parse_map
from registry.intake.heading_suggestions import Suggestion, suggest
from registry.intake.headings import ListKind, columns
from registry.ledger.events import EventKind
from registry.services.receive_spreadsheet import earlier_maps, probable_map
from registry.services.sheet_content import SheetTable
from registry.services.sheet_step import (
    OPEN,
    SheetView,
    foreseen_of,
    leave_out_refused,
    open_sheet,
    require_state,
    view_of,
)
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

LONGEST_NAME: Final = 100
_SAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class HeadingsToMap:
    """What a person needs to say what headings mean.

    `samples` are the first values under each heading, `suggestions` a guess for each, `proposed` the mapping all
    guesses make (JSON, as `map_headings` takes it), `columns` what a heading can stand for, `remembered` the names of
    the region's mappings.
    """

    sheet: SheetView
    kind: ListKind
    samples: Mapping[str, tuple[str, ...]] = field(repr=False)
    suggestions: tuple[Suggestion, ...] = field(repr=False)
    proposed: Mapping[str, object] = field(repr=False)
    columns: tuple[str, ...]
    remembered: tuple[str, ...]


def read_headings_to_map(
    services: Services, sheet_no: str, actor: DeskActor, *, kind: ListKind | None = None, like: str | None = None
) -> HeadingsToMap:
    """Return the headings of a spreadsheet with guesses; `like` takes the mapping remembered under a name instead.

    Raises NotFoundError.
    """
    with services.store.read() as uow:
        stored = open_sheet(uow, sheet_no, actor)
        earlier = earlier_maps(uow, stored.region)
        remembered = tuple(each.name for each in uow.heading_maps.of_region(stored.region))
        named = None if like is None else uow.heading_maps.find(stored.region, like)
    table = SheetTable.of(stored.table)
    mapping = _started(table, earlier, None if named is None else named.definition, kind)
    return HeadingsToMap(
        view_of(stored),
        mapping.kind,
        {heading: _samples(table, place) for place, heading in enumerate(table.headings)},
        tuple(suggest(table.headings, mapping.kind, earlier)),
        mapping.as_json(),
        mappable_columns(mapping.kind),
        remembered,
    )


def mappable_columns(kind: ListKind) -> tuple[str, ...]:
    """Return what a heading can stand for: a column of the list, or a whole punishment in one cell."""
    return (*columns(kind), SENTENCE_TEXT) if kind is ListKind.CONVICTION else columns(kind)


def map_headings(  # noqa: PLR0913 - a mapping, and under which name it is remembered
    services: Services,
    sheet_no: str,
    stated: Mapping[str, Any],
    *,
    actor: DeskActor,
    expected: int | None = None,
    remember_as: str | None = None,
) -> SheetView:
    """Say what the headings mean; rows are read by it at once, and those that may not be kept are left out.

    Raises NotFoundError, ConflictError (filed already), ChangedMeanwhileError and InvalidInputError naming every
    column that is unknown, missing or meant twice.
    """
    name = _name(remember_as)
    with services.store.write() as uow:
        stored = open_sheet(uow, sheet_no, actor, expected)
        require_state(stored, *OPEN)
        table = SheetTable.of(stored.table)
        mapping = parse_map(stated, table.headings)
        foreseen = foreseen_of(services, uow, stored.region, table, mapping)
        table = leave_out_refused(uow, stored, table, foreseen.refused)
        definition = json.dumps(mapping.as_json(), ensure_ascii=False)
        version = 0
        if name is not None:
            version = uow.heading_maps.remember(stored.region, name, mapping.kind, definition, actor.text)
        uow.sheets.change(
            stored,
            state=SheetState.MAPPED,
            map=definition,
            table=table.text(),
            rows=len(table.lines),
            report=foreseen.report.text(),
        )
        facts: dict[str, str | int] = {"sheet_no": sheet_no, "columns": len(mapping.columns), "remembered": version}
        uow.ledger.record(EventKind.HEADINGS_MAPPED, actor.text, {**facts, "refused": len(foreseen.refused)})
        return view_of(open_sheet(uow, sheet_no, actor))


def _started(table: SheetTable, earlier: list[HeadingMap], definition: str | None, kind: ListKind | None) -> HeadingMap:
    if definition is None:
        return probable_map(table.headings, table.lines, earlier, kind)
    found = parse_map(json.loads(definition))
    known = {heading: column for heading, column in found.columns.items() if heading in table.headings}
    return HeadingMap(found.kind, known, found.constants, found.words, found.units)


def _samples(table: SheetTable, place: int) -> tuple[str, ...]:
    cells = (line.cells[place] for line in table.lines if place < len(line.cells))
    return tuple(
        str(cell) for _, cell in zip(range(_SAMPLES), (cell for cell in cells if cell is not None), strict=False)
    )


def _name(remember_as: str | None) -> str | None:
    name = (remember_as or "").strip()
    if len(name) > LONGEST_NAME:
        raise InvalidInputError([FieldFault("remember_as", "too_long", f"at most {LONGEST_NAME} characters")])
    return name or None
