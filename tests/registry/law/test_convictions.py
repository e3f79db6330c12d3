"""The sentence table, the food flag, and when a conviction is in force, pending, waiting or no ban."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from registry.law.charges import ChargeTable, FoodTest
from registry.law.judgment import Capacity, OrderKind, RowOutcome, Sentence
from registry.law.policy import Handling, StartOfLifetimeBan
from registry.law.provisions import Injunction
from registry.law.reasons import Reason
from tests.registry.law.facts import EFFECTIVE, LAW, TODAY, bar, convicted, ordered, policy_with, terms

TOMORROW = TODAY + datetime.timedelta(days=1)
FLAGGED = ["生产、销售伪劣产品罪", "销售伪劣产品罪", "非法经营罪", "虚假广告罪", "诈骗罪"]
LOOSELY_CONNECTED = [
    "假冒注册商标罪",
    "销售假冒注册商标的商品罪",
    "提供虚假证明文件罪",
    "走私国家禁止进出口的货物、物品罪",
    "妨害动植物防疫、检疫罪",
    "投放危险物质罪",
]


@pytest.mark.parametrize("sentence", [Sentence.DEATH, Sentence.DEATH_SUSPENDED, Sentence.LIFE, Sentence.FIXED_TERM])
def test_imprisonment_and_worse_bar_for_life(sentence: Sentence) -> None:
    assert terms(convicted(sentence=sentence)).outcome is RowOutcome.IN_FORCE


def test_imprisonment_on_probation_bars_for_life_as_well() -> None:
    found = terms(convicted(probation_months=Decimal(12)))
    assert [basis.ends_on for basis in found.bases] == [None]


@pytest.mark.parametrize("sentence", [Sentence.DETENTION, Sentence.CONTROL, Sentence.FINE_ONLY])
def test_less_than_imprisonment_bars_nobody_for_life(sentence: Sentence) -> None:
    found = terms(convicted(sentence=sentence))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.SHORT_OF_IMPRISONMENT)


@pytest.mark.parametrize(
    "sentence", [Sentence.EXEMPT, Sentence.ACQUITTED, Sentence.NOT_PROSECUTED, Sentence.CASE_DROPPED]
)
def test_who_was_not_punished_is_not_banned_even_by_an_order(sentence: Sentence) -> None:
    order = ordered(OrderKind.OCCUPATIONAL_BAN, "禁止从事食品生产、销售活动", 3)
    found = terms(convicted(sentence=sentence, order=order, capacity=Capacity.INSPECTION_STAFF))
    assert (found.outcome, found.reason, found.bases) == (RowOutcome.NO_BAN, Reason.NOT_PUNISHED, ())


def test_the_sentence_table_admits_an_injunction_only_on_probation_or_with_control() -> None:
    admitted = {word: row.injunction for word, row in LAW.sentences.items() if row.injunction is not Injunction.NONE}
    assert admitted == {
        Sentence.FIXED_TERM: Injunction.PROBATION,
        Sentence.DETENTION: Injunction.PROBATION,
        Sentence.CONTROL: Injunction.CONTROL,
    }


def test_the_food_counts_own_sentence_decides_not_a_heavier_one_beside_it() -> None:
    food_count = convicted(sentence=Sentence.DETENTION)
    theft_of_the_same_judgment = convicted(charge="盗窃罪", sentence_months=Decimal(60))
    assert {terms(food_count).outcome, terms(theft_of_the_same_judgment).outcome} == {RowOutcome.NO_BAN}


def test_a_judgment_without_an_effective_date_is_pending_and_bars_nobody() -> None:
    found = terms(convicted(effective_date=None))
    assert (found.outcome, found.reason) == (RowOutcome.PENDING, Reason.EFFECTIVE_DATE_UNKNOWN)
    assert [basis.starts_on for basis in found.bases] == [None]
    assert bar(found.bases) is None


def test_a_judgment_that_takes_effect_tomorrow_is_pending_and_bars_from_tomorrow() -> None:
    found = terms(convicted(effective_date=TOMORROW))
    assert (found.outcome, found.reason) == (RowOutcome.PENDING, Reason.NOT_YET_EFFECTIVE)
    assert bar(found.bases) is None
    assert bar(found.bases, day=TOMORROW) is not None
    assert terms(convicted(effective_date=TOMORROW), TOMORROW).outcome is RowOutcome.IN_FORCE


def test_a_judgment_older_than_the_law_bars_from_the_day_the_law_was_in_force() -> None:
    (basis,) = terms(convicted(judgment_date=None, effective_date=datetime.date(2012, 5, 1))).bases
    assert basis.starts_on == datetime.date(2015, 10, 1)


@pytest.mark.parametrize("charge", FLAGGED + LOOSELY_CONNECTED)
def test_a_charge_that_may_concern_food_waits_for_a_person(charge: str) -> None:
    found = terms(convicted(charge=charge))
    assert (found.outcome, found.reason, found.bases) == (RowOutcome.WAITING, Reason.FOOD_UNDECIDED, ())


@pytest.mark.parametrize("charge", [*FLAGGED, *LOOSELY_CONNECTED, "食品、药品监管渎职罪", "没有这个罪"])
def test_a_persons_finding_settles_a_waiting_charge(charge: str) -> None:
    assert terms(convicted(charge=charge, food_related=True)).outcome is RowOutcome.IN_FORCE
    assert terms(convicted(charge=charge, food_related=False)).outcome is RowOutcome.NO_BAN


def test_nothing_waits_where_the_answer_could_not_bar_anyone() -> None:
    found = terms(convicted(charge="非法经营罪", sentence=Sentence.DETENTION))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.SHORT_OF_IMPRISONMENT)


@pytest.mark.parametrize("charge", ["食品、药品监管渎职罪", "食品监管渎职罪"])
def test_an_officials_dereliction_waits_for_a_person(charge: str) -> None:
    judged = datetime.date(2022, 3, 1)
    found = terms(convicted(charge=charge, capacity=Capacity.OFFICIAL, judgment_date=judged))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.OFFICIAL_CHARGE)


@pytest.mark.parametrize("charge", ["生产、销售假药罪", "销售假药罪", "生产、销售劣药罪", "妨害药品管理罪"])
def test_a_drug_offence_founds_no_ban_from_food_whatever_the_flag_says(charge: str) -> None:
    assert terms(convicted(charge=charge, food_related=True)).outcome is RowOutcome.NO_BAN


def test_a_crime_against_food_by_definition_is_one_whatever_the_flag_says() -> None:
    assert terms(convicted(food_related=False)).outcome is RowOutcome.IN_FORCE


def test_a_charge_that_has_nothing_to_do_with_food_founds_no_ban() -> None:
    found = terms(convicted(charge="盗窃罪"))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.NOT_FOOD)


def test_a_charge_nobody_knows_waits_rather_than_being_let_through() -> None:
    found = terms(convicted(charge="生产销售不合格食品罪"))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.CHARGE_NOT_KNOWN)


@pytest.mark.parametrize(
    "charge",
    [
        "生产、销售有毒、有害食品罪",
        "生产、销售有毒有害食品罪",
        "销售有毒、有害食品罪",
        "生产有毒、有害食品罪",
        "生产、销售有毒、有害食品",
        " 生产、销售 有毒、有害食品罪 ",
        "生产,销售有毒,有害食品罪",
        "生产、销售不符合安全标准的食品罪",
        "销售不符合安全标准的食品罪",
    ],
)
def test_a_food_charge_is_known_in_its_split_forms_and_however_it_is_punctuated(charge: str) -> None:
    assert terms(convicted(charge=charge)).outcome is RowOutcome.IN_FORCE


def test_the_old_name_of_143_counts_before_its_renaming_and_for_older_acts_after_it() -> None:
    old = "生产、销售不符合卫生标准的食品罪"
    for judged in (datetime.date(2010, 6, 1), datetime.date(2012, 6, 1)):
        assert terms(convicted(charge=old, judgment_date=judged, effective_date=judged)).outcome is RowOutcome.IN_FORCE


def test_a_charge_used_before_it_existed_is_a_slip_for_a_person() -> None:
    found = terms(convicted(judgment_date=datetime.date(2011, 4, 30), charge="生产、销售不符合安全标准的食品罪"))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.CHARGE_NOT_KNOWN)
    later = convicted(judgment_date=datetime.date(2011, 5, 1), charge="生产、销售不符合安全标准的食品罪")
    assert terms(later).outcome is RowOutcome.IN_FORCE


@pytest.mark.parametrize(
    ("article", "day", "name"),
    [
        ("143", datetime.date(2011, 4, 30), "生产、销售不符合卫生标准的食品罪"),
        ("143", datetime.date(2011, 5, 1), "生产、销售不符合安全标准的食品罪"),
        ("408-1", datetime.date(2011, 4, 30), None),
        ("408-1", datetime.date(2021, 2, 28), "食品监管渎职罪"),
        ("408-1", datetime.date(2021, 3, 1), "食品、药品监管渎职罪"),
        ("144", datetime.date(2000, 1, 1), "生产、销售有毒、有害食品罪"),
    ],
)
def test_an_articles_charge_has_the_name_of_its_day(article: str, day: datetime.date, name: str | None) -> None:
    assert LAW.charges.current_name(article, day) == name


def test_every_charge_of_the_decision_table_is_there_with_its_food_test() -> None:
    by_article: dict[str, set[FoodTest]] = {}
    for charge in ChargeTable.load().by_name.values():
        by_article.setdefault(charge.article, set()).add(charge.food)
    flagged = {"140": FoodTest.FLAG, "225": FoodTest.FLAG, "222": FoodTest.FLAG, "266": FoodTest.FLAG}
    settled = {"143": FoodTest.ALWAYS, "144": FoodTest.ALWAYS, "141": FoodTest.NEVER, "142": FoodTest.NEVER}
    review = dict.fromkeys(("213", "214", "229", "151", "337"), FoodTest.REVIEW)
    for article, test in (flagged | settled | review | {"408-1": FoodTest.OFFICIAL}).items():
        assert by_article[article] == {test}


def test_policy_may_let_probation_wait_or_found_nothing() -> None:
    suspended = convicted(probation_months=Decimal(12))
    waiting = terms(suspended, law=policy_with(suspended_imprisonment=Handling.WAITING))
    assert (waiting.outcome, waiting.reason) == (RowOutcome.WAITING, Reason.POLICY_WAITS)
    assert terms(suspended, law=policy_with(suspended_imprisonment=Handling.NO_BAN)).outcome is RowOutcome.NO_BAN
    unsuspended = terms(convicted(), law=policy_with(suspended_imprisonment=Handling.NO_BAN))
    assert unsuspended.outcome is RowOutcome.IN_FORCE


def test_probation_never_matters_for_the_inspection_ban() -> None:
    law = policy_with(suspended_imprisonment=Handling.NO_BAN)
    inspector = convicted(probation_months=Decimal(12), capacity=Capacity.INSPECTION_STAFF)
    assert [basis.provision for basis in terms(inspector, law=law).bases] == ["fsl-138-2-punishment"]


def test_policy_may_start_the_lifetime_ban_at_the_judgment_but_never_before_it_took_effect() -> None:
    law = policy_with(start_of_lifetime_ban=StartOfLifetimeBan.JUDGMENT_DATE)
    (basis,) = terms(convicted(), law=law).bases
    assert basis.starts_on == datetime.date(2022, 3, 1)
    assert terms(convicted(effective_date=TOMORROW), law=law).outcome is RowOutcome.PENDING


def test_policy_may_let_judgments_older_than_the_law_wait_or_found_nothing() -> None:
    old = convicted(judgment_date=None, effective_date=datetime.date(2015, 9, 30))
    handled = {each: terms(old, law=policy_with(convictions_before_the_law=each)).outcome for each in Handling}
    assert handled == {
        Handling.BAR: RowOutcome.IN_FORCE,
        Handling.WAITING: RowOutcome.WAITING,
        Handling.NO_BAN: RowOutcome.NO_BAN,
    }


def test_policy_may_settle_undecided_charges_but_not_misspelt_ones() -> None:
    for handling, outcome in ((Handling.BAR, RowOutcome.IN_FORCE), (Handling.NO_BAN, RowOutcome.NO_BAN)):
        law = policy_with(undecided_food_charge=handling)
        assert terms(convicted(charge="非法经营罪"), law=law).outcome is outcome
        assert terms(convicted(charge="没有这个罪"), law=law).outcome is RowOutcome.WAITING


def test_a_court_order_on_food_stands_while_the_charge_still_waits() -> None:
    order = ordered(OrderKind.PROBATION_INJUNCTION, "禁止在缓刑考验期内从事生猪屠宰、销售活动")
    found = terms(convicted(charge="非法经营罪", probation_months=Decimal(48), order=order))
    assert (found.outcome, [basis.provision for basis in found.bases]) == (RowOutcome.WAITING, ["cl-72-2"])
    assert bar(found.bases, day=EFFECTIVE) is not None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_chinese_and_an_english_sentence(reason: Reason) -> None:
    assert reason.says("zh").endswith("。")
    assert reason.says("en").endswith(".")
