"""The files a parcel consists of: CSV (UTF-8 with or without mark, GB18030), XLSX and JSON Lines, in and out."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from openpyxl import Workbook

from registry.errors import FieldFault, InvalidInputError
from registry.intake.formula_cells import disarmed
from registry.intake.heading_map import heading_names
from registry.intake.table_file import csv_lines
from registry.intake.text_encoding import recognise
from registry.intake.workbook import Cell, open_sheet


class PartFormat(StrEnum):
    """How rows are written in a file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


ENCODINGS: Final = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "gb18030": "gb18030"}
"""The encodings text files are written in, by the name a configuration gives them."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row of a file: its line, its cells by heading (blank ones too), or why they cannot be told apart."""

    line: int
    cells: Mapping[str, Cell | None]
    fault: FieldFault | None = None


def format_of(name: str) -> PartFormat | None:
    """Tell a file's format from the end of its name; None where it is none of ours."""
    ending = name.lower().rpartition(".")[2]
    return {"csv": PartFormat.CSV, "txt": PartFormat.CSV, "xlsx": PartFormat.XLSX, "jsonl": PartFormat.JSON_LINES}.get(
        ending
    )


def read_part(data: bytes, form: PartFormat) -> list[PartRow]:
    """Return the rows of a file, blank ones left out.

    Raises InvalidInputError or BrokenTableError naming the line where the file as a whole cannot be read.
    """
    if form is PartFormat.JSON_LINES:
        return list(_json_lines(data))
    if form is PartFormat.XLSX:
        with open_sheet(io.BytesIO(data)) as sheet:
            return list(_table(sheet.lines))
    encoding = recognise(io.BytesIO(data)).encoding
    with closing(csv_lines(io.BytesIO(data), encoding)) as lines:
        return list(_table(lines))


def _table(lines: Iterable[tuple[int, Sequence[Cell | None]]]) -> Iterator[PartRow]:
    headings: tuple[str, ...] = ()
    for line, values in lines:
        if not any(value not in (None, "") for value in values):
            continue
        if not headings:
            headings = heading_names(values)
            continue
        cells = dict.fromkeys(headings) | dict(zip(headings, values, strict=False))
        yield PartRow(line, cells, _width(headings, values))


def _width(headings: Sequence[str], values: Sequence[Cell | None]) -> FieldFault | None:
    surplus = any(value not in (None, "") for value in values[len(headings) :])
    if len(values) >= len(headings) and not surplus:
        return None
    return FieldFault("row", "cells", f"the row has {len(values)} cells where the headings have {len(headings)}")


def _json_lines(data: bytes) -> Iterator[PartRow]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding=recognise(io.BytesIO(data)).encoding)
    for line, stated in enumerate(text, 1):
        if stated.strip():
            yield PartRow(line, _object(stated, line))


def _object(stated: str, line: int) -> Mapping[str, Any]:
    try:
        found = json.loads(stated)
    except (json.JSONDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        reason = f"line {line} is no JSON object"
        raise InvalidInputError([FieldFault("file", "unreadable_json", reason)])
    return {str(key): _cell(value) for key, value in found.items()}


def _cell(value: object) -> Any:
    """Return a value as a cell; what is no plain value (our own items' columns) stays as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def written_part(
    form: PartFormat, headings: Sequence[str], rows: Iterable[Mapping[str, str]], encoding: str = "utf-8"
) -> bytes:
    """Return a file with these rows; cells a spreadsheet would run as a formula are disarmed."""
    if form is PartFormat.JSON_LINES:
        return "".join(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows).encode(encoding)
    cells = ([disarmed(row.get(heading, "")) for heading in headings] for row in rows)
    return _workbook(headings, cells) if form is PartFormat.XLSX else _csv(headings, cells, encoding)


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def _workbook(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write every cell as text, so that no spreadsheet shortens a number."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    book.properties.created = book.properties.modified = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 -- no clock
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
