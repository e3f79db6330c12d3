"""Walks the listed rows that share a key with an applicant and keeps those whose evidence can reach a floor.

A row holds what a first look needs: the whole number, one birth date, the first characters of the name, and what
makes the row special. Whatever a row cannot show exactly is marked, and the bound then assumes the best: it is never
below what `matching.score.compare` adds up (held by a property test). One pass over the rows of a key, compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.compiled import compiled, compiled_for
from matching.name_bound import INCOMPLETE, Numbers, Sounds, name_bound
from matching.number_slips import a_slip_apart
from matching.packed_rows import (
    DOCUMENTED,
    MASKED,
    ORGANISATION,
    ROW,
    SOUND,
    TAIL,
    TWO_BIRTHS,
    WEIGHTS,
    WHOLE,
    Row,
    Rows,
    Weights,
)

HIDDEN = ord("*")
MADE_WITH = {"name_bound": "e62de62949b46f42", "number_slips": "3f7defa675c8c871"}
"""Digests of the modules that are compiled into the walk: machine code that was kept is known by this file alone."""

NOWHERE = 0xFFFF
"""Stands for the place of a county code that was never assigned, as in `matching.place_classes`."""
PLACE_BITS = 11
PROVINCE, PREFECTURE = 1, 2
"""How near two classes of places may be, as in `matching.place_classes`."""

_LUNAR_DAYS, _TEN_DAYS = 60, 10 + 4
"""In day numbers, with what rounding may add: as far apart as a lunar date and its solar day can be, and ten days."""
_MARKS: Any = np.uint64(255)

Pairs = npt.NDArray[np.int64]
Nearness = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.uint8]


@compiled
def _differing_digits(mixed: int) -> int:
    """Count the hexadecimal digits, at most eight, in which two packed numbers differ, from their exclusive or."""
    mixed |= mixed >> 2
    mixed |= mixed >> 1
    return (mixed & 0x11111111) * 0x11111111 >> 28 & 15


@compiled
def _a_digit_apart(a: int, b: int) -> bool:
    """Say whether two packed dates differ in one digit, or in two neighbours that are swapped."""
    mixed, place = a ^ b, 0
    differing = _differing_digits(mixed)
    while mixed & 15 == 0:
        mixed >>= 4
        place += 4
    x, y = a >> place & 0xFF, b >> place & 0xFF
    return differing == 1 or (differing == 2 and x >> 4 == y & 15 and x & 15 == y >> 4)


@compiled
def _decimal(packed: int) -> int:
    """Return the number that two hexadecimal digits write."""
    return (packed >> 4 & 15) * 10 + (packed & 15)


@compiled
def _year(birth: int) -> int:
    return _decimal(birth >> 24) * 100 + _decimal(birth >> 16)


@compiled
def _day_number(birth: int) -> int:
    """Return a number that is at most four days off between neighbouring months, from packed digits."""
    return (_year(birth) * 12 + _decimal(birth >> 8)) * 31 + _decimal(birth)


@compiled
def _birth_bound(weights: Weights, ours: Row, theirs: Row) -> int:
    """Bound birth dates by the closest two; two that are known beside a whole number may all agree."""
    if ours.birth == 0 or theirs.birth == 0:
        return 0
    if (_hides_birth(ours)) or (_hides_birth(theirs)):
        return weights.day
    bound = _dates_bound(weights, ours.birth, theirs.birth)
    if ours.flags & TWO_BIRTHS:
        bound = max(bound, _dates_bound(weights, ours.number, theirs.birth))
    if theirs.flags & TWO_BIRTHS:
        bound = max(bound, _dates_bound(weights, ours.birth, theirs.number))
        if ours.flags & TWO_BIRTHS:
            bound = max(bound, _dates_bound(weights, ours.number, theirs.number))
    return bound


@compiled
def _hides_birth(row: Row) -> bool:
    """Say whether a row cannot show the second of two birth dates."""
    return bool(row.flags & TWO_BIRTHS and not row.flags & MASKED)


@compiled
def _dates_bound(weights: Weights, ours: int, theirs: int) -> int:
    """Bound two dates as far as both are known."""
    a: Any = np.int64(ours)
    b: Any = np.int64(theirs)
    years = abs(_year(a) - _year(b))
    if a & 0xFF00 == 0 or b & 0xFF00 == 0:
        return weights.year if years == 0 else weights.year_adjacent if years == 1 else weights.year_differs
    if a & 0xFF == 0 or b & 0xFF == 0:
        same_month = weights.month if (a ^ b) & 0xFF00 == 0 else weights.month_same_year
        return same_month if years == 0 else weights.month_differs
    return weights.day if a == b else _near_day_bound(weights, a, b, years)


@compiled
def _near_day_bound(weights: Weights, a: int, b: int, years: int) -> int:
    """Bound two different days by every slip that may lie between them."""
    bound = weights.same_year if years == 0 else weights.other_birth
    mixed, apart = a ^ b, abs(_day_number(a) - _day_number(b))
    if years == 0 and a >> 8 & 0xFF == b & 0xFF and b >> 8 & 0xFF == a & 0xFF:
        bound = max(bound, weights.swapped)
    if mixed & 0xFFFF == 0 and years in (1, 10):
        bound = max(bound, weights.year_off)
    if _a_digit_apart(a, b):
        bound = max(bound, weights.one_digit)
    if apart <= _LUNAR_DAYS:
        bound = max(bound, weights.lunar)
    if apart <= _TEN_DAYS:
        bound = max(bound, weights.days_apart)
    if years == 1 and mixed & 0xFF00 == 0 and abs(_decimal(a) - _decimal(b)) <= 3:
        bound = max(bound, weights.year_and_day_off)
    return bound


@compiled
def _place_bound(weights: Weights, places: Nearness, ours: Row, theirs: Row) -> int:
    """Bound places by how near their classes may be; within a prefecture anything may be.

    Of a code never assigned nothing is known but that it may be equal as written.
    """
    a, b = ours.birthplace, ours.domicile
    c, d = theirs.birthplace, theirs.domicile
    if (a | b) == 0 or (c | d) == 0:
        return 0
    if (a != 0 and (a in (c, d))) or (b != 0 and (b in (c, d))):
        return weights.place
    if NOWHERE in (a, b, c, d):
        return max(0, weights.place_near)
    near = max(_near(places, a, c), _near(places, a, d), _near(places, b, c), _near(places, b, d))
    if near == PREFECTURE:
        return weights.place
    return weights.place_near if near == PROVINCE else weights.place_differs


@compiled
def _near(places: Nearness, one: int, other: int) -> int:
    """Return how near two classes of places may be; 0 is no place."""
    return int(places[np.int64(one) << PLACE_BITS | other])


@compiled
def _ends_bound(weights: Weights, places: Nearness, ours: Row, theirs: Row) -> int:
    """Bound what the ends of masked numbers say: the first six digits (else the place) and the last four characters."""
    if ours.area != 0 and theirs.area != 0:
        differing = _differing_digits(ours.area ^ theirs.area)
        bound = weights.area_differs if differing > 2 else weights.area_near if differing else weights.area_equal
    else:
        bound = _place_bound(weights, places, ours, theirs)
    shown, others = 0, 0
    for place in range(TAIL):
        a, b = ours.tail >> (8 * place) & 0xFF, theirs.tail >> (8 * place) & 0xFF
        if a != HIDDEN and b != HIDDEN:  # noqa: PLR1714 -- numbers, not sets of them
            shown += 1
            others += int(a != b)
    return bound + int(weights.tails[shown, min(others, 2)])


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
def _organisation_may_reach(weights: Weights, ours: Row, theirs: Row, floor: int) -> bool:
    """Organisations are compared by number and name alone; equal numbers are compared whatever they weigh."""
    if not ours.flags & theirs.flags & ORGANISATION:
        return False
    if ours.flags & theirs.flags & DOCUMENTED:
        return True
    name = weights.same_organisation if ours.name == theirs.name else weights.other_organisation
    return name >= floor


@compiled
def _person_may_reach(  # noqa: PLR0913, PLR0917 -- as `walk`
    weights: Weights, sounds: Sounds, glyphs: Numbers, places: Nearness, ours: Row, theirs: Row, floor: int
) -> bool:
    """Say whether the evidence on two people can come to `floor`, or their documents may be one, whatever that weighs.

    Where whole numbers are a slip apart their parts are not counted, so none of these may lower the bound.
    """
    if ours.flags & theirs.flags & DOCUMENTED:
        return True
    if (ours.flags | theirs.flags) & MASKED:
        parts = _ends_bound(weights, places, ours, theirs)
    else:
        parts = _place_bound(weights, places, ours, theirs)
    numbers = ours.flags & (SOUND | WHOLE) != 0 and theirs.flags & (SOUND | WHOLE) != 0
    if not numbers and not _may_weigh(weights, ours, theirs, floor - (parts + weights.birth_and_sex)):
        return False
    parts += _birth_bound(weights, ours, theirs) + _sex_bound(weights, ours, theirs)
    needed = floor - (max(parts, 0) + weights.numbers_differ if numbers else parts)
    if _may_weigh(weights, ours, theirs, needed) and name_bound(weights, sounds, glyphs, ours, theirs) >= needed:
        return True
    return numbers and a_slip_apart(ours.number, theirs.number)


@compiled
def _may_weigh(weights: Weights, ours: Row, theirs: Row, needed: int) -> bool:
    """Say quickly whether names can weigh so much, if they are equal."""
    most = max(ours.name_weight, ours.second_weight, theirs.name_weight, theirs.second_weight)
    return most - int(weights.name_off[INCOMPLETE]) >= needed


@compiled
def _may_reach(  # noqa: PLR0913, PLR0917 -- as `walk`
    weights: Weights, sounds: Sounds, glyphs: Numbers, places: Nearness, ours: Row, theirs: Row, floor: int
) -> bool:
    """Two different sound numbers belong to two people; everything else may be one person."""
    if ours.flags & theirs.flags & SOUND and ours.number != theirs.number:
        return False
    if (ours.flags | theirs.flags) & ORGANISATION:
        return _organisation_may_reach(weights, ours, theirs, floor)
    return _person_may_reach(weights, sounds, glyphs, places, ours, theirs, floor)


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


@compiled
def sound_mark(row: Row) -> int:
    """Return a digest of a sound number, from 1 to 255, and 0 of anything else; two that differ are two people's."""
    if row.flags & SOUND == 0:
        return 0
    return int(row.number % _MARKS) + 1


