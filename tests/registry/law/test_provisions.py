"""Each row of the decision table, R1 to R16, as the law tests it; and the data files' own soundness."""

from __future__ import annotations

import datetime

import pytest

from matching.identity import Kind
from registry.errors import SettingsError
from registry.law.ban import Bar, Basis, bars
from registry.law.judgment import Capacity, MeasureKind, OrderKind, ResponsibleRole, RowOutcome, Sentence
from registry.law.provisions import Law, Trigger
from registry.law.reasons import Reason
from registry.law.roles import Activity, Purpose, Region, Role
from registry.law.strict_toml import Table
from tests.registry.law.facts import (
    EFFECTIVE,
    LAW,
    MANAGING_ROLES,
    TODAY,
    bar,
    convicted,
    measure,
    ordered,
    revoked,
    terms,
)


def test_every_row_of_the_decision_table_has_a_provision() -> None:
    assert {provision.rule for provision in LAW.provisions.values()} == {f"R{number}" for number in range(1, 17)}


def test_r1_bars_the_legal_representative_for_five_years_from_the_penalty_decision() -> None:
    (basis,) = terms(revoked(decided_on=datetime.date(2023, 6, 1))).bases
    assert (basis.provision, basis.starts_on, basis.ends_on) == (
        "fsl-135-1",
        datetime.date(2023, 6, 1),
        datetime.date(2028, 6, 1),
    )
    assert bar([basis]) is Bar.BLOCK


@pytest.mark.parametrize("role", list(ResponsibleRole))
def test_r1_reaches_everyone_who_answers_for_the_organisation(role: ResponsibleRole) -> None:
    assert terms(revoked(role=role)).outcome is RowOutcome.IN_FORCE


def test_r1_bars_the_organisation_itself_from_applying() -> None:
    bases = terms(revoked(role=None, organisation=True)).bases
    assert bar(bases, Role.APPLICANT, kind=Kind.ORGANISATION) is Bar.BLOCK


def test_r1_ends_at_the_end_of_its_last_day() -> None:
    bases = terms(revoked(decided_on=datetime.date(2023, 6, 1))).bases
    assert bar(bases, day=datetime.date(2028, 6, 1)) is Bar.BLOCK
    assert bar(bases, day=datetime.date(2028, 6, 2)) is None


def test_r1_from_a_leap_day_ends_on_the_twenty_eighth_of_february() -> None:
    (basis,) = terms(revoked(decided_on=datetime.date(2024, 2, 29))).bases
    assert basis.ends_on == datetime.date(2029, 2, 28)


def test_r1_does_not_reach_back_before_the_law_of_2015() -> None:
    found = terms(revoked(decided_on=datetime.date(2015, 9, 30)))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.BEFORE_THE_LAW)
    assert terms(revoked(decided_on=datetime.date(2015, 10, 1))).bases


def test_r1_that_has_run_out_stays_on_record_and_bars_nobody() -> None:
    found = terms(revoked(decided_on=datetime.date(2017, 6, 1)))
    assert (found.outcome, found.reason) == (RowOutcome.IN_FORCE, Reason.BAN_RUN_OUT)
    assert bar(found.bases) is None
    assert terms(revoked(decided_on=datetime.date(2020, 11, 21))).reason is Reason.LISTED
    assert terms(revoked(decided_on=datetime.date(2020, 11, 20))).reason is Reason.BAN_RUN_OUT


def test_r1_decided_tomorrow_is_pending_today() -> None:
    found = terms(revoked(decided_on=TODAY + datetime.timedelta(days=1)))
    assert (found.outcome, found.reason) == (RowOutcome.PENDING, Reason.NOT_YET_EFFECTIVE)
    assert bar(found.bases) is None


def test_r1_without_a_day_of_decision_is_pending() -> None:
    found = terms(revoked(decided_on=None))
    assert (found.outcome, found.reason) == (RowOutcome.PENDING, Reason.DECISION_DATE_UNKNOWN)


