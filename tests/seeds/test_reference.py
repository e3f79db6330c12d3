"""The reference tables hold what their names say."""

from __future__ import annotations

from matching.regions import county
from registry.law.roles import Region
from seeds.reference import courts, prefectures, provinces


def test_the_four_provinces_are_the_regions_of_the_law() -> None:
    assert {province.region for province in provinces()} == {str(region) for region in Region}


def test_every_prefecture_has_counties_under_its_code() -> None:
    assert len(prefectures()) == 1 + 13 + 11 + 16
    assert all(prefecture.code.startswith(prefecture.region) for prefecture in prefectures())
    urban = ("01", "02", "03", "04", "05", "06", "11", "22", "23")
    assert all(any(county(prefecture.code + end) for end in urban) for prefecture in prefectures())


def test_courts_letters_are_unique_and_of_their_province() -> None:
    letters = {province.region: province.short for province in provinces()}
    codes = [court.code for court in courts()]
    assert len(codes) == len(set(codes))
    assert all(court.code.startswith(letters[court.region]) for court in courts())


def test_shanghais_food_cases_have_their_court() -> None:
    (railway,) = [court for court in courts() if court.name == "上海铁路运输法院"]
    assert (railway.code, railway.level) == ("沪7101", "basic")
