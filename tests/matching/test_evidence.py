"""What each comparison says, and what it keeps silent about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from matching import evidence
from matching.evidence import Evidence
from matching.identity import Identity, IdType, NameKind, OtherName, Sex
from matching.model import DEFAULT, Model
from matching.outlook import outlook
from matching.prepare import Prepared, prepare
from matching.score import IdentityAgreement, compare, reckon
from tests.matching.invented_people import organisation, people, person

Comparison = Callable[[Model, Prepared, Prepared], Evidence | None]
EVERY_COMPARISON: tuple[Comparison, ...] = (
    evidence.id_number,
    evidence.document,
    evidence.name,
    evidence.birth_date,
    evidence.sex,
    evidence.county,
    evidence.id_area,
    evidence.id_tail,
    evidence.organisation_number,
    evidence.organisation_name,
)
NUMBER = "339900197603094014"


def level(comparison: Comparison, applicant: Identity, listed: Identity) -> str | None:
    line = comparison(DEFAULT, prepare(applicant), prepare(listed))
    return None if line is None else line.level


@pytest.mark.parametrize("comparison", EVERY_COMPARISON)
def test_nothing_beside_nothing_is_no_evidence(comparison: Comparison) -> None:
    for blank in (person(), organisation()):
        assert comparison(DEFAULT, prepare(blank), prepare(blank)) is None


@pytest.mark.parametrize("comparison", EVERY_COMPARISON)
@given(somebody=people)
def test_somebody_beside_nothing_is_no_evidence(comparison: Comparison, somebody: Identity) -> None:
    assert comparison(DEFAULT, prepare(somebody), prepare(person())) is None
    assert comparison(DEFAULT, prepare(person()), prepare(somebody)) is None


@pytest.mark.parametrize("comparison", EVERY_COMPARISON)
@given(one=people, other=people)
def test_both_directions_give_the_same_level(comparison: Comparison, one: Identity, other: Identity) -> None:
    assert level(comparison, one, other) == level(comparison, other, one)


@given(one=people, other=people)
def test_every_level_is_in_the_model_and_its_outlook_adds_up_to_everybody(one: Identity, other: Identity) -> None:
    for comparison in EVERY_COMPARISON:
        line = comparison(DEFAULT, prepare(one), prepare(other))
        if line is None:
            continue
        assert line.level in DEFAULT.features[line.feature].levels
        foreseen = outlook(DEFAULT, line, prepare(one), prepare(other))
        assert sum(share for _, share in foreseen) == pytest.approx(1, abs=0.05)


def test_equal_numbers_are_equal_in_any_writing() -> None:
    listed = person(number=NUMBER)
    for written in (NUMBER, "３３９９００１９７６０３０９４０１４", "339900 19760309 4014", "339900760309401"):
        assert level(evidence.id_number, person(number=written), listed) == "equal"


@pytest.mark.parametrize(
    "miswritten", ["339900197603094015", "33990019760309414", "339900197630094014", "3399001976030940104"]
)
def test_one_wrong_dropped_swapped_or_added_digit_is_one_slip(miswritten: str) -> None:
    assert level(evidence.id_number, person(number=NUMBER), person(number=miswritten)) == "one_slip"


def test_two_sound_numbers_are_two_people_however_near() -> None:
    assert level(evidence.id_number, person(number=NUMBER), person(number="339900197603094022")) == "differs"


def test_equal_numbers_that_cannot_be_genuine_are_not_proof() -> None:
    garbage = person(number="111111111111111111")
    assert level(evidence.id_number, garbage, garbage) == "equal_unsound"


def test_a_number_a_spreadsheet_rounded_is_two_slips_from_the_whole_one() -> None:
    rounded = person(number="339900197601011000")
    assert level(evidence.id_number, person(number="339900197601011238"), rounded) == "two_slips"
    assert level(evidence.id_number, rounded, rounded) == "equal"


def test_a_masked_number_speaks_only_by_its_visible_parts() -> None:
    applicant, listed = person(number=NUMBER), person(number="339900********4014")
    assert level(evidence.id_number, applicant, listed) is None
    assert level(evidence.id_area, applicant, listed) == "equal"
    assert level(evidence.id_tail, applicant, listed) == "equal"
    assert level(evidence.birth_date, applicant, listed) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("1976-03-09", "1976-03-09", "day"),
        ("1976-03-09", "1976-09-03", "swapped"),
        ("1976-03-09", "1977-03-09", "year_off"),
        ("1976-03-09", "1976-03-19", "one_digit"),
        ("1976-03-09", "1976-08-09", "one_digit"),
        ("1976-03-31", "1976-04-01", "day_or_ten_off"),
        ("1976-03-25", "1976-04-04", "day_or_ten_off"),
        ("1976-03-30", "1976-04-04", "days_apart"),
        ("1976-03-09", "1976-02-09", "one_digit"),
        ("1962-09-13", "1962-08-15", "lunar"),
        ("1979-05-31", "1980-05-28", "year_and_day_off"),
        ("1976-03-09", "1976-11-25", "same_year"),
        ("1976-03-09", "1988-11-25", "differs"),
        ("1976-03-09", "1976-03", "month"),
        ("1976-03-09", "1976-04", "same_year"),
        ("1976-03-09", "1976", "year"),
        ("1976-03-09", "1977", "adjacent"),
    ],
)
def test_birth_dates_are_compared_to_the_precision_known(ours: str, theirs: str, expected: str) -> None:
    assert level(evidence.birth_date, person(birth=ours), person(birth=theirs)) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("王建国", "王建国", "exact"),
        ("王 建国", "王建国", "exact"),
        ("張偉", "张伟", "form"),
        ("王建国", "汪建国", "misheard"),
        ("王建国", "王建囯", "form"),
        ("王建国", "王国建", "swapped"),
        ("王建国", "王建", "shortened"),
        ("王建国", "王□国", "unknown_character"),
        ("王建国", "王JIAN国", "unknown_character"),
        ("王建国", "王丽萍", "surname_only"),
        ("王建国", "赵建国", "given_only"),
        ("王建国", "赵丽萍", "differs"),
        ("阿卜杜拉·买买提", "阿不都拉买买提", "respelt"),
        ("阿卜杜拉·买买提", "阿卜杜拉", "shortened"),
        ("陈大文", "CHEN DAWEN", "romanised"),
        ("陈大文", "CHAN TAI MAN", "romanised"),
        ("陳大文", "TAI MAN CHAN", "romanised"),
        ("CHAN TAI MAN", "TAI MAN CHAN", "swapped"),
        ("扈超昊", "超昊扈", "swapped"),
        ("马兰英", "宫马兰英", "married"),
        ("姚桂琴", "姚桂*", "unknown_character"),
        ("策任普卜", "策仁·普布", "respelt"),
        ("热叶木·达吾特", "热依木·达吾提", "respelt"),
        ("八托尔", "巴图尔", "respelt"),
        ("阿卜杜拉·买买提", "阿不力孜·马木提", "differs"),
    ],
)
def test_names_are_alike_in_the_way_they_are_mistaken(ours: str, theirs: str, expected: str) -> None:
    assert level(evidence.name, person(ours), person(theirs)) == expected


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    common, rare = ("张伟", "昝苡蘅")
    lines = [evidence.name(DEFAULT, prepare(person(name)), prepare(person(name))) for name in (common, rare)]
    assert lines[0] is not None
    assert lines[1] is not None
    assert 11 < lines[0].bits < 14
    assert lines[1].bits > 20


def test_a_former_name_matches_and_a_nickname_never_does() -> None:
    listed = person("孙双温", other_names=(OtherName(NameKind.FORMER, "赵晚"), OtherName(NameKind.NICKNAME, "钱多多")))
    assert level(evidence.name, person("赵晚"), listed) == "former"
    assert level(evidence.name, person("钱多多"), listed) == "differs"


def test_a_masked_name_is_nobodys_name() -> None:
    assert level(evidence.name, person("张某某"), person("张某某")) is None


def test_sex_is_read_from_the_number_where_it_is_not_stated() -> None:
    assert level(evidence.sex, person(number=NUMBER), person(sex=Sex.MALE)) == "equal"
    assert level(evidence.sex, person(number=NUMBER), person(sex=Sex.FEMALE)) == "differs"


def test_a_merged_county_is_the_same_place() -> None:
    assert level(evidence.county, person(domicile="330184"), person(domicile="330110")) == "county"
    assert level(evidence.county, person(domicile="330106"), person(domicile="340104")) == "differs"


def test_a_permit_is_compared_without_its_reissue_digits() -> None:
    permit = IdType.HK_MO_PERMIT
    assert (
        level(
            evidence.document, person(number="H1234567801", id_type=permit), person(number="H12345678", id_type=permit)
        )
        == "equal"
    )


@pytest.mark.parametrize(
    ("written", "expected"), [("H1*****78", "part"), ("H12345***", "part"), ("H9*****78", "differs")]
)
def test_a_masked_permit_speaks_by_what_it_shows(written: str, expected: str) -> None:
    whole, shown = (person(number=number, id_type=IdType.HK_MO_PERMIT) for number in ("H12345678", written))
    assert level(evidence.document, whole, shown) == expected
    assert level(evidence.document, shown, whole) == expected


@pytest.mark.parametrize("entered", [IdType.PASSPORT, IdType.OTHER, IdType.TW_PERMIT, IdType.HK_MO_PERMIT])
def test_a_citizen_number_entered_under_another_type_is_still_the_number(entered: IdType) -> None:
    assert level(evidence.id_number, person(number=NUMBER, id_type=entered), person(number=NUMBER)) == "equal"


@pytest.mark.parametrize("entered", [IdType.PASSPORT, IdType.OTHER, IdType.TW_PERMIT])
def test_a_permit_entered_under_another_type_is_for_a_person_to_look_at(entered: IdType) -> None:
    permit = person(number="H12345678", id_type=IdType.HK_MO_PERMIT)
    assert level(evidence.document, person(number="H12345678", id_type=entered), permit) == "equal_renewable"


@pytest.mark.parametrize(("type_", "number"), [(IdType.OTHER, "1234567"), (IdType.HK_MO_PERMIT, "H1234")])
def test_equal_numbers_of_no_certain_kind_prove_nobody(type_: IdType, number: str) -> None:
    somebody = person("李娜", number, id_type=type_)
    found = compare(DEFAULT, prepare(somebody), prepare(somebody))
    assert found is None or found.identity is not IdentityAgreement.EQUAL


def test_two_equal_masks_are_part_of_an_identity_and_no_proof() -> None:
    masked = person("张伟", "H990****01", id_type=IdType.HK_MO_PERMIT)
    assert level(evidence.document, masked, masked) == "part"


def test_the_old_code_of_an_organisation_is_found_in_its_credit_code() -> None:
    whole, old = organisation(number="91350100M000100Y43"), organisation(number="M000100Y4")
    assert level(evidence.organisation_number, whole, old) == "equal_unsound"


def test_a_number_nobody_can_have_is_weighed_once() -> None:
    listed = person("王建国", NUMBER, "1976-03-09")
    found = reckon(DEFAULT, prepare(person("王建国", "339900197603091111", "1976-03-09")), prepare(listed))
    assert [line.feature for line in found.evidence] == ["id_number", "name", "birth_date", "county", "sex"]


def test_a_number_that_is_none_of_its_type_says_nothing_against() -> None:
    permit, nonsense = (person(number=number, id_type=IdType.HK_MO_PERMIT) for number in ("H12345678", "H123"))
    assert level(evidence.document, permit, nonsense) is None
    assert (
        level(evidence.organisation_number, organisation(number="91350100M000100Y43"), organisation(number="7")) is None
    )


def test_a_masked_credit_code_is_part_of_the_whole_one() -> None:
    whole = organisation(number="91350100M000100Y43")
    assert level(evidence.organisation_number, whole, organisation(number="913501********0Y43")) == "part"
    assert level(evidence.organisation_number, whole, organisation(number="913302********0Y43")) == "differs"


def test_another_passport_number_says_little() -> None:
    first, second = (person(number=number, id_type=IdType.PASSPORT) for number in ("E12345678", "E87654321"))
    assert level(evidence.document, first, first) == "equal_renewable"
    assert level(evidence.document, first, second) == "differs_renewable"
    masked = person(number="E8765****", id_type=IdType.PASSPORT)
    assert level(evidence.document, first, masked) == "differs_renewable"


def test_organisations_are_known_by_code_and_by_name_without_region_and_form() -> None:
    listed = organisation("杭州顺喜食品有限公司", "91350100M000100Y43")
    assert level(evidence.organisation_number, organisation(number="91350100M000100Y43"), listed) == "equal"
    assert level(evidence.organisation_name, organisation("杭州顺喜食品有限公司"), listed) == "exact"
    assert level(evidence.organisation_name, organisation("杭州市顺喜食品有限责任公司"), listed) == "core"
    assert level(evidence.organisation_name, organisation("杭州康盛食品有限公司"), listed) == "differs"