def test_r2_bars_for_life_from_the_day_the_judgment_took_effect() -> None:
    found = terms(convicted())
    (basis,) = found.bases
    assert (found.outcome, basis.provision, basis.starts_on, basis.ends_on) == (
        RowOutcome.IN_FORCE,
        "fsl-135-2",
        EFFECTIVE,
        None,
    )
    assert bar(found.bases, day=EFFECTIVE - datetime.timedelta(days=1)) is None
    assert bar(found.bases, day=EFFECTIVE) is Bar.BLOCK
    assert bar(found.bases, day=datetime.date(2099, 1, 1)) is Bar.BLOCK


def test_r2_names_the_article_in_both_languages() -> None:
    assert LAW.article("fsl-135-2", "zh") == "食品安全法 第一百三十五条第二款"
    assert LAW.article("fsl-135-2", "en") == "Food Safety Law, Article 135, paragraph 2"


def test_r2_says_which_activity_it_bars() -> None:
    (barring,) = bars(LAW, terms(convicted()).bases, Purpose.FOOD_OPERATION_LICENCE, MANAGING_ROLES[2], None, TODAY)
    assert barring.activities == (Activity.MANAGE_FOOD_BUSINESS,)
    assert LAW.activity(Activity.MANAGE_FOOD_BUSINESS, "zh") == "从事食品生产经营管理工作"
    assert LAW.activity(Activity.MANAGE_FOOD_BUSINESS, "en") == "manage a food business"


def test_r3_founds_nothing_until_the_employers_licence_is_revoked() -> None:
    assert LAW.provision("fsl-135-3").bars == ()
    assert LAW.provision("fsl-135-3").trigger is Trigger.RECORDED


def test_r4_bars_a_dismissed_inspector_for_ten_years_from_inspection_only() -> None:
    (basis,) = terms(measure(MeasureKind.INSPECTOR_DISMISSED)).bases
    assert (basis.provision, basis.ends_on) == ("fsl-138-2-dismissal", datetime.date(2033, 6, 1))
    assert bar([basis], Role.INSPECTOR, Purpose.INSPECTION_STAFF) is Bar.BLOCK
    assert [role for role in Role if bar([basis], role)] == [Role.INSPECTOR]


@pytest.mark.parametrize("sentence", [Sentence.FIXED_TERM, Sentence.DETENTION, Sentence.CONTROL, Sentence.FINE_ONLY])
def test_r5_bars_inspection_staff_for_life_on_any_punishment(sentence: Sentence) -> None:
    found = terms(convicted(sentence=sentence, capacity=Capacity.INSPECTION_STAFF))
    inspection = [basis for basis in found.bases if basis.provision == "fsl-138-2-punishment"]
    assert [(basis.starts_on, basis.ends_on) for basis in inspection] == [(EFFECTIVE, None)]
    assert bar(inspection, Role.INSPECTOR, Purpose.INSPECTION_STAFF) is Bar.BLOCK


def test_r5_does_not_follow_from_an_exemption_from_punishment() -> None:
    found = terms(convicted(sentence=Sentence.EXEMPT, capacity=Capacity.INSPECTION_STAFF))
    assert (found.outcome, found.bases) == (RowOutcome.NO_BAN, ())


def test_r5_asks_that_food_was_concerned() -> None:
    certificate = convicted(
        charge="提供虚假证明文件罪", sentence=Sentence.DETENTION, capacity=Capacity.INSPECTION_STAFF
    )
    assert terms(certificate).outcome is RowOutcome.WAITING


def test_r5_reaches_nobody_but_inspection_staff() -> None:
    assert [basis.provision for basis in terms(convicted(capacity=Capacity.MANAGER)).bases] == ["fsl-135-2"]


def test_r5_also_bars_for_life_after_a_false_report() -> None:
    (basis,) = terms(measure(MeasureKind.INSPECTOR_DISMISSED_FOR_FALSE_REPORT)).bases
    assert (basis.provision, basis.ends_on) == ("fsl-138-2-false-report", None)


