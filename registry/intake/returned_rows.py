"""Rows that could not be taken, written back as XLSX or CSV with the reason beside each, ready to be corrected.

Every column of the file stands as it came; cells a spreadsheet would run as a formula are disarmed, and read back as
they were (registry.intake.formula_cells).
"""

from __future__ import annotations

import csv
import datetime
import functools
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from registry.errors import FieldFault
from registry.intake.formula_cells import disarmed
from registry.intake.heading_map import HeadingMap
from registry.intake.headings import RETURN_HEADINGS
from registry.intake.workbook import Cell

_TEXT_FORMAT = "@"


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One row to be corrected: its line in the file, its cells under the file's own headings, and what is wrong."""

    line: int
    cells: Sequence[Cell | None]
    faults: Sequence[FieldFault]


@functools.cache
def _texts() -> Mapping[str, str]:
    return tomllib.loads(resources.files(__package__).joinpath("fault_texts.toml").read_text("utf-8"))


def fault_text(fault: FieldFault) -> str:
    """Return what is wrong in Chinese, with the English behind it."""
    chinese = _texts().get(fault.code)
    return fault.reason if chinese is None else f"{chinese}（{fault.reason}）"


def table_of(
    headings: Sequence[str], rows: Iterable[ReturnedRow], mapping: HeadingMap | None
) -> list[list[Cell | None]]:
    """Return the lines of the file to give back: headings, then every row with its line, fields and reasons."""
    own = [place for place, heading in enumerate(headings) if heading not in RETURN_HEADINGS]
    lines: list[list[Cell | None]] = [[*(headings[place] for place in own), *RETURN_HEADINGS]]
    for row in rows:
        cells = [row.cells[place] if place < len(row.cells) else None for place in own]
        named = [(mapping and mapping.heading_of(fault.field)) or fault.field for fault in row.faults]
        says = [f"{name}：{fault_text(fault)}" for name, fault in zip(named, row.faults, strict=True)]
        lines.append([*cells, row.line, "；".join(dict.fromkeys(named)), "；".join(says)])
    return lines


def as_workbook(lines: Iterable[Sequence[Cell | None]], title: str = "待更正") -> bytes:
    """Return lines as an XLSX file of one sheet, its head line fixed; every text is a text, numbers above all."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for line in lines:
        cells = [WriteOnlyCell(sheet, _safe(cell)) for cell in line]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", _TEXT_FORMAT
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(lines: Iterable[Sequence[Cell | None]]) -> bytes:
    """Return lines as CSV in UTF-8 with a byte order mark, which spreadsheet programs need to see Chinese."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_safe(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Cell | None) -> str | float | None:
    if isinstance(cell, str):
        return disarmed(ILLEGAL_CHARACTERS_RE.sub("", cell))
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    # Sixteen digits and more would be rounded: they are written as text.
    return str(cell) if isinstance(cell, int) and abs(cell) >= 10**15 else cell
