"""Candidate keys: two identities that are to be compared share at least one.

Each key is a 32-bit digest of what it stands for; two things with one digest cost a needless
comparison and nothing else. The keys are laid out so that one slip anywhere in a number, and one wrong
character in a name beside a known birth date, leaves at least one key untouched: a slip in the county
code spares the last eight characters, a slip in the month spares the first ten digits or the first six
with the last four, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from zlib import crc32

from matching.identity import BirthDate, Kind
from matching.prepare import CitizenNumber, Prepared
from matching.resident_id import UNKNOWN


def filing_keys(listed: Prepared) -> frozenset[int]:
    """Return the keys under which a listed identity is filed."""
    return _digests(listed, _last_four_filed(listed.number))


def lookup_keys(applicant: Prepared) -> frozenset[int]:
    """Return the keys under which an applicant's like are looked for."""
    return _digests(applicant, _last_four_sought(applicant.number))


def _digests(prepared: Prepared, last_four: Iterator[str]) -> frozenset[int]:
    if prepared.kind is Kind.ORGANISATION:
        return frozenset([_digest(text) for text in chain(_organisation_keys(prepared), last_four)])
    found = [_digest(sound) for name in prepared.names for sound in name.sounds]
    found += [_digest(text) for text in _person_keys(prepared)]
    found += [_digest(text) for text in last_four]
    return frozenset(found)


def _digest(text: str) -> int:
    return crc32(text.encode())


def _last_four_filed(number: CitizenNumber | None) -> Iterator[str]:
    """Only numbers that show little else are found by their last four characters."""
    if number and UNKNOWN not in number.tail:
        yield f"last four {number.tail}"
        if _hides_area(number):
            yield f"only last four {number.tail}"


def _last_four_sought(number: CitizenNumber | None) -> Iterator[str]:
    if number and UNKNOWN not in number.tail:
        yield f"{'last four' if _hides_area(number) else 'only last four'} {number.tail}"


def _hides_area(number: CitizenNumber) -> bool:
    return UNKNOWN in number.digits[:6]


def _person_keys(prepared: Prepared) -> Iterator[str]:
    if prepared.number:
        yield from _number_keys(prepared.number.digits)
    for _, number in prepared.documents:
        yield from _document_keys(number)
    counties = _counties(prepared)
    for birth in prepared.births:
        yield from _birth_keys(birth, counties)


def _number_keys(digits: str) -> Iterator[str]:
    head, tail, ends = digits[:10], digits[-8:], digits[:6] + digits[-4:]
    for label, part in (("head", head), ("tail", tail), ("ends", ends)):
        if UNKNOWN not in part:
            yield f"{label} {part}"


def _document_keys(number: str) -> Iterator[str]:
    """A slip in one half of a number spares the other; the type is left out, for it may have been entered wrongly."""
    middle = len(number) // 2
    yield f"front {number[:middle]}"
    yield f"back {number[-middle:]}"


def _counties(prepared: Prepared) -> set[str]:
    area = prepared.number.parts.area if prepared.number else None
    return {code for code in (prepared.domicile, area) if code}


def _birth_keys(birth: BirthDate, counties: set[str]) -> Iterator[str]:
    whole = birth.month is not None and birth.day is not None
    if whole:
        yield f"day {birth.isoformat()}"
    for county in counties:
        yield f"year and county {birth.year} {county}"
        if whole:
            yield f"day of the year and county {birth.month} {birth.day} {county}"


def _organisation_keys(prepared: Prepared) -> Iterator[str]:
    for _, number in prepared.documents:
        yield from _document_keys(number)
    if prepared.organisation:
        yield f"core {prepared.organisation.core}"
