"""The reckoning: what adds up, what blocks, and how many others would fit as well."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given

from matching.identity import Identity, IdType, Sex
from matching.model import DEFAULT
from matching.name_weight import bearers_share
from matching.normalize import split_name
from matching.outlook import outlook
from matching.prepare import prepare
from matching.score import Comparison, IdentityAgreement, compare, tail_share
from tests.matching.invented_people import organisation, people, person

NUMBER = "339900197603094014"


def reckoning(applicant: Identity, listed: Identity) -> Comparison:
    found = compare(DEFAULT, prepare(applicant), prepare(listed))
    assert found is not None
    return found


@given(one=people, other=people)
def test_the_bits_of_the_lines_add_up_to_the_sum(one: Identity, other: Identity) -> None:
    found = compare(DEFAULT, prepare(one), prepare(other))
    if found is not None:
        assert found.millibits == sum(line.millibits for line in found.evidence)


@given(one=people, other=people)
def test_where_nothing_hangs_together_others_keep_to_the_bound_of_the_bits(one: Identity, other: Identity) -> None:
    """The share of others scoring at least b bits is then never above 2^-b (Markov's inequality)."""
    applicant, listed = prepare(one), prepare(other)
    found = compare(DEFAULT, applicant, listed)
    if found is None or any(line.level in {"unknown_character", "romanised"} for line in found.evidence):
        return
    share = tail_share([outlook(DEFAULT, line, applicant, listed) for line in found.evidence], found.millibits)
    assert share <= 2 ** (-found.millibits / 1000) * 1.01


def test_an_equal_number_and_name_are_proof_of_identity() -> None:
    found = reckoning(person("王建国", NUMBER), person("王建国", NUMBER, "1976-03-09", Sex.MALE))
    assert found.identity is IdentityAgreement.EQUAL
    assert found.name_compatible
    assert found.expected_coincidences < 1e-3


def test_an_equal_number_under_another_name_is_not_compatible() -> None:
    found = reckoning(person("赵丽萍", NUMBER), person("王建国", NUMBER))
    assert found.identity is IdentityAgreement.EQUAL
    assert not found.name_compatible


def test_an_equal_passport_is_renewable_and_cannot_block() -> None:
    holder = person("王建国", "E12345678", id_type=IdType.PASSPORT)
    assert reckoning(holder, holder).identity is IdentityAgreement.EQUAL_RENEWABLE


def test_a_placeholder_number_shared_by_two_rows_is_no_equal_identity() -> None:
    found = reckoning(person("王建国", "111111111111111111"), person("王建国", "111111111111111111"))
    assert found.identity is IdentityAgreement.SLIP


def test_masked_digits_that_agree_are_part_of_an_identity() -> None:
    found = reckoning(person("王建国", NUMBER), person("王建国", "339900********4014"))
    assert found.identity is IdentityAgreement.PART
    assert found.expected_coincidences < 0.01


def test_name_alone_is_shared_by_thousands_and_comes_to_nothing() -> None:
    assert compare(DEFAULT, prepare(person("王秀英", birth="1960-01-01")), prepare(person("王秀英"))) is None
    assert 40_000 < DEFAULT.residents * bearers_share(DEFAULT.names, split_name("王秀英")) < 45_000


def test_a_common_name_and_birth_day_fit_somebody_else_as_well() -> None:
    found = reckoning(person("张伟", birth="1976-03-09"), person("张伟", birth="1976-03-09"))
    assert 0.5 < found.expected_coincidences < 5


def test_organisations_with_equal_code_and_name_are_the_same() -> None:
    listed = organisation("杭州顺喜食品有限公司", "91350100M000100Y43")
    assert reckoning(listed, listed).identity is IdentityAgreement.EQUAL


def test_an_equal_code_under_another_name_is_not_compatible() -> None:
    listed = organisation("杭州顺喜食品有限公司", "91350100M000100Y43")
    found = reckoning(organisation("南京康盛餐饮有限公司", "91350100M000100Y43"), listed)
    assert found.identity is IdentityAgreement.EQUAL
    assert not found.name_compatible


def test_a_person_is_never_an_organisation() -> None:
    assert compare(DEFAULT, prepare(person("顺喜", NUMBER)), prepare(organisation("顺喜", NUMBER))) is None


STRONGER = (
    person("王建国", birth="1976"),
    person("王建国", birth="1976-03"),
    person("王建国", birth="1976-03-09"),
    person("王建国", birth="1976-03-09", sex=Sex.MALE),
    person("王建国", birth="1976-03-09", sex=Sex.MALE, domicile="339900"),
    person("王建国", number="339900********4014", birth="1976-03-09"),
    person("王建国", number=NUMBER),
)


@pytest.mark.parametrize(("less", "more"), list(itertools.pairwise(STRONGER)))
def test_more_agreement_never_lowers_the_bits(less: Identity, more: Identity) -> None:
    applicant = prepare(person("王建国", NUMBER, domicile="339900"))
    weaker, stronger = (compare(DEFAULT, applicant, prepare(listed)) for listed in (less, more))
    assert weaker is not None
    assert stronger is not None
    assert weaker.millibits < stronger.millibits
    # Below a millionth both say: nobody.
    assert stronger.expected_coincidences < max(weaker.expected_coincidences, 1e-6)


def test_the_tail_counts_every_combination_of_levels_that_is_as_strong() -> None:
    two_coins = (((1000, 0.5), (-1000, 0.5)), ((3000, 0.1), (0, 0.9)))
    assert tail_share(two_coins, 4000) == pytest.approx(0.05)
    assert tail_share(two_coins, 1000) == pytest.approx(0.05 + 0.05 + 0.45)
    assert tail_share(two_coins, -1000) == pytest.approx(1)


def test_the_outlook_of_a_name_holds_the_weight_its_evidence_has() -> None:
    for ours in ("王建国", "汪建国", "王国建", "王建", "王丽萍", "赵丽萍"):
        applicant, listed = prepare(person(ours, birth="1976-03-09")), prepare(person("王建国", birth="1976-03-09"))
        found = compare(DEFAULT, applicant, listed)
        lines = found.evidence if found else ()
        for line in lines:
            assert line.millibits in {weight for weight, _ in outlook(DEFAULT, line, applicant, listed)}
