"""What is asked in a check, and whether it is enough to screen.

Enough is a name plus an ID number (whole or masked) or a birth date; for an organisation its name plus a credit
code or licence number. A wrong check character is not refused: it is evidence of a slip. A number that cannot be
one in any reading is refused, because screening it would be guessing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.documents import canonical_number
from matching.identity import IdDocument, Identity, IdType, Kind
from matching.normalize import DOT, UNKNOWN_CHARACTER, is_masked_name, normalize_name
from matching.resident_id import ResidentId, Shape
from registry.errors import FieldFault
from registry.law.roles import Purpose, Role

ORGANISATION_TYPES = frozenset({IdType.USCC, IdType.LICENCE, IdType.OTHER})
_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
"""How nearly all numbers arrive; nothing more needs to be read to see that it is one."""

LONGEST_NAME = 100
"""Characters of a name in its one spelling, which may be longer than what was written."""

_SIGNS_FOR_NOTHING = UNKNOWN_CHARACTER + DOT + "×"
"""What is left of a name that was all dots, blanks or unreadable."""

_LEAST_KNOWN = 4
"""Visible characters a masked number must leave (a list may state the last four alone)."""

_KEPT_BY_SPREADSHEETS = 15
"""Fifteen digits with 000 behind them may be a spreadsheet's or a slip of the pen: enough to screen by."""

_EARLIEST_BIRTH = 1900
_SIGNS_OF_NO_NUMBER = 2
_COUNTED = "01234567890123456789012345678901234567890" + "98765432109876543210987654321098765432109876543210"
"""What is typed where no number is at hand, counted up or down."""

_RESIDENT_LENGTHS = frozenset(range(14, 20))
"""15 or 18 characters, one more or fewer by a slip of the pen."""


@dataclass(frozen=True, slots=True)
class SubjectRequest:
    """One person or organisation to be screened, in the role it is to have."""

    subject_no: str
    role: Role
    identity: Identity


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """One application: its number, what it is for, where (None: all four regions) and whom it concerns."""

    application_no: str
    purpose: Purpose
    region: str | None
    subjects: tuple[SubjectRequest, ...]


def faults_of(subject: SubjectRequest, today: datetime.date) -> list[FieldFault]:
    """Return what is missing or impossible in a subject; empty where it can be screened on that day.

    Fields are JSON pointers relative to the subject; codes carry the subject's number after a colon.
    """
    return [
        FieldFault(field, f"{code}:{subject.subject_no}", f"subject {subject.subject_no}: {code}")
        for field, code in _shortcomings(subject.identity, today)
    ]


def _shortcomings(identity: Identity, today: datetime.date) -> Iterator[tuple[str, str]]:
    yield from _names_shortcomings(identity)
    if identity.birth is not None and not _EARLIEST_BIRTH <= identity.birth.year <= today.year:
        yield "/birth_date", "impossible_birth_date"
    code = next((code for document in identity.documents if (code := _document_fault(identity.kind, document))), None)
    if code is not None:
        yield ("/id_type" if code == "id_type_not_for_kind" else "/id_number"), code
    elif identity.kind is Kind.ORGANISATION and not identity.documents:
        yield "/id_number", "missing_organisation_number"
    elif not identity.documents and identity.birth is None:
        yield "/id_number", "missing_identifier"


def _names_shortcomings(identity: Identity) -> Iterator[tuple[str, str]]:
    """An organisation may be called 小X or 某某; of a person that hides the name. A name of signs alone is none."""
    if identity.kind is Kind.PERSON and identity.name is not None and is_masked_name(identity.name):
        yield "/name", "masked_name"
    elif identity.name is None or not normalize_name(identity.name).strip(_SIGNS_FOR_NOTHING):
        yield "/name", "missing_name"
    named = [("/name", identity.name or "")]
    named += [(f"/other_names/{place}/name", other.name) for place, other in enumerate(identity.other_names)]
    yield from ((field, "name_too_long") for field, name in named if len(normalize_name(name)) > LONGEST_NAME)


def _document_fault(kind: Kind, document: IdDocument) -> str | None:
    if (kind is Kind.ORGANISATION) != (document.type in ORGANISATION_TYPES) and document.type is not IdType.OTHER:
        return "id_type_not_for_kind"
    if document.type in {IdType.RESIDENT_ID, IdType.HK_MO_TW_RESIDENCE}:
        return _resident_fault(document.number)
    stated = canonical_number(document.type, document.number)
    known = re.sub(r"[^0-9A-Za-z]", "", stated)
    return None if len(known) >= _LEAST_KNOWN and not _stands_for_none(stated) else "unreadable_id_number"


def _resident_fault(number: str) -> str | None:
    if _PLAIN.fullmatch(number):
        return "unreadable_id_number" if _stands_for_none(number) else None
    read = ResidentId.parse(number)
    known = len(read.digits) - read.digits.count("*")
    if read.shape is Shape.EXCEL_DAMAGED and known < _KEPT_BY_SPREADSHEETS:
        return "spreadsheet_damaged"
    if read.shape is Shape.UNREADABLE:
        return "unreadable_id_number"
    if read.shape is Shape.WRONG_LENGTH and len(read.digits) not in _RESIDENT_LENGTHS:
        return "unreadable_id_number"
    return None if known >= _LEAST_KNOWN and not _stands_for_none(read.digits) else "unreadable_id_number"


def _stands_for_none(number: str) -> bool:
    """Say whether somebody filled a field that must be filled: one sign over and over (000…, 111…0), or 1, 2, 3, 4 …

    Screened by it, whoever applies would be clear of everybody listed. What a masked number leaves may be anything.
    """
    return "*" not in number and (len(set(number)) <= _SIGNS_OF_NO_NUMBER or number in _COUNTED)
