"""The most that the evidence between two identities can come to, for many pairs at once.

The bound is never below what `matching.score.compare` adds up (held by a property test), so a pair whose
bound stays under the floor need not be compared. It is told from the columns alone, a few operations
for all pairs together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matching.columns import DOCUMENTED, HIDDEN, MASKED, NAMED, SOUND, SPECIAL_NAME, TAIL, TWO_BIRTHS, WHOLE, Rows
from matching.evidence import visible_share
from matching.model import Model, millibits

Weights = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.uint32]
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]

_FEW_DAYS, _TWO_YEARS = 60, 2 * 12 * 31 + 12 * 31
"""In day numbers, with what rounding may add: as far apart as a lunar date and its solar day can be, and years
that are equal or adjacent."""

_ONE, _TWO, _THREE, _EIGHT = (np.uint32(bits) for bits in (1, 2, 3, 8))
_DAY, _MONTH, _MONTH_AND_DAY, _EVERY_DIGIT = (np.uint32(mask) for mask in (0xFF, 0xFF00, 0xFFFF, 0x11111111))
_DOCUMENT_FLAGS = np.uint8((DOCUMENTED << 1) - 1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most each kind of agreement can weigh under a model, in millibits."""

    document: int
    whole_number: int
    numbers_differ: int
    place: int
    place_differs: int
    sex: int
    sex_differs: int
    tails: tuple[tuple[int, int, int], ...]
    area_differs: int
    day: int
    near_day: int
    same_year: int
    other_birth: int
    partial: int
    partial_differs: int
    name_differs: int
    one_unit_off: int
    order_off: int

    @classmethod
    def of(cls, model: Model) -> Bounds:
        """Read the bounds off the model's table."""

        def most(feature: str, *levels: str) -> int:
            return max(model.weight(feature, level) for level in levels)

        exact = model.level("name", "exact").same
        one = max(
            model.level("name", level).same for level in ("misheard", "misread", "one_other", "given_only", "shortened")
        )
        two = max(model.level("name", level).same for level in ("two_errors", "swapped", "surname_only", "homophone"))
        return cls(
            document=most("document", "equal", "equal_renewable", "equal_unsound", "one_slip"),
            whole_number=most("id_number", "equal", "equal_unsound", "one_slip", "two_slips"),
            numbers_differ=most("id_number", "differs_unsound", "differs"),
            place=max(most("county", "county"), most("id_area", "equal")),
            place_differs=most("county", "differs"),
            sex=most("sex", "equal"),
            sex_differs=most("sex", "differs"),
            tails=tuple(_tail_weights(model, shown) for shown in range(1, TAIL + 1)),
            area_differs=most("id_area", "differs"),
            day=most("birth_date", "day"),
            near_day=most("birth_date", "swapped", "year_off", "one_digit", "days_apart", "lunar", "year_and_day_off"),
            same_year=most("birth_date", "same_year"),
            other_birth=most("birth_date", "differs"),
            partial=max(most("birth_month", "month"), most("birth_year", "year", "adjacent")),
            partial_differs=max(most("birth_month", "differs"), most("birth_year", "differs")),
            name_differs=model.weight("name", "differs", 1.0),
            one_unit_off=millibits(exact, one),
            order_off=millibits(exact, two),
        )


def _tail_weights(model: Model, shown: int) -> tuple[int, int, int]:
    """Return the most that so many visible characters weigh where all agree, where one differs, where more do."""
    levels = ("equal", "one_digit" if shown > 1 else "differs", "differs")
    weights = [model.weight("id_tail", level, visible_share(level, shown)) for level in levels]
    return weights[0], weights[1], weights[2]


