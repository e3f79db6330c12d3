"""Tables in: CSV and XLSX files become rows of cells, each with its line number."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from registry.errors import FieldFault, InvalidInputError
from registry.intake.headings import Headings, ListKind, read_headings
from registry.intake.text_encoding import recognise
from registry.intake.workbook import Cell, is_workbook, open_sheet

_Line = tuple[int, Sequence[Cell | None]]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the line of the file it begins on, its stated cells by column, or why they cannot be told apart."""

    line: int
    cells: dict[str, Cell]
    fault: FieldFault | None = None


@dataclass(frozen=True, slots=True)
class TableFile:
    """A list file, opened: what its headings say, its SHA-256, about how many rows it has, and its lines."""

    headings: Headings
    digest: str
    expected_rows: int
    lines: Iterator[_Line]

    @property
    def kind(self) -> ListKind:
        """Which of the two kinds of list file it is."""
        return self.headings.kind

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows in order, blank ones left out; can be called once.

        Raises BrokenTableError naming the line where the rest of the file cannot be read as a table.
        """
        for line, values in self.lines:
            if any(value not in (None, "") for value in values):
                yield _row(self.headings, line, values)


@contextmanager
def open_table(
    source: Path | BinaryIO, kind: ListKind | None = None, implied: frozenset[str] = frozenset()
) -> Iterator[TableFile]:
    """Open a list file (CSV or XLSX, told apart by content) and understand its headings.

    `implied` names columns the caller states for the whole file. Raises InvalidInputError where the encoding,
    the headings or the quotation marks are not those of a list file.
    """
    with source.open("rb") if isinstance(source, Path) else _borrowed(source) as stream:
        if is_workbook(stream):
            with open_sheet(stream) as sheet:
                yield _table(sheet.digest, sheet.rows, sheet.lines, kind, implied)
        else:
            shape = recognise(stream)
            stream.seek(0)
            # Read to its end once: a broken file is refused before any of it is taken.
            deque(csv_lines(stream, shape.encoding), maxlen=0)
            stream.seek(0)
            with closing(csv_lines(stream, shape.encoding)) as lines:
                yield _table(shape.digest, shape.lines, lines, kind, implied)


@contextmanager
def _borrowed(stream: BinaryIO) -> Iterator[BinaryIO]:
    yield stream


def _table(digest: str, rows: int, lines: Iterator[_Line], kind: ListKind | None, implied: frozenset[str]) -> TableFile:
    first = next((values for _, values in lines if any(value not in (None, "") for value in values)), ())
    return TableFile(read_headings(first, kind, implied), digest, max(rows - 1, 0), lines)


def csv_lines(stream: BinaryIO, encoding: str, separator: str = ",") -> Generator[_Line, None, None]:
    """Yield the lines of a CSV file, each with the number of the line it begins on; close it before the stream."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=separator, strict=True)
        line = 1
        for values in _named_faults(reader):
            yield line, values
            line = reader.line_num + 1
    finally:
        text.detach()


def _named_faults(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    line = 1
    try:
        for values in reader:
            yield values
            line = _next_line(reader)
    except csv.Error:
        reason = f"from line {line} on the file cannot be read as CSV (a quotation mark that is never closed?)"
        raise InvalidInputError([FieldFault("file", "unreadable_csv", reason)]) from None


def _next_line(reader: Iterator[list[str]]) -> int:
    return int(getattr(reader, "line_num", 0)) + 1


def _row(headings: Headings, line: int, values: Sequence[Cell | None]) -> TableRow:
    named = zip(headings.columns, values, strict=False)
    cells = {column: value for column, value in named if column is not None and value not in (None, "")}
    return TableRow(
        line, {column: value for column, value in cells.items() if value is not None}, _width(headings, values)
    )


def _width(headings: Headings, values: Sequence[Cell | None]) -> FieldFault | None:
    wanted = len(headings.columns)
    surplus = any(value not in (None, "") for value in values[wanted:])
    if len(values) >= wanted and not surplus:
        return None
    reason = f"the row has {len(values)} cells where the headings have {wanted}"
    return FieldFault("row", "cells", reason)
