"""Walks the listed rows that share a key with an applicant and keeps those whose evidence can reach a floor.

A row holds what a first look needs: the whole number, one birth date, the first characters of the name, and what
makes the row special. Whatever a row cannot show exactly is marked, and the bound then assumes the best: it is never
below what `matching.score.compare` adds up (held by a property test). One pass over the rows of a key, compiled.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matching.compiled import compiled, compiled_for

SOUND, WHOLE, MASKED, DOCUMENTED, SPECIAL_NAME, NAMED, TWO_BIRTHS, ORGANISATION = (1 << bit for bit in range(8))
"""Flags: a sound whole number of eighteen characters; another whole number; a masked one; documents beside the
number; a name (or names) the row cannot show; any name at all; two birth dates that differ; no person."""

LONGEST_NAME = 4
TAIL = 4
HIDDEN = ord("*")
MOST_DIGITS = 19
NOWHERE = 255
"""Stands for the province of a county code that was never assigned."""
BY_SOUND = 1
"""The lowest bit of a key says that it was made from how a name sounds."""

ROW = np.dtype(
    [
        ("number", np.uint64),
        ("name", np.uint64),
        ("birth", np.uint32),
        ("area", np.uint32),
        ("tail", np.uint32),
        ("name_weight", np.int32),
        ("birthplace", np.uint8),
        ("domicile", np.uint8),
        ("sex", np.uint8),
        ("name_length", np.uint8),
        ("flags", np.uint8),
    ],
    align=True,
)
"""One row: a number as `packed_number`, sixteen bits for each of the first four folded characters (of an
organisation a digest of its name), the birth date as hexadecimal digits YYYYMMDD, the first six digits of the number
as hexadecimal digits (0 where hidden) and its last four characters, the most its name can weigh, the provinces of
number and domicile (0 where not stated), the sex (1 male, 2 female)."""

_WEIGHTS = (
    *("numbers_differ", "place", "place_differs", "area_differs", "sex", "sex_differs"),
    *("day", "near_day", "same_year", "other_birth", "partial", "partial_differs"),
    *("name_differs", "one_unit_off", "order_off", "same_organisation", "other_organisation"),
)
WEIGHTS = np.dtype([*((name, np.int64) for name in _WEIGHTS), ("tails", np.int64, (TAIL + 1, 3))])
"""The most each kind of agreement can weigh under a model, in millibits; `tails`: so many visible characters of
which none, one or more differ."""

_FEW_DAYS, _TWO_YEARS = 60, 2 * 12 * 31 + 12 * 31
"""In day numbers, with what rounding may add: as far apart as a lunar date and its solar day can be, and years
that are equal or adjacent."""
_CHARACTER: Any = np.uint64(0xFFFF)
_NEXT: Any = np.uint64(16)
_TEN: Any = np.uint64(10)
_ELEVEN: Any = np.uint64(11)
_THREE_ZEROS: Any = np.uint64(11 * 100)

Rows = npt.NDArray[np.void]
Numbers = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.int64]


class Row(Protocol):
    """One row of `ROW`, as compiled code reads it."""

    number: int
    name: int
    birth: int
    area: int
    tail: int
    name_weight: int
    birthplace: int
    domicile: int
    sex: int
    name_length: int
    flags: int


class Weights(Protocol):
    """The row of `WEIGHTS`, as compiled code reads it."""

    numbers_differ: int
    place: int
    place_differs: int
    area_differs: int
    sex: int
    sex_differs: int
    day: int
    near_day: int
    same_year: int
    other_birth: int
    partial: int
    partial_differs: int
    name_differs: int
    one_unit_off: int
    order_off: int
    same_organisation: int
    other_organisation: int
    tails: Any


@compiled
def _agreeing(a: int, b: int) -> int:
    """Count the places in which two names have the same character."""
    count = 0
    while a != 0 and b != 0:
        count += int((a & _CHARACTER) == (b & _CHARACTER))
        a >>= _NEXT
        b >>= _NEXT
    return count


@compiled
def _name_bound(weights: Weights, ours: Row, theirs: Row, by_sound: bool) -> int:
    """Bound names by how many characters agree in their places, or one place on where one is longer.

    Names found by sound, and names a row cannot show, may be equal. Names without any common character are alike
    only where they sound alike, in whatever order.
    """
    if not ours.flags & theirs.flags & NAMED:
        return 0
    exact = max(ours.name_weight, theirs.name_weight)
    if (ours.flags | theirs.flags) & SPECIAL_NAME:
        return exact
    agreeing = _agreeing(ours.name, theirs.name)
    other_length = ours.name_length != theirs.name_length
    if other_length:
        moved = max(_agreeing(ours.name >> _NEXT, theirs.name), _agreeing(ours.name, theirs.name >> _NEXT))
        agreeing = max(agreeing, moved)
    if agreeing == 0 and not by_sound:
        return weights.name_differs
    longest = max(ours.name_length, theirs.name_length)
    if agreeing >= longest:
        return exact
    return exact - (weights.one_unit_off if agreeing + 1 >= longest or other_length else weights.order_off)


@compiled
def _differing_digits(mixed: int) -> int:
    """Count the hexadecimal digits in which two packed numbers differ, from their exclusive or."""
    count = 0
    while mixed:
        count += int((mixed & 15) != 0)
        mixed >>= 4
    return count


@compiled
def _day_number(birth: int) -> int:
    """Return a number that is at most four days off between neighbouring months, from packed digits."""
    year = (birth >> 28) * 1000 + (birth >> 24 & 15) * 100 + (birth >> 20 & 15) * 10 + (birth >> 16 & 15)
    month, day = (birth >> 12 & 15) * 10 + (birth >> 8 & 15), (birth >> 4 & 15) * 10 + (birth & 15)
    return (year * 12 + month) * 31 + day


@compiled
def _birth_bound(weights: Weights, ours: Row, theirs: Row) -> int:
    """Bound two dates as far as both are known. A row shows one; where an identity has two, any agreement is possible.

    Dates may be a slip apart where few digits differ, the month is the same, or month and day are swapped.
    """
    if (ours.flags | theirs.flags) & TWO_BIRTHS:
        return weights.day
    a: Any = np.int64(ours.birth)
    b: Any = np.int64(theirs.birth)
    if a == 0 or b == 0:
        return 0
    mixed, apart = a ^ b, abs(_day_number(a) - _day_number(b))
    if a & 0xFF == 0 or b & 0xFF == 0:
        return weights.partial if apart <= _TWO_YEARS else weights.partial_differs
    if mixed == 0:
        return weights.day
    swapped = mixed <= 0xFFFF and (a >> 8 & 0xFF) == (b & 0xFF)
    if swapped or mixed & 0xFF00 == 0 or apart <= _FEW_DAYS or _differing_digits(mixed) <= 2:
        return weights.near_day
    return weights.same_year if mixed <= 0xFFFF else weights.other_birth


@compiled
def _place_bound(weights: Weights, ours: Row, theirs: Row) -> int:
    """Two places in different provinces are neither one county nor near; within a province anything may be.

    Of a code never assigned nothing is known but that it may be equal as written.
    """
    a, b = ours.birthplace, ours.domicile
    c, d = theirs.birthplace, theirs.domicile
    if (a | b) == 0 or (c | d) == 0:
        return 0
    same = (a != 0 and (a in (c, d))) or (b != 0 and (b in (c, d)))
    if same:
        return weights.place
    return 0 if NOWHERE in (a, b, c, d) else weights.place_differs


@compiled
def _ends_bound(weights: Weights, ours: Row, theirs: Row) -> int:
    """Bound what the ends of masked numbers say: the first six digits (else the place) and the last four characters."""
    if ours.area != 0 and theirs.area != 0:
        far = _differing_digits(ours.area ^ theirs.area) > 2
        bound = weights.area_differs if far else weights.place
    else:
        bound = _place_bound(weights, ours, theirs)
    shown, differing = 0, 0
    for place in range(TAIL):
        a, b = ours.tail >> (8 * place) & 0xFF, theirs.tail >> (8 * place) & 0xFF
        if a != HIDDEN and b != HIDDEN:  # noqa: PLR1714 -- numbers, not sets of them
            shown += 1
            differing += int(a != b)
    return bound + int(weights.tails[shown, min(differing, 2)])


@compiled
def _sex_bound(weights: Weights, ours: Row, theirs: Row) -> int:
    """A different sex speaks against, unless it stands in visible last characters that are compared already."""
    if ours.sex == 0 or theirs.sex == 0:
        return 0
    if ours.sex == theirs.sex:
        return weights.sex
    told = (ours.tail >> 16 & 0xFF) != HIDDEN and (theirs.tail >> 16 & 0xFF) != HIDDEN
    return 0 if told else weights.sex_differs


@compiled
def _unpacked(packed: int, digits: npt.NDArray[np.uint8]) -> int:
    """Write the digits of a packed number, the last one first, and return how many there are."""
    digits[0] = packed % _ELEVEN
    packed //= _ELEVEN
    length = 1
    while packed != 0:
        digits[length] = packed % _TEN
        packed //= _TEN
        length += 1
    return length


@compiled
def a_slip_apart(a: int, b: int) -> bool:
    """Say whether two packed numbers are at most two slips apart, as `matching.resident_id.slip_distance` counts them.

    Optimal string alignment, row by row. What could not be packed always may be, and so may a number a spreadsheet
    rounded: fifteen digits and three zeros.
    """
    if a == 0 or b == 0 or a == b:  # noqa: PLR1714 -- as above
        return True
    if (a % _THREE_ZEROS == 0 or b % _THREE_ZEROS == 0) and a // _THREE_ZEROS == b // _THREE_ZEROS:
        return True
    return _alignment(a, b) <= 2


@compiled
def _alignment(a: int, b: int) -> int:
    """Count the slips between two packed numbers; more than two are not told apart."""
    ours, theirs = np.empty(MOST_DIGITS + 1, np.uint8), np.empty(MOST_DIGITS + 1, np.uint8)
    length, other = _unpacked(a, ours), _unpacked(b, theirs)
    if abs(length - other) > 2:
        return 3
    far = np.empty((MOST_DIGITS + 2, MOST_DIGITS + 2), np.int64)
    for i in range(length + 1):
        far[i, 0] = i
    for j in range(other + 1):
        far[0, j] = j
    for i in range(1, length + 1):
        for j in range(1, other + 1):
            near = min(far[i - 1, j] + 1, far[i, j - 1] + 1, far[i - 1, j - 1] + (ours[i - 1] != theirs[j - 1]))
            if i > 1 and j > 1 and ours[i - 1] == theirs[j - 2] and ours[i - 2] == theirs[j - 1]:
                near = min(near, far[i - 2, j - 2] + 1)
            far[i, j] = near
    return int(far[length, other])


@compiled
def _organisation_may_reach(weights: Weights, ours: Row, theirs: Row, floor: int) -> bool:
    """Organisations are compared by number and name alone; equal numbers are compared whatever they weigh."""
    if not ours.flags & theirs.flags & ORGANISATION:
        return False
    if ours.flags & theirs.flags & DOCUMENTED:
        return True
    name = weights.same_organisation if ours.name == theirs.name else weights.other_organisation
    return name >= floor


@compiled
def _person_may_reach(weights: Weights, ours: Row, theirs: Row, by_sound: bool, floor: int) -> bool:
    """Say whether the evidence on two people can come to `floor`, or their documents may be one, whatever that weighs.

    Where whole numbers are a slip apart their parts are not counted, so none of these may lower the bound.
    """
    if ours.flags & theirs.flags & DOCUMENTED:
        return True
    parts = _birth_bound(weights, ours, theirs) + _sex_bound(weights, ours, theirs)
    if (ours.flags | theirs.flags) & MASKED:
        parts += _ends_bound(weights, ours, theirs)
    else:
        parts += _place_bound(weights, ours, theirs)
    name = _name_bound(weights, ours, theirs, by_sound)
    if ours.flags & (SOUND | WHOLE) == 0 or theirs.flags & (SOUND | WHOLE) == 0:
        return parts + name >= floor
    return max(parts, 0) + name + weights.numbers_differ >= floor or a_slip_apart(ours.number, theirs.number)


@compiled
def _may_reach(weights: Weights, ours: Row, theirs: Row, by_sound: bool, floor: int) -> bool:
    """Two different sound numbers belong to two people; everything else may be one person."""
    if ours.flags & theirs.flags & SOUND and ours.number != theirs.number:
        return False
    if (ours.flags | theirs.flags) & ORGANISATION:
        return _organisation_may_reach(weights, ours, theirs, floor)
    return _person_may_reach(weights, ours, theirs, by_sound, floor)


@compiled
def _first_place(keys: Numbers, directory: Numbers, key: int) -> int:
    """Return the place of the first key that is not below `key`; the directory says where its leading bits begin."""
    shift, parts = 32, len(directory) - 1
    while parts > 1:
        parts >>= 1
        shift -= 1
    part: Any = np.int64(key) >> shift
    low: Any = np.int64(directory[part])
    high: Any = np.int64(directory[part + 1])
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return int(low)


@compiled_for(
    np.int64,
    (WEIGHTS,),
    (ROW,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (ROW,),
    (np.int64,),
)
def walk(  # noqa: PLR0913, PLR0917 -- arrays laid side by side are what can be compiled
    floor: int, weights: Rows, ours: Rows, sought: Numbers, ends: Numbers,
    directory: Numbers, keys: Numbers, key_rows: Numbers, rows: Rows, found: Pairs,
) -> int:  # fmt: skip
    """Write the pairs whose evidence may come to `floor` millibits, and return how many there are.

    Applicant i has the row `ours[i]` and the keys `sought[ends[i]:ends[i + 1]]`; listed row `key_rows[j]` is filed
    under `keys[j]`, sorted. A pair is `i << 32 | row`; it may be written twice. Where `found` is too short the rest is
    counted and not written.
    """
    count: Any = 0
    for applicant in range(len(ours)):
        for key in sought[ends[applicant] : ends[applicant + 1]]:
            place = _first_place(keys, directory, key)
            while place < len(keys) and keys[place] == key:
                row = np.int64(key_rows[place])
                if _may_reach(weights[0], ours[applicant], rows[row], (key & BY_SOUND) != 0, floor):
                    if count < len(found):
                        found[count] = np.int64(applicant) << 32 | row
                    count += 1
                place += 1
    return int(count)


def directory_of(keys: Numbers) -> Numbers:
    """Return where the keys with the same leading bits begin, and where the last end; about eight keys a part."""
    bits = (len(keys) // 8).bit_length()
    starts = np.arange(1 << bits, dtype=np.uint64) << np.uint64(32 - bits)
    places = keys.searchsorted(starts.astype(np.uint32))
    return np.append(places, len(keys)).astype(np.uint32)
