"""A roster becomes shares of names: near the roster where it is large, near the former model where it is small."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity import Sex
from matching.name_counts import PRIOR_PEOPLE, SMALLEST_COUNT, NameCounts, blended
from matching.name_rarity import ALONE, COLUMNS, SHIPPED, NameShares


def drawn(people: int, shen: float, dice: random.Random) -> NameCounts:
    """An invented roster as the shipped shares draw it, but with 沈 so many times as common."""
    counts = NameCounts()
    surnames, characters = list(SHIPPED.surnames), list(SHIPPED.characters)
    weights = [SHIPPED.surnames[name] * (shen if name == "沈" else 1) for name in surnames]
    columns = [[SHIPPED.characters[one][column] for one in characters] for column in (1, 2)]
    families = dice.choices(surnames, weights, k=people)
    firsts, seconds = (dice.choices(characters, column, k=people) for column in columns)
    for family, first, second in zip(families, firsts, seconds, strict=True):
        counts.add(family + first + second, None, None)
    return counts


def test_a_large_roster_moves_a_surname_to_where_it_is_there() -> None:
    shares = drawn(60_000, 5.0, random.Random(7)).shares(SHIPPED)
    there = 5 * SHIPPED.surnames["沈"] / (1 + 4 * SHIPPED.surnames["沈"])
    expected = (60_000 * there + PRIOR_PEOPLE * SHIPPED.surnames["沈"]) / (60_000 + PRIOR_PEOPLE)
    assert shares.surnames["沈"] == pytest.approx(expected, rel=0.05)
    assert shares.surnames["王"] == pytest.approx(SHIPPED.surnames["王"], rel=0.05)
    assert shares.proportions.one_character < SHIPPED.proportions.one_character / 3


def test_a_small_roster_changes_little() -> None:
    counts = NameCounts()
    for _ in range(100):
        counts.add("沈静怡", Sex.FEMALE, 1990)
    shares = counts.shares(SHIPPED)
    assert shares.surnames["王"] == pytest.approx(SHIPPED.surnames["王"], rel=0.01)
    assert shares.surnames["沈"] == pytest.approx(SHIPPED.surnames["沈"] + 100 / (100 + PRIOR_PEOPLE), rel=0.01)


def test_names_of_fewer_than_ten_people_leave_no_trace_of_their_own() -> None:
    counts, others = NameCounts(), NameCounts()
    for number in range(SMALLEST_COUNT - 1):
        counts.add("尉龘䶮", Sex.FEMALE, 1990 + number)
        others.add("濮喆堃", Sex.FEMALE, 1990 + number)
    shares, same = counts.shares(SHIPPED), others.shares(SHIPPED)
    assert shares.surnames == same.surnames
    assert shares.characters == same.characters
    assert shares.leading == same.leading
    assert "龘" not in shares.characters


def test_a_new_name_is_told_apart_where_its_people_are_many() -> None:
    counts = NameCounts()
    for _ in range(500):
        counts.add("王梓萱", Sex.FEMALE, 2004)
    shares = counts.shares(SHIPPED)
    assert shares.leading["梓萱"] > 100 * SHIPPED.given_share("梓萱")
    assert shares.given_share("梓萱") == shares.leading["梓萱"]


def test_older_women_and_men_are_counted_apart_where_birth_and_sex_are_stated() -> None:
    counts = NameCounts()
    for _ in range(1_000):
        counts.add("王秀英", Sex.FEMALE, 1950)
        counts.add("王建国", Sex.MALE, 1955)
        counts.add("王子涵", Sex.MALE, 2001)
    shares = counts.shares(SHIPPED)
    grown = {
        name: [after > before for before, after in zip(SHIPPED.characters[name], shares.characters[name], strict=True)]
        for name in "秀建子"
    }
    assert [grown[name].index(True) for name in "秀建子"] == [3, 5, 1]


@pytest.mark.parametrize("name", ["张某某", "", "张□明"])
def test_a_name_that_names_nobody_whole_is_not_counted(name: str) -> None:
    counts = NameCounts()
    assert not counts.add(name, None, None)
    assert counts.rows == 0


@settings(deadline=None, max_examples=50)
@given(counts=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 100_000)))
def test_blended_shares_lose_nobody_and_stay_between_counts_and_former_shares(counts: dict[str, int]) -> None:
    former = {"a": 0.5, "b": 0.3, "c": 0.15, "d": 0.04, "z": 0.01}
    shares = blended(counts, former)
    assert sum(shares.values()) == pytest.approx(1.0)
    people = sum(counts.values())
    for key, share in shares.items():
        if counts.get(key, 0) >= SMALLEST_COUNT:
            ends = sorted((former.get(key, 0.0), counts[key] / people))
            assert ends[0] - 1e-12 <= share <= ends[1] + 1e-12


def test_every_column_of_the_shares_still_adds_up_to_one() -> None:
    shares: NameShares = drawn(5_000, 1.0, random.Random(11)).shares(SHIPPED)
    for column in range(ALONE, COLUMNS):
        assert sum(row[column] for row in shares.characters.values()) == pytest.approx(1.0, abs=1e-3)
