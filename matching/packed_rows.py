"""How an identity and the bounds of a model are laid out for the candidate walk: fixed-width rows of whole numbers.

A row holds what a first look needs: the whole number, one birth date, the first characters of the name, and what makes
the row special. Whatever a row cannot show exactly is marked, and the bound then assumes the best.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

SOUND, WHOLE, MASKED, DOCUMENTED, SPECIAL_NAME, NAMED, TWO_BIRTHS, ORGANISATION = (1 << bit for bit in range(8))
"""Flags: a sound whole number of eighteen characters; another whole number; a masked one; documents beside the
number; a name (or names) the row cannot show; any name at all; two birth dates that differ; no person."""

UNKNOWN = 0x25A1
"""The character that stands for one that could not be read, as in `matching.normalize`."""

LONGEST_NAME = 4
TAIL = 4

Rows = npt.NDArray[np.void]

ROW = np.dtype(
    [
        ("number", np.uint64),
        ("name", np.uint64),
        ("second", np.uint64),
        ("birth", np.uint32),
        ("area", np.uint32),
        ("tail", np.uint32),
        ("name_weight", np.int16),
        ("second_weight", np.int16),
        ("surname_weight", np.int16),
        ("birthplace", np.uint16),
        ("domicile", np.uint16),
        ("sex", np.uint8),
        ("flags", np.uint8),
    ],
    align=True,
)
"""One row: a number as `packed_number` (of a masked one the second birth date, if two are known), sixteen bits for each
of the first four folded characters of the name and of a former or further name (of an organisation a digest of its
name), the birth date as hexadecimal digits YYYYMMDD, the first six digits of the number as hexadecimal digits (0 where
hidden) and its last four characters, the most each name can weigh and the first one's surname alone, the classes of the
places of number and domicile (0 where not stated), the sex (1 male, 2 female)."""

_WEIGHTS = (
    *("numbers_differ", "place", "place_near", "place_differs", "area_equal", "area_near", "area_differs"),
    *("birth_and_sex", "sex", "sex_differs"),
    *("day", "swapped", "year_off", "one_digit", "days_apart", "lunar", "year_and_day_off", "same_year", "other_birth"),
    *("month", "month_same_year", "month_differs", "year", "year_adjacent", "year_differs"),
    *("name_differs", "given_off", "former_off", "former_error_off"),
    *("same_organisation", "other_organisation"),
)
LIKENESSES = 10
WEIGHTS = np.dtype(
    [
        *((name, np.int64) for name in _WEIGHTS),
        ("tails", np.int64, (TAIL + 1, 3)),
        ("name_off", np.int64, (LIKENESSES,)),
    ]
)
"""The most each kind of agreement can weigh under a model, in millibits; `tails`: so many visible characters of
which none, one or more differ; `name_off`: how far names so alike stay below equal ones."""


class Row(Protocol):
    """One row of `ROW`, as compiled code reads it."""

    number: int
    name: int
    second: int
    birth: int
    area: int
    tail: int
    name_weight: int
    second_weight: int
    surname_weight: int
    birthplace: int
    domicile: int
    sex: int
    flags: int


class Weights(Protocol):
    """The row of `WEIGHTS`, as compiled code reads it."""

    numbers_differ: int
    place: int
    place_near: int
    place_differs: int
    area_equal: int
    area_near: int
    area_differs: int
    birth_and_sex: int
    sex: int
    sex_differs: int
    day: int
    swapped: int
    year_off: int
    one_digit: int
    days_apart: int
    lunar: int
    year_and_day_off: int
    same_year: int
    other_birth: int
    month: int
    month_same_year: int
    month_differs: int
    year: int
    year_adjacent: int
    year_differs: int
    name_differs: int
    given_off: int
    former_off: int
    former_error_off: int
    same_organisation: int
    other_organisation: int
    tails: Any
    name_off: Any