def test_r6_is_an_occupational_ban_from_the_end_of_the_sentence() -> None:
    order = ordered(OrderKind.OCCUPATIONAL_BAN, "禁止从事食品生产、销售及相关活动", 3)
    found = terms(convicted(sentence=Sentence.DETENTION, order=order, executed_on=datetime.date(2022, 9, 1)))
    (basis,) = found.bases
    assert (basis.provision, basis.starts_on, basis.ends_on) == (
        "cl-37-1",
        datetime.date(2022, 9, 1),
        datetime.date(2025, 9, 1),
    )


def test_r7_is_an_injunction_until_the_end_of_probation() -> None:
    order = ordered(OrderKind.PROBATION_INJUNCTION, "禁止在缓刑考验期内从事食品生产、销售及相关活动")
    found = terms(convicted(sentence=Sentence.DETENTION, probation_months=12, order=order))
    (basis,) = found.bases
    assert (basis.provision, basis.starts_on, basis.ends_on) == ("cl-72-2", EFFECTIVE, datetime.date(2023, 3, 12))


def test_r8_and_r9_are_noted_for_an_economic_crime_and_found_no_basis() -> None:
    found = terms(convicted(sentence=Sentence.DETENTION))
    assert (found.outcome, found.bases) == (RowOutcome.NO_BAN, ())
    assert found.noted == ("company-178", "mer-12-crime")


def test_r9_is_noted_for_a_revoked_business_licence() -> None:
    found = terms(revoked(penalty="吊销营业执照", licence_kind="营业执照"))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.OTHER_LICENCE_REVOKED)
    assert found.noted == ("mer-12-licence",)


@pytest.mark.parametrize("provision", ["company-178", "mer-12-crime", "mer-12-licence", "drug-118", "aqsl-65-2"])
def test_r8_r9_r15_and_r16_never_stop_a_food_purpose(provision: str) -> None:
    basis = Basis(provision, "某文书", Region.JIANGSU, EFFECTIVE, None)
    food = [purpose for purpose in Purpose if purpose is not Purpose.INSPECTION_STAFF]
    assert [bar([basis], role, purpose, kind=kind) for role in Role for purpose in food for kind in Kind] == [None] * (
        len(Role) * len(food) * len(Kind)
    )


def test_r10_bars_the_people_of_a_slaughterhouse_and_not_the_house() -> None:
    slaughter = {"penalty": "吊销生猪定点屠宰证书", "licence_kind": "生猪定点屠宰证书"}
    (basis,) = terms(revoked(**slaughter)).bases
    assert (basis.provision, basis.ends_on) == ("psr-38-1", datetime.date(2028, 6, 1))
    assert bar([basis], purpose=Purpose.SLAUGHTER_LICENCE) is Bar.BLOCK
    assert bar([basis]) is None
    assert terms(revoked(**slaughter, role=None, organisation=True)).reason is Reason.NOT_REACHED_BY_THE_PROVISION


def test_r10_does_not_reach_back_before_the_regulation_of_2021() -> None:
    slaughter = {"penalty": "吊销生猪定点屠宰证书", "licence_kind": None}
    assert terms(revoked(**slaughter, decided_on=datetime.date(2021, 7, 31))).reason is Reason.BEFORE_THE_LAW
    assert terms(revoked(**slaughter, decided_on=datetime.date(2021, 8, 1))).outcome is RowOutcome.IN_FORCE


def test_r10_bars_a_food_criminal_from_slaughter_under_its_own_article() -> None:
    bases = terms(convicted()).bases
    (barring,) = bars(LAW, bases, Purpose.SLAUGHTER_LICENCE, MANAGING_ROLES[1], None, TODAY)
    assert (barring.bar, barring.provision, barring.basis.provision) == (Bar.BLOCK, "psr-38-2", "fsl-135-2")


def test_r10_was_no_bar_before_the_regulation_was_in_force() -> None:
    bases = terms(convicted(effective_date=datetime.date(2020, 1, 1), judgment_date=None)).bases
    assert bar(bases, purpose=Purpose.SLAUGHTER_LICENCE, day=datetime.date(2021, 7, 31)) is Bar.REVIEW
    assert bar(bases, purpose=Purpose.SLAUGHTER_LICENCE, day=datetime.date(2021, 8, 1)) is Bar.BLOCK