def sound_marks(rows: Rows) -> Marks:
    """Return the mark of each row, as `sound_mark` does.

    Laid beside the keys, it spares most looks at rows, which lie anywhere in memory.
    """
    marks = (rows["number"] % _MARKS).astype(np.uint8) + np.uint8(1)
    return np.where(rows["flags"] & SOUND, marks, np.uint8(0))


@compiled
def _first_places(keys: Numbers, directory: Numbers, sought: Numbers, firsts: Numbers) -> None:
    """Note where each key sought begins; one after the other, so that the waits for memory overlap."""
    for number in range(len(sought)):
        firsts[number] = _first_place(keys, directory, sought[number])


@compiled
def _keep_reaching(  # noqa: PLR0913, PLR0917 -- as `walk`
    weights: Weights, sounds: Sounds, glyphs: Numbers, places: Nearness,
    ours: Row, theirs: Rows, floor: int, drawn: Numbers,
) -> int:  # fmt: skip
    """Leave of the rows drawn, copied side by side into `theirs`, those that may reach; return how many there are."""
    kept = 0
    for number in range(len(theirs)):
        if _may_reach(weights, sounds, glyphs, places, ours, theirs[number], floor):
            drawn[kept] = drawn[number]
            kept += 1
    return kept


@compiled
def _draw(  # noqa: PLR0913, PLR0917 -- as `walk`
    keys: Numbers, key_rows: Numbers, marks: Marks, key: int, place: int, mark: int, drawn: Numbers, waiting: int
) -> tuple[int, int]:
    """Draw the rows under a key, from a place on, as far as there is room; leave out whom a sound number tells apart.

    Returns the place where it stopped and how many wait.
    """
    while waiting < len(drawn) and place < len(keys) and keys[place] == key:
        if marks[place] * mark == 0 or marks[place] == mark:
            drawn[waiting] = key_rows[place]
            waiting += 1
        place += 1
    return place, waiting


