"""How many others reach as much is counted with what is known of neighbours and of people of one age."""

from __future__ import annotations

from math import prod

import pytest

from matching.identity import BirthDate, Sex
from matching.model import DEFAULT
from matching.name_outlook import EVERYBODY, KINSHIP, Among, generations_of, name_outlook
from matching.name_weight import bearers_share
from matching.normalize import split_name
from matching.outlook import outlooks
from matching.prepare import Prepared, prepare
from matching.score import reckon, weigh
from tests.invented_list import person


def equal_name_share(name: str, among: Among) -> float:
    """Return the share of these residents who bear exactly this name."""
    names = prepare(person(name, None)).names
    exact = DEFAULT.weight("name", "exact", bearers_share(DEFAULT.names, split_name(name)))
    return sum(share for weight, share in name_outlook(DEFAULT, names, names, among) if weight == exact)


def listed(name: str, born: int, sex: Sex = Sex.FEMALE) -> Prepared:
    """Return somebody listed with name, birth date, sex and county."""
    return prepare(person(name, None, birth=BirthDate(born, 3, 9), sex=sex, domicile_code="339900"))


def test_the_ways_of_being_near_a_listed_person_are_everybody_together() -> None:
    one, other = listed("王秀英", 1950), listed("王秀英", 1951)
    ways = list(outlooks(DEFAULT, one, other, weigh(DEFAULT, one, other)))
    assert len(ways) == 4
    assert sum(prod(sum(share for _, share in line) for line in way) for way in ways) == pytest.approx(1, abs=0.02)


def test_neighbours_share_a_rare_surname_oftener_than_strangers_and_a_common_one_hardly() -> None:
    neighbours = Among(county=True)
    rare, common = "逄建国", "王建国"
    assert equal_name_share(rare, neighbours) > 20 * equal_name_share(rare, EVERYBODY)
    assert equal_name_share(common, neighbours) == pytest.approx(equal_name_share(common, EVERYBODY), rel=0.1)
    given = DEFAULT.names.given_share("建国")
    assert equal_name_share(rare, neighbours) == pytest.approx(KINSHIP * given, rel=0.1)


def test_nobody_inherits_the_surnames_of_both_parents() -> None:
    assert equal_name_share("逄左建国", Among(county=True)) == pytest.approx(equal_name_share("逄左建国", EVERYBODY))


def test_a_name_of_a_generation_is_commoner_among_people_of_its_age_and_sex() -> None:
    women, girls, men = (
        Among(generations=generations_of(year, sex))
        for year, sex in ((1950, Sex.FEMALE), (1990, Sex.FEMALE), (1950, Sex.MALE))
    )
    everybody = equal_name_share("王秀英", EVERYBODY)
    assert equal_name_share("王秀英", women) > 4 * everybody
    assert equal_name_share("王秀英", girls) < everybody / 2
    assert equal_name_share("王秀英", men) < everybody / 4


def test_counties_that_merged_count_as_one_place_with_the_people_of_all() -> None:
    """沧浪区, 平江区 and 金阊区 became 姑苏区 in 2012; 西湖区 has always been itself."""

    def at_home(code: str) -> float:
        one = prepare(person("王建国", None, birth=BirthDate(1970, 3, 9), domicile_code=code))
        (place, *_), *_ = outlooks(DEFAULT, one, one, weigh(DEFAULT, one, one))
        return sum(share for _, share in place)

    assert at_home("330106") == DEFAULT.level("county", "county").other
    assert at_home("320502") == pytest.approx(3 * at_home("330106"))


def test_generations_are_all_of_the_people_of_a_year() -> None:
    for year in (1940, 1969, 1990):
        for sex in (*Sex, None):
            assert sum(generations_of(year, sex)) == pytest.approx(1)


def test_an_old_woman_of_a_common_old_name_has_more_coincidences_than_a_young_one() -> None:
    old, young = (listed("王秀英", born) for born in (1950, 1990))
    same = [reckon(DEFAULT, one, one) for one in (old, young)]
    assert same[0].millibits == same[1].millibits
    assert same[0].expected_coincidences > 10 * same[1].expected_coincidences


def test_a_low_sequence_number_weighs_less_than_another() -> None:
    """Both agree in the last four characters; stations give the low numbers out first."""

    def tail_bits(tail: str) -> int:
        one = prepare(person("王建国", f"339900********{tail}"))
        return next(line.millibits for line in reckon(DEFAULT, one, one).evidence if line.feature == "id_tail")

    assert tail_bits("0014") == tail_bits("5014") - 2000
