"""Pairs of records of one person become error rates, between what was counted and what was assumed."""

from __future__ import annotations

import dataclasses

import pytest

from matching.identity import BirthDate, IdDocument, Identity, IdType
from matching.model import DEFAULT
from matching.rate_counts import PRIOR_PAIRS, RateCounts, features_with
from tests.invented_list import invented_id, person

RIGHT = person("王示例", invented_id(1), birth=BirthDate(1976, 3, 9))
MISHEARD = dataclasses.replace(RIGHT, name="王示利")


def counted(pairs: int, other: Identity, *, linked_by_number: bool = False) -> RateCounts:
    counts = RateCounts()
    for _ in range(pairs):
        counts.add(DEFAULT, RIGHT, other, linked_by_number=linked_by_number)
    return counts


def same(counts: RateCounts, feature: str, level: str) -> float:
    return features_with(DEFAULT, counts)[feature].levels[level].same


def test_an_error_met_often_gets_the_rate_it_was_met_at() -> None:
    counts = counted(2_000, MISHEARD)
    expected = (2_000 + PRIOR_PAIRS * DEFAULT.level("name", "misheard").same) / (2_000 + PRIOR_PAIRS)
    assert same(counts, "name", "misheard") == pytest.approx(expected)
    assert same(counts, "name", "exact") == pytest.approx(DEFAULT.level("name", "exact").same / 5)
    assert features_with(DEFAULT, counts)["name"].source.endswith("2,000 pairs of records")


def test_what_others_share_is_left_as_it_is() -> None:
    features = features_with(DEFAULT, counted(2_000, MISHEARD))
    for name, feature in features.items():
        assert {key: level.other for key, level in feature.levels.items()} == {
            key: level.other for key, level in DEFAULT.features[name].levels.items()
        }


def test_levels_met_fewer_than_ten_times_are_not_told_apart() -> None:
    once = counted(1_000, RIGHT)
    for name in ("王示利", "王例示"):
        for _ in range(4):
            once.add(DEFAULT, RIGHT, dataclasses.replace(RIGHT, name=name), linked_by_number=False)
    former = DEFAULT.features["name"].levels
    assert same(once, "name", "misheard") / same(once, "name", "swapped") == pytest.approx(
        former["misheard"].same / former["swapped"].same
    )


def test_records_linked_by_their_numbers_tell_nothing_of_numbers_or_of_births_within_them() -> None:
    undated = dataclasses.replace(MISHEARD, birth=None)
    counts = counted(1_000, undated, linked_by_number=True)
    for _ in range(100):
        counts.add(DEFAULT, undated, RIGHT, linked_by_number=True)
    features = features_with(DEFAULT, counts)
    for untouched in ("id_number", "birth_date", "id_area", "id_tail", "document"):
        assert features[untouched] == DEFAULT.features[untouched]
    assert features["name"] != DEFAULT.features["name"]


def test_numbers_are_compared_where_something_else_linked_the_records() -> None:
    slip = invented_id(1)[:9] + ("1" if invented_id(1)[9] != "1" else "2") + invented_id(1)[10:]
    counts = counted(1_000, dataclasses.replace(RIGHT, documents=(IdDocument(IdType.RESIDENT_ID, slip),)))
    assert same(counts, "id_number", "one_slip") > 0.6


def test_a_level_of_romanised_names_is_counted_among_pairs_that_could_show_it() -> None:
    assert same(counted(2_000, RIGHT), "name", "romanised") == DEFAULT.level("name", "romanised").same
    latin = dataclasses.replace(RIGHT, name="WANG SHILI")
    assert same(counted(2_000, latin), "name", "romanised") > DEFAULT.level("name", "romanised").same


def test_no_rate_ever_leaves_the_range_of_a_probability() -> None:
    for feature in features_with(DEFAULT, counted(50_000, RIGHT)).values():
        assert all(0 < level.same <= 1 for level in feature.levels.values())


def test_without_pairs_the_rates_stay_as_they_were() -> None:
    assert features_with(DEFAULT, RateCounts()) == DEFAULT.features
