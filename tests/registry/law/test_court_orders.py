"""Occupational bans and injunctions: as worded, from when, until when."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal

import pytest

from registry.law.ban import Bar
from registry.law.judgment import Conviction, OrderKind, RowOutcome, Sentence
from registry.law.policy import Handling, UnknownExecution
from registry.law.reasons import Reason
from registry.law.roles import Purpose, Role
from tests.registry.law.facts import EFFECTIVE, LAW, MANAGING_ROLES, bar, convicted, ordered, policy_with, terms

FOOD_TEXT = "禁止被告人从事食品生产、销售及相关活动。"
SERVED = datetime.date(2022, 9, 1)


def banned(text: str | None = FOOD_TEXT, years: int | None = 3, **changes: object) -> Conviction:
    """Somebody sentenced to 拘役 with an occupational ban: only the order can bar."""
    facts: dict[str, object] = {"sentence": Sentence.DETENTION, "executed_on": SERVED}
    return convicted(order=ordered(OrderKind.OCCUPATIONAL_BAN, text, years), **(facts | changes))


def enjoined(text: str | None = FOOD_TEXT, years: int | None = None, **changes: object) -> Conviction:
    """Somebody sentenced to 拘役 on probation of a year with an injunction."""
    facts: dict[str, object] = {"sentence": Sentence.DETENTION, "probation_months": Decimal(12)}
    return convicted(order=ordered(OrderKind.PROBATION_INJUNCTION, text, years), **(facts | changes))


@pytest.mark.parametrize("role", list(Role))
def test_an_order_that_speaks_of_food_bars_what_the_lifetime_ban_bars(role: Role) -> None:
    assert bar(terms(banned()).bases, role, day=SERVED) == bar(terms(convicted()).bases, role)


@pytest.mark.parametrize(
    "text", ["禁止从事餐饮服务", "禁止从事生猪屠宰、销售活动", "禁止从事保健品经营", "禁止从事食品、药品生产经营"]
)
def test_an_order_speaks_of_food_in_many_words(text: str) -> None:
    assert bar(terms(banned(text)).bases, day=SERVED) is Bar.BLOCK


def test_an_order_on_slaughter_also_bars_from_a_slaughter_licence() -> None:
    day, purpose = SERVED, Purpose.SLAUGHTER_LICENCE
    assert bar(terms(banned("禁止从事生猪屠宰、销售活动")).bases, purpose=purpose, day=day) is Bar.BLOCK
    assert bar(terms(banned("禁止从事餐饮服务")).bases, purpose=purpose, day=day) is Bar.REVIEW


def test_an_order_on_food_inspection_also_bars_the_inspector() -> None:
    bases = terms(banned("禁止从事食品检验及相关职业")).bases
    assert bar(bases, Role.INSPECTOR, Purpose.INSPECTION_STAFF, day=SERVED) is Bar.BLOCK
    assert bar(terms(banned()).bases, Role.INSPECTOR, Purpose.INSPECTION_STAFF, day=SERVED) is None


@pytest.mark.parametrize("role", [*MANAGING_ROLES, Role.TECHNICIAN])
def test_an_order_that_names_no_trade_goes_to_a_person(role: Role) -> None:
    bases = terms(banned("禁止从事相关经营活动")).bases
    assert bar(bases, role, day=SERVED) is Bar.REVIEW


def test_an_order_that_names_no_trade_does_not_reach_staff() -> None:
    assert bar(terms(banned("禁止从事相关经营活动")).bases, Role.STAFF, day=SERVED) is None


@pytest.mark.parametrize("text", ["禁止从事药品生产、销售及相关活动", "禁止进入娱乐场所"])
def test_an_order_about_another_trade_is_no_matter_for_this_register(text: str) -> None:
    assert terms(banned(text)).outcome is RowOutcome.NO_BAN


def test_an_order_without_words_counts_where_the_crime_concerned_food() -> None:
    assert bar(terms(banned(None)).bases, day=SERVED) is Bar.BLOCK
    assert terms(banned(None, charge="生产、销售假药罪")).bases == ()
    assert terms(banned(None, charge="盗窃罪")).bases == ()


def test_an_order_on_food_counts_even_where_the_crime_did_not_concern_food() -> None:
    assert bar(terms(banned("禁止从事食品、药品经营", charge="销售假药罪")).bases, day=SERVED) is Bar.BLOCK


def test_an_unclear_order_of_another_crime_founds_nothing() -> None:
    assert terms(banned("禁止从事相关经营活动", charge="盗窃罪")).outcome is RowOutcome.NO_BAN


@pytest.mark.parametrize("years", [3, 4, 5])
def test_an_occupational_ban_runs_so_many_years_from_the_end_of_the_sentence(years: int) -> None:
    (basis,) = terms(banned(years=years)).bases
    assert (basis.starts_on, basis.ends_on) == (SERVED, datetime.date(2022 + years, 9, 1))


@pytest.mark.parametrize("years", [2, 6])
def test_an_occupational_ban_outside_three_to_five_years_waits_for_a_person(years: int) -> None:
    found = terms(banned(years=years))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.ORDER_OUTSIDE_THE_LAW)


def test_an_order_that_cannot_be_right_does_not_hold_up_the_lifetime_ban() -> None:
    found = terms(banned(years=2, sentence=Sentence.FIXED_TERM))
    assert (found.outcome, [basis.provision for basis in found.bases]) == (RowOutcome.IN_FORCE, ["fsl-135-2"])


def test_an_occupational_ban_without_a_length_lasts_the_longest_the_law_admits() -> None:
    (basis,) = terms(banned(years=None)).bases
    assert basis.ends_on == datetime.date(2027, 9, 1)


def test_an_order_for_life_is_for_life() -> None:
    (basis,) = terms(banned("终身不得从事食品生产经营管理工作", years=None, executed_on=SERVED)).bases
    assert (basis.starts_on, basis.ends_on) == (EFFECTIVE, None)


def test_a_shorter_occupational_ban_does_not_shorten_the_lifetime_ban() -> None:
    bases = terms(banned(sentence=Sentence.FIXED_TERM)).bases
    assert {basis.provision for basis in bases} == {"fsl-135-2", "cl-37-1"}
    assert bar(bases, day=datetime.date(2060, 1, 1)) is Bar.BLOCK


def test_an_occupational_ban_whose_beginning_is_unknown_holds_until_it_is_stated() -> None:
    (basis,) = terms(banned(executed_on=None)).bases
    assert (basis.starts_on, basis.ends_on) == (EFFECTIVE, None)


def test_policy_may_let_an_unknown_beginning_end_after_the_regular_term() -> None:
    law = policy_with(unknown_execution=UnknownExecution.REGULAR_TERM)
    (basis,) = terms(banned(executed_on=None, sentence_months=Decimal(6)), law=law).bases
    assert (basis.starts_on, basis.ends_on) == (EFFECTIVE, datetime.date(2025, 9, 12))


def test_an_occupational_ban_that_has_not_begun_is_pending() -> None:
    found = terms(banned(executed_on=datetime.date(2030, 1, 1)))
    assert (found.outcome, found.reason) == (RowOutcome.PENDING, Reason.NOT_YET_EFFECTIVE)


def test_no_order_begins_before_its_judgment_took_effect() -> None:
    (early,) = terms(banned(executed_on=datetime.date(2022, 3, 5))).bases
    assert early.starts_on == EFFECTIVE
    for conviction in (banned(effective_date=None), enjoined(effective_date=None)):
        found = terms(conviction)
        assert (found.outcome, [basis.starts_on for basis in found.bases]) == (RowOutcome.PENDING, [None])


def test_an_occupational_ban_needs_acts_from_november_2015() -> None:
    first = datetime.date(2014, 1, 1)
    older = terms(banned(offence_from=first, offence_to=datetime.date(2015, 10, 31)))
    reaching_into_it = terms(banned(offence_from=first, offence_to=datetime.date(2015, 11, 1)))
    assert (older.outcome, older.bases) == (RowOutcome.NO_BAN, ())
    assert [basis.provision for basis in reaching_into_it.bases] == ["cl-37-1"]


def test_an_occupational_ban_of_a_judgment_from_before_november_2015_has_no_basis() -> None:
    judged = datetime.date(2015, 10, 20)
    assert terms(banned(judgment_date=judged, effective_date=judged)).bases == ()


def test_an_injunction_ends_with_the_probation() -> None:
    (basis,) = terms(enjoined(probation_months=Decimal(18))).bases
    assert (basis.provision, basis.starts_on, basis.ends_on) == ("cl-72-2", EFFECTIVE, datetime.date(2023, 9, 12))


def test_an_injunction_may_end_before_the_probation_but_not_after_it() -> None:
    probation = Decimal(36)
    (shorter,) = terms(enjoined(years=1, probation_months=probation)).bases
    (longer,) = terms(enjoined(years=5, probation_months=probation)).bases
    assert (shorter.ends_on, longer.ends_on) == (datetime.date(2023, 3, 12), datetime.date(2025, 3, 12))


@pytest.mark.parametrize(
    ("sentence", "last_day"),
    [(Sentence.DETENTION, datetime.date(2023, 3, 12)), (Sentence.FIXED_TERM, datetime.date(2027, 3, 12))],
)
def test_an_injunction_without_a_length_lasts_the_longest_probation_of_the_sentence(
    sentence: Sentence, last_day: datetime.date
) -> None:
    bases = terms(enjoined(sentence=sentence, probation_months=None)).bases
    assert [basis.ends_on for basis in bases if basis.provision == "cl-72-2"] == [last_day]


def test_an_injunction_with_control_ends_with_the_term_of_control() -> None:
    conviction = enjoined(sentence=Sentence.CONTROL, sentence_months=Decimal(10), probation_months=None)
    (basis,) = terms(conviction).bases
    assert (basis.provision, basis.ends_on) == ("cl-38-2", datetime.date(2023, 1, 12))


@pytest.mark.parametrize("sentence", [Sentence.FINE_ONLY, Sentence.LIFE])
def test_an_injunction_beside_a_sentence_that_admits_none_is_not_right(sentence: Sentence) -> None:
    found = terms(enjoined(sentence=sentence, probation_months=None))
    assert "cl-72-2" not in {basis.provision for basis in found.bases}
    assert (found.outcome is RowOutcome.WAITING) == (sentence is Sentence.FINE_ONLY)


def test_an_injunction_from_before_may_2011_has_no_basis() -> None:
    effective = datetime.date(2011, 4, 30)
    found = terms(enjoined(judgment_date=None, effective_date=effective))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.SHORT_OF_IMPRISONMENT)
    assert terms(enjoined(judgment_date=None, effective_date=datetime.date(2011, 5, 1))).bases


def test_the_sentence_table_says_whether_an_occupational_ban_is_possible() -> None:
    row = dataclasses.replace(LAW.sentences[Sentence.DETENTION], occupational_ban=False)
    law = dataclasses.replace(LAW, sentences={**LAW.sentences, Sentence.DETENTION: row})
    assert terms(banned(), law=law).reason is Reason.ORDER_OUTSIDE_THE_LAW


def test_an_injunction_presupposes_probation_even_where_its_length_is_missing() -> None:
    law = policy_with(suspended_imprisonment=Handling.NO_BAN)
    found = terms(enjoined(sentence=Sentence.FIXED_TERM, probation_months=None), law=law)
    assert [basis.provision for basis in found.bases] == ["cl-72-2"]
