"""The invented residents: the same for the same seed, with sound numbers, and as common as the tables say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.draw import Weighted
from benchmarks.han_names import han_names
from benchmarks.population import Bearer, Manner, Population, county_shares, draw_areas, id_numbers, invent, years_of
from matching.resident_id import ResidentId


def test_the_same_seed_invents_the_same_people() -> None:
    first, again = (invent(np.random.default_rng(7), 500) for _ in range(2))
    other = invent(np.random.default_rng(8), 500)
    assert list(first.numbers) == list(again.numbers)
    assert list(first.names) == list(again.names)
    assert list(first.names) != list(other.names)


def test_every_number_is_sound_and_says_what_its_bearer_is() -> None:
    people = invent(np.random.default_rng(1), 300)
    for number, male, born in zip(people.numbers, people.males, people.births.astype(object), strict=True):
        read = ResidentId.parse(number)
        assert read.check_ok
        assert read.birth is not None
        assert (read.birth.year, read.birth.month, read.birth.day) == (born.year, born.month, born.day)
        assert (int(number[16]) % 2 == 1) == male


def test_invented_codes_were_never_assigned() -> None:
    people = invent(np.random.default_rng(1), 200, Manner(invented_codes=True, abroad=0.0))
    assert {str(area) for area in people.areas} == {"319900", "329900", "339900", "349900"}


def test_names_are_as_common_as_the_tables_say() -> None:
    people = invent(np.random.default_rng(1), 40_000, Manner(as_supposed=True))
    met = Counter(surname for surname in people.surnames if surname)
    surname, count = met.most_common(1)[0]
    assert surname == "王"
    assert abs(count / len(people) / han_names().surnames.share("王") - 1) < 0.1


def test_old_women_bear_old_names() -> None:
    usual = invent(np.random.default_rng(1), 30_000)

    def share_of_old(people: Population, before: int) -> float:
        years = years_of(people.births)
        chosen = (years < before) if before < 1970 else (years >= before)
        women = chosen & ~people.males
        givens = people.givens[women]
        return float(np.mean([given.endswith(("英", "兰", "珍")) for given in givens]))

    assert share_of_old(usual, 1960) > 3 * share_of_old(usual, 1990)


@pytest.mark.parametrize("as_supposed", [True, False])
def test_villages_share_surnames_and_birthdays_are_heaped_only_where_people_live(as_supposed: bool) -> None:
    manner = Manner(as_supposed=as_supposed, within=frozenset({"330106"}), minority=0.0, abroad=0.0)
    people = invent(np.random.default_rng(1), 6_000, manner)
    top = Counter(people.surnames)
    assert max(count / 6_000 - han_names().surnames.share(name) for name, count in top.items()) > 0.02
    firsts = np.mean([birth.day in {1, 15} for birth in people.births.astype(object)])
    assert (firsts < 0.075) == as_supposed


def test_counties_are_drawn_as_often_as_their_share_says() -> None:
    years = np.full(60_000, 1975)
    drawn = draw_areas(np.random.default_rng(1), years)
    code, count = Counter(drawn[drawn >= 310_000].tolist()).most_common(1)[0]
    assert abs(count / len(years) / county_shares(str(code), years[:1])[0] - 1) < 0.25


def test_kinds_of_names_come_in_the_shares_asked_for() -> None:
    people = invent(np.random.default_rng(1), 2_000, Manner(minority=0.5, abroad=0.25))
    assert abs((people.kinds == Bearer.MINORITY).mean() - 0.5) < 0.05
    assert abs((people.kinds == Bearer.ABROAD).mean() - 0.25) < 0.05
    assert all(surname == "" for surname in people.surnames[people.kinds == Bearer.MINORITY])


def test_a_known_number_gets_its_check_character() -> None:
    number = id_numbers(np.array([110105]), np.array(["1949-12-31"], dtype="datetime64[D]"), np.array([2]))
    assert list(number) == ["11010519491231002X"]


def test_a_table_is_drawn_from_by_weight() -> None:
    table = Weighted(["rare", "usual"], [1, 9])
    drawn = Counter(table.draw(np.random.default_rng(1), 10_000))
    assert abs(drawn["rare"] / 10_000 - 0.1) < 0.02
    assert table.share("rare") == 0.1
    assert table.share("unknown") == 0.0
