"""Sealed juvenile records are recognised at the door; slips in a birth date are not taken for youth."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from matching.identity import BirthDate
from registry.law.judgment import RowOutcome, Sentence
from registry.law.reasons import Reason
from tests.registry.law.facts import CONVICTION, convicted, policy_with, terms

BIRTH = BirthDate(2004, 5, 10)
EIGHTEEN = datetime.date(2022, 5, 10)
ONE_DAY = datetime.timedelta(days=1)
JUDGED = datetime.date(2023, 6, 1)


def offended(first: datetime.date | None, last: datetime.date | None, **changes: object) -> Reason:
    """The reason of a judgment of June 2023 against somebody born on 10 May 2004."""
    facts = {"birth": BIRTH, "judgment_date": JUDGED, "effective_date": JUDGED} | changes
    return terms(convicted(offence_from=first, offence_to=last, **facts)).reason


def test_a_sealed_record_is_refused_with_nothing_founded() -> None:
    found = terms(convicted(birth=BirthDate(2005, 1, 1)))
    assert (found.outcome, found.bases, found.noted) == (RowOutcome.REFUSED, (), ())


def test_the_day_of_the_offence_decides_not_the_day_of_the_trial() -> None:
    assert offended(EIGHTEEN - ONE_DAY, EIGHTEEN - ONE_DAY) is Reason.SEALED_JUVENILE
    assert offended(EIGHTEEN + ONE_DAY, EIGHTEEN + ONE_DAY) is Reason.LISTED


def test_somebody_is_under_eighteen_on_the_eighteenth_birthday_itself() -> None:
    assert offended(EIGHTEEN, EIGHTEEN) is Reason.SEALED_JUVENILE


def test_one_offence_date_stands_for_both() -> None:
    assert offended(EIGHTEEN - ONE_DAY, None) is Reason.SEALED_JUVENILE
    assert offended(None, EIGHTEEN + ONE_DAY) is Reason.LISTED


def test_offences_across_the_eighteenth_birthday_wait_for_a_person() -> None:
    facts = {"birth": BIRTH, "judgment_date": JUDGED, "effective_date": JUDGED}
    found = terms(convicted(offence_from=EIGHTEEN - ONE_DAY, offence_to=EIGHTEEN + ONE_DAY, **facts))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.OFFENCES_ACROSS_EIGHTEEN)


def test_offence_dates_in_the_wrong_order_are_read_either_way() -> None:
    assert offended(EIGHTEEN + ONE_DAY, EIGHTEEN - ONE_DAY) is Reason.OFFENCES_ACROSS_EIGHTEEN


def test_an_offence_cannot_lie_after_its_judgment() -> None:
    young = {"judgment_date": EIGHTEEN - ONE_DAY, "effective_date": EIGHTEEN}
    assert offended(EIGHTEEN + ONE_DAY, EIGHTEEN + ONE_DAY, **young) is Reason.SEALED_JUVENILE


@pytest.mark.parametrize(
    ("sentence", "months", "refused"),
    [
        (Sentence.FIXED_TERM, 60, True),
        (Sentence.FIXED_TERM, 61, False),
        (Sentence.FIXED_TERM, None, True),
        (Sentence.DETENTION, 4, True),
        (Sentence.CONTROL, 6, True),
        (Sentence.FINE_ONLY, None, True),
        (Sentence.EXEMPT, None, True),
        (Sentence.NOT_PROSECUTED, None, True),
        (Sentence.LIFE, None, False),
    ],
)
def test_up_to_five_years_is_sealed_and_more_is_not(sentence: Sentence, months: int | None, *, refused: bool) -> None:
    served = None if months is None else Decimal(months)
    found = terms(convicted(birth=BirthDate(2005, 1, 1), sentence=sentence, sentence_months=served))
    assert (found.outcome is RowOutcome.REFUSED) == refused


def test_without_offence_dates_the_age_at_judgment_decides() -> None:
    assert CONVICTION.judgment_date == datetime.date(2022, 3, 1)
    assert terms(convicted(birth=BirthDate(2004, 3, 1))).outcome is RowOutcome.REFUSED
    assert terms(convicted(birth=BirthDate(2004, 2, 28))).outcome is RowOutcome.IN_FORCE


def test_without_a_judgment_date_the_day_of_effect_and_then_the_day_itself_stand_in() -> None:
    born = BirthDate(2004, 3, 11)
    assert terms(convicted(birth=born, judgment_date=None)).outcome is RowOutcome.IN_FORCE
    assert terms(convicted(birth=BirthDate(2004, 3, 12), judgment_date=None)).outcome is RowOutcome.REFUSED
    undated = convicted(birth=BirthDate(2010, 1, 1), judgment_date=None, effective_date=None)
    assert terms(undated).outcome is RowOutcome.REFUSED


def test_policy_may_presume_youth_a_little_longer_without_offence_dates() -> None:
    nineteen = convicted(birth=BirthDate(2003, 1, 1))
    assert terms(nineteen).outcome is RowOutcome.IN_FORCE
    assert terms(nineteen, law=policy_with(juvenile_presumed_under=20)).outcome is RowOutcome.REFUSED


@pytest.mark.parametrize("year", [2022, 2015, 2011, 1921, 1850])
def test_an_implausible_age_is_a_slip_in_the_date_and_not_a_person(year: int) -> None:
    assert terms(convicted(birth=BirthDate(year, 1, 1))).outcome is RowOutcome.IN_FORCE


def test_the_youngest_plausible_age_is_still_a_person() -> None:
    assert terms(convicted(birth=BirthDate(2010, 3, 1))).outcome is RowOutcome.REFUSED
    assert terms(convicted(birth=BirthDate(2010, 3, 2))).outcome is RowOutcome.IN_FORCE


def test_a_birth_year_that_leaves_youth_possible_is_refused_until_the_day_is_known() -> None:
    found = terms(convicted(birth=BirthDate(2004)))
    assert (found.outcome, found.reason) == (RowOutcome.REFUSED, Reason.PERHAPS_SEALED_JUVENILE)
    assert terms(convicted(birth=BirthDate(2005))).reason is Reason.SEALED_JUVENILE
    assert terms(convicted(birth=BirthDate(2003))).outcome is RowOutcome.IN_FORCE


def test_a_birth_month_is_read_to_its_last_day() -> None:
    assert terms(convicted(birth=BirthDate(2004, 3))).reason is Reason.SEALED_JUVENILE
    assert terms(convicted(birth=BirthDate(2004, 2))).outcome is RowOutcome.IN_FORCE
    last_of_march = convicted(birth=BirthDate(2004, 3), judgment_date=datetime.date(2022, 3, 31))
    assert terms(last_of_march).reason is Reason.PERHAPS_SEALED_JUVENILE


def test_a_birth_year_and_offence_dates_are_weighed_together() -> None:
    year = {"birth": BirthDate(2004)}
    assert offended(datetime.date(2021, 1, 1), datetime.date(2021, 12, 31), **year) is Reason.SEALED_JUVENILE
    assert offended(datetime.date(2021, 1, 1), datetime.date(2022, 6, 1), **year) is Reason.PERHAPS_SEALED_JUVENILE
    assert offended(datetime.date(2022, 6, 1), datetime.date(2023, 1, 1), **year) is Reason.OFFENCES_ACROSS_EIGHTEEN
    assert offended(datetime.date(2023, 1, 1), datetime.date(2023, 2, 1), **year) is Reason.LISTED


def test_without_a_birth_date_nobody_is_taken_for_a_juvenile() -> None:
    assert terms(convicted(birth=None)).outcome is RowOutcome.IN_FORCE


def test_somebody_born_on_a_leap_day_turns_eighteen_at_the_end_of_february() -> None:
    born = {"birth": BirthDate(2004, 2, 29)}
    assert offended(datetime.date(2022, 2, 28), datetime.date(2022, 2, 28), **born) is Reason.SEALED_JUVENILE
    assert offended(datetime.date(2022, 3, 1), datetime.date(2022, 3, 1), **born) is Reason.LISTED


def test_a_refusal_says_nothing_about_youth_in_its_code_for_others() -> None:
    assert "未成年" not in Reason.SEALED_JUVENILE.says("zh")
    assert "juvenile" not in Reason.SEALED_JUVENILE.says("en")
