"""Classes of places are as near as the places in them, and the compiled walk knows them by the same numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching import candidate_walk, place_classes
from matching.place_classes import BITS, DIFFERENT, NOWHERE, PREFECTURE, PROVINCE, nearness, place_class
from matching.regions import Level, county, same_place

CODES = sorted(code for code in map(str, (*range(310000, 350000), *range(440000, 470000))) if county(code))
_AS_NEAR = {
    Level.SAME: PREFECTURE,
    Level.PREFECTURE: PREFECTURE,
    Level.PROVINCE: PROVINCE,
    Level.DIFFERENT: DIFFERENT,
}


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_classes_are_as_near_as_the_counties_in_them(a: str, b: str) -> None:
    near = nearness()[place_class(a) << BITS | place_class(b)]
    assert near == _AS_NEAR[same_place(a, b)]


def test_no_place_is_near_to_none_and_a_code_never_assigned_is_apart() -> None:
    assert place_class(None) == place_class("") == 0
    assert not nearness()[: 1 << BITS].any()
    assert place_class("339900") == NOWHERE


def test_the_compiled_walk_knows_the_classes_by_the_same_numbers() -> None:
    known = (candidate_walk.PLACE_BITS, candidate_walk.PROVINCE, candidate_walk.PREFECTURE, candidate_walk.NOWHERE)
    assert known == (BITS, PROVINCE, place_classes.PREFECTURE, NOWHERE)
