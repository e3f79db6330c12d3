"""The most that the evidence between two identities can come to, for many pairs at once.

The bound is never below what `matching.score.compare` adds up (held by a property test), so a pair whose
bound stays under the floor need not be compared. It is told from the columns alone, a few operations
for all pairs together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.columns import DOCUMENTED, MASKED, NAMED, SOUND, SPECIAL_NAME, WHOLE, Columns
from matching.model import Model, millibits

Weights = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Packed = npt.NDArray[np.uint64]

NEVER = np.iinfo(np.int64).min // 2
"""A bound below every floor."""

_ONE, _TWO, _THREE, _EIGHT, _SIXTEEN = (np.uint32(bits) for bits in (1, 2, 3, 8, 16))
_DIGIT, _DAY, _MONTH_AND_DAY, _EVERY_DIGIT = (np.uint32(mask) for mask in (0xF, 0xFF, 0xFFFF, 0x11111111))
_LANES = tuple(np.uint64(16 * place) for place in range(4))
_LANE = np.uint64(0xFFFF)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most each kind of agreement can weigh under a model, in millibits."""

    document: int
    whole_number: int
    numbers_differ: int
    place: int
    sex: int
    tail: int
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
            document=most("document", "equal", "equal_renewable", "one_slip"),
            whole_number=most("id_number", "equal", "equal_unsound", "one_slip", "two_slips"),
            numbers_differ=most("id_number", "differs_unsound", "differs"),
            place=max(most("county", "county"), most("id_area", "equal")),
            sex=most("sex", "equal"),
            tail=model.weight("id_tail", "equal", 1e-4),
            day=most("birth_date", "day"),
            near_day=most("birth_date", "swapped", "year_off", "one_digit", "days_apart"),
            same_year=most("birth_date", "same_year"),
            other_birth=most("birth_date", "differs"),
            partial=max(most("birth_month", "month"), most("birth_year", "year", "adjacent")),
            partial_differs=max(most("birth_month", "differs"), most("birth_year", "differs")),
            name_differs=model.weight("name", "differs", 1.0),
            one_unit_off=millibits(exact, one),
            order_off=millibits(exact, two),
        )


def upper_bound(bounds: Bounds, ours: Columns, theirs: Columns, by_sound: Mask) -> Weights:
    """Return, for each pair of an applicant and a listed row, the most their evidence can add up to.

    The columns hold one row a pair (a single applicant's row is set beside all). `by_sound` marks pairs
    found by how their names sound, so that any likeness is possible. Two different sound numbers belong
    to two people: their pair gets a bound below everything.
    """
    total = _number_bound(bounds, ours.flags, theirs.flags) + _birth_bound(bounds, ours, theirs)
    total += _name_bound(bounds, ours, theirs, by_sound)
    two_people = ((ours.flags & theirs.flags & SOUND) > 0) & (ours.number != theirs.number)
    total[two_people] = NEVER
    return total


def _number_bound(bounds: Bounds, flags_a: Flags, flags_b: Flags) -> Weights:
    """Whole numbers may be equal or a slip apart; otherwise place, sex and visible last characters may agree."""
    total = np.full(len(flags_b), bounds.place + bounds.sex, dtype=np.int64)
    whole = ((flags_a & (SOUND | WHOLE)) > 0) & ((flags_b & (SOUND | WHOLE)) > 0)
    total += np.where(whole, bounds.whole_number, 0)
    total += np.where(((flags_a | flags_b) & MASKED) > 0, bounds.tail, 0)
    return total + np.where((flags_a & flags_b & DOCUMENTED) > 0, bounds.document, 0)


def _birth_bound(bounds: Bounds, ours: Columns, theirs: Columns) -> Weights:
    best = _one_birth_bound(bounds, ours.birth, theirs.birth)
    if not (ours.second_birth.any() or theirs.second_birth.any()):
        return best
    pairs = (
        (ours.birth, theirs.second_birth),
        (ours.second_birth, theirs.birth),
        (ours.second_birth, theirs.second_birth),
    )
    for a, b in pairs:
        either = _one_birth_bound(bounds, a, b)
        best = np.where((a > 0) & (b > 0), np.maximum(best, either), best)
    return best


