"""County codes and what became of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.regions import Level, county, same_place


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("330106", "330106"),
        ("340221", "340210"),  # 芜湖县 became 湾沚区
        ("342322", "341122"),  # 来安县 of 滁县地区 and of 滁州市
        ("310119", "310115"),  # 南汇 joined 浦东
        ("330184", "330110"),  # 余杭市 became 余杭区
        ("342601", "340181"),  # 巢湖市 by way of 居巢区
        ("330104", "330102"),  # 江干 was divided
        ("510202", "500103"),  # Chongqing left Sichuan
    ],
)
def test_an_abolished_county_is_the_same_place_as_its_successor(one: str, other: str) -> None:
    assert same_place(one, other) is Level.SAME


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("330106", "330110", Level.PREFECTURE),
        ("310101", "310115", Level.PREFECTURE),
        ("342324", "341102", Level.PREFECTURE),
        ("330106", "330203", Level.PROVINCE),
        ("330106", "340104", Level.DIFFERENT),
        ("340223", "340221", Level.PREFECTURE),
    ],
)
def test_places_are_as_near_as_their_prefecture_and_province(one: str, other: str, level: Level) -> None:
    assert same_place(one, other) is level


def test_land_ceded_while_a_county_went_on_does_not_make_two_counties_one() -> None:
    # 长丰县 ceded land to 大通区 in 2004 and went on.
    assert same_place("340121", "340402") is not Level.SAME


@pytest.mark.parametrize(
    ("one", "other"), [(None, "330106"), ("330106", ""), ("", ""), (None, None), ("999999", "330106")]
)
def test_where_a_code_is_missing_or_was_never_assigned_nothing_is_known(one: str | None, other: str | None) -> None:
    assert same_place(one, other) is Level.UNKNOWN


def test_a_code_that_was_never_assigned_still_equals_itself() -> None:
    assert same_place("339900", "339900") is Level.SAME
    assert county("339900") is None


def test_a_county_tells_its_name_and_years() -> None:
    found = county("340221")
    assert found is not None
    assert (found.name, found.first_year, found.last_year) == ("芜湖县", 1981, 2020)
    assert set(found.today) == {"340210"}


codes = st.sampled_from(
    ["330106", "330184", "330110", "310119", "310115", "340221", "340210", "342601", "340181", "110101"]
)


@given(codes, codes)
def test_nearness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert same_place(one, other) is same_place(other, one)
