"""Files of applicants in: what their headings and encoding are, and each row as whom it states.

The file is read once as a whole before anything is judged, so that a broken file is refused before any work. That
reading also notes where every batch of rows begins, so that each process of a run takes its own batches alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, Sex
from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.named_people import second_names
from registry.intake.row_reader import RowReader
from registry.intake.table_file import csv_lines
from registry.intake.text_encoding import TextShape, recognise
from registry.intake.workbook import is_workbook
from registry.law.roles import Purpose, Region, Role

Line = tuple[int, Sequence[str]]
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
ROWS_AT_A_TIME = 1_000

_PLAIN_REQUEST = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")
_PLAIN_NAME = re.compile(r"[\u4e00-\u67cf\u67d1-\u9fa5]{2,4}")
"""Two to four characters in their commonest range, 某 (U+67D0), which hides a name, not among them."""
_PLAIN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_PLAIN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_REGION = re.compile(r"[0-9]{2,6}")


class Applicant(NamedTuple):
    """One row that could be read: who applies for what, where (None: all four regions)."""

    purpose: Purpose
    role: Role
    region: str | None
    identity: Identity


class ApplicantRow(NamedTuple):
    """One row of the file: its line and request number, and either the applicant or what is wrong.

    `plain` says that a name and a whole resident number are stated in their commonest form: enough to screen by.
    """

    line: int
    request_no: str
    applicant: Applicant | None
    faults: tuple[FieldFault, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class ApplicantFile:
    """A file of applicants, understood: its encoding, SHA-256, headings in order, and its number of rows.

    `begins` are the lines on which its batches begin, and last the one behind its end.
    """

    path: Path
    shape: TextShape
    headings: tuple[str, ...]
    rows: int
    begins: tuple[int, ...]
    picked: Callable[[Sequence[str]], Sequence[str]]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings that mean nothing here and are left aside."""
        return tuple(name for name in self.headings if name and name not in COLUMNS + OPTIONAL)

    def batches(self, part: int, parts: int) -> Iterator[list[Line]]:
        """Yield every `parts`-th batch of lines from the `part`-th on, blank lines left out.

        Opens the file anew, so each process can read for itself; the batches of others are passed over unread.
        Raises ConflictError where the file is no longer the table it was.
        """
        with self.path.open("rb") as stream, io.TextIOWrapper(stream, self.shape.encoding, newline="") as text:
            deque(islice(text, self.begins[0] - 1), maxlen=0)
            for number, (begin, end) in enumerate(pairwise(self.begins)):
                lines = islice(text, end - begin)
                if number % parts == part:
                    yield _batch(begin, lines)
                else:
                    deque(lines, maxlen=0)

    def understand(self, line: Line) -> ApplicantRow:
        """Read one line as an applicant, or say what is wrong with it."""
        number, values = line
        plain = _plain_row(number, self.picked((*values, ""))) if len(values) == len(self.headings) else None
        return plain or _read_row(self.headings, number, values)


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
    try:
        return _measured(path, shape)
    except csv.Error:
        with path.open("rb") as stream:
            deque(csv_lines(stream, shape.encoding), maxlen=0)  # names the line
        raise ConflictError("the file of applicants changed while it was being read") from None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as it is now, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _measured(path: Path, shape: TextShape) -> ApplicantFile:
    """Read headings, the number of rows, and where the batches begin."""
    with path.open("rb") as stream, io.TextIOWrapper(stream, shape.encoding, newline="") as text:
        reader = csv.reader(text, strict=True)
        headings = tuple(cell.strip().lower() for cell in next(reader, ()))
        _require_headings(headings)
        rows, begins = 0, [reader.line_num + 1]
        while True:
            rows += sum(map(any, islice(reader, ROWS_AT_A_TIME)))
            if reader.line_num + 1 == begins[-1]:
                break
            begins.append(reader.line_num + 1)
    return ApplicantFile(path, shape, headings, rows, tuple(begins), _picking(headings))


def _picking(headings: tuple[str, ...]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return what picks the known cells out of a row; one without a heading is the blank put behind the row."""
    places = (headings.index(name) if name in headings else len(headings) for name in COLUMNS + OPTIONAL)
    return itemgetter(*places)


def _batch(begin: int, lines: Iterable[str]) -> list[Line]:
    reader = csv.reader(lines, strict=True)
    found: list[Line] = []
    line = begin
    try:
        for values in reader:
            if any(values):
                found.append((line, values))
            line = begin + reader.line_num
    except csv.Error:
        raise ConflictError("the file of applicants changed while it was being screened") from None
    return found


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


def _plain_row(line: int, cells: Sequence[str]) -> ApplicantRow | None:
    """Read a row whose every cell is in the form nearly all are in; None where it needs the reader's whole care."""
    request_no, purpose, role, name, id_type, number, birth, sex, region = cells
    if id_type != IdType.RESIDENT_ID or not _PLAIN_NAME.fullmatch(name) or not _PLAIN_NUMBER.fullmatch(number):
        return None
    meant, acts_as, day, given = _PURPOSES.get(purpose), _ROLES.get(role), _plain_day(birth), _SEXES.get(sex)
    if meant is None or acts_as is None or (birth and day is None) or (sex and given is None):
        return None
    if (region and not _plain_region(region)) or not _PLAIN_REQUEST.fullmatch(request_no):
        return None
    documents = (IdDocument(IdType.RESIDENT_ID, number),)
    identity = Identity(Kind.PERSON, name, (), documents, day, given)
    return ApplicantRow(line, request_no, Applicant(meant, acts_as, region or None, identity), (), plain=True)


@lru_cache(maxsize=1 << 16)
def _plain_day(text: str) -> BirthDate | None:
    """Return the day of an ISO date; None where the text is blank, in another form, or no day of the calendar."""
    try:
        return read_date(text) if _PLAIN_DAY.fullmatch(text) else None
    except (ImpossibleDateError, UnreadableDateError):
        return None


@lru_cache(maxsize=1 << 12)
def _plain_region(text: str) -> bool:
    return _PLAIN_REGION.fullmatch(text) is not None and _is_region(text)


def _is_region(text: str) -> bool:
    return len(text) % 2 == 0 and Region.of(text) is not None


def _read_row(headings: tuple[str, ...], line: int, values: Sequence[str]) -> ApplicantRow:
    reader = RowReader({column: value for column, value in zip(headings, values, strict=False) if value})
    request_no = reader.text("request_no", required=True, longest=_LONGEST_NAME) or ""
    if len(values) < len(headings) or any(values[len(headings) :]):
        reader.fault("row", "cells", f"the row has {len(values)} cells where the headings have {len(headings)}")
    applicant = _read_applicant(reader)
    return ApplicantRow(line, request_no, None if reader.faults else applicant, tuple(reader.faults))


def _read_applicant(reader: RowReader) -> Applicant | None:
    purpose = reader.choice("purpose", _PURPOSES, required=True)
    role = reader.choice("role", _ROLES, required=True)
    region = _read_region(reader)
    identity = _read_identity(reader)
    if purpose is None or role is None:
        return None
    return Applicant(purpose, role, region, identity)


def _read_region(reader: RowReader) -> str | None:
    region = reader.text("region")
    if region is not None and not _is_region(region):
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
