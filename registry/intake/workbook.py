"""XLSX files as plain lines of cells, streamed from the first sheet that has anything in it."""

from __future__ import annotations

import datetime
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from registry.errors import FieldFault, InvalidInputError, RegistryError
from registry.intake.parser_limits import BROKEN_PACKAGE

Cell = str | int | float | datetime.date
_BLOCK = 1 << 20

LARGEST_UNPACKED = 64 << 20
MOST_TIMES_PACKED = 100
"""Beyond both, a workbook is built to fill memory: genuine lists shrink to a tenth or a twentieth."""

LONGEST_CELL = 32_767
"""Characters a spreadsheet program lets a cell hold (ECMA-376 applications; Excel specifications and limits)."""


class BrokenTableError(RegistryError):
    """A list file cannot be read to its end; the message names the line, what stood before it was taken."""

    code = "broken_table"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, opened: the file's SHA-256, the number of rows it claims, and its lines, numbered from 1."""

    digest: str
    rows: int
    lines: Iterator[tuple[int, Sequence[Cell | None]]]


def is_workbook(stream: BinaryIO) -> bool:
    """Tell from the first bytes whether this is a zip-packed workbook; leaves the stream at its start."""
    start = stream.read(4)
    stream.seek(0)
    return start == b"PK\x03\x04"


_BROKEN = (InvalidFileException, *BROKEN_PACKAGE)
"""What openpyxl and the library below it raise over a package whose parts are not what they should be."""


@contextmanager
def open_sheet(stream: BinaryIO) -> Iterator[Sheet]:
    """Open the first sheet that has a heading line, without loading it whole.

    Formulas give the value they were saved with. Raises InvalidInputError where it is no readable XLSX file or
    would unpack to more than a list does; BrokenTableError, on the way, where a cell holds more than a cell can.
    """
    digest = _digest(stream)
    stream.seek(0)
    try:
        _require_fitting(stream)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except _BROKEN:
        fault = FieldFault("file", "unreadable_workbook", "the file begins like an XLSX workbook but cannot be opened")
        raise InvalidInputError([fault]) from None
    try:
        sheet = _first_sheet(book)
        yield Sheet(digest, _claimed_rows(sheet), _lines(sheet.iter_rows(values_only=True)))
    finally:
        book.close()


def _first_sheet(book: Any) -> Any:
    if not book.worksheets:
        raise InvalidInputError([FieldFault("file", "unreadable_workbook", "the workbook has no sheet")])
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    return sheet


def _require_fitting(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if unpacked > max(LARGEST_UNPACKED, MOST_TIMES_PACKED * size):
        raise InvalidInputError([FieldFault("file", "too_large", "the workbook unpacks to far more than its size")])


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _claimed_rows(sheet: Any) -> int:
    return int(sheet.max_row or 0)


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, Sequence[Cell | None]]]:
    width = 0
    for line, values in _named_faults(rows):
        width = width or len(values)
        padded = [*values, *([None] * (width - len(values)))]
        yield line, [_plain(value) for value in padded]


def _named_faults(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, Sequence[object]]]:
    """Number the rows from 1; a workbook broken on the way is named by the line after which it breaks."""
    line = 0
    try:
        for values in rows:
            line += 1
            if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in values):
                raise BrokenTableError(f"in line {line} a cell holds more than {LONGEST_CELL:,} characters")
            yield line, values
    except _BROKEN:
        raise BrokenTableError(f"after line {line} the workbook cannot be read") from None


def _plain(value: object) -> Cell | None:
    """Keep what a list can hold: text, numbers and days; anything else as its text."""
    if value is None or isinstance(value, (str, datetime.date)):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return value
