"""Import a court's own spreadsheet as an operator: by a mapping the region remembers, or one that is stated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry.errors import FieldFault, InvalidInputError, NotFoundError
from registry.intake.heading_map import HeadingMap, heading_names, parse_map
from registry.intake.heading_suggestions import find_headings
from registry.intake.sheet_lines import read_sheet
from registry.services.place_file import FileRows, Progress, place_file
from registry.services.receive_spreadsheet import earlier_maps, probable_map
from registry.services.row_results import ImportReport
from registry.services.sheet_content import SheetTable
from registry.services.sheet_step import reader_of
from registry.store.upload_repository import digest_of

if TYPE_CHECKING:
    from registry.services.context import Services

Stated = str | Mapping[str, Any]
"""A mapping: the name it is remembered under, or its JSON (registry.intake.heading_map)."""


def import_mapped(  # noqa: PLR0913 - a file, what its headings mean, and whose it is
    services: Services, data: bytes, mapping: Stated, *, region: str, actor: str, progress: Progress | None = None
) -> ImportReport:
    """Import a spreadsheet (XLSX or CSV, at most 20,000 rows) whose rows are all from one region.

    Raises UnreadableDocumentError, NotFoundError where the region remembers no such mapping, and InvalidInputError
    where the mapping does not fit the file. Rows without a number get one that is the same whenever they come again.
    """
    lines = read_sheet(data)
    with services.store.write() as uow:
        uow.row_numbering.prepare(region)
    with services.store.read() as uow:
        found = _mapping(mapping, region, uow.heading_maps.find(region, mapping) if isinstance(mapping, str) else None)
        place = find_headings([line.cells for line in lines], [found])
        headings = heading_names(lines[place].cells)
        reader = reader_of(uow, region, headings, parse_map(found.as_json(), headings))
        rows = [reader.read(line) for line in lines[place + 1 :]]
    unknown = tuple(heading for heading in headings if heading not in found.columns)
    report = ImportReport(str(found.kind), digest_of(data), unknown)
    place_file(services, FileRows(report, rows, region, len(rows)), actor=actor, progress=progress)
    return report


def propose_mapping(services: Services, data: bytes, region: str) -> dict[str, object]:
    """Return what a spreadsheet's headings seem to mean, as JSON to be corrected and stated at the import."""
    lines = read_sheet(data)
    with services.store.read() as uow:
        earlier = earlier_maps(uow, region)
    place = find_headings([line.cells for line in lines], earlier)
    table = SheetTable(heading_names(lines[place].cells), tuple(lines[place + 1 :]))
    proposed = probable_map(table.headings, table.lines, earlier)
    unsaid = {heading: "" for heading in table.headings if heading not in proposed.columns}
    return {**proposed.as_json(), "columns": {**proposed.columns, **unsaid}}


def _mapping(mapping: Stated, region: str, remembered: Any) -> HeadingMap:
    if not isinstance(mapping, str):
        return parse_map(mapping)
    if remembered is None:
        raise NotFoundError(f"region {region} remembers no mapping of this name")
    stated: dict[str, Any] = json.loads(remembered.definition)
    return parse_map(stated)


def require_region(region: str | None) -> str:
    """Return the region a spreadsheet's rows are from, which must be stated. Raises InvalidInputError."""
    if region is None:
        reason = "31, 32, 33 or 34 is needed: a court's own spreadsheet does not say"
        raise InvalidInputError([FieldFault("source_region", "missing", reason)])
    return region
