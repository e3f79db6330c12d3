"""Takes the cells out of a spreadsheet (XLSX or CSV), in a process of its own with limits.

Run by registry.intake.sheet_lines as `python -m registry.intake.sheet_parser sheet`, the file on standard input, one
JSON object on standard output: {"rows": [[line, [cell, …]], …]} or {"fault": code}; a day is {"day": "2023-05-18"}.
Formulas give the value they were saved with; macros, other sheets and whatever a workbook links to are not looked at.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from collections.abc import Iterable, Sequence

from registry.errors import InvalidInputError
from registry.intake.parser_limits import BROKEN_PACKAGE, HostileFileError, limit_process
from registry.intake.table_file import csv_lines
from registry.intake.text_encoding import recognise
from registry.intake.workbook import BrokenTableError, Cell, is_workbook, open_sheet

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 20_000_000
_SEPARATORS = (",", "\t", ";")
_CODES = {"too_large": "too_large_unpacked", "encoding": "encoding"}

Line = tuple[int, list[object]]


def sheet_lines(data: bytes) -> list[Line]:
    """Return the lines that have anything in them, numbered from 1, blank cells at their ends left out."""
    stream = io.BytesIO(data)
    if is_workbook(stream):
        with open_sheet(stream) as sheet:
            return _limited(sheet.lines)
    shape = recognise(stream)
    stream.seek(0)
    return _limited(csv_lines(stream, shape.encoding, separator_of(data.decode(shape.encoding))))


def separator_of(text: str) -> str:
    """Return what separates the cells of a text table: whichever sign stands most often in its first lines."""
    head = "\n".join(text.split("\n", 10)[:10])
    return max(_SEPARATORS, key=head.count)


def _limited(lines: Iterable[tuple[int, Sequence[Cell | None]]]) -> list[Line]:
    found: list[Line] = []
    characters = 0
    for number, cells in lines:
        kept = _without_end(cells)
        characters += sum(len(cell) for cell in kept if isinstance(cell, str))
        if len(kept) > MOST_COLUMNS or len(found) > MOST_ROWS or characters > MOST_CHARACTERS:
            raise HostileFileError("too_many_rows")
        if kept:
            found.append((number, [_spelt(cell) for cell in kept]))
    return found


def _without_end(cells: Sequence[Cell | None]) -> list[Cell | None]:
    last = max((place for place, cell in enumerate(cells) if cell not in (None, "")), default=-1)
    return [None if cell == "" else cell for cell in cells[: last + 1]]


def _spelt(cell: Cell | None) -> object:
    if isinstance(cell, datetime.date):
        return {"day": datetime.date(cell.year, cell.month, cell.day).isoformat()}
    return cell


def parsed(data: bytes) -> dict[str, object]:
    """Return a spreadsheet's lines, or the code of the fault that kept them from being read."""
    try:
        return {"rows": sheet_lines(data)}
    except HostileFileError as fault:
        return {"fault": str(fault)}
    except InvalidInputError as fault:
        return {"fault": _CODES.get(fault.faults[0].code, "broken")}
    except MemoryError:
        return {"fault": "too_much_memory"}
    except (
        BrokenTableError,
        ArithmeticError,
        *BROKEN_PACKAGE,
    ):  # what libraries raise over broken files; this process has nothing else to protect
        return {"fault": "broken"}


def main() -> None:
    """Read one spreadsheet from standard input under limits and print its lines."""
    limit_process()
    found = parsed(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


if __name__ == "__main__":
    main()
