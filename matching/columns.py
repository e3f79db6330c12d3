"""Lays prepared identities out as the fixed-width rows of which the candidate walk tells a bound at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from matching.candidate_walk import (
    DOCUMENTED,
    HIDDEN,
    MASKED,
    MOST_DIGITS,
    NAMED,
    NOWHERE,
    ORGANISATION,
    SOUND,
    SPECIAL_NAME,
    TWO_BIRTHS,
    WHOLE,
)
from matching.identity import BirthDate, Kind, Sex
from matching.model import Model
from matching.name_likeness import ComparedName
from matching.name_weight import bearers_share
from matching.normalize import UNKNOWN_CHARACTER, Script
from matching.packed_rows import LONGEST_NAME, ROW, TAIL, Rows
from matching.prepare import CitizenNumber, Prepared
from matching.regions import county

_ONE_PROVINCE = {50: 51, 46: 44}
"""Chongqing was parted from Sichuan and Hainan from Guangdong: counties of the one may be those of the other."""
_SEXES = {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}
_NO_TAIL = int.from_bytes(bytes([HIDDEN] * TAIL), "little")


def rows_of(model: Model, identities: Sequence[Prepared]) -> Rows:
    """Return the rows of these identities, in their order."""
    return np.array([_row(model, identity) for identity in identities], dtype=ROW)


def _row(model: Model, identity: Prepared) -> tuple[int, ...]:
    number, named = identity.number, _shown_name(identity.names)
    area = number.parts.area if number else None
    return (
        packed_number(number.digits) if number and not number.masked else 0,
        packed_name(named.units) if named else _organisation_digest(identity),
        packed_birth(identity.births[0]) if identity.births else 0,
        int(area, 16) if area else 0,
        int.from_bytes(number.tail.encode(), "little") if number else _NO_TAIL,
        max((_exact_weight(model, name) for name in identity.names), default=0),
        _surname_weight(model, named.parts.surname) if named else 0,
        _province(area),
        _province(identity.domicile),
        _SEXES[identity.sex],
        len(named.units) if named else 0,
        _flags(identity, named),
    )


def _province(code: str | None) -> int:
    """Return a code's province; 0 where none is stated."""
    if not code:
        return 0
    return NOWHERE if county(code) is None else _ONE_PROVINCE.get(int(code[:2]), int(code[:2]))


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


def _shown_name(names: tuple[ComparedName, ...]) -> ComparedName | None:
    """Return the one plain Han name a row can show; None where there are more, or it is of another kind."""
    if len(names) != 1:
        return None
    plain = names[0].parts.script is Script.HAN and len(names[0].units) <= LONGEST_NAME
    whole = all(len(unit) == 1 and unit != UNKNOWN_CHARACTER and not unit.isascii() for unit in names[0].units)
    return names[0] if plain and whole and not names[0].other else None


def packed_name(units: tuple[str, ...]) -> int:
    """Return sixteen bits for each of the first four characters, the first lowest; equal ones give equal bits."""
    codes = ((ord(unit) & 0xFFFF) or 1 for unit in units[:LONGEST_NAME])
    return sum(code << 16 * place for place, code in enumerate(codes))


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