def upper_bound(bounds: Bounds, ours: Rows, theirs: Rows, by_sound: Mask) -> Weights:
    """Return, for each pair of an applicant and a listed row, the most their evidence can add up to.

    There is one row a pair on either side (a single applicant's row is set beside all). `by_sound` marks
    pairs found by how their names sound, so that any likeness is possible.
    """
    flags_a, flags_b = ours["flags"] & _DOCUMENT_FLAGS, theirs["flags"] & _DOCUMENT_FLAGS
    parts = _birth_bound(bounds, ours, theirs) + _place_and_sex_bound(bounds, ours, theirs)
    documents = _documents_table(bounds)[flags_a, flags_b]
    # Where whole numbers are a slip apart their parts are not counted, so none of these may lower the bound.
    parts = np.where(documents > 0, np.maximum(parts, 0), parts)
    total: Weights = documents + parts + _name_bound(bounds, ours, theirs, by_sound)
    return total


def _place_and_sex_bound(bounds: Bounds, ours: Rows, theirs: Rows) -> Weights:
    """Bound what place and sex say; of masked numbers the visible ends say more than the place alone."""
    place = _place_bound(bounds, ours, theirs)
    masked = ((ours["flags"] | theirs["flags"]) & np.uint8(MASKED)) > 0
    if masked.any():
        place = np.where(masked, _ends_bound(bounds, place, ours, theirs), place)
    return place + _sex_bound(bounds, ours, theirs)


@lru_cache(maxsize=8)
def _documents_table(bounds: Bounds) -> Weights:
    """Whole numbers may be equal or a slip apart, and so may other documents."""
    every = range(DOCUMENTED << 1)
    return np.array([[_most_of_documents(bounds, a, b) for b in every] for a in every], dtype=np.int64)


def _most_of_documents(bounds: Bounds, a: int, b: int) -> int:
    whole = SOUND | WHOLE
    number = bounds.whole_number if a & whole and b & whole else 0
    return number + (bounds.document if a & b & DOCUMENTED else 0)


def _place_bound(bounds: Bounds, ours: Rows, theirs: Rows) -> Weights:
    """Two places in different provinces are neither one county nor near; within a province anything may be."""
    a, b = ours["provinces"], theirs["provinces"]
    stated = (a > 0) & (b > 0)
    return np.where((a & b) > 0, bounds.place, np.where(stated, bounds.place_differs, 0))


def _sex_bound(bounds: Bounds, ours: Rows, theirs: Rows) -> Weights:
    """A different sex speaks against, unless it stands in visible last characters that are compared already."""
    a, b = ours["sex"], theirs["sex"]
    told = (ours["tail"][:, 2] != HIDDEN) & (theirs["tail"][:, 2] != HIDDEN)
    differs = np.where(told, 0, bounds.sex_differs)
    return np.where((a > 0) & (b > 0), np.where(a == b, bounds.sex, differs), 0)


def _ends_bound(bounds: Bounds, place: Weights, ours: Rows, theirs: Rows) -> Weights:
    """Bound what the last four characters say, and the first six digits where both show them, instead of the place."""
    a, b = ours["tail"], theirs["tail"]
    visible = (a != HIDDEN) & (b != HIDDEN)
    shown, differing = np.add.reduce(visible, axis=1), np.add.reduce(visible & (a != b), axis=1)
    far = _differing_digits(ours["area"] ^ theirs["area"]) > 2
    areas = (ours["area"] > 0) & (theirs["area"] > 0)
    first_six = np.where(areas, np.where(far, bounds.area_differs, bounds.place), place)
    tail: Weights = _tail_table(bounds)[shown, differing]
    return tail + first_six


@lru_cache(maxsize=8)
def _tail_table(bounds: Bounds) -> Weights:
    """The weight of so many visible characters of which so many differ; nothing visible weighs nothing."""
    table = np.zeros((TAIL + 1, TAIL + 1), dtype=np.int64)
    for shown in range(1, TAIL + 1):
        table[shown] = [bounds.tails[shown - 1][min(differing, 2)] for differing in range(TAIL + 1)]
    return table