def test_r11_bars_even_staff_from_slaughter_and_sends_food_licences_to_a_person() -> None:
    (basis,) = terms(measure(MeasureKind.ANIMAL_LAW_PENALTY)).bases
    assert basis.ends_on == datetime.date(2028, 6, 1)
    assert bar([basis], Role.STAFF, Purpose.SLAUGHTER_LICENCE) is Bar.BLOCK
    assert bar([basis], Role.OPERATOR) is Bar.REVIEW
    assert bar([basis], Role.STAFF) is None


def test_r11_is_for_life_where_it_was_a_crime() -> None:
    (basis,) = terms(measure(MeasureKind.ANIMAL_LAW_CRIME)).bases
    assert (basis.provision, basis.ends_on) == ("apl-97-2-crime", None)


def test_r12_bars_all_four_ways_in_for_requests_in_shanghai_only() -> None:
    bases = terms(revoked(role=None, organisation=True)).bases
    asked = {
        region: bar(bases, Role.APPLICANT, Purpose.SMALL_WORKSHOP, region=region, kind=Kind.ORGANISATION)
        for region in Region
    }
    assert asked == {
        Region.SHANGHAI: Bar.BLOCK,
        Region.JIANGSU: Bar.REVIEW,
        Region.ZHEJIANG: Bar.REVIEW,
        Region.ANHUI: Bar.REVIEW,
    }


@pytest.mark.parametrize(
    "penalty", ["吊销食品生产加工小作坊准许生产证", "注销小型餐饮服务提供者临时备案", "注销食品摊贩登记"]
)
def test_r12_follows_from_the_loss_of_a_small_permit_in_shanghai(penalty: str) -> None:
    found = terms(revoked(region=Region.SHANGHAI, penalty=penalty, licence_kind=None))
    (basis,) = found.bases
    assert (found.outcome, basis.provision, basis.ends_on) == (
        RowOutcome.IN_FORCE,
        "shfsr-109-1",
        datetime.date(2028, 6, 1),
    )
    assert bar([basis], region=Region.SHANGHAI) is Bar.BLOCK
    assert bar([basis], region=Region.ANHUI) is None


def test_r13_bars_in_zhejiang_for_three_years_and_not_elsewhere() -> None:
    (basis,) = terms(measure(MeasureKind.REPEATED_SUSPENSION)).bases
    assert (basis.provision, basis.ends_on) == ("zjsw-24", datetime.date(2026, 6, 1))
    assert bar([basis], region=Region.ZHEJIANG) is Bar.BLOCK
    assert bar([basis], region=Region.JIANGSU) is None
    assert terms(measure(MeasureKind.REPEATED_SUSPENSION, Region.JIANGSU)).outcome is RowOutcome.NO_BAN


def test_local_provisions_of_all_four_regions_apply_where_the_request_names_none() -> None:
    zhejiang = terms(measure(MeasureKind.REPEATED_SUSPENSION)).bases
    shanghai = terms(revoked(region=Region.SHANGHAI, penalty="吊销小作坊准许生产证", licence_kind=None)).bases
    assert (bar(zhejiang, region=None), bar(shanghai, region=None)) == (Bar.BLOCK, Bar.BLOCK)


@pytest.mark.parametrize(
    ("kind", "provision", "last_day"),
    [
        (MeasureKind.FALSE_APPLICATION, "apl-78", datetime.date(2024, 6, 1)),
        (MeasureKind.PERMIT_BY_FRAUD, "apl-79", datetime.date(2026, 6, 1)),
    ],
)
def test_r14_bars_from_applying_again_for_that_licence_and_no_other(
    kind: MeasureKind, provision: str, last_day: datetime.date
) -> None:
    (basis,) = terms(measure(kind, licence_kind="食品经营许可证")).bases
    assert (basis.provision, basis.ends_on) == (provision, last_day)
    day = datetime.date(2024, 1, 1)
    assert bar([basis], Role.APPLICANT, Purpose.FOOD_OPERATION_LICENCE, day=day) is Bar.BLOCK
    assert bar([basis], Role.APPLICANT, Purpose.FOOD_PRODUCTION_LICENCE, day=day) is None
    assert bar([basis], Role.LEGAL_REPRESENTATIVE, Purpose.FOOD_OPERATION_LICENCE, day=day) is None


