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
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
Packed = npt.NDArray[np.uint64]

_FEW_DAYS, _TWO_YEARS = 14, 2 * 12 * 31 + 12 * 31
"""In day numbers: ten days apart, and years that are equal or adjacent, with what rounding may add."""

_ONE, _TWO, _THREE, _EIGHT = (np.uint32(bits) for bits in (1, 2, 3, 8))
_DAY, _MONTH_AND_DAY, _EVERY_DIGIT = (np.uint32(mask) for mask in (0xFF, 0xFFFF, 0x11111111))
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
    found by how their names sound, so that any likeness is possible.
    """
    total = _number_bound(bounds, ours.flags, theirs.flags) + _birth_bound(bounds, ours, theirs)
    return total + _name_bound(bounds, ours, theirs, by_sound)


def _number_bound(bounds: Bounds, flags_a: Flags, flags_b: Flags) -> Weights:
    """Whole numbers may be equal or a slip apart; otherwise place, sex and visible last characters may agree."""
    total = np.full(len(flags_b), bounds.place + bounds.sex, dtype=np.int64)
    whole = ((flags_a & (SOUND | WHOLE)) > 0) & ((flags_b & (SOUND | WHOLE)) > 0)
    total += np.where(whole, bounds.whole_number, 0)
    total += np.where(((flags_a | flags_b) & MASKED) > 0, bounds.tail, 0)
    return total + np.where((flags_a & flags_b & DOCUMENTED) > 0, bounds.document, 0)


def _birth_bound(bounds: Bounds, ours: Columns, theirs: Columns) -> Weights:
    first_a, first_b = (ours.birth, ours.days), (theirs.birth, theirs.days)
    best = _one_birth_bound(bounds, first_a, first_b)
    if not (ours.second_birth.any() or theirs.second_birth.any()):
        return best
    second_a, second_b = (ours.second_birth, ours.second_days), (theirs.second_birth, theirs.second_days)
    for a, b in ((first_a, second_b), (second_a, first_b), (second_a, second_b)):
        either = _one_birth_bound(bounds, a, b)
        best = np.where((a[0] > 0) & (b[0] > 0), np.maximum(best, either), best)
    return best


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
    """Say which dates may be a slip apart: few digits differ, or the day in the year is equal or swapped."""
    digits = (mixed | (mixed >> _ONE) | (mixed >> _TWO) | (mixed >> _THREE)) & _EVERY_DIGIT
    few = np.bitwise_count(digits) <= 2
    same_day = (mixed & _MONTH_AND_DAY) == 0
    swapped = same_year & (((a >> _EIGHT) & _DAY) == (b & _DAY))
    near: Mask = few | same_day | swapped
    return near


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
