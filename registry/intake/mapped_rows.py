"""Rows of a court's own spreadsheet, read by a mapping of its headings as rows of the list."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.normalize import normalize_name
from registry.intake.heading_map import HeadingMap
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow
from registry.intake.list_rows import read_row
from registry.intake.sheet_lines import SheetLine
from registry.intake.table_file import TableRow
from registry.intake.workbook import Cell

Numbering = Callable[[str], str]
"""Gives the record number of the row that is about something (case, name, charge)."""

_ABOUT: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.CONVICTION: ("document_no", "name", "charge"),
    ListKind.REVOCATION: ("document_no", "organisation", "uscc", "name"),
}
_BRACKETS = str.maketrans("（）〔〕［］【】[]", "()" * 5)


@dataclass(frozen=True, slots=True)
class MappedReader:
    """Reads the lines of one spreadsheet: its headings, what they mean, the region, and who numbers its rows."""

    headings: Sequence[str]
    map: HeadingMap
    region: str
    numbering: Numbering

    def read(self, line: SheetLine) -> ListRow:
        """Type one line; what is wrong stands in `faults`, and `original` has the cells under their own headings."""
        cells, faults = self.map.cells(self.headings, line.cells)
        if cells.get("record_no") is None:
            about = [_about(column, cells.get(column)) for column in _ABOUT[self.map.kind]]
            if about[0] and any(about[1:]):
                cells["record_no"] = self.numbering("\x1f".join([str(self.map.kind), *about]))
        row = read_row(TableRow(line.number, cells), self.map.kind, self.region)
        return replace(row, original=self._original(line), faults=(*faults, *row.faults))

    def _original(self, line: SheetLine) -> dict[str, str]:
        """Blank cells stand there too: given back to be corrected, the row has every heading its mapping speaks of."""
        cells = (*line.cells, *([None] * (len(self.headings) - len(line.cells))))
        return {
            heading: "" if cell is None else _shown(cell) for heading, cell in zip(self.headings, cells, strict=False)
        }


def _about(column: str, cell: Cell | None) -> str:
    """Spell what a row is about so that width, brackets and blanks make no other row of it."""
    text = "" if cell is None else str(cell)
    if column in {"name", "organisation"}:
        return normalize_name(text)
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def _shown(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
