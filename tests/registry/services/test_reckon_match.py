"""The reckoning adds up, is the check's own, and says how rare a name is and which rule decides."""

from __future__ import annotations

import pytest

from matching.identity import BirthDate, IdDocument, Identity, IdType, Sex
from matching.index import Index
from matching.model import DEFAULT
from matching.name_likeness import compared_name
from matching.name_weight import level_shares
from registry.law.policy import Policy
from registry.law.roles import Purpose
from registry.law.verdict import IdentityRule, Verdict
from registry.services.reckon_match import Measure, reckon_match, rounded, strongest
from tests.invented_list import invented_id, organisation, person

MEASURE = Measure(DEFAULT, Policy.load(), Purpose.FOOD_OPERATION_LICENCE)
BIRTH = BirthDate(1976, 3, 9)


def test_the_lines_add_up_to_the_sum_and_each_states_the_sum_so_far() -> None:
    masked = person("王示例", invented_id(1)[:6] + "********" + invented_id(1)[14:], birth=BIRTH)
    found = reckon_match(MEASURE, person("王示利", invented_id(1)), masked)
    assert len(found.lines) >= 4
    assert found.lines[-1].running == found.comparison.millibits == sum(line.millibits for line in found.lines)
    assert [line.running for line in found.lines] == [
        sum(line.millibits for line in found.lines[: count + 1]) for count in range(len(found.lines))
    ]


def test_the_reckoning_is_the_one_a_check_makes() -> None:
    listed = person("王示例", None, birth=BIRTH, sex=Sex.MALE)
    asked = person("王示利", invented_id(1))
    index = Index()
    index.put(1, [listed])
    (hit,) = index.search(asked)
    assert reckon_match(MEASURE, asked, listed).comparison == hit.comparison


def test_expected_coincidences_are_the_population_times_a_share() -> None:
    found = reckon_match(MEASURE, person("王示例", None, birth=BIRTH), person("王示例", None, birth=BIRTH))
    assert found.population == DEFAULT.residents
    assert found.population * found.share == pytest.approx(found.comparison.expected_coincidences)
    companies = reckon_match(
        MEASURE, organisation("示例食品有限公司", "91339900MA2XXXXX0A"), organisation("示例食品有限公司", "9")
    )
    assert companies.population == DEFAULT.organisations


def test_an_equal_name_says_how_many_bear_it_and_a_near_one_how_many_lie_as_near() -> None:
    (same,) = reckon_match(MEASURE, Identity(name="张伟"), Identity(name="张伟")).lines
    assert same.level == "exact"
    assert 35_000 < same.alike < 55_000
    assert f"约有 {rounded(same.alike)} 名居民叫这个姓名" in same.says["zh"]
    assert f"About {rounded(same.alike)} residents of the four provinces bear this name" in same.says["en"]
    (near,) = reckon_match(MEASURE, Identity(name="章伟"), Identity(name="张伟")).lines
    assert near.level == "misheard"
    listed = compared_name("张伟")
    assert listed is not None
    assert near.alike == pytest.approx(
        DEFAULT.residents * level_shares(DEFAULT.names, listed.parts)["misheard"], rel=0.01
    )
    assert (
        f"{rounded(same.alike)} residents bear the listed name; the names of about {rounded(near.alike)}"
        in (near.says["en"])
    )


@pytest.mark.parametrize(
    ("asked", "listed", "rule", "verdict"),
    [
        (person("王示例", invented_id(1)), person("王示例", invented_id(1)), "equal_document", "block"),
        (person("李无关", invented_id(1)), person("王示例", invented_id(1)), "equal_document_other_name", "review"),
        (person("濮阳静芸", None, birth=BIRTH), person("濮阳静芸", None, birth=BIRTH), "likely", "review"),
        (person("张伟", None, birth=BIRTH), person("李娜", None, birth=BIRTH), "too_many_coincidences", "clear"),
        (person("王示例", invented_id(2)), person("王示例", invented_id(1)), "too_many_coincidences", "clear"),
    ],
)
def test_the_rule_that_decides_is_named(asked: Identity, listed: Identity, rule: str, verdict: str) -> None:
    found = reckon_match(MEASURE, asked, listed)
    assert (found.rule, found.rule.verdict) == (IdentityRule(rule), Verdict(verdict))


def test_an_equal_passport_is_for_a_person() -> None:
    passport = Identity(name="示例甲", documents=(IdDocument(IdType.PASSPORT, "E12345678"),))
    assert reckon_match(MEASURE, passport, passport).rule is IdentityRule.EQUAL_RENEWABLE_DOCUMENT


def test_of_several_records_of_one_person_the_one_that_fits_best_is_shown() -> None:
    asked = person("王示例", invented_id(1))
    faces = [person("王示", None, birth=BIRTH), asked, person("王示例", None, birth=BIRTH)]
    assert strongest(MEASURE, asked, faces).rule is IdentityRule.EQUAL_DOCUMENT


def test_identities_that_share_nothing_are_reckoned_all_the_same() -> None:
    found = reckon_match(MEASURE, Identity(name="张伟"), Identity(birth=BIRTH))
    assert (found.lines, found.comparison.millibits) == ((), 0)
    assert found.comparison.expected_coincidences == DEFAULT.residents


@pytest.mark.parametrize(("number", "text"), [(0.04, "0.0"), (3.14, "3.1"), (46_312, "46,000"), (95.6, "96")])
def test_numbers_of_people_are_told_to_two_figures(number: float, text: str) -> None:
    assert rounded(number) == text