def test_r14_without_the_licences_name_may_be_about_any() -> None:
    (basis,) = terms(measure(MeasureKind.PERMIT_BY_FRAUD)).bases
    asked = (Purpose.FOOD_OPERATION_LICENCE, Purpose.FOOD_PRODUCTION_LICENCE, Purpose.FOOD_FILING)
    assert [bar([basis], Role.APPLICANT, purpose) for purpose in asked] == [Bar.BLOCK, Bar.BLOCK, None]


def test_r15_sends_a_punished_produce_tester_to_a_person_for_inspection_staff() -> None:
    (basis,) = terms(measure(MeasureKind.FARM_PRODUCE_TESTER_PUNISHED)).bases
    assert bar([basis], Role.INSPECTOR, Purpose.INSPECTION_STAFF) is Bar.REVIEW


def test_r16_is_noted_for_a_drug_crime_and_bars_nobody_from_food() -> None:
    found = terms(convicted(charge="生产、销售、提供假药罪"))
    assert (found.outcome, found.reason, found.bases) == (RowOutcome.NO_BAN, Reason.DRUG_LAW_ONLY, ())
    assert "drug-118" in found.noted


def test_the_effective_ban_is_the_union_of_its_bases() -> None:
    ended = Basis("fsl-135-1", "某决定", Region.JIANGSU, datetime.date(2016, 1, 1), datetime.date(2021, 1, 1))
    lasting = Basis("fsl-135-2", "某判决", Region.JIANGSU, EFFECTIVE, None)
    assert [
        barring.basis for barring in bars(LAW, [ended, lasting], Purpose.FOOD_FILING, Role.OPERATOR, None, TODAY)
    ] == [lasting]


def test_a_blocking_basis_is_named_before_one_for_review() -> None:
    review = Basis("fsl-135-1-transport", "某决定", Region.JIANGSU, TODAY, None)
    block = Basis("fsl-135-2", "某判决", Region.JIANGSU, TODAY, None)
    standing = bars(LAW, [review, block], Purpose.FOOD_FILING, Role.OPERATOR, None, TODAY)
    assert [barring.bar for barring in standing] == [Bar.BLOCK, Bar.REVIEW]


def test_a_basis_of_a_provision_the_law_does_not_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="no-such"):
        bar([Basis("no-such", "某文书", Region.JIANGSU, EFFECTIVE, None)])


def test_a_wrong_entry_of_a_data_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    provision = {"id": "x-1", "rule": "R1", "law_zh": "某法", "law_en": "L", "article_zh": "第一条", "article_en": "1"}
    broken = {**provision, "in_force_from": datetime.date(2020, 1, 1), "who": "某人", "trigger": "no_such_trigger"}
    monkeypatch.setattr(
        "registry.law.provisions.read_table", lambda name: Table(name, {"provision": [broken], "sentence": []})
    )
    with pytest.raises(
        SettingsError, match=r"provisions.toml.provision\[x-1\].trigger: must be one of .*no_such_trigger"
    ):
        Law.load()


def test_a_provision_whose_length_cannot_be_counted_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {
        **dict.fromkeys(("law_zh", "law_en", "article_zh", "article_en", "who", "confidence", "notes"), "某"),
        "id": "x-1",
        "rule": "R1",
        "in_force_from": datetime.date(2020, 1, 1),
        "trigger": "food_licence_revoked",
        "bars": [],
        "start": "decision_date",
        "length": "quite long",
    }
    monkeypatch.setattr(
        "registry.law.provisions.read_table", lambda name: Table(name, {"provision": [entry], "sentence": []})
    )
    with pytest.raises(SettingsError, match=r"provision\[x-1\].length"):
        Law.load()
