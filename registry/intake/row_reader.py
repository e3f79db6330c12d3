"""Reads the cells of one row, column by column, gathering what is wrong and what was noticed.

A fault sends the row to quarantine; a note says how something unusual was understood. Neither carries the value.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from matching.identity import BirthDate, stated
from registry.errors import FieldFault
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.formula_cells import rearmed
from registry.intake.number_cells import NumberCell, read_number
from registry.intake.workbook import Cell

T = TypeVar("T")
_LONGEST_TEXT = 2_000
_LARGEST_NUMBER = Decimal(10**13)


class RowReader:
    """One row being read; `canonical` grows with the one spelling of every value that was understood."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self.canonical: dict[str, str] = {}
        self.faults: list[FieldFault] = []
        self.notes: list[FieldFault] = []
        self._cells = {column: rearmed(cell) if isinstance(cell, str) else cell for column, cell in cells.items()}

    def fault(self, column: str, code: str, reason: str) -> None:
        """Say that the row cannot be taken, and why."""
        self.faults.append(FieldFault(column, code, reason))

    def note(self, column: str, code: str, reason: str) -> None:
        """Say how something unusual was understood."""
        self.notes.append(FieldFault(column, code, reason))

    def text(self, column: str, *, required: bool = False, longest: int = _LONGEST_TEXT) -> str | None:
        """Return free text as stated, without surrounding blanks."""
        value = self._stated(column, required)
        if value is not None and len(value) > longest:
            self.fault(column, "too_long", f"more than {longest} characters")
            return None
        return self._keep(column, value)

    def choice(self, column: str, meanings: Mapping[str, T], *, required: bool = False) -> T | None:
        """Return what a word of a closed list means."""
        value = self._stated(column, required)
        if value is None:
            return None
        word = unicodedata.normalize("NFKC", value).replace(" ", "").lower()
        if word not in meanings:
            self.fault(column, "unknown_word", "not one of the words this column knows")
            return None
        meaning = meanings[word]
        self._keep(column, str(meaning) if not isinstance(meaning, bool) else ("yes" if meaning else "no"))
        return meaning

    def number(self, column: str) -> Decimal | None:
        """Return a number that is not negative (months may be fractional: 4.5)."""
        value = self._stated(column, required=False)
        if value is None:
            return None
        try:
            number = Decimal(unicodedata.normalize("NFKC", value).replace(",", ""))
        except InvalidOperation:
            number = Decimal(-1)
        if not (number.is_finite() and 0 <= number < _LARGEST_NUMBER):
            self.fault(column, "not_a_number", "a number, not negative, in digits is needed")
            return None
        number = Decimal(0) if number == 0 else number.normalize()
        self._keep(column, f"{number:f}")
        return number

    def day(self, column: str, *, required: bool = False) -> datetime.date | None:
        """Return a date known to the day."""
        found = self._date(column, required)
        if found is None:
            return None
        if found.month is None or found.day is None:
            self.fault(column, "incomplete_date", "the date must be known to the day")
            return None
        self._keep(column, found.isoformat())
        return datetime.date(found.year, found.month, found.day)

    def birth(self, column: str) -> BirthDate | None:
        """Return a birth date, which may be only a year or a month."""
        found = self._date(column, required=False)
        if found is not None:
            self._keep(column, found.isoformat())
        return found

    def identifier(self, column: str) -> NumberCell | None:
        """Return the number of a document as text, digits a spreadsheet lost as `*`."""
        cell = self._cells.get(column)
        if isinstance(cell, datetime.date):
            self.fault(column, "date_as_number", "the spreadsheet turned the number into a date")
            return None
        if cell is None:
            return None
        number = read_number(cell)
        text = stated(number.text)
        if text is None:
            return None
        self._keep(column, text)
        return NumberCell(text, number.damaged)

    def _date(self, column: str, required: bool) -> BirthDate | None:
        cell = self._cells.get(column)
        if isinstance(cell, str):
            cell = stated(cell)
        if cell is None:
            self._require(column, required)
            return None
        try:
            return read_date(cell)
        except ImpossibleDateError as fault:
            self.fault(column, "impossible_date", str(fault))
        except UnreadableDateError as fault:
            self.fault(column, "unreadable_date", str(fault))
        return None

    def _stated(self, column: str, required: bool) -> str | None:
        value = stated(_as_text(self._cells.get(column)))
        if value is None:
            self._require(column, required)
        return value

    def _require(self, column: str, required: bool) -> None:
        if required:
            self.fault(column, "missing", "the value is missing")

    def _keep(self, column: str, value: str | None) -> str | None:
        if value is not None:
            self.canonical[column] = value
        return value


def _as_text(cell: Cell | None) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return None if cell is None else str(cell)