def _one_birth_bound(bounds: Bounds, a: Dates, b: Dates) -> Weights:
    """Bound one pair of dates; 0 where either is missing."""
    years = np.abs(_year(a) - _year(b))
    whole = np.where(years == 0, bounds.same_year, bounds.other_birth)
    whole = np.where(_near(a, b, years == 0), bounds.near_day, whole)
    whole = np.where(a == b, bounds.day, whole)
    partial = ((a & _DAY) == 0) | ((b & _DAY) == 0)
    half = np.where(years <= 1, bounds.partial, bounds.partial_differs)
    return np.where((a > 0) & (b > 0), np.where(partial, half, whole), 0)


def _near(a: Dates, b: Dates, same_year: Mask) -> Mask:
    """Say which dates may be a slip apart: few digits differ, or the day in the year is equal, swapped or near."""
    mixed = a ^ b
    digits = (mixed | (mixed >> _ONE) | (mixed >> _TWO) | (mixed >> _THREE)) & _EVERY_DIGIT
    few = np.bitwise_count(digits) <= 2
    same_day = (mixed & _MONTH_AND_DAY) == 0
    swapped = same_year & (((a >> _EIGHT) & _DAY) == (b & _DAY)) & (((b >> _EIGHT) & _DAY) == (a & _DAY))
    near: Mask = few | same_day | swapped | (np.abs(_day_count(a) - _day_count(b)) <= 14)
    return near


def _year(birth: Dates) -> Weights:
    """Return the year of a date of hexadecimal digits."""
    return _decimal(birth >> _SIXTEEN, 4)


def _day_count(birth: Dates) -> Weights:
    """Return a day number that is at most four off between neighbouring months."""
    return (_year(birth) * 12 + _decimal((birth >> _EIGHT) & _DAY, 2)) * 31 + _decimal(birth & _DAY, 2)


def _decimal(digits: Dates, places: int) -> Weights:
    number = np.zeros(digits.shape, dtype=np.int64)
    for place in range(places):
        number += ((digits >> np.uint32(4 * place)) & _DIGIT).astype(np.int64) * 10**place
    return number


def _name_bound(bounds: Bounds, ours: Columns, theirs: Columns, by_sound: Mask) -> Weights:
    """Names found by sound, and names the columns cannot show, may be equal."""
    exact = np.maximum(theirs.name_weight, ours.name_weight).astype(np.int64)
    named = (ours.flags & theirs.flags & NAMED) > 0
    unseen = by_sound | (((ours.flags | theirs.flags) & SPECIAL_NAME) > 0)
    return np.where(named, np.where(unseen, exact, _plain_name_bound(bounds, exact, ours, theirs)), 0)


def _plain_name_bound(bounds: Bounds, exact: Weights, ours: Columns, theirs: Columns) -> Weights:
    """Bound plain names by how many characters agree in their places."""
    agreeing = _agreeing_places(ours.name, theirs.name)
    longest = np.maximum(ours.name_length, theirs.name_length)
    off = longest - np.minimum(agreeing, longest)
    one_off = (off == 1) | ((ours.name_length != theirs.name_length) & (agreeing > 0))
    bound = np.where(off == 0, exact, np.where(one_off, exact - bounds.one_unit_off, exact - bounds.order_off))
    return np.where(agreeing == 0, bounds.name_differs, bound)


def _agreeing_places(a: Packed, b: Packed) -> Flags:
    count = np.zeros(np.broadcast_shapes(a.shape, b.shape), dtype=np.uint8)
    for shift in _LANES:
        ours, theirs = (a >> shift) & _LANE, (b >> shift) & _LANE
        count += (ours == theirs) & (ours > 0)
    return count
