"""The list of cases in its order: those to be decided by their limit, then the settled ones, the latest first."""

from __future__ import annotations

from itertools import pairwise

import pytest

from registry.services.context import Services
from registry.services.decide_case import Request, ask_for_more, find_same
from registry.services.read_cases import cases_beside, list_cases
from registry.store.case_values import CaseFilter, CasePlace, CaseState, StoredCase
from tests.registry.services.cases_at_hand import (
    FIRST,
    REASONS,
    acting,
    blocked,
    case_of,
    hear,
    list_somebody,
    match_of,
    office,
)

EVERY = CaseFilter()


def six_cases(services: Services) -> list[str]:
    """Hold six applications, find the first and the third to be the listed person's; return the checks."""
    list_somebody(services)
    caller = office(services)
    checks = [blocked(caller) for _ in range(6)]
    for check_no in (checks[0], checks[2]):
        hear(services, check_no)
        find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)
    return checks


def read_page_by_page(services: Services, wanted: CaseFilter, most: int) -> list[StoredCase]:
    """Follow the list to its end."""
    found: list[StoredCase] = []
    after: CasePlace | None = None
    while True:
        page = list_cases(services, wanted, FIRST, after, most)
        found += page.cases
        if page.following is None:
            return found
        after = CasePlace.of(page.following.text)


@pytest.mark.parametrize("most", [1, 2, 4, 5, 50])
def test_what_is_to_be_decided_comes_first_whatever_the_length_of_a_page(services: Services, most: int) -> None:
    checks = six_cases(services)
    found = [case.check_no for case in read_page_by_page(services, EVERY, most)]
    assert found == [checks[1], checks[3], checks[4], checks[5], checks[2], checks[0]]


def test_the_cases_beside_one_are_its_neighbours_in_the_whole_list(services: Services) -> None:
    six_cases(services)
    listed = read_page_by_page(services, EVERY, 50)
    for before, after in pairwise(listed):
        assert cases_beside(services, before, EVERY, FIRST).after == after.check_no
        assert cases_beside(services, after, EVERY, FIRST).before == before.check_no
    assert cases_beside(services, listed[0], EVERY, FIRST).before is None
    assert cases_beside(services, listed[-1], EVERY, FIRST).after is None


def test_a_case_that_was_just_settled_still_has_its_neighbours_in_the_list_it_was_opened_from(
    services: Services,
) -> None:
    checks = six_cases(services)
    beside = cases_beside(services, case_of(services, checks[2]), CaseFilter(states=(CaseState.OPEN,)), FIRST)
    assert (beside.before, beside.after) == (checks[1], checks[3])


def test_the_list_says_whose_step_a_case_waits_after(services: Services) -> None:
    checks = six_cases(services)
    day = services.clock.today()
    ask_for_more(services, acting(services, checks[1]), Request("身份证复印件", "许可机关", day))
    waits = list_cases(services, EVERY, FIRST).waits_for
    (waiting,) = waits.items()
    assert waiting[0] == case_of(services, checks[1]).id
    assert waiting[1].actor == FIRST.text


@pytest.mark.parametrize("text", ["", "x.1", "2026-01-01", "2026-01-01.x", "2026-13-01.1", "2026-01-01.1.open"])
def test_what_is_no_place_of_the_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"place|month"):
        CasePlace.of(text)
