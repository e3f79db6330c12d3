"""Files of applicants in: what their headings and encoding are, and each row as whom it states.

The file is read once as a whole before anything is judged, so that a broken file is refused before any work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from matching.identity import IdDocument, Identity, IdType, Kind, Sex
from registry.errors import FieldFault, InvalidInputError
from registry.intake.named_people import second_names
from registry.intake.row_reader import RowReader
from registry.intake.table_file import csv_lines
from registry.intake.text_encoding import TextShape, recognise
from registry.intake.workbook import is_workbook
from registry.law.roles import Purpose, Region, Role

Line = tuple[int, tuple[str, ...]]
"""The number of the line a row begins on, and its cells."""

COLUMNS = ("request_no", "purpose", "role", "name", "id_type", "id_number", "birth_date", "sex")
OPTIONAL = ("region",)

_PURPOSES = {str(purpose): purpose for purpose in Purpose}
_ROLES = {str(role): role for role in Role}
_ID_TYPES = {str(type_): type_ for type_ in IdType}
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
_ORGANISATION_NUMBERS = frozenset({IdType.USCC, IdType.LICENCE})
_LONGEST_NUMBER = 50
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Applicant:
    """One row that could be read: who applies for what, where (None: all four regions)."""

    request_no: str
    purpose: Purpose
    role: Role
    region: str | None
    identity: Identity


@dataclass(frozen=True, slots=True)
class ApplicantRow:
    """One row of the file: its line and request number, and either the applicant or what is wrong."""

    line: int
    request_no: str
    applicant: Applicant | None
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicantFile:
    """A file of applicants, understood: its encoding, SHA-256, headings in order, and its number of rows."""

    path: Path
    shape: TextShape
    headings: tuple[str, ...]
    rows: int

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings that mean nothing here and are left aside."""
        return tuple(name for name in self.headings if name and name not in COLUMNS + OPTIONAL)

    def lines(self) -> Iterator[Line]:
        """Yield every line in order, blank ones left out; opens the file anew, so each process can read for itself."""
        with _lines(self.path, self.shape.encoding) as lines:
            next(lines)
            yield from (line for line in lines if any(line[1]))

    def understand(self, line: Line) -> ApplicantRow:
        """Read one line as an applicant, or say what is wrong with it."""
        return _read_row(self.headings, *line)


def inspect(path: Path) -> ApplicantFile:
    """Read the whole file once: encoding, digest, headings, number of rows.

    Raises InvalidInputError where the file cannot be opened, is in neither UTF-8 nor GB18030, is no CSV from some
    line on, or lacks a heading.
    """
    try:
        with path.open("rb") as stream:
            if is_workbook(stream):
                raise InvalidInputError([FieldFault("file", "workbook", "is a workbook: save it as CSV first")])
            shape = recognise(stream)
    except OSError as failure:
        reason = f"cannot be read: {failure.strerror}"
        raise InvalidInputError([FieldFault("file", "unreadable", reason)]) from None
    with _lines(path, shape.encoding) as lines:
        headings = tuple(cell.strip().lower() for cell in next(lines, (1, ()))[1])
        _require_headings(headings)
        rows = sum(1 for _, values in lines if any(values))
    return ApplicantFile(path, shape, headings, rows)


@contextmanager
def _lines(path: Path, encoding: str) -> Iterator[Iterator[Line]]:
    with path.open("rb") as stream, closing(csv_lines(stream, encoding)) as lines:
        yield ((line, tuple(map(str, values))) for line, values in lines)


def _require_headings(headings: tuple[str, ...]) -> None:
    faults = [
        FieldFault(column, "missing_heading", "a file of applicants needs this heading")
        for column in COLUMNS
        if column not in headings
    ]
    faults += [
        FieldFault(column, "repeated_heading", "the heading stands there more than once")
        for column in COLUMNS + OPTIONAL
        if headings.count(column) > 1
    ]
    if faults:
        raise InvalidInputError(faults)


def _read_row(headings: tuple[str, ...], line: int, values: tuple[str, ...]) -> ApplicantRow:
    reader = RowReader({column: value for column, value in zip(headings, values, strict=False) if value})
    request_no = reader.text("request_no", required=True, longest=_LONGEST_NAME) or ""
    if len(values) < len(headings) or any(values[len(headings) :]):
        reader.fault("row", "cells", f"the row has {len(values)} cells where the headings have {len(headings)}")
    applicant = _read_applicant(reader, request_no)
    return ApplicantRow(line, request_no, None if reader.faults else applicant, tuple(reader.faults))


def _read_applicant(reader: RowReader, request_no: str) -> Applicant | None:
    purpose = reader.choice("purpose", _PURPOSES, required=True)
    role = reader.choice("role", _ROLES, required=True)
    region = _read_region(reader)
    identity = _read_identity(reader)
    if purpose is None or role is None:
        return None
    return Applicant(request_no, purpose, role, region, identity)


def _read_region(reader: RowReader) -> str | None:
    region = reader.text("region")
    if region is not None and (len(region) % 2 or Region.of(region) is None):
        reader.fault("region", "region", "a region code of two, four or six digits that begins with 31 to 34 is needed")
    return region


def _read_identity(reader: RowReader) -> Identity:
    id_type = reader.choice("id_type", _ID_TYPES)
    number = reader.text("id_number", longest=_LONGEST_NUMBER)
    if number is not None and id_type is None and not reader.faults:
        reader.fault("id_type", "missing", "the number is given without the type of document")
    kind = Kind.ORGANISATION if id_type in _ORGANISATION_NUMBERS else Kind.PERSON
    name = reader.text("name", longest=_LONGEST_NAME)
    return Identity(
        kind=kind,
        name=name,
        other_names=second_names(name) if kind is Kind.PERSON else (),
        documents=(IdDocument(id_type, number),) if id_type and number else (),
        birth=reader.birth("birth_date"),
        sex=reader.choice("sex", _SEXES),
    )
