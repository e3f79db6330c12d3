"""Candidate keys: two identities that are to be compared share at least one.

Each key is a 64-bit number, a digest of what it stands for. The keys are laid out so that one slip
anywhere in a number, and one wrong character in a name beside a known birth date, leaves at least one
key untouched: a slip in the county code spares the last eight characters, a slip in the month spares
the first ten digits or the first six with the last four, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import chain

from matching.identity import BirthDate, IdType, Kind
from matching.prepare import CitizenNumber, Prepared
from matching.resident_id import UNKNOWN


def key_of(*parts: object) -> int:
    """Return the 64-bit key of a tuple of values."""
    return int.from_bytes(blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest(), "big")


def filing_keys(listed: Prepared) -> frozenset[int]:
    """Return the keys under which a listed identity is filed."""
    return _digests(listed, _last_four_filed(listed.number))


def lookup_keys(applicant: Prepared) -> frozenset[int]:
    """Return the keys under which an applicant's like are looked for."""
    return _digests(applicant, _last_four_sought(applicant.number))


def _digests(prepared: Prepared, last_four: Iterator[tuple[object, ...]]) -> frozenset[int]:
    found = _organisation_keys(prepared) if prepared.kind is Kind.ORGANISATION else _person_keys(prepared)
    return frozenset(key_of(*parts) for parts in chain(found, last_four))


def _last_four_filed(number: CitizenNumber | None) -> Iterator[tuple[object, ...]]:
    """Only numbers that show little else are found by their last four characters."""
    if number and UNKNOWN not in number.tail:
        yield "last four", number.tail
        if _hides_area(number):
            yield "only last four", number.tail


def _last_four_sought(number: CitizenNumber | None) -> Iterator[tuple[object, ...]]:
    if number and UNKNOWN not in number.tail:
        yield ("last four" if _hides_area(number) else "only last four"), number.tail


def _hides_area(number: CitizenNumber) -> bool:
    return UNKNOWN in number.digits[:6]


def _person_keys(prepared: Prepared) -> Iterator[tuple[object, ...]]:
    if prepared.number:
        yield from _number_keys(prepared.number)
    for type_, number in prepared.documents:
        yield from _document_keys(type_, number)
    for name in prepared.names:
        for sound in name.sounds:
            yield "sound", sound
    counties = _counties(prepared)
    for birth in prepared.births:
        yield from _birth_keys(birth, counties)


def _number_keys(number: CitizenNumber) -> Iterator[tuple[object, ...]]:
    digits = number.digits
    head, tail, ends = digits[:10], digits[-8:], digits[:6] + digits[-4:]
    for label, part in (("head", head), ("tail", tail), ("ends", ends)):
        if UNKNOWN not in part:
            yield label, part


def _document_keys(type_: IdType, number: str) -> Iterator[tuple[object, ...]]:
    """A slip in one half of a number spares the other."""
    middle = len(number) // 2
    yield "document", type_, number[:middle], "front"
    yield "document", type_, number[-middle:], "back"


def _counties(prepared: Prepared) -> set[str]:
    area = prepared.number.parts.area if prepared.number else None
    return {code for code in (prepared.domicile, area) if code}


def _birth_keys(birth: BirthDate, counties: set[str]) -> Iterator[tuple[object, ...]]:
    if birth.month and birth.day:
        yield "day", birth.isoformat()
    for county in counties:
        yield "year and county", birth.year, county
        if birth.month and birth.day:
            yield "month, day and county", birth.month, birth.day, county


def _organisation_keys(prepared: Prepared) -> Iterator[tuple[object, ...]]:
    for type_, number in prepared.documents:
        yield from _document_keys(type_, number)
    if prepared.organisation:
        yield "core", prepared.organisation.core
