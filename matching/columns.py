"""Fixed-width rows of many prepared identities, from which a bound on their evidence can be told at once.

A row holds what a first look needs: the whole number, birth dates, the first characters of the name,
and what makes the row special (other names, transcribed names, further documents). Whatever a row
cannot show exactly is marked, and the bound then assumes the best.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.identity import BirthDate, Sex
from matching.model import Model
from matching.name_likeness import ComparedName
from matching.name_weight import bearers_share
from matching.normalize import UNKNOWN_CHARACTER, Script
from matching.prepare import CitizenNumber, Prepared
from matching.resident_id import UNKNOWN

SOUND, WHOLE, MASKED, DOCUMENTED, SPECIAL_NAME, NAMED, TWO_BIRTHS = (1 << bit for bit in range(7))
"""Flags: a sound whole number of eighteen characters; another whole number; a masked one; documents beside the
number; a name (or names) the row cannot show; any name at all; two birth dates that differ."""

LONGEST_NUMBER = 19
LONGEST_NAME = 4
TAIL = 4
HIDDEN = ord(UNKNOWN)

ROW = np.dtype(
    [
        ("number", np.uint64),
        ("name", np.uint16, (LONGEST_NAME,)),
        ("birth", np.uint32),
        ("days", np.int32),
        ("area", np.uint32),
        ("tail", np.uint8, (TAIL,)),
        ("provinces", np.uint64),
        ("sex", np.uint8),
        ("name_weight", np.int32),
        ("flags", np.uint8),
        ("name_length", np.uint8),
    ]
)
"""One row: a number as `packed_number`, the birth date as hexadecimal digits YYYYMMDD and as a day number, the
code points of the first four folded characters (their lower sixteen bits), the first six digits of the number
as hexadecimal digits (0 where hidden) and its last four characters, the provinces of number and domicile as
bits (0 where not stated), the sex (1 male, 2 female), the most its name can weigh."""

_ONE_PROVINCE = {50: 51, 46: 44}
"""Chongqing was parted from Sichuan and Hainan from Guangdong: counties of the one may be those of the other."""
_SEXES = {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}

Rows = npt.NDArray[np.void]


def rows_of(model: Model, identities: Sequence[Prepared]) -> Rows:
    """Return the rows of these identities, in their order."""
    return np.array([_row(model, identity) for identity in identities], dtype=ROW)


def _row(model: Model, identity: Prepared) -> tuple[object, ...]:
    number, named = identity.number, _shown_name(identity.names)
    return (
        packed_number(number.digits) if number and not number.masked else 0,
        packed_name(named.units if named else ()),
        *(_birth_cells(identity.births[0]) if identity.births else (0, 0)),
        int(number.parts.area or "0", 16) if number else 0,
        tuple(number.tail.encode()) if number else (HIDDEN,) * TAIL,
        _province_bit(number.parts.area if number else None) | _province_bit(identity.domicile),
        _SEXES[identity.sex],
        max((_exact_weight(model, name) for name in identity.names), default=0),
        _flags(identity, named),
        len(named.units) if named else 0,
    )


def _province_bit(code: str | None) -> int:
    """Return the bit of a code's province; 0 where none is stated. No two provinces share a bit."""
    number = int(code[:2]) if code and code[:2].isdigit() else 0
    return 1 << _ONE_PROVINCE.get(number, number) % 64 if number else 0


def _flags(identity: Prepared, named: ComparedName | None) -> int:
    flags = _number_flag(identity.number)
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


def packed_name(units: tuple[str, ...]) -> tuple[int, ...]:
    """Return sixteen bits for each of the first four characters, 0 where there is none; equal ones give equal bits."""
    codes = tuple((ord(unit) & 0xFFFF) or 1 for unit in units[:LONGEST_NAME])
    return codes + (0,) * (LONGEST_NAME - len(codes))


def packed_number(digits: str) -> int:
    """Return a whole number as one integer that `unpacked_number` reads back; 0 where it does not fit."""
    if not digits or len(digits) > LONGEST_NUMBER or digits[0] == "0" or not digits[:-1].isdigit():
        return 0
    last = 10 if digits[-1] == "X" else int(digits[-1])
    return int(digits[:-1]) * 11 + last


def unpacked_number(packed: int) -> str:
    """Return the digits `packed_number` packed."""
    first, last = divmod(packed, 11)
    return f"{first}{'X' if last == 10 else last}"


def packed_birth(birth: BirthDate) -> int:
    """Return the date as eight hexadecimal digits YYYYMMDD, 00 where unknown."""
    return int(f"{birth.year:04d}{birth.month or 0:02d}{birth.day or 0:02d}", 16)


def _birth_cells(birth: BirthDate) -> tuple[int, int]:
    """Return the packed date and a day number that is at most four off between neighbouring months."""
    return packed_birth(birth), (birth.year * 12 + (birth.month or 0)) * 31 + (birth.day or 0)


def _exact_weight(model: Model, name: ComparedName) -> int:
    """Return the most a comparison with this name can weigh."""
    return model.weight("name", "exact", bearers_share(model.names, name.parts))