def _differing_digits(mixed: Dates) -> Flags:
    """Count the hexadecimal digits in which two packed numbers differ, from their exclusive or."""
    digits = (mixed | (mixed >> _ONE) | (mixed >> _TWO) | (mixed >> _THREE)) & _EVERY_DIGIT
    counted: Flags = np.bitwise_count(digits)
    return counted


def _birth_bound(bounds: Bounds, ours: Rows, theirs: Rows) -> Weights:
    """A row shows one birth date; where an identity has two, any agreement is possible."""
    best = _one_birth_bound(bounds, (ours["birth"], ours["days"]), (theirs["birth"], theirs["days"]))
    two = ((ours["flags"] | theirs["flags"]) & np.uint8(TWO_BIRTHS)) > 0
    return np.where(two, bounds.day, best)


def _one_birth_bound(bounds: Bounds, ours: tuple[Dates, Days], theirs: tuple[Dates, Days]) -> Weights:
    """Bound one pair of dates; 0 where either is missing."""
    (a, days_a), (b, days_b) = ours, theirs
    mixed, apart = a ^ b, np.abs(days_a - days_b)
    same_year = mixed <= _MONTH_AND_DAY
    whole = np.where(same_year, bounds.same_year, bounds.other_birth)
    whole = np.where(_near(a, b, mixed, same_year) | (apart <= _FEW_DAYS), bounds.near_day, whole)
    whole = np.where(mixed == 0, bounds.day, whole)
    partial = ((a & _DAY) == 0) | ((b & _DAY) == 0)
    half = np.where(apart <= _TWO_YEARS, bounds.partial, bounds.partial_differs)
    return np.where((a > 0) & (b > 0), np.where(partial, half, whole), 0)


def _near(a: Dates, b: Dates, mixed: Dates, same_year: Mask) -> Mask:
    """Say which dates may be a slip apart: few digits differ, the month is the same, or month and day are swapped."""
    few = _differing_digits(mixed) <= 2
    same_day = (mixed & _MONTH_AND_DAY) == 0
    swapped = same_year & (((a >> _EIGHT) & _DAY) == (b & _DAY))
    near: Mask = few | same_day | swapped | ((mixed & _MONTH) == 0)
    return near


def _name_bound(bounds: Bounds, ours: Rows, theirs: Rows, by_sound: Mask) -> Weights:
    """Names found by sound, and names a row cannot show, may be equal."""
    exact = np.maximum(theirs["name_weight"], ours["name_weight"])
    named = (ours["flags"] & theirs["flags"] & np.uint8(NAMED)) > 0
    special = ((ours["flags"] | theirs["flags"]) & np.uint8(SPECIAL_NAME)) > 0
    plain = _plain_name_bound(bounds, exact, ours, theirs, by_sound)
    return np.where(named, np.where(special, exact, plain), 0)


def _plain_name_bound(bounds: Bounds, exact: Days, ours: Rows, theirs: Rows, by_sound: Mask) -> Days:
    """Bound plain names by how many characters agree in their places, or one place on where one is longer.

    Names without any common character are alike only where they sound alike, in whatever order.
    """
    a, b = ours["name"], theirs["name"]
    agreeing = _agreeing(a, b)
    other_length = ours["name_length"] != theirs["name_length"]
    if other_length.any():
        moved = np.maximum(_agreeing(a[:, 1:], b[:, :-1]), _agreeing(a[:, :-1], b[:, 1:]))
        agreeing = np.where(other_length, np.maximum(agreeing, moved), agreeing)
    longest = np.maximum(ours["name_length"], theirs["name_length"])
    one_off = (agreeing + 1 >= longest) | other_length
    bound = exact - np.where(agreeing >= longest, 0, np.where(one_off, bounds.one_unit_off, bounds.order_off))
    return np.where((agreeing == 0) & ~by_sound, bounds.name_differs, bound)


def _agreeing(a: npt.NDArray[np.uint16], b: npt.NDArray[np.uint16]) -> Flags:
    count: Flags = np.add.reduce((a == b) & (a > 0), axis=1, dtype=np.uint8)
    return count
