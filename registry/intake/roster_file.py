"""Rosters of people in, as CSV: names, births, sexes and places to count, or several records of one person to compare.

Read line by line; rows that cannot be understood are left out and counted, since nothing is decided about anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from matching.identity import IdDocument, Identity, IdType, Sex
from registry.errors import FieldFault, InvalidInputError
from registry.intake.row_reader import RowReader
from registry.intake.table_file import csv_lines
from registry.intake.text_encoding import TextShape, recognise

COLUMNS = ("name", "birth_date", "sex", "domicile_code", "id_type", "id_number")
PERSON = "person_no"
"""In a file of pairs: rows that follow one another under the same number are records of one person."""

_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
_ID_TYPES = {str(type_): type_ for type_ in IdType}


@dataclass(slots=True)
class Roster:
    """A roster being read: its SHA-256, and how many rows there were and were left out so far."""

    shape: TextShape
    headings: tuple[str, ...]
    lines: Iterator[tuple[str, ...]]
    rows: int = 0
    left_out: int = 0

    def people(self) -> Iterator[tuple[str, Identity]]:
        """Yield each row that states a name: its person number (empty where there is none) and who it states."""
        for values in self.lines:
            self.rows += 1
            reader = RowReader({name: value for name, value in zip(self.headings, values, strict=False) if value})
            identity = _identity(reader)
            if reader.faults or identity.name is None:
                self.left_out += 1
            else:
                yield reader.text(PERSON) or "", identity


@contextmanager
def open_roster(path: Path, *required: str) -> Iterator[Roster]:
    """Open a roster. Raises InvalidInputError where it cannot be read or lacks a heading."""
    try:
        with path.open("rb") as stream:
            shape = recognise(stream)
            stream.seek(0)
            with closing(csv_lines(stream, shape.encoding)) as lines:
                first = next(lines, (1, ()))[1]
                headings = tuple(str(cell).strip().lower() for cell in first)
                _require(headings, ("name", *required))
                yield Roster(shape, headings, (tuple(map(str, values)) for _, values in lines if any(values)))
    except OSError as failure:
        reason = f"cannot be read: {failure.strerror}"
        raise InvalidInputError([FieldFault("file", "unreadable", reason)]) from None


def _require(headings: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    faults = [
        FieldFault(name, "missing_heading", "a roster needs this heading") for name in wanted if name not in headings
    ]
    if faults:
        raise InvalidInputError(faults)


def _identity(reader: RowReader) -> Identity:
    number = reader.identifier("id_number")
    id_type = reader.choice("id_type", _ID_TYPES) or IdType.RESIDENT_ID
    return Identity(
        name=reader.text("name"),
        documents=(IdDocument(id_type, number.text),) if number else (),
        birth=reader.birth("birth_date"),
        sex=reader.choice("sex", _SEXES),
        domicile_code=reader.text("domicile_code"),
    )


def pairs_of(people: Iterator[tuple[str, Identity]]) -> Iterator[tuple[Identity, Identity]]:
    """Yield each person's first record with each of the following ones; a person's rows follow one another."""
    number, first = "", None
    for person_no, identity in people:
        if first is None or not person_no or person_no != number:
            number, first = person_no, identity
        else:
            yield first, identity