@compiled
def _copy_rows(rows: Rows, drawn: Numbers, theirs: Rows) -> Rows:
    """Copy the rows drawn side by side: they lie anywhere in memory, and so the waits for them overlap."""
    for number in range(len(drawn)):
        theirs[number] = rows[drawn[number]]
    return theirs[: len(drawn)]


@compiled_for(
    np.int64,
    (WEIGHTS,),
    (np.uint64,),
    (np.uint32,),
    (np.uint8,),
    (ROW,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (np.uint32,),
    (ROW,),
    (np.uint8,),
    (ROW,),
    (np.int64,),
)
def walk(  # noqa: PLR0913, PLR0917 -- arrays laid side by side are what can be compiled
    floor: int, weights: Rows, sounds: Sounds, glyphs: Numbers, places: Nearness,
    ours: Rows, sought: Numbers, ends: Numbers,
    directory: Numbers, keys: Numbers, key_rows: Numbers, rows: Rows, marks: Marks, theirs: Rows, found: Pairs,
) -> int:  # fmt: skip
    """Write the pairs whose evidence may come to `floor` millibits, and return how many there are.

    Applicant i has the row `ours[i]` and the keys `sought[ends[i]:ends[i + 1]]`; listed row `key_rows[j]` is filed
    under `keys[j]`, sorted, and `marks[j]` is its `sound_mark`. `theirs` is room for rows that are looked at together.
    A pair is `i << 32 | row`; it may be written twice. Where `found` is too short the rest is counted and not written.
    """
    count: Any = 0
    drawn, firsts = np.empty(len(theirs), np.uint32), np.empty(len(sought), np.uint32)
    for applicant in range(len(ours)):
        each = sought[ends[applicant] : ends[applicant + 1]]
        _first_places(keys, directory, each, firsts)
        mark, number, waiting = sound_mark(ours[applicant]), 0, 0
        while number < len(each):
            first: Any = np.int64(firsts[number])
            firsts[number], waiting = _draw(keys, key_rows, marks, each[number], first, mark, drawn, waiting)
            number += int(waiting < len(drawn))
            if waiting == len(drawn) or number == len(each):
                near = _copy_rows(rows, drawn[:waiting], theirs)
                kept = _keep_reaching(weights[0], sounds, glyphs, places, ours[applicant], near, floor, drawn)
                for row in drawn[:kept]:
                    if count < len(found):
                        found[count] = np.int64(applicant) << 32 | row
                    count += 1
                waiting = 0
    return int(count)
