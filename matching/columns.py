"""Lays prepared identities out as the fixed-width rows of which the candidate walk tells a bound at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from matching.candidate_walk import HIDDEN
from matching.identity import BirthDate, Kind, Sex
from matching.mistakable import place_of
from matching.model import Model
from matching.name_likeness import ComparedName
from matching.name_weight import bearers_share
from matching.normalize import Script
from matching.number_slips import MOST_DIGITS
from matching.packed_rows import (
    DOCUMENTED,
    LONGEST_NAME,
    MASKED,
    NAMED,
    ORGANISATION,
    ROW,
    SOUND,
    SPECIAL_NAME,
    TAIL,
    TWO_BIRTHS,
    UNKNOWN,
    WHOLE,
    Rows,
)
from matching.place_classes import place_class
from matching.prepare import CitizenNumber, Prepared

_SEXES = {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}
_NO_TAIL = int.from_bytes(bytes([HIDDEN] * TAIL), "little")


def rows_of(model: Model, identities: Sequence[Prepared]) -> Rows:
    """Return the rows of these identities, in their order."""
    return np.array([_row(model, identity) for identity in identities], dtype=ROW)


def _row(model: Model, identity: Prepared) -> tuple[int, ...]:
    number, (first, second) = identity.number, _shown_names(identity.names)
    area = number.parts.area if number else None
    weights = [_exact_weight(model, name) for name in identity.names]
    return (
        _number_or_birth(identity),
        packed_name(first.units) if first else _organisation_digest(identity),
        packed_name(second.units) if second else 0,
        packed_birth(identity.births[0]) if identity.births else 0,
        int(area, 16) if area else 0,
        int.from_bytes(number.tail.encode(), "little") if number else _NO_TAIL,
        weights[0] if first else max(weights, default=0),
        weights[-1] if second else 0,
        _surname_weight(model, first.parts.surname) if first else 0,
        place_class(area),
        place_class(identity.domicile),
        _SEXES[identity.sex],
        _flags(identity, first or second),
    )


def _number_or_birth(identity: Prepared) -> int:
    """Return the whole number; of a masked one, which is compared by its ends, the second birth date."""
    if identity.number is None:
        return 0
    if not identity.number.masked:
        return packed_number(identity.number.digits)
    return packed_birth(identity.births[1]) if len(identity.births) > 1 else 0


def _organisation_digest(identity: Prepared) -> int:
    """Return a digest that names of one spelling share."""
    return crc32(identity.organisation.folded.encode()) if identity.organisation else 0


def _flags(identity: Prepared, named: ComparedName | None) -> int:
    flags = _number_flag(identity.number) | (ORGANISATION if identity.kind is Kind.ORGANISATION else 0)
    if identity.names:
        flags |= NAMED if named else NAMED | SPECIAL_NAME
    flags |= DOCUMENTED if identity.documents else 0
    return flags | (TWO_BIRTHS if len(identity.births) > 1 else 0)


def _number_flag(number: CitizenNumber | None) -> int:
    if number is None:
        return 0
    if number.masked:
        return MASKED
    return SOUND if number.proves_another else WHOLE


def _shown_names(names: tuple[ComparedName, ...]) -> tuple[ComparedName | None, ComparedName | None]:
    """Return the name and the former or further name, where a row can show all there are; else neither."""
    if not names or len(names) > 2 or not all(map(_is_plain, names)) or (names[:-1] and names[0].other):
        return None, None
    return None if names[0].other else names[0], names[-1] if names[-1].other else None


def _is_plain(name: ComparedName) -> bool:
    """Say whether a row can show a Han name: a character of one sort or another for each unit."""
    return name.parts.script is Script.HAN and len(name.units) <= LONGEST_NAME


def packed_name(units: tuple[str, ...]) -> int:
    """Return sixteen bits for each of the first four characters, the first lowest; equal ones give equal bits.

    Pinyin in place of a character is shown as unknown.
    """
    places = (UNKNOWN if unit.isascii() else place_of(unit) for unit in units[:LONGEST_NAME])
    return sum(place << 16 * number for number, place in enumerate(places))


def packed_number(digits: str) -> int:
    """Return a whole number as one integer, its digits but the last times eleven; 0 where it does not fit."""
    if not digits or len(digits) > MOST_DIGITS or digits[0] == "0" or not digits[:-1].isdigit():
        return 0
    last = 10 if digits[-1] == "X" else int(digits[-1])
    return int(digits[:-1]) * 11 + last


def packed_birth(birth: BirthDate) -> int:
    """Return the date as eight hexadecimal digits YYYYMMDD, 00 where unknown."""
    return int(f"{birth.year:04d}{birth.month or 0:02d}{birth.day or 0:02d}", 16)


def _exact_weight(model: Model, name: ComparedName) -> int:
    """Return the most a comparison with this name can weigh."""
    return model.weight("name", "exact", bearers_share(model.names, name.parts))


@lru_cache(maxsize=4096)
def _surname_weight(model: Model, surname: str) -> int:
    """Return the most a comparison can weigh in which nothing but this surname agrees."""
    return model.weight("name", "surname_only", model.names.surname_share(surname))
