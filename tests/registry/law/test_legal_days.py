"""Legal terms in calendar days, and what must hold for any of them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.ban import Bar, Basis, bars
from registry.law.legal_days import months_after, years_after
from registry.law.roles import Purpose, Region, Role
from tests.registry.law.facts import LAW, bar, revoked, terms

ONE_DAY = datetime.timedelta(days=1)
DAYS = st.dates(datetime.date(2015, 10, 1), datetime.date(2060, 12, 31))
PROVISIONS = st.sampled_from(["fsl-135-1", "fsl-135-2", "fsl-138-2-dismissal", "psr-38-1", "zjsw-24", "company-178"])
BASES = st.builds(
    Basis,
    PROVISIONS,
    st.just("某文书"),
    st.sampled_from(Region),
    st.none() | DAYS,
    st.none() | DAYS,
    ended_on=st.none() | DAYS,
    annulled=st.booleans(),
)
QUESTIONS = st.tuples(st.sampled_from(Purpose), st.sampled_from(Role), st.none() | st.sampled_from(Region))


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (datetime.date(2020, 1, 31), Decimal(1), datetime.date(2020, 2, 29)),
        (datetime.date(2021, 1, 31), Decimal(1), datetime.date(2021, 2, 28)),
        (datetime.date(2020, 11, 15), Decimal(2), datetime.date(2021, 1, 15)),
        (datetime.date(2020, 1, 1), Decimal("4.5"), datetime.date(2020, 5, 16)),
        (datetime.date(2020, 1, 1), Decimal("0.01"), datetime.date(2020, 1, 2)),
        (datetime.date(2020, 2, 29), Decimal(60), datetime.date(2025, 2, 28)),
        (datetime.date(9998, 1, 1), Decimal(60), datetime.date.max),
    ],
)
def test_a_term_ends_on_the_corresponding_date(day: datetime.date, months: Decimal, end: datetime.date) -> None:
    assert months_after(day, months) == end


@given(DAYS, st.integers(1, 12))
def test_years_end_on_the_same_day_of_the_year_or_on_the_last_of_february(day: datetime.date, years: int) -> None:
    end = years_after(day, years)
    assert end.year == day.year + years
    assert (end.month, end.day) == (day.month, day.day) or ((day.month, day.day), end.day) == ((2, 29), 28)


@given(DAYS)
def test_a_five_year_ban_bars_on_its_first_and_last_day_and_not_on_the_next(day: datetime.date) -> None:
    bases = terms(revoked(decided_on=day), day).bases
    last = years_after(day, 5)
    asked = [bar(bases, day=each) for each in (day - ONE_DAY, day, last, last + ONE_DAY)]
    assert asked == [None, Bar.BLOCK, Bar.BLOCK, None]


@given(BASES, DAYS, DAYS)
def test_a_basis_that_has_ended_never_revives(basis: Basis, one: datetime.date, other: datetime.date) -> None:
    sooner, later = sorted((one, other))
    begun = basis.starts_on is not None and basis.starts_on <= sooner
    if begun and not basis.in_force(sooner):
        assert not basis.in_force(later)


@given(BASES, DAYS)
def test_an_annulled_basis_bars_on_no_day(basis: Basis, day: datetime.date) -> None:
    annulled = Basis(basis.provision, basis.document_no, basis.region, basis.starts_on, basis.ends_on, annulled=True)
    assert not annulled.in_force(day)


@given(DAYS)
def test_a_basis_that_was_ended_bars_up_to_the_day_before(day: datetime.date) -> None:
    basis = Basis("fsl-135-2", "某判决", Region.ANHUI, datetime.date(2015, 10, 1), None, ended_on=day)
    assert not basis.in_force(day)
    assert basis.in_force(day - ONE_DAY) == (day > datetime.date(2015, 10, 1))


@given(st.lists(BASES, max_size=4), BASES, QUESTIONS, DAYS)
def test_a_further_basis_never_weakens_a_ban(
    bases: list[Basis], further: Basis, question: tuple[Purpose, Role, Region | None], day: datetime.date
) -> None:
    before = bars(LAW, bases, *question, day)
    after = bars(LAW, [*bases, further], *question, day)
    assert len(after) >= len(before)
    assert all(barring in after for barring in before)


@given(st.lists(BASES, max_size=4), QUESTIONS, DAYS)
def test_the_effective_ban_is_what_its_bases_bar_one_by_one(
    bases: list[Basis], question: tuple[Purpose, Role, Region | None], day: datetime.date
) -> None:
    together = bars(LAW, bases, *question, day)
    apart = [barring for basis in bases for barring in bars(LAW, [basis], *question, day)]
    assert sorted(map(repr, together)) == sorted(map(repr, apart))


@given(BASES, QUESTIONS, DAYS)
def test_naming_the_region_never_adds_a_bar(
    basis: Basis, question: tuple[Purpose, Role, Region | None], day: datetime.date
) -> None:
    purpose, role, region = question
    everywhere = bars(LAW, [basis], purpose, role, None, day)
    here = bars(LAW, [basis], purpose, role, region, day)
    assert len(here) <= len(everywhere)
    assert not any(each.bar is Bar.BLOCK for each in here) or everywhere[0].bar is Bar.BLOCK
