"""A spreadsheet as lines of cells, taken apart by another process (registry.intake.sheet_parser), and as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.intake.document_text import UnreadableDocumentError, taken_apart
from registry.intake.parser_limits import LARGEST_FILE
from registry.intake.workbook import Cell

Cells = tuple[Cell | None, ...]
_PARSER = "registry.intake.sheet_parser"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a spreadsheet: its number in the file, from 1, and its cells."""

    number: int
    cells: Cells


def read_sheet(data: bytes) -> list[SheetLine]:
    """Return the lines of a spreadsheet (XLSX or CSV) that have anything in them.

    Raises UnreadableDocumentError: too large, too many rows, in no known encoding, broken, or without a second line.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableDocumentError("too_large")
    lines = lines_of(taken_apart("sheet", data, parser=_PARSER)["rows"])
    if len(lines) < 2:
        raise UnreadableDocumentError("no_rows")
    return lines


def lines_of(stated: Iterable[tuple[int, Sequence[object]]]) -> list[SheetLine]:
    """Read lines from JSON."""
    return [SheetLine(number, tuple(_cell(cell) for cell in cells)) for number, cells in stated]


def as_json(lines: Iterable[SheetLine]) -> list[list[object]]:
    """Return lines as JSON."""
    return [[line.number, [_spelt(cell) for cell in line.cells]] for line in lines]


def _cell(stated: object) -> Cell | None:
    if isinstance(stated, Mapping):
        return datetime.date.fromisoformat(str(stated["day"]))
    return stated if isinstance(stated, (str, int, float)) else None


def _spelt(cell: Cell | None) -> object:
    return {"day": cell.isoformat()} if isinstance(cell, datetime.date) else cell
